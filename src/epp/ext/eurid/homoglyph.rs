//! Names that look like others (`homoglyph-1.0`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/homoglyph-1.0", prefix: "homoglyph" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_reply::<ChkData>(DOCUMENT)];
const DOCUMENT: &str = "EURid homoglyph-1.0";

/// `<homoglyph:chkData>`: names that cannot be had because one that looks like them is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChkData {
    /// `domain`: at least one.
    pub domains: Vec<Domain>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domains: from.all("domain")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domain", &self.domains);
    }
}

/// `<homoglyph:domain>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// `name`
    pub name: String,
    /// `blockedBy`: at least one.
    pub blocked_by: Vec<String>,
}

impl Decode for Domain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, blocked_by: from.all("blockedBy")? })
    }
}

impl Encode for Domain {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all("blockedBy", &self.blocked_by);
    }
}
