//! Contacts of a domain beside those that RFC 5731 knows, of types the registry names (draft-brown-epp-auxcontact,
//! `auxcontact-0.1`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:auxcontact-0.1", prefix: "auxcontact" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "draft-brown-epp-auxcontact";

/// `<auxcontact:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Contacts);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Contacts::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<auxcontact:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Contacts);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Contacts::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<auxcontact:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Contacts of a domain.
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

/// `<auxcontact:contact>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`: what for.
    pub contact_type: Option<String>,
    /// Its id at the registry.
    pub id: String,
}

impl Decode for Contact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact_type: from.word("type"), id: from.text().to_owned() })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.contact_type);
        to.text(&self.id);
    }
}
