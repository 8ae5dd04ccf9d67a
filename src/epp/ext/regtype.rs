//! The kind of a registration, where a registry has several (draft-brown-epp-regtype, `regtype-0.2`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:regtype-0.2", prefix: "regtype" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "draft-brown-epp-regtype";

/// `<regtype:check>`: could the names be registered as this kind?
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

/// `<regtype:create>`: the kind of a new registration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `type`
    pub reg_type: Option<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reg_type: from.opt("type")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.reg_type);
    }
}

/// `<regtype:update>`: another kind.
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

/// `<regtype:chg>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `type`
    pub reg_type: Option<String>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reg_type: from.opt("type")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.reg_type);
    }
}

/// `<regtype:infData>`: the kind of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `type`
    pub reg_type: Option<String>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reg_type: from.opt("type")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.reg_type);
    }
}
