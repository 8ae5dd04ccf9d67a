//! Another id for a contact (`std-contact-id-1.0`).

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-contact-id-1.0", prefix: "contact-id" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Update>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-contact-id-1.0";

/// `<contact-id:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `id`
    pub id: String,
    /// `chg`
    pub chg: Chg,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl ObjectCommand for Update {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")?, chg: from.one("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("chg", &self.chg);
    }
}

/// `<contact-id:chg>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chg {
    /// `id`: the new id.
    pub id: String,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}
