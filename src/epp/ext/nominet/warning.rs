//! Warnings beside a reply (`std-warning-1.1`): what was left out, changed or is about to run out.
//!
//! Every warning is an element of its own; all are read by one type, which keeps new ones too.

use crate::catalogue::{Message, Place};
use crate::error::DecodeError;
use crate::response::Response;
use crate::xml::{Decode, Element, Encode, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-warning-1.1", prefix: "warning" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    warning("credit-limit"),
    warning("glue-removed"),
    warning("glue-ignored"),
    warning("deprecated-field"),
    warning("reg-type-set"),
    warning("account-id-ignored"),
    warning("contact-moved"),
    warning("ignored-field"),
    warning("ignored-attribute"),
    warning("postalInfo-ignored"),
    warning("truncated-field"),
    warning("host-ignored"),
    warning("registrar-account-forked"),
];

const fn warning(name: &'static str) -> Message {
    Message::by(NS, name, Place::ReplyExtension, "Nominet std-warning-1.1", |from, to| {
        Warning::decode(from)?.write(to);
        Ok(())
    })
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The name of the element, as `credit-limit`.
    pub name: String,
    /// What it is about: the element's attributes, as `remaining`.
    pub about: Vec<(String, String)>,
    /// The warning in words.
    pub text: String,
}

impl Warning {
    /// Those of a reply.
    pub fn of<'r>(response: &'r Response<'_>) -> impl Iterator<Item = Result<Self, DecodeError>> + 'r {
        response.extensions().filter(|extension| extension.ns() == NS.uri).map(Self::decode)
    }

    /// What it says under a name.
    #[must_use]
    pub fn about(&self, name: &str) -> Option<&str> {
        self.about.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Writes the element itself.
    pub fn write(&self, to: &mut Writer) {
        to.scoped(NS, &self.name, |to| self.encode(to));
    }
}

impl Decode for Warning {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let about = from.attrs().filter(|attr| attr.ns.is_empty());
        Ok(Self {
            name: from.name().to_owned(),
            about: about.map(|attr| (attr.name.to_owned(), attr.value.trim().to_owned())).collect(),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for Warning {
    fn encode(&self, to: &mut Writer) {
        self.about.iter().for_each(|(name, value)| to.attr(name, value));
        to.text(&self.text);
    }
}

#[cfg(test)]
mod tests {
    use super::{NS, Warning};
    use crate::response::Response;
    use crate::xml::Document;

    #[test]
    fn warnings_are_found_among_other_extensions_and_new_ones_are_kept() {
        let xml = format!(
            r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><response><result code="1000"><msg>ok</msg></result><extension>
            <x:y xmlns:x="urn:x"/><w:credit-limit xmlns:w="{0}" remaining=" 12 ">Pay</w:credit-limit><w:brand-new xmlns:w="{0}"/>
            </extension><trID><svTRID>1</svTRID></trID></response></epp>"#,
            NS.uri
        );
        let response = Response::read(Document::parse(xml).unwrap()).unwrap();
        let warnings: Vec<_> = Warning::of(&response).map(Result::unwrap).collect();
        assert_eq!(warnings.len(), 2);
        assert_eq!((warnings[0].text.as_str(), warnings[0].about("remaining")), ("Pay", Some("12")));
        assert_eq!((warnings[1].name.as_str(), warnings[1].about("remaining")), ("brand-new", None));
    }
}
