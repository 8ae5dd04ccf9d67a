//! The extensions of Nominet (.uk), one file a namespace.
//!
//! Much is done there by commands of its own that stand as objects inside `<update>` and `<info>`: names are
//! transferred by [`release`] and [`handshake`], not by a password.

pub mod abuse_feed;
pub mod contact_ext;
pub mod contact_id;
pub mod data_quality;
pub mod direct_rights;
pub mod domain_ext;
pub mod fork;
pub mod handshake;
pub mod list;
pub mod listed;
pub mod locks;
pub mod notifications;
pub mod release;
pub mod tag;
pub mod unrenew;
pub mod warning;

use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

wire_enum! {
    /// `Y` or `N`.
    Flag {
        No = "N",
        Yes = "Y",
    }
}

impl Flag {
    /// Whether it is a yes, in capitals or not.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        self.as_str().eq_ignore_ascii_case("Y")
    }
}

/// A new value, or the end of an old one, which is an empty element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<T> {
    /// The new value.
    To(T),
    /// There is none any more.
    Clear,
}

impl<T: Decode> Decode for Change<T> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if from.text().is_empty() { Ok(Self::Clear) } else { T::decode(from).map(Self::To) }
    }
}

impl<T: Encode> Encode for Change<T> {
    fn encode(&self, to: &mut Writer) {
        if let Self::To(value) = self {
            value.encode(to);
        }
    }
}

/// Names of domains, and how many they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainList {
    /// `noDomains`
    pub no_domains: Option<u32>,
    /// `domainName`
    pub names: Vec<String>,
}

impl Decode for DomainList {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { no_domains: from.parse_attr("noDomains", "number")?, names: from.all("domainName")? })
    }
}

impl Encode for DomainList {
    fn encode(&self, to: &mut Writer) {
        if let Some(count) = self.no_domains {
            to.attr_display("noDomains", count);
        }
        to.put_all("domainName", &self.names);
    }
}

#[cfg(test)]
mod tests {
    use super::Flag;

    #[test]
    fn a_yes_is_one_in_capitals_or_not() {
        for (word, yes) in [("Y", true), ("y", true), ("N", false), ("n", false), ("", false)] {
            assert_eq!(Flag::from(word).is_yes(), yes, "{word}");
        }
    }
}
