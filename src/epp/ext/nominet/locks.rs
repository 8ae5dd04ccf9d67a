//! Locks of domains and contacts (`std-locks-1.0`).

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-locks-1.0", prefix: "locks" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Lock>(DOCUMENT), Message::command::<Unlock>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-locks-1.0";

/// `<locks:lock>`: locks an object. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock(pub Target);

impl Named for Lock {
    const NS: Namespace = NS;
    const NAME: &'static str = "lock";
}

impl ObjectCommand for Lock {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Lock {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Lock {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<locks:unlock>`: takes the lock away. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlock(pub Target);

impl Named for Unlock {
    const NS: Namespace = NS;
    const NAME: &'static str = "unlock";
}

impl ObjectCommand for Unlock {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Unlock {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Target::decode(from).map(Self)
    }
}

impl Encode for Unlock {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// What is locked, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `object`
    pub object: ObjectKind,
    /// `type`: the kind of the lock.
    pub lock_type: String,
    /// Which one.
    pub id: TargetId,
}

impl Decode for Target {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            object: from.need_word("object")?,
            lock_type: from.need_word("type")?,
            id: TargetId::decode(from)?,
        })
    }
}

impl Encode for Target {
    fn encode(&self, to: &mut Writer) {
        to.attr("object", self.object.as_str());
        to.attr("type", &self.lock_type);
        self.id.encode(to);
    }
}

/// The name of a domain or the id of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetId {
    /// `contactId`
    Contact(String),
    /// `domainName`
    Domain(String),
}

impl Decode for TargetId {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.opt("contactId")? {
            return Ok(Self::Contact(contact));
        }
        from.one("domainName").map(Self::Domain)
    }
}

impl Encode for TargetId {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.put("contactId", contact),
            Self::Domain(domain) => to.put("domainName", domain),
        }
    }
}

wire_enum! {
    /// A kind of objects that can be locked.
    ObjectKind {
        Domain = "domain",
        Contact = "contact",
    }
}
