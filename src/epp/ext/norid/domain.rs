//! Declarations of registrants, tokens for transfers and dates of deletion in .no (`no-ext-domain-1.1`).
//!
//! Written without a schema that the registry publishes: the facts come from what public clients carry.

use chrono::{DateTime, NaiveDate, Utc};

use crate::catalogue::Message;
use crate::contact::Phone;
use crate::error::DecodeError;
use crate::types::Secret;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.norid.no/xsd/no-ext-domain-1.1", prefix: "no-ext-domain" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::part::<Withdraw>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-domain-1.1";

/// `<no-ext-domain:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `applicantDataset`
    pub dataset: Dataset,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { dataset: from.one("applicantDataset")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("applicantDataset", &self.dataset);
    }
}

/// `<no-ext-domain:applicantDataset>`: that the registrant has declared to keep the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// `versionNumber`: which text was declared.
    pub version_number: String,
    /// `acceptName`: who declared it.
    pub accept_name: String,
    /// `acceptDate`: when.
    pub accept_date: DateTime<Utc>,
}

impl Decode for Dataset {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            version_number: from.one("versionNumber")?,
            accept_name: from.one("acceptName")?,
            accept_date: from.one("acceptDate")?,
        })
    }
}

impl Encode for Dataset {
    fn encode(&self, to: &mut Writer) {
        to.put("versionNumber", &self.version_number);
        to.put("acceptName", &self.accept_name);
        to.put("acceptDate", &self.accept_date);
    }
}

/// `<no-ext-domain:update>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `chg`
    pub chg: Option<Chg>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("chg", &self.chg);
    }
}

/// `<no-ext-domain:chg>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chg {
    /// `applicantDataset`
    pub dataset: Dataset,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { dataset: from.one("applicantDataset")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put("applicantDataset", &self.dataset);
    }
}

/// `<no-ext-domain:infData>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `applicantDataset`
    pub dataset: Option<ToldDataset>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { dataset: from.opt("applicantDataset")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("applicantDataset", &self.dataset);
    }
}

/// `<no-ext-domain:applicantDataset>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldDataset {
    /// `versionNumber`: which text was declared.
    pub version_number: String,
    /// `acceptName`: who declared it.
    pub accept_name: String,
    /// `acceptDate`: when.
    pub accept_date: DateTime<Utc>,
    /// `updateClientID`: which registrar handed it in.
    pub update_client_id: String,
    /// `updateDate`: when.
    pub update_date: DateTime<Utc>,
}

impl Decode for ToldDataset {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            version_number: from.one("versionNumber")?,
            accept_name: from.one("acceptName")?,
            accept_date: from.one("acceptDate")?,
            update_client_id: from.one("updateClientID")?,
            update_date: from.one("updateDate")?,
        })
    }
}

impl Encode for ToldDataset {
    fn encode(&self, to: &mut Writer) {
        to.put("versionNumber", &self.version_number);
        to.put("acceptName", &self.accept_name);
        to.put("acceptDate", &self.accept_date);
        to.put("updateClientID", &self.update_client_id);
        to.put("updateDate", &self.update_date);
    }
}

/// `<no-ext-domain:delete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// `deleteFromDNS`: the day it leaves the zone.
    pub delete_from_dns: NaiveDate,
    /// `deleteFromRegistry`: the day it is deleted.
    pub delete_from_registry: NaiveDate,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            delete_from_dns: from.one("deleteFromDNS")?,
            delete_from_registry: from.one("deleteFromRegistry")?,
        })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put("deleteFromDNS", &self.delete_from_dns);
        to.put("deleteFromRegistry", &self.delete_from_registry);
    }
}

/// `<no-ext-domain:transfer>`: of a request, whom to send a token; of an execution, the token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transfer {
    /// `token`
    pub token: Option<Secret>,
    /// `notify`
    pub notify: Option<Notify>,
}

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { token: from.opt("token")?, notify: from.opt("notify")? })
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("token", &self.token);
        to.put_opt("notify", &self.notify);
    }
}

/// `<no-ext-domain:notify>`: where the token is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notify {
    /// `email`
    Email(String),
    /// `mobilePhone`
    MobilePhone(Phone),
}

impl Decode for Notify {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(email) = from.opt("email")? {
            return Ok(Self::Email(email));
        }
        from.one("mobilePhone").map(Self::MobilePhone)
    }
}

impl Encode for Notify {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Email(email) => to.put("email", email),
            Self::MobilePhone(mobile_phone) => to.put("mobilePhone", mobile_phone),
        }
    }
}

/// `<no-ext-domain:withdraw>`: gives the domain back to the registry; the content of a command of [`super::epp`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// `name`
    pub name: String,
}

impl Named for Withdraw {
    const NS: Namespace = NS;
    const NAME: &'static str = "withdraw";
}

impl Decode for Withdraw {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")? })
    }
}

impl Encode for Withdraw {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}
