//! Taking renewals back (`std-unrenew-1.0`). The reply holds a `domain:renData` for each domain.

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-unrenew-1.0", prefix: "unrenew" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Unrenew>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-unrenew-1.0";

/// `<unrenew:unrenew>`: takes the last renewal of domains back. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrenew {
    /// `domainName`
    pub names: Vec<String>,
}

impl Named for Unrenew {
    const NS: Namespace = NS;
    const NAME: &'static str = "unrenew";
}

impl ObjectCommand for Unrenew {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Unrenew {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { names: from.all("domainName")? })
    }
}

impl Encode for Unrenew {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domainName", &self.names);
    }
}
