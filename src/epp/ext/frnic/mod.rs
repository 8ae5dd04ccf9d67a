//! The extension of AFNIC (.fr and its like, `frnic-2.0`). Written without a public schema.
//!
//! Everything stands in one element, `<frnic:ext>`: of a command, of a reply, or in the place of a command. There is
//! a type for each of the three.

mod contact;
mod domain;
mod trade;

pub use contact::{
    Association, ContactChange, ContactInfo, ContactUpdate, CreData, IdStatus, Individual, LegalEntity,
    LegalStatus, NewContact, NhStatus, Obsoleted, Publication, Reachable,
};
pub use domain::{
    Cd, CheckedDomains, CheckedName, ChkData, Contact, DomainInfo, DomainStatus, TransferDomain,
};
pub use trade::{Body, Recover, RecoverDomain, Trade, TradeData, TradeDomain, TradeOp, TradeStatus, What};

use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.afnic.fr/xml/epp/frnic-2.0", prefix: "frnic" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<CommandExt>(DOCUMENT),
    Message::extends_reply::<ReplyExt>(DOCUMENT),
    Message::protocol::<Command>(DOCUMENT),
];
const DOCUMENT: &str = "AFNIC frnic-2.0";

/// `<frnic:ext>` of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one in a message: a box would cost more than it saves")]
pub enum CommandExt {
    /// `create`: who a new contact is.
    Create(Create),
    /// `update`: changes what is known of a contact.
    Update(Update),
    /// `transfer`: the contacts a domain has once it is here.
    Transfer(Transfer),
}

impl Named for CommandExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for CommandExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(create) = from.opt("create")? {
            return Ok(Self::Create(create));
        }
        if let Some(update) = from.opt("update")? {
            return Ok(Self::Update(update));
        }
        from.one("transfer").map(Self::Transfer)
    }
}

impl Encode for CommandExt {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Create(create) => to.put("create", create),
            Self::Update(update) => to.put("update", update),
            Self::Transfer(transfer) => to.put("transfer", transfer),
        }
    }
}

/// `<frnic:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `contact`
    pub contact: NewContact,
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact: from.one("contact")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("contact", &self.contact);
    }
}

/// `<frnic:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `contact`
    pub contact: ContactUpdate,
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact: from.one("contact")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("contact", &self.contact);
    }
}

/// `<frnic:transfer>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// `domain`
    pub domain: TransferDomain,
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain: from.one("domain")? })
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put("domain", &self.domain);
    }
}

/// `<frnic:ext>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyExt {
    /// `resData`
    pub res_data: ResData,
}

impl Named for ReplyExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for ReplyExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { res_data: from.one("resData")? })
    }
}

impl Encode for ReplyExt {
    fn encode(&self, to: &mut Writer) {
        to.put("resData", &self.res_data);
    }
}

/// `<frnic:resData>`: what a reply tells beside the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one in a message: a box would cost more than it saves")]
pub enum ResData {
    /// `creData`: of a contact that was made.
    Created(CreData),
    /// `infData`: of a contact or domain.
    Info(InfData),
    /// `chkData`: of names that were checked.
    Names(ChkData),
    /// `trdData`: how a trade stands.
    Traded(TradeData),
    /// `recData`: how a recovery stands.
    Recovered(TradeData),
}

impl Decode for ResData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(created) = from.opt("creData")? {
            return Ok(Self::Created(created));
        }
        if let Some(info) = from.opt("infData")? {
            return Ok(Self::Info(info));
        }
        if let Some(names) = from.opt("chkData")? {
            return Ok(Self::Names(names));
        }
        if let Some(traded) = from.opt("trdData")? {
            return Ok(Self::Traded(traded));
        }
        from.one("recData").map(Self::Recovered)
    }
}

impl Encode for ResData {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Created(created) => to.put("creData", created),
            Self::Info(info) => to.put("infData", info),
            Self::Names(names) => to.put("chkData", names),
            Self::Traded(traded) => to.put("trdData", traded),
            Self::Recovered(recovered) => to.put("recData", recovered),
        }
    }
}

/// `<frnic:infData>`: of a contact or domain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one in a message: a box would cost more than it saves")]
pub enum InfData {
    /// `contact`
    Contact(ContactInfo),
    /// `domain`
    Domain(DomainInfo),
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.opt("contact")? {
            return Ok(Self::Contact(contact));
        }
        from.one("domain").map(Self::Domain)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.put("contact", contact),
            Self::Domain(domain) => to.put("domain", domain),
        }
    }
}

/// `<frnic:ext><frnic:command>`: a command that EPP does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `command`
    pub command: Body,
}

impl Named for Command {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl ProtocolCommand for Command {
    fn cl_trid(&self) -> Option<&str> {
        self.command.cl_trid.as_deref()
    }
}

impl Decode for Command {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { command: from.one("command")? })
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Writer) {
        to.put("command", &self.command);
    }
}
