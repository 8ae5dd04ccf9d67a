//! Domains of a contact in .za, the balance of a registrar, who is a contact too, and what the registry says of a
//! command in words (`cozacontact-1-0`).

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://co.za/epp/extensions/cozacontact-1-0", prefix: "cozacontact" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<CozaData>(DOCUMENT),
];
const DOCUMENT: &str = "ZACR cozacontact-1-0";

/// `<cozacontact:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `cancelPendingAction`: the action that is taken back.
    pub cancel_pending_action: Option<String>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cancel_pending_action: from.word("cancelPendingAction") })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("cancelPendingAction", &self.cancel_pending_action);
    }
}

/// `<cozacontact:info>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `domainListing`: asks for the domains of the contact.
    pub domain_listing: Option<bool>,
    /// `balance`: asks for the registrar's balance.
    pub balance: Option<bool>,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain_listing: from.opt("domainListing")?, balance: from.opt("balance")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("domainListing", &self.domain_listing);
        to.put_opt("balance", &self.balance);
    }
}

/// `<cozacontact:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `domain`
    pub domains: Vec<DomainEntry>,
    /// `balance`
    pub balance: Option<Decimal>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domains: from.all("domain")?, balance: from.opt("balance")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domain", &self.domains);
        to.put_opt("balance", &self.balance);
    }
}

/// `<cozacontact:domain>`: a domain of the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainEntry {
    /// `level`: what the contact is of it.
    pub level: Level,
    /// Its name.
    pub name: String,
}

impl Decode for DomainEntry {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { level: from.need_word("level")?, name: from.text().to_owned() })
    }
}

impl Encode for DomainEntry {
    fn encode(&self, to: &mut Writer) {
        to.attr("level", self.level.as_str());
        to.text(&self.name);
    }
}

wire_enum! {
    /// What a contact is of a domain.
    Level {
        Owner = "Owner",
        Contact = "Contact",
    }
}

/// `<cozacontact:cozaData>`: what became of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CozaData {
    /// `detail`
    pub detail: Detail,
}

impl Named for CozaData {
    const NS: Namespace = NS;
    const NAME: &'static str = "cozaData";
}

impl Decode for CozaData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { detail: from.one("detail")? })
    }
}

impl Encode for CozaData {
    fn encode(&self, to: &mut Writer) {
        to.put("detail", &self.detail);
    }
}

/// `<cozacontact:detail>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// `result`
    pub result: Outcome,
    /// In words.
    pub text: String,
}

impl Decode for Detail {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { result: from.need_word("result")?, text: from.text().to_owned() })
    }
}

impl Encode for Detail {
    fn encode(&self, to: &mut Writer) {
        to.attr("result", self.result.as_str());
        to.text(&self.text);
    }
}

wire_enum! {
    /// Whether a command was done.
    Outcome {
        Success = "success",
        Failure = "failure",
    }
}
