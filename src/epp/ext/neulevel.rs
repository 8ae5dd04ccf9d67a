//! Names and values that a registry of the Neustar family wants beside a command (`neulevel-1.0`), as the nexus of .us.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:neulevel-1.0", prefix: "neulevel" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Extension>(DOCUMENT), Message::extends_reply::<Extension>(DOCUMENT)];
const DOCUMENT: &str = "NeuLevel neulevel-1.0";

/// `<neulevel:extension>`: in commands, and in replies to info.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extension {
    /// `unspec`: `name=value` pairs with spaces between them.
    pub unspec: Option<String>,
    /// `genericNVPairs`: the same in a stricter form.
    pub generic_nv_pairs: Option<NvPairs>,
}

impl Named for Extension {
    const NS: Namespace = NS;
    const NAME: &'static str = "extension";
}

impl Decode for Extension {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { unspec: from.opt("unspec")?, generic_nv_pairs: from.opt("genericNVPairs")? })
    }
}

impl Encode for Extension {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("unspec", &self.unspec);
        to.put_opt("genericNVPairs", &self.generic_nv_pairs);
    }
}

/// `<neulevel:genericNVPairs>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NvPairs {
    /// `NVTuple`
    pub nv_tuples: Vec<NvTuple>,
}

impl Decode for NvPairs {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { nv_tuples: from.all("NVTuple")? })
    }
}

impl Encode for NvPairs {
    fn encode(&self, to: &mut Writer) {
        to.put_all("NVTuple", &self.nv_tuples);
    }
}

/// `<neulevel:NVTuple>`: a name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NvTuple {
    /// `name`
    pub name: String,
    /// The value.
    pub value: String,
}

impl Decode for NvTuple {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, value: from.text().to_owned() })
    }
}

impl Encode for NvTuple {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.text(&self.value);
    }
}
