//! Marks with the signature of who validated them (RFC 7848, `signedMark-1.0`).
//!
//! A signature covers bytes, so a signed mark is never written from its parts: it is carried as a
//! [`Fragment`](crate::Fragment) or in its encoded form, and [`SignedMark::decode`] only looks into it.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::contact::Phone;
use crate::error::DecodeError;
use crate::ext::mark::Mark;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of signed marks.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:signedMark-1.0", prefix: "smd" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::part::<EncodedSignedMark>("RFC 7848")];

/// `<smd:encodedSignedMark>`: a signed mark as text, which no XML software can spoil (2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedSignedMark {
    /// `encoding`; base64 when left out.
    pub encoding: Option<String>,
    /// The text, line breaks included.
    pub text: String,
}

impl Named for EncodedSignedMark {
    const NS: Namespace = NS;
    const NAME: &'static str = "encodedSignedMark";
}

impl Decode for EncodedSignedMark {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { encoding: from.attr("encoding").map(Into::into), text: from.whole_text().to_owned() })
    }
}

impl Encode for EncodedSignedMark {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("encoding", &self.encoding);
        to.text(&self.text);
    }
}

/// `<smd:signedMark>`: what it says (2.3). Whether the signature is right is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedMark {
    /// `id`: of the signed mark, by which it can be revoked.
    pub id: String,
    /// `issuerInfo`
    pub issuer: Issuer,
    /// `notBefore`
    pub not_before: DateTime<Utc>,
    /// `notAfter`
    pub not_after: DateTime<Utc>,
    /// `mark:mark`
    pub mark: Option<Mark>,
}

impl Named for SignedMark {
    const NS: Namespace = NS;
    const NAME: &'static str = "signedMark";
}

impl Decode for SignedMark {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            issuer: from.one("issuerInfo")?,
            not_before: from.one("notBefore")?,
            not_after: from.one("notAfter")?,
            mark: from.named()?,
        })
    }
}

/// `<smd:issuerInfo>`: who validated and signed the mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// `issuerID`
    pub id: String,
    /// `org`
    pub org: String,
    /// `email`
    pub email: String,
    /// `url`
    pub url: Option<String>,
    /// `voice`
    pub voice: Option<Phone>,
}

impl Decode for Issuer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.need_attr("issuerID")?.trim().to_owned(),
            org: from.one("org")?,
            email: from.one("email")?,
            url: from.opt("url")?,
            voice: from.opt("voice")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::SignedMark;
    use crate::ext::launch::{Create, Proof};
    use crate::xml::{Decode, Document};
    use crate::{Command, Received, domain};

    #[test]
    fn a_signed_mark_is_read_and_carried_without_changing_a_byte() {
        let fixture = crate::tests::fixture("rfc8334/create-signed.xml");
        let document = Document::parse(fixture.as_str()).unwrap();
        let Received::Command(command) = Received::read(document).unwrap() else { panic!("a command") };
        let create: Create = command.extension().unwrap().unwrap();
        let Proof::SignedMarks(marks) = &create.proof else { panic!("a signed mark") };
        let mark = SignedMark::decode(marks[0].document().unwrap().root()).unwrap();
        assert_eq!((mark.id.as_str(), mark.issuer.id.as_str()), ("3-4", "3"));
        assert_eq!(mark.mark.unwrap().trademarks[0].reg_num, "1");

        let object = domain::Delete { name: "example.test".into() };
        let frame = Command::new(&object).with(&create).finish("GATE-1").unwrap();
        let written = std::str::from_utf8(&frame.bytes[4..]).unwrap();
        let signed = |text: &str| {
            let start = text.find("<smd:id>").unwrap();
            text[start..text.find("</smd:signedMark>").unwrap()].to_owned()
        };
        assert_eq!(signed(written), signed(&fixture));
        // The prefix that was declared around the mark is declared in it now; no other came along.
        assert!(written.contains(
            r#"<smd:signedMark xmlns:mark="urn:ietf:params:xml:ns:mark-1.0" xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0" id="signed-1">"#
        ));
    }
}
