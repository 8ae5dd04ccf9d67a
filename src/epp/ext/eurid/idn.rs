//! Both forms of the names in a reply (`idn-1.0`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/idn-1.0", prefix: "idn" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_reply::<Mapping>(DOCUMENT)];
const DOCUMENT: &str = "EURid idn-1.0";

/// `<idn:mapping>`: the internationalised names that the reply tells of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// `name`: at least one.
    pub names: Vec<MappedName>,
}

impl Named for Mapping {
    const NS: Namespace = NS;
    const NAME: &'static str = "mapping";
}

impl Decode for Mapping {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { names: from.all("name")? })
    }
}

impl Encode for Mapping {
    fn encode(&self, to: &mut Writer) {
        to.put_all("name", &self.names);
    }
}

/// `<idn:name>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedName {
    /// `ace`: the name as it stands in the DNS.
    pub ace: String,
    /// `unicode`
    pub unicode: String,
}

impl Decode for MappedName {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ace: from.one("ace")?, unicode: from.one("unicode")? })
    }
}

impl Encode for MappedName {
    fn encode(&self, to: &mut Writer) {
        to.put("ace", &self.ace);
        to.put("unicode", &self.unicode);
    }
}
