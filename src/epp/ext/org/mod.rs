//! Organizations as objects (RFC 8543, `org-1.0`): registrars, resellers, privacy services and the like, one file a
//! command.

mod check;
mod create;
mod info;
mod update;

pub use check::{Cd, Check, ChkData};
pub use create::{CreData, Create};
pub use info::{InfData, Info};
pub use update::{AddRem, Chg, ChgPostalInfo, Update};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::contact::{Address, PostalForm};
use crate::error::DecodeError;
use crate::types::PendingAction;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:org-1.0", prefix: "org" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
    Message::data::<PanData>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 8543";

/// `<org:delete>`: deletes an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// `id`
    pub id: String,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl ObjectCommand for Delete {
    fn verb(&self) -> Verb {
        Verb::Delete
    }
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}

/// `<org:panData>`: the end of an action that was pending, told by a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanData(pub PendingAction);

impl Named for PanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "panData";
}

impl Decode for PanData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        PendingAction::decode_as("id", from).map(Self)
    }
}

impl Encode for PanData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("id", to);
    }
}

/// `<org:role>`: what an organization is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// `type`: `registrar`, `reseller`, `privacyproxy` or another one.
    pub role: String,
    /// `status`
    pub statuses: Vec<RoleStatus>,
    /// `roleID`: its id in that role, as the number a registrar has of IANA.
    pub role_id: Option<String>,
}

impl Decode for Role {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role: from.one("type")?, statuses: from.all("status")?, role_id: from.opt("roleID")? })
    }
}

impl Encode for Role {
    fn encode(&self, to: &mut Writer) {
        to.put("type", &self.role);
        to.put_all("status", &self.statuses);
        to.put_opt("roleID", &self.role_id);
    }
}

wire_enum! {
    /// What may or may not be done with an organization, and what is being done.
    Status {
        ClientDeleteProhibited = "clientDeleteProhibited",
        ClientLinkProhibited = "clientLinkProhibited",
        ClientUpdateProhibited = "clientUpdateProhibited",
        Hold = "hold",
        Linked = "linked",
        Ok = "ok",
        PendingCreate = "pendingCreate",
        PendingDelete = "pendingDelete",
        PendingUpdate = "pendingUpdate",
        ServerDeleteProhibited = "serverDeleteProhibited",
        ServerLinkProhibited = "serverLinkProhibited",
        ServerUpdateProhibited = "serverUpdateProhibited",
        Terminated = "terminated",
    }
}

wire_enum! {
    /// What may or may not be done with an organization in a role.
    RoleStatus {
        ClientLinkProhibited = "clientLinkProhibited",
        Linked = "linked",
        Ok = "ok",
        ServerLinkProhibited = "serverLinkProhibited",
    }
}

/// `<org:postalInfo>`: name and address in one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalInfo {
    /// `type`
    pub form: PostalForm,
    /// `name`
    pub name: String,
    /// `addr`
    pub addr: Option<Address>,
}

impl Decode for PostalInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { form: from.need_word("type")?, name: from.one("name")?, addr: from.opt("addr")? })
    }
}

impl Encode for PostalInfo {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.form.as_str());
        to.put("name", &self.name);
        to.put_opt("addr", &self.addr);
    }
}

/// `<org:contact>`: a contact of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`
    pub contact_type: ContactType,
    /// `typeName`: what for, when `type` is `custom`.
    pub type_name: Option<String>,
    /// The contact's id.
    pub id: String,
}

impl Decode for Contact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contact_type: from.need_word("type")?,
            type_name: from.word("typeName"),
            id: from.text().to_owned(),
        })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.contact_type.as_str());
        to.attr_opt("typeName", &self.type_name);
        to.text(&self.id);
    }
}

wire_enum! {
    /// What a contact of an organization is for.
    ContactType {
        Abuse = "abuse",
        Admin = "admin",
        Billing = "billing",
        Custom = "custom",
        Tech = "tech",
    }
}
