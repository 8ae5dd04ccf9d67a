//! Variants of a domain: other names that look or mean the same, and belong to it (`variant-1.1`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:variant-1.1", prefix: "variant" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
];
const DOCUMENT: &str = "ARI variant-1.1";

/// `<variant:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `rem`
    pub rem: Option<Variants>,
    /// `add`
    pub add: Option<Variants>,
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

/// `<variant:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Variants);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Variants::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<variant:creData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData(pub Variants);

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Variants::decode(from).map(Self)
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Variants of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants {
    /// `variant`: at least one.
    pub variants: Vec<String>,
}

impl Decode for Variants {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { variants: from.all("variant")? })
    }
}

impl Encode for Variants {
    fn encode(&self, to: &mut Writer) {
        to.put_all("variant", &self.variants);
    }
}
