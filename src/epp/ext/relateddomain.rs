//! Verisign's related domains (`relatedDomain-1.0`): names of several zones, or variants of one, that are handled in one
//! command. The command is on one of them; this extension names the others.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::domain;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::{AuthInfo, Period};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.verisign.com/epp/relatedDomain-1.0", prefix: "relDom" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Domains<Create>>(DOCUMENT),
    Message::extends_reply::<Domains<domain::CreData>>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_reply::<Domains<DelData>>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Domains<domain::Renew>>(DOCUMENT),
    Message::extends_reply::<Domains<RenData>>(DOCUMENT),
    Message::extends_command::<Domains<Transfer>>(DOCUMENT),
    Message::extends_reply::<Domains<domain::TrnData>>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign related domain";

/// One `<relDom:domain>` for each related domain, inside the element that `T` names: `Domains<Create>` is
/// `<relDom:create>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domains<T>(pub Vec<T>);

/// What is said of one related domain, and of which element it is part.
pub trait Related: Decode + Encode {
    /// The element around all of them.
    const ELEMENT: &'static str;
}

impl<T: Related> Named for Domains<T> {
    const NS: Namespace = NS;
    const NAME: &'static str = T::ELEMENT;
}

impl<T: Related> Decode for Domains<T> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.all("domain").map(Self)
    }
}

impl<T: Related> Encode for Domains<T> {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domain", &self.0);
    }
}

/// What is said as of the domain itself.
impl Related for domain::CreData {
    const ELEMENT: &'static str = "creData";
}

impl Related for domain::Renew {
    const ELEMENT: &'static str = "renew";
}

impl Related for domain::TrnData {
    const ELEMENT: &'static str = "trnData";
}

/// `<relDom:info>`: asks for the domains related to one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Info {
    /// `type`; `domain` when left out.
    pub kind: Option<InfoType>,
}

wire_enum! {
    /// What an info is about.
    InfoType {
        /// The domain, and what is related to it.
        Domain = "domain",
        /// Only what is related: the domain itself need not be registered.
        Related = "related",
    }
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { kind: from.word("type") })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.kind);
    }
}

/// `<relDom:infData>`: the related domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `group`, at least one.
    pub groups: Vec<Group>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { groups: from.all("group")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("group", &self.groups);
    }
}

/// `<relDom:group>`: domains that are related in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `type`
    pub kind: GroupType,
    /// `inSync` of `fields`: whether all of them agree.
    pub in_sync: bool,
    /// `fields`: what the domains must agree in, at least one.
    pub fields: Vec<Field>,
    /// `registered`
    pub registered: Option<Names>,
    /// `available`
    pub available: Option<Names>,
}

wire_enum! {
    /// How domains are related.
    GroupType {
        /// The same label in several zones.
        Tld = "tld",
        /// Variants of a label.
        Variant = "variant",
    }
}

impl Decode for Group {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.need("fields")?;
        Ok(Self {
            kind: from.need_word("type")?,
            in_sync: in_sync(fields)?,
            fields: fields.all("field")?,
            registered: from.opt("registered")?,
            available: from.opt("available")?,
        })
    }
}

impl Encode for Group {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.kind.as_str());
        to.element("fields", |to| {
            to.attr_bool("inSync", self.in_sync);
            to.put_all("field", &self.fields);
        });
        to.put_opt("registered", &self.registered);
        to.put_opt("available", &self.available);
    }
}

/// `<relDom:field>`: something that related domains must agree in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `name`, such as `registrant`.
    pub name: String,
    /// `inSync`: whether they do.
    pub in_sync: bool,
}

impl Decode for Field {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, in_sync: in_sync(from)? })
    }
}

impl Encode for Field {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.attr_bool("inSync", self.in_sync);
    }
}

/// A list of `<relDom:name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Decode for Names {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.all("name").map(Self)
    }
}

impl Encode for Names {
    fn encode(&self, to: &mut Writer) {
        to.put_all("name", &self.0);
    }
}

/// One domain of `<relDom:create>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `name`
    pub name: String,
    /// `authInfo`
    pub auth_info: AuthInfo,
    /// `period`
    pub period: Option<Period>,
    /// `lang` of the name.
    pub lang: Option<String>,
}

impl Related for Create {
    const ELEMENT: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            auth_info: from.one("authInfo")?,
            period: from.opt("period")?,
            lang: from.opt("lang")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("authInfo", &self.auth_info);
        to.put_opt("period", &self.period);
        to.put_opt("lang", &self.lang);
    }
}

/// `<relDom:delete>`: the domains that go with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete(pub Names);

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Names::decode(from).map(Self)
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// One domain of `<relDom:delData>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelData {
    /// `name`
    pub name: String,
    /// `result`
    pub result: DeleteResult,
}

wire_enum! {
    /// What became of a domain.
    DeleteResult {
        Deleted = "deleted",
        PendingDelete = "pendingDelete",
    }
}

impl Related for DelData {
    const ELEMENT: &'static str = "delData";
}

impl Decode for DelData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, result: from.one("result")? })
    }
}

impl Encode for DelData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("result", &self.result);
    }
}

/// `<relDom:update>`: the domains that change like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Names);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Names::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// One domain of `<relDom:renData>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData {
    /// `name`
    pub name: String,
    /// `exDate`
    pub ex_date: DateTime<Utc>,
}

impl Related for RenData {
    const ELEMENT: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, ex_date: from.one("exDate")? })
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("exDate", &self.ex_date);
    }
}

/// One domain of `<relDom:transfer>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// `name`
    pub name: String,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
    /// `period`
    pub period: Option<Period>,
}

impl Related for Transfer {
    const ELEMENT: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, auth_info: from.opt("authInfo")?, period: from.opt("period")? })
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("authInfo", &self.auth_info);
        to.put_opt("period", &self.period);
    }
}

fn in_sync(from: Element<'_>) -> Result<bool, DecodeError> {
    from.bool_attr("inSync")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("inSync")))
}
