//! Names: which text is one, and what their beginnings mean here.
//!
//! So that tests need no preparation, a label that starts with `taken` is registered to somebody else, one with
//! `reserved` is withheld, one with `premium` (or `premium-gold`, `premium-platinum`) costs more, and one with `claim` is
//! like a mark.

use std::borrow::Cow;

/// A domain name right below a zone: lower case, letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    text: String,
    label_length: usize,
}

impl Name {
    /// The name in a text; `None` when it is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let label_length = text.find('.')?;
        is_host_name(&text).then_some(Self { text, label_length })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the first dot.
    pub(crate) fn label(&self) -> &str {
        &self.text[..self.label_length]
    }

    /// What stands behind it.
    pub(crate) fn zone(&self) -> &str {
        &self.text[self.label_length + 1..]
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.label().starts_with("taken")
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.label().starts_with("reserved")
    }

    /// What stands behind `premium`, where the label starts with it.
    pub(crate) fn premium(&self) -> Option<&str> {
        self.label().strip_prefix("premium")
    }

    /// Whether a mark is like the label.
    pub(crate) fn is_claimed(&self) -> bool {
        self.label().starts_with("claim")
    }
}

/// The name of a host in lower case, if the text is one.
pub(crate) fn host_name(text: &str) -> Option<Cow<'_, str>> {
    let name = if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    };
    is_host_name(&name).then_some(name)
}

/// At least two labels of at most 63 characters, at most 253 in all.
fn is_host_name(text: &str) -> bool {
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let characters = bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-');
    let hyphens = !label.starts_with('-')
        && !label.ends_with('-')
        && (bytes.get(2..4) != Some(b"--") || label.starts_with("xn--"));
    (1..=63).contains(&bytes.len()) && characters && hyphens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_names() {
        for text in ["a.example", "EXAMPLE.Example", "xn--bcher-kva.example", "1-2.co.example"] {
            assert!(Name::parse(text).is_some(), "{text}");
        }
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            "example",
            ".example",
            "a..example",
            "-a.example",
            "a-.example",
            "ab--c.example",
            "a_b.example",
            "a b.example",
            "ü.example",
            "a.example.",
            &long,
        ] {
            assert!(Name::parse(text).is_none(), "{text}");
        }
        let name = Name::parse("Www.Co.Example").unwrap();
        assert_eq!((name.as_str(), name.label(), name.zone()), ("www.co.example", "www", "co.example"));
    }
}
