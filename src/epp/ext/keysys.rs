//! What RRPproxy and CentralNic Reseller want beside a command (`keysys-1.0`). Written without a public schema.
//!
//! Commands and replies hold named parameters, of which there are hundreds, most of them for one zone. They are kept
//! as they are; what every domain has can be read by name: [`Parameters::renewal_mode`].

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::fragment::Fragment;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool, timestamp};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.key-systems.net/epp/keysys-1.0", prefix: "keysys" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<ResData>(DOCUMENT),
    Message::extends_reply::<Poll>(DOCUMENT),
];
const DOCUMENT: &str = "RRPproxy keysys-1.0";

/// The content of every command: parameters for an object, as `<keysys:domain>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The kind of object, which is the name of the element.
    pub object: ObjectType,
    /// What is said of it.
    pub parameters: Parameters,
}

wire_enum! {
    /// A kind of object.
    ObjectType {
        Contact = "contact",
        Domain = "domain",
        Host = "host",
    }
}

impl Target {
    /// Parameters for a domain.
    #[must_use]
    pub fn domain(parameters: Parameters) -> Self {
        Self { object: ObjectType::Domain, parameters }
    }
}

impl Decode for Target {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let (object, parameters) = one_child(from, "domain")?;
        Ok(Self { object: object.into(), parameters })
    }
}

impl Encode for Target {
    fn encode(&self, to: &mut Writer) {
        to.put(self.object.as_str(), &self.parameters);
    }
}

/// `<keysys:check>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check(pub Target);

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Target);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:delete>`: also how a domain is pushed to another registrar, by `action` and `target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete(pub Target);

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:renew>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Target);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:transfer>`: contacts and name servers that a domain has once it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer(pub Target);

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:update>`: also the way to say what a domain does at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Target);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keysys:resData>`: what a reply tells beside the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResData {
    /// Of what it tells, which is the name of the element.
    pub subject: Subject,
    /// What it tells.
    pub parameters: Parameters,
}

wire_enum! {
    /// What a reply tells of.
    Subject {
        ContactInfData = "contactInfData",
        CreData = "creData",
        InfData = "infData",
    }
}

impl Named for ResData {
    const NS: Namespace = NS;
    const NAME: &'static str = "resData";
}

impl Decode for ResData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let (subject, parameters) = one_child(from, "infData")?;
        Ok(Self { subject: subject.into(), parameters })
    }
}

impl Encode for ResData {
    fn encode(&self, to: &mut Writer) {
        to.put(self.subject.as_str(), &self.parameters);
    }
}

/// `<keysys:poll>`: more about a poll message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Poll {
    /// The whole `<data>`, whose elements are of no fixed names or namespace.
    pub data: Option<Fragment>,
    /// `info`: the message in words.
    pub info: Option<String>,
}

impl Named for Poll {
    const NS: Namespace = NS;
    const NAME: &'static str = "poll";
}

impl Decode for Poll {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { data: from.opt("data")?, info: from.opt("info")? })
    }
}

impl Encode for Poll {
    fn encode(&self, to: &mut Writer) {
        if let Some(data) = &self.data {
            data.encode(to);
        }
        to.put_opt("info", &self.info);
    }
}

/// Names and values, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<(String, String)>);

wire_enum! {
    /// `renewalmode`: what a domain does at its end.
    RenewalMode {
        AutoDelete = "AUTODELETE",
        AutoExpire = "AUTOEXPIRE",
        AutoRenew = "AUTORENEW",
        Default = "DEFAULT",
        RenewOnce = "RENEWONCE",
        RenewOnceThenAutoDelete = "RENEWONCETHENAUTODELETE",
        RenewOnceThenAutoExpire = "RENEWONCETHENAUTOEXPIRE",
    }
}

impl Parameters {
    /// These and one more. Names are written in code, never taken from users, since they become names of elements.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// These and what the domain does at its end.
    #[must_use]
    pub fn with_renewal_mode(self, mode: &RenewalMode) -> Self {
        self.with("renewalmode", mode.as_str())
    }

    /// These and consent to change the owner by a trade, which costs as much as a registration.
    #[must_use]
    pub fn with_trade(self) -> Self {
        self.with("accept-trade", "1")
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `renewalmode`
    #[must_use]
    pub fn renewal_mode(&self) -> Option<RenewalMode> {
        self.get("renewalmode").map(Into::into)
    }

    /// `transferlock`
    #[must_use]
    pub fn transfer_lock(&self) -> Option<bool> {
        self.get("transferlock").and_then(parse_bool)
    }

    /// `renDate`: until when a domain must be renewed or deleted, later than its `exDate`.
    #[must_use]
    pub fn ren_date(&self) -> Option<DateTime<Utc>> {
        self.get("renDate").and_then(timestamp)
    }

    /// `punDate`: when a domain is paid until.
    #[must_use]
    pub fn pun_date(&self) -> Option<DateTime<Utc>> {
        self.get("punDate").and_then(timestamp)
    }
}

impl Decode for Parameters {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let own = from.children().filter(|child| child.ns() == NS.uri);
        Ok(Self(own.map(|child| (child.name().to_owned(), child.text().to_owned())).collect()))
    }
}

impl Encode for Parameters {
    fn encode(&self, to: &mut Writer) {
        self.0.iter().for_each(|(name, value)| to.put(name, value));
    }
}

/// The name of the one child there has to be, and the parameters in it.
fn one_child<'d>(of: Element<'d>, usually: &'static str) -> Result<(&'d str, Parameters), DecodeError> {
    let child = of.children().find(|child| child.ns() == NS.uri);
    let child = child.ok_or_else(|| of.error(DecodeErrorKind::Missing(usually)))?;
    Ok((child.name(), Parameters::decode(child)?))
}

#[cfg(test)]
mod tests {
    use super::{Parameters, RenewalMode};

    #[test]
    fn what_every_domain_has_is_read_by_name_and_nonsense_is_nothing() {
        let told = Parameters::default()
            .with("renDate", "2032-03-10T05:06:07.0Z")
            .with("punDate", "soon")
            .with("transferlock", "0")
            .with_renewal_mode(&RenewalMode::AutoExpire);
        assert_eq!(told.ren_date().unwrap().to_rfc3339(), "2032-03-10T05:06:07+00:00");
        assert_eq!(told.pun_date(), None);
        assert_eq!(told.transfer_lock(), Some(false));
        assert_eq!(told.renewal_mode(), Some(RenewalMode::AutoExpire));
        assert_eq!(Parameters::default().renewal_mode(), None);
    }
}
