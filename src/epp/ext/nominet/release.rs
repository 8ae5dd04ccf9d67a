//! Release of a domain, or of all that a registrant has, to another registrar (`std-release-1.0`): what Nominet has in
//! place of transfers. A command of its own, inside `<update>`.

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-release-1.0", prefix: "release" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::command::<Release>(DOCUMENT), Message::data::<ReleasePending>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-release-1.0";

/// `<release:release>`: hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// What is handed over.
    pub what: What,
    /// `registrarTag`: to whom.
    pub registrar_tag: String,
}

impl Named for Release {
    const NS: Namespace = NS;
    const NAME: &'static str = "release";
}

impl ObjectCommand for Release {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Release {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { what: What::decode(from)?, registrar_tag: from.one("registrarTag")? })
    }
}

impl Encode for Release {
    fn encode(&self, to: &mut Writer) {
        self.what.encode(to);
        to.put("registrarTag", &self.registrar_tag);
    }
}

/// What is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `domainName`
    Domain(String),
    /// `registrant`: all domains of this contact.
    Registrant(String),
}

impl Decode for What {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(domain) = from.opt("domainName")? {
            return Ok(Self::Domain(domain));
        }
        from.one("registrant").map(Self::Registrant)
    }
}

impl Encode for What {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Domain(domain) => to.put("domainName", domain),
            Self::Registrant(registrant) => to.put("registrant", registrant),
        }
    }
}

/// `<release:releasePending>`: the other registrar has to accept first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePending(pub String);

impl Named for ReleasePending {
    const NS: Namespace = NS;
    const NAME: &'static str = "releasePending";
}

impl Decode for ReleasePending {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        String::decode(from).map(Self)
    }
}

impl Encode for ReleasePending {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}
