//! What has no element of its own at registries that Neustar ran, as one text or as names with values (`neulevel-1.0`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:neulevel-1.0", prefix: "neulevel" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Extension>(DOCUMENT), Message::extends_reply::<Extension>(DOCUMENT)];
const DOCUMENT: &str = "Neustar neulevel-1.0";

/// `<neulevel:extension>`: of any command or reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// `unspec`: words of the form `Name=value` behind each other. [`Extension::value`] looks one up.
    pub unspec: Option<String>,
    /// `genericNVPairs`
    pub generic_nvpairs: Option<NvPairs>,
}

impl Named for Extension {
    const NS: Namespace = NS;
    const NAME: &'static str = "extension";
}

impl Decode for Extension {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { unspec: from.opt("unspec")?, generic_nvpairs: from.opt("genericNVPairs")? })
    }
}

impl Encode for Extension {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("unspec", &self.unspec);
        to.put_opt("genericNVPairs", &self.generic_nvpairs);
    }
}

impl Extension {
    /// An extension of words: `AppPurpose=P1 NexusCategory=C11`.
    #[must_use]
    pub fn of_words<'w>(words: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
        let words: Vec<_> = words.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        Self { unspec: Some(words.join(" ")), generic_nvpairs: None }
    }

    /// The value of a name, in whichever of the two forms it stands.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let words = self.unspec.iter().flat_map(|words| words.split_whitespace());
        let mut words = words.filter_map(|word| word.split_once('='));
        words.find_map(|(word, value)| (word == name).then_some(value)).or_else(|| {
            let mut tuples = self.generic_nvpairs.iter().flat_map(|pairs| &pairs.tuples);
            tuples.find_map(|tuple| (tuple.name == name).then_some(tuple.value.as_str()))
        })
    }
}

/// `<neulevel:genericNVPairs>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NvPairs {
    /// `NVTuple`
    pub tuples: Vec<NvTuple>,
}

impl Decode for NvPairs {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { tuples: from.all("NVTuple")? })
    }
}

impl Encode for NvPairs {
    fn encode(&self, to: &mut Writer) {
        to.put_all("NVTuple", &self.tuples);
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

#[cfg(test)]
mod tests {
    use super::{Extension, NvPairs, NvTuple};

    #[test]
    fn a_value_is_found_by_its_name_in_either_form() {
        let words = Extension::of_words([("AppPurpose", "P1"), ("NexusCategory", "C11")]);
        let tuple = NvTuple { name: "AppPurpose".into(), value: "P1".into() };
        let pairs = Extension { unspec: None, generic_nvpairs: Some(NvPairs { tuples: vec![tuple] }) };
        assert_eq!(words.unspec.as_deref(), Some("AppPurpose=P1 NexusCategory=C11"));
        for extension in [&words, &pairs] {
            assert_eq!(extension.value("AppPurpose"), Some("P1"));
            assert_eq!(extension.value("Purpose"), None);
        }
        assert_eq!(words.value("NexusCategory"), Some("C11"));
    }
}
