//! Relay of DNSSEC keys (RFC 8063, `keyrelay-1.0`): the next operator of a name hands its keys to the present one, by
//! way of the registry.

use chrono::{DateTime, Utc};

use super::secdns::{self, KeyData};
use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::domain::ForeignAuthInfo;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:keyrelay-1.0", prefix: "keyrelay" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Create>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "RFC 8063";

/// `<keyrelay:create>`: keys for whoever operates the name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `name`
    pub name: String,
    /// `authInfo`: shows the right to do so.
    pub auth_info: ForeignAuthInfo,
    /// `keyRelayData`: at least one.
    pub key_relay_data: Vec<KeyRelayData>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl ObjectCommand for Create {
    fn verb(&self) -> Verb {
        Verb::Create
    }
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            auth_info: from.one("authInfo")?,
            key_relay_data: from.all("keyRelayData")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("authInfo", &self.auth_info);
        to.put_all("keyRelayData", &self.key_relay_data);
    }
}

/// `<keyrelay:infData>`: keys that came, told by a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `name`
    pub name: String,
    /// `authInfo`: as the sender gave it.
    pub auth_info: ForeignAuthInfo,
    /// `keyRelayData`: at least one.
    pub key_relay_data: Vec<KeyRelayData>,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `reID`: who sent them.
    pub re_id: String,
    /// `acID`: who gets them.
    pub ac_id: String,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            auth_info: from.one("authInfo")?,
            key_relay_data: from.all("keyRelayData")?,
            cr_date: from.one("crDate")?,
            re_id: from.one("reID")?,
            ac_id: from.one("acID")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("authInfo", &self.auth_info);
        to.put_all("keyRelayData", &self.key_relay_data);
        to.put("crDate", &self.cr_date);
        to.put("reID", &self.re_id);
        to.put("acID", &self.ac_id);
    }
}

/// `<keyrelay:keyRelayData>`: one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRelayData {
    /// `keyData`
    pub key_data: RelayedKey,
    /// `expiry`: until when the key is to be published.
    pub expiry: Option<Expiry>,
}

impl Decode for KeyRelayData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { key_data: from.one("keyData")?, expiry: from.opt("expiry")? })
    }
}

impl Encode for KeyRelayData {
    fn encode(&self, to: &mut Writer) {
        to.put("keyData", &self.key_data);
        to.put_opt("expiry", &self.expiry);
    }
}

/// `<keyrelay:keyData>`, whose content is that of `<secDNS:keyData>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayedKey(pub KeyData);

impl Decode for RelayedKey {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let child =
            |name| from.find_in(secdns::NS, name).ok_or_else(|| from.error(DecodeErrorKind::Missing(name)));
        Ok(Self(KeyData {
            flags: u16::decode(child("flags")?)?,
            protocol: u8::decode(child("protocol")?)?,
            alg: u8::decode(child("alg")?)?,
            pub_key: String::decode(child("pubKey")?)?,
        }))
    }
}

impl Encode for RelayedKey {
    fn encode(&self, to: &mut Writer) {
        to.within(secdns::NS, |to| self.0.encode(to));
    }
}

/// `<keyrelay:expiry>`: when a key is no longer needed. Zero takes it back at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expiry {
    /// `absolute`: at a time.
    Absolute(DateTime<Utc>),
    /// `relative`: after a time, an `xs:duration`.
    Relative(String),
}

impl Decode for Expiry {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(absolute) = from.opt("absolute")? {
            return Ok(Self::Absolute(absolute));
        }
        from.one("relative").map(Self::Relative)
    }
}

impl Encode for Expiry {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Absolute(absolute) => to.put("absolute", absolute),
            Self::Relative(relative) => to.put("relative", relative),
        }
    }
}
