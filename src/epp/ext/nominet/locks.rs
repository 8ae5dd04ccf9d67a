//! Locks that only Nominet opens again (`std-locks-1.0`): commands of their own, inside `<update>`.

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

/// `<locks:lock>`: locks an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock(pub Subject);

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
        Subject::decode(from).map(Self)
    }
}

impl Encode for Lock {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<locks:unlock>`: opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlock(pub Subject);

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
        Subject::decode(from).map(Self)
    }
}

impl Encode for Unlock {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// What is locked or opened, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `object`: what `target` is.
    pub object: ObjectType,
    /// `type`: the kind of lock, as `opt-out` or `investigation`.
    pub lock_type: String,
    /// The object.
    pub target: Target,
}

impl Decode for Subject {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            object: from.need_word("object")?,
            lock_type: from.need_word("type")?,
            target: Target::decode(from)?,
        })
    }
}

impl Encode for Subject {
    fn encode(&self, to: &mut Writer) {
        to.attr("object", self.object.as_str());
        to.attr("type", &self.lock_type);
        self.target.encode(to);
    }
}

wire_enum! {
    /// What can be locked.
    ObjectType {
        Contact = "contact",
        Domain = "domain",
    }
}

/// One object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `contactId`
    Contact(String),
    /// `domainName`
    Domain(String),
}

impl Decode for Target {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.opt("contactId")? {
            return Ok(Self::Contact(contact));
        }
        from.one("domainName").map(Self::Domain)
    }
}

impl Encode for Target {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.put("contactId", contact),
            Self::Domain(domain) => to.put("domainName", domain),
        }
    }
}
