//! Applicants, deletion and transfer of a .no domain (`no-ext-domain-1.1`). Written without a public schema.

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
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-domain-1.1";

/// `<no-ext-domain:create>`: what the holder of a new domain agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `applicantDataset`
    pub applicant_dataset: Applicant,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { applicant_dataset: from.one("applicantDataset")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("applicantDataset", &self.applicant_dataset);
    }
}

/// `<no-ext-domain:update>`: what a new holder agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `chg`
    pub chg: Chg,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { chg: from.one("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("chg", &self.chg);
    }
}

/// `<no-ext-domain:chg>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chg {
    /// `applicantDataset`
    pub applicant_dataset: Applicant,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { applicant_dataset: from.one("applicantDataset")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put("applicantDataset", &self.applicant_dataset);
    }
}

/// `<no-ext-domain:applicantDataset>`: the applicant's declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// `versionNumber`: of its text.
    pub version_number: String,
    /// `acceptName`: who agreed.
    pub accept_name: String,
    /// `acceptDate`: when.
    pub accept_date: DateTime<Utc>,
}

impl Decode for Applicant {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            version_number: from.one("versionNumber")?,
            accept_name: from.one("acceptName")?,
            accept_date: from.one("acceptDate")?,
        })
    }
}

impl Encode for Applicant {
    fn encode(&self, to: &mut Writer) {
        to.put("versionNumber", &self.version_number);
        to.put("acceptName", &self.accept_name);
        to.put("acceptDate", &self.accept_date);
    }
}

/// `<no-ext-domain:delete>`: deletes a domain later.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delete {
    /// `deleteFromDNS`: when it leaves the DNS.
    pub delete_from_dns: Option<NaiveDate>,
    /// `deleteFromRegistry`: when others can have it.
    pub delete_from_registry: Option<NaiveDate>,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            delete_from_dns: from.opt("deleteFromDNS")?,
            delete_from_registry: from.opt("deleteFromRegistry")?,
        })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("deleteFromDNS", &self.delete_from_dns);
        to.put_opt("deleteFromRegistry", &self.delete_from_registry);
    }
}

/// `<no-ext-domain:transfer>`: how the holder gets the token of a transfer, or the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transfer {
    /// `notify`: where the token is sent.
    Notify(Notify),
    /// `token`: the token.
    Token(Secret),
}

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(notify) = from.opt("notify")? {
            return Ok(Self::Notify(notify));
        }
        from.one("token").map(Self::Token)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Notify(notify) => to.put("notify", notify),
            Self::Token(token) => to.put("token", token),
        }
    }
}

/// `<no-ext-domain:notify>`: where the token is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notify {
    /// `mobilePhone`
    MobilePhone(Phone),
    /// `email`
    Email(String),
}

impl Decode for Notify {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(mobile_phone) = from.opt("mobilePhone")? {
            return Ok(Self::MobilePhone(mobile_phone));
        }
        from.one("email").map(Self::Email)
    }
}

impl Encode for Notify {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::MobilePhone(mobile_phone) => to.put("mobilePhone", mobile_phone),
            Self::Email(email) => to.put("email", email),
        }
    }
}

/// `<no-ext-domain:infData>`: what the holder agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `applicantDataset`
    pub applicant_dataset: ApplicantInfo,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { applicant_dataset: from.one("applicantDataset")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("applicantDataset", &self.applicant_dataset);
    }
}

/// `<no-ext-domain:applicantDataset>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantInfo {
    /// `versionNumber`: of its text.
    pub version_number: String,
    /// `acceptName`: who agreed.
    pub accept_name: String,
    /// `acceptDate`: when.
    pub accept_date: DateTime<Utc>,
    /// `updateClientID`: which registrar told.
    pub update_client_id: Option<String>,
    /// `updateDate`
    pub update_date: Option<DateTime<Utc>>,
}

impl Decode for ApplicantInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            version_number: from.one("versionNumber")?,
            accept_name: from.one("acceptName")?,
            accept_date: from.one("acceptDate")?,
            update_client_id: from.opt("updateClientID")?,
            update_date: from.opt("updateDate")?,
        })
    }
}

impl Encode for ApplicantInfo {
    fn encode(&self, to: &mut Writer) {
        to.put("versionNumber", &self.version_number);
        to.put("acceptName", &self.accept_name);
        to.put("acceptDate", &self.accept_date);
        to.put_opt("updateClientID", &self.update_client_id);
        to.put_opt("updateDate", &self.update_date);
    }
}

/// `<no-ext-domain:withdraw>`: gives a domain back to the registry; see [`super::epp::Command`].
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
