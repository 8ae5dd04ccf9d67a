//! Contacts for other purposes than those of RFC 5731 (draft-brown-epp-auxcontact, `auxcontact-0.1`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:auxcontact-0.1", prefix: "auxcontact" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "draft-brown-epp-auxcontact";

/// `<auxcontact:create>`: the contacts of a new domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `contact`
    pub contacts: Vec<Contact>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}

/// `<auxcontact:update>`: contacts that go and come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `rem`
    pub rem: Option<Contacts>,
    /// `add`
    pub add: Option<Contacts>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { rem: from.opt("rem")?, add: from.opt("add")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("rem", &self.rem);
        to.put_opt("add", &self.add);
    }
}

/// `<auxcontact:add>` and `<auxcontact:rem>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contacts {
    /// `contact`
    pub contacts: Vec<Contact>,
}

impl Decode for Contacts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for Contacts {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}

/// `<auxcontact:infData>`: the contacts of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `contact`
    pub contacts: Vec<Contact>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}

/// `<auxcontact:contact>`: a contact and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`: any word.
    pub purpose: Option<String>,
    /// The contact's id.
    pub id: String,
}

impl Decode for Contact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { purpose: from.word("type"), id: from.text().to_owned() })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.purpose);
        to.text(&self.id);
    }
}
