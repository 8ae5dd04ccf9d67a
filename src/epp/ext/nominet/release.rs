//! Giving a domain, or all of a registrant, to another registrar (`std-release-1.0`): how names are transferred at
//! Nominet. The one who has it calls, there is no password.

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

/// `<release:release>`: gives away. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// What is given.
    pub released: Released,
    /// `registrarTag`: who gets it.
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
        Ok(Self { released: Released::decode(from)?, registrar_tag: from.one("registrarTag")? })
    }
}

impl Encode for Release {
    fn encode(&self, to: &mut Writer) {
        self.released.encode(to);
        to.put("registrarTag", &self.registrar_tag);
    }
}

/// What is given away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Released {
    /// `domainName`: a domain.
    Domain(String),
    /// `registrant`: a registrant with all its domains.
    Registrant(String),
}

impl Decode for Released {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(domain) = from.opt("domainName")? {
            return Ok(Self::Domain(domain));
        }
        from.one("registrant").map(Self::Registrant)
    }
}

impl Encode for Released {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Domain(domain) => to.put("domainName", domain),
            Self::Registrant(registrant) => to.put("registrant", registrant),
        }
    }
}

/// `<release:releasePending>`: the other one has to agree first (1001).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePending {
    /// In words.
    pub text: String,
}

impl Named for ReleasePending {
    const NS: Namespace = NS;
    const NAME: &'static str = "releasePending";
}

impl Decode for ReleasePending {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { text: from.text().to_owned() })
    }
}

impl Encode for ReleasePending {
    fn encode(&self, to: &mut Writer) {
        to.text(&self.text);
    }
}
