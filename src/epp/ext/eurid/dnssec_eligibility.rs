//! Whether a domain earns the discount for DNSSEC (`dnssecEligibility-1.0`): an object of its own, which is only read.

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/dnssecEligibility-1.0", prefix: "dnssecEligibility" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid dnssecEligibility-1.0";

/// `<dnssecEligibility:info>`: asks for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `name`
    pub name: String,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl ObjectCommand for Info {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}

/// `<dnssecEligibility:infData>`: whether it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `name`
    pub name: String,
    /// `eligible`
    pub eligible: bool,
    /// `msg`: why, in words.
    pub msg: String,
    /// `code`: the same as a number.
    pub code: i32,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            eligible: from.one("eligible")?,
            msg: from.one("msg")?,
            code: from.one("code")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("eligible", &self.eligible);
        to.put("msg", &self.msg);
        to.put("code", &self.code);
    }
}
