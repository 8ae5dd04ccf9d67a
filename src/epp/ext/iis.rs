//! The extension of the Swedish registry (.se, .nu: `iis-1.2`): who a contact is by law, when a domain goes, and poll
//! messages that hold the object they are about.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::Secret;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};
use crate::{contact, domain, host};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:se:iis:xml:epp:iis-1.2", prefix: "iis" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<UpdData>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::data::<CreateNotify>(DOCUMENT),
    Message::data::<UpdateNotify>(DOCUMENT),
    Message::data::<DeleteNotify>(DOCUMENT),
    Message::data::<TransferNotify>(DOCUMENT),
];
const DOCUMENT: &str = "Internetstiftelsen iis-1.2";

/// `<iis:create>`: who a new contact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `orgno`: country in brackets and number of the person or organization.
    pub orgno: String,
    /// `vatno`
    pub vatno: Option<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { orgno: from.one("orgno")?, vatno: from.opt("vatno")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("orgno", &self.orgno);
        to.put_opt("vatno", &self.vatno);
    }
}

/// `<iis:creData>`: the password that the registry chose for a new domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreData {
    /// `pw`
    pub pw: Option<Secret>,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { pw: from.opt("pw")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("pw", &self.pw);
    }
}

/// `<iis:update>`: changes a contact, or whether a domain is to go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `vatno`: of a contact.
    pub vatno: Option<String>,
    /// `clientDelete`: of a domain.
    pub client_delete: Option<ClientDelete>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { vatno: from.opt("vatno")?, client_delete: from.opt("clientDelete")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("vatno", &self.vatno);
        to.put_opt("clientDelete", &self.client_delete);
    }
}

/// `<iis:clientDelete>`: whether a domain is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDelete {
    /// `atExpDate`: when it ends, instead of at once.
    pub at_exp_date: Option<bool>,
    /// Whether it is.
    pub delete: bool,
}

impl Decode for ClientDelete {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { at_exp_date: from.bool_attr("atExpDate")?, delete: bool::decode(from)? })
    }
}

impl Encode for ClientDelete {
    fn encode(&self, to: &mut Writer) {
        if let Some(at_exp_date) = self.at_exp_date {
            to.attr_bool("atExpDate", at_exp_date);
        }
        self.delete.encode(to);
    }
}

/// `<iis:updData>`: the password that the registry chose anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdData {
    /// `pw`
    pub pw: Option<Secret>,
}

impl Named for UpdData {
    const NS: Namespace = NS;
    const NAME: &'static str = "updData";
}

impl Decode for UpdData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { pw: from.opt("pw")? })
    }
}

impl Encode for UpdData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("pw", &self.pw);
    }
}

/// `<iis:transfer>`: name servers that a domain gets with a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// `ns`
    pub ns: Ns,
}

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ns: from.one("ns")? })
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put("ns", &self.ns);
    }
}

/// `<iis:ns>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ns {
    /// `hostObj`: at least one.
    pub host_objs: Vec<String>,
}

impl Decode for Ns {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { host_objs: from.all("hostObj")? })
    }
}

impl Encode for Ns {
    fn encode(&self, to: &mut Writer) {
        to.put_all("hostObj", &self.host_objs);
    }
}

/// `<iis:infData>`: who a contact is, or how a domain goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `orgno`
    pub orgno: Option<String>,
    /// `vatno`
    pub vatno: Option<String>,
    /// `deactDate`: when the domain leaves the DNS.
    pub deact_date: Option<DateTime<Utc>>,
    /// `delDate`: when it is deleted.
    pub del_date: Option<DateTime<Utc>>,
    /// `relDate`: when others can have it.
    pub rel_date: Option<DateTime<Utc>>,
    /// `state`: in the registry's words.
    pub state: Option<String>,
    /// `clientDelete`: whether it is to be deleted.
    pub client_delete: Option<bool>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            orgno: from.opt("orgno")?,
            vatno: from.opt("vatno")?,
            deact_date: from.opt("deactDate")?,
            del_date: from.opt("delDate")?,
            rel_date: from.opt("relDate")?,
            state: from.opt("state")?,
            client_delete: from.opt("clientDelete")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("orgno", &self.orgno);
        to.put_opt("vatno", &self.vatno);
        to.put_opt("deactDate", &self.deact_date);
        to.put_opt("delDate", &self.del_date);
        to.put_opt("relDate", &self.rel_date);
        to.put_opt("state", &self.state);
        to.put_opt("clientDelete", &self.client_delete);
    }
}

/// `<iis:createNotify>`: a poll message, that an object was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateNotify(pub Object);

impl Named for CreateNotify {
    const NS: Namespace = NS;
    const NAME: &'static str = "createNotify";
}

impl Decode for CreateNotify {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Object::decode(from).map(Self)
    }
}

impl Encode for CreateNotify {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<iis:updateNotify>`: a poll message, that an object was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateNotify(pub Object);

impl Named for UpdateNotify {
    const NS: Namespace = NS;
    const NAME: &'static str = "updateNotify";
}

impl Decode for UpdateNotify {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Object::decode(from).map(Self)
    }
}

impl Encode for UpdateNotify {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// An object as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// `contact:infData`
    Contact(contact::InfData),
    /// `domain:infData`
    Domain(domain::InfData),
    /// `host:infData`
    Host(host::InfData),
}

impl Decode for Object {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.named()? {
            return Ok(Self::Contact(contact));
        }
        if let Some(domain) = from.named()? {
            return Ok(Self::Domain(domain));
        }
        from.named()?.map(Self::Host).ok_or_else(|| from.error(DecodeErrorKind::Missing("host:infData")))
    }
}

impl Encode for Object {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.named(contact),
            Self::Domain(domain) => to.named(domain),
            Self::Host(host) => to.named(host),
        }
    }
}

/// `<iis:deleteNotify>`: a poll message, that an object was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteNotify {
    /// `contact:delete`
    Contact(contact::Delete),
    /// `domain:delete`
    Domain(domain::Delete),
    /// `host:delete`
    Host(host::Delete),
}

impl Named for DeleteNotify {
    const NS: Namespace = NS;
    const NAME: &'static str = "deleteNotify";
}

impl Decode for DeleteNotify {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.named()? {
            return Ok(Self::Contact(contact));
        }
        if let Some(domain) = from.named()? {
            return Ok(Self::Domain(domain));
        }
        from.named()?.map(Self::Host).ok_or_else(|| from.error(DecodeErrorKind::Missing("host:delete")))
    }
}

impl Encode for DeleteNotify {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.named(contact),
            Self::Domain(domain) => to.named(domain),
            Self::Host(host) => to.named(host),
        }
    }
}

/// `<iis:transferNotify>`: a poll message, that an object was transferred. Hosts go with their domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferNotify {
    /// `contact:trnData`
    Contact(contact::TrnData),
    /// `domain:trnData`
    Domain(domain::TrnData),
}

impl Named for TransferNotify {
    const NS: Namespace = NS;
    const NAME: &'static str = "transferNotify";
}

impl Decode for TransferNotify {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.named()? {
            return Ok(Self::Contact(contact));
        }
        from.named()?.map(Self::Domain).ok_or_else(|| from.error(DecodeErrorKind::Missing("domain:trnData")))
    }
}

impl Encode for TransferNotify {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.named(contact),
            Self::Domain(domain) => to.named(domain),
        }
    }
}
