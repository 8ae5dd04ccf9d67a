//! Verisign's client object attributes (`coa-1.0`): what a registrar notes at an object, key by key.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:coa-1.0", prefix: "coa" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign client object attribute";

/// `<coa:create>`: the attributes of a new object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `attr`, at least one.
    pub attrs: Vec<Attr>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { attrs: from.all("attr")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("attr", &self.attrs);
    }
}

/// `<coa:update>`: takes attributes away and puts others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `rem`: the keys of attributes that go.
    pub rem: Vec<String>,
    /// `put`: attributes that come, or change.
    pub put: Vec<Attr>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let rem = from.find("rem").map(|mut rem| rem.all("key")).transpose()?;
        let put = from.find("put").map(|mut put| put.all("attr")).transpose()?;
        Ok(Self { rem: rem.unwrap_or_default(), put: put.unwrap_or_default() })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        if !self.rem.is_empty() {
            to.element("rem", |to| to.put_all("key", &self.rem));
        }
        if !self.put.is_empty() {
            to.element("put", |to| to.put_all("attr", &self.put));
        }
    }
}

/// `<coa:infData>`: the attributes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `attr`, at least one.
    pub attrs: Vec<Attr>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { attrs: from.all("attr")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("attr", &self.attrs);
    }
}

/// `<coa:attr>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attr {
    /// `key`, up to 50 characters.
    pub key: String,
    /// `value`, up to 1000 characters.
    pub value: String,
}

impl Decode for Attr {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { key: from.one("key")?, value: from.one("value")? })
    }
}

impl Encode for Attr {
    fn encode(&self, to: &mut Writer) {
        to.put("key", &self.key);
        to.put("value", &self.value);
    }
}
