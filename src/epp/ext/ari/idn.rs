//! The language of an internationalised name (`idn-1.0` of ARI, another one than the IETF's).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:idn-1.0", prefix: "idn" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Create>(DOCUMENT), Message::extends_reply::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "ARI idn-1.0";

/// `<idn:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub LanguageTag);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        LanguageTag::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<idn:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub LanguageTag);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        LanguageTag::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// The language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageTag {
    /// `languageTag`: as in BCP 47.
    pub language_tag: String,
}

impl Decode for LanguageTag {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { language_tag: from.one("languageTag")? })
    }
}

impl Encode for LanguageTag {
    fn encode(&self, to: &mut Writer) {
        to.put("languageTag", &self.language_tag);
    }
}
