//! Types of registration, at registries that have several (draft-brown-epp-regtype, `regtype-0.2`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:regtype-0.2", prefix: "regtype" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "draft-brown-epp-regtype";

/// `<regtype:check>`: whether names could be registered so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `type`
    pub reg_type: String,
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reg_type: from.one("type")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put("type", &self.reg_type);
    }
}

/// `<regtype:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub RegType);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        RegType::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<regtype:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub RegType);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        RegType::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<regtype:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `chg`
    pub chg: RegType,
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

/// The type of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegType {
    /// `type`: the registry's own, when left out.
    pub reg_type: Option<String>,
}

impl Decode for RegType {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reg_type: from.opt("type")? })
    }
}

impl Encode for RegType {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.reg_type);
    }
}
