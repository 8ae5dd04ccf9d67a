//! The domain mapping (RFC 5731), one file a command.

mod check;
mod create;
mod delete;
mod foreign;
mod info;
mod pan;
mod renew;
mod transfer;
mod update;

pub use check::{Cd, Check, ChkData};
pub use create::{CreData, Create};
pub use delete::Delete;
pub use foreign::{ForeignAuthInfo, ForeignNs};
pub use info::{Hosts, InfData, Info};
pub use pan::PanData;
pub use renew::{RenData, Renew};
pub use transfer::{Transfer, TrnData};
pub use update::{AddRem, Chg, Update};

use crate::catalogue::Message;
use crate::error::DecodeError;
pub use crate::host::HostAddr;
use crate::types::StatusValue;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:domain-1.0", prefix: "domain" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Renew>(DOCUMENT),
    Message::data::<RenData>(DOCUMENT),
    Message::command_by::<Transfer>(DOCUMENT, transfer::round_trip),
    Message::data::<TrnData>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
    Message::data::<PanData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 5731";

wire_enum! {
    /// What may or may not be done with a domain, and what is being done (RFC 5731, 2.3).
    Status {
        ClientDeleteProhibited = "clientDeleteProhibited",
        ClientHold = "clientHold",
        ClientRenewProhibited = "clientRenewProhibited",
        ClientTransferProhibited = "clientTransferProhibited",
        ClientUpdateProhibited = "clientUpdateProhibited",
        Inactive = "inactive",
        Ok = "ok",
        PendingCreate = "pendingCreate",
        PendingDelete = "pendingDelete",
        PendingRenew = "pendingRenew",
        PendingTransfer = "pendingTransfer",
        PendingUpdate = "pendingUpdate",
        ServerDeleteProhibited = "serverDeleteProhibited",
        ServerHold = "serverHold",
        ServerRenewProhibited = "serverRenewProhibited",
        ServerTransferProhibited = "serverTransferProhibited",
        ServerUpdateProhibited = "serverUpdateProhibited",
    }
}

/// `<domain:status>`
pub type DomainStatus = StatusValue<Status>;

/// `<domain:ns>`: the name servers, in the one or the other form that a registry keeps them (RFC 5731, 1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameServers {
    /// `hostObj`: names of host objects, at least one. Some registries tell of none, which reads as this.
    Objects(Vec<String>),
    /// `hostAttr`: hosts that live in the domain, at least one.
    Attributes(Vec<HostAttr>),
}

impl NameServers {
    /// The host names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (objects, attributes) = match self {
            Self::Objects(names) => (names.as_slice(), [].as_slice()),
            Self::Attributes(hosts) => ([].as_slice(), hosts.as_slice()),
        };
        objects.iter().map(String::as_str).chain(attributes.iter().map(|host| host.name.as_str()))
    }
}

impl Decode for NameServers {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let attributes: Vec<HostAttr> = from.all("hostAttr")?;
        if attributes.is_empty() {
            from.all("hostObj").map(Self::Objects)
        } else {
            Ok(Self::Attributes(attributes))
        }
    }
}

impl Encode for NameServers {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Objects(names) => to.put_all("hostObj", names),
            Self::Attributes(hosts) => to.put_all("hostAttr", hosts),
        }
    }
}

/// `<domain:hostAttr>`: a name server with its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAttr {
    /// `hostName`
    pub name: String,
    /// `hostAddr`; needed only below the domain itself.
    pub addresses: Vec<HostAddr>,
}

impl Decode for HostAttr {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("hostName")?, addresses: from.all("hostAddr")? })
    }
}

impl Encode for HostAttr {
    fn encode(&self, to: &mut Writer) {
        to.put("hostName", &self.name);
        to.put_all("hostAddr", &self.addresses);
    }
}

/// `<domain:contact type="...">`: a contact of the domain other than the registrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainContact {
    /// The contact's id at the registry.
    pub id: String,
    /// What for; few registries leave it out.
    pub role: Option<ContactRole>,
}

wire_enum! {
    /// What a contact is for (RFC 5731, `contactAttrType`).
    ContactRole {
        Admin = "admin",
        Billing = "billing",
        Tech = "tech",
    }
}

impl Decode for DomainContact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.text().to_owned(), role: from.attr("type").map(|role| role.trim().into()) })
    }
}

impl Encode for DomainContact {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.role);
        to.text(&self.id);
    }
}
