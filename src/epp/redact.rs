//! Masks what must not be seen before a message is logged, kept or shown.

use crate::xml::{Document, Element};

/// Elements whose text is secret, whatever namespace they are in: `pw` of login and of every `authInfo`, `newPW`, and
/// tokens that open a name.
const SECRET: [&str; 5] = ["pw", "newPW", "authInfo", "authCode", "allocationToken"];

/// The message with all secrets masked. What cannot be read as XML is left out whole.
#[must_use]
pub fn redact(message: &str) -> String {
    let Ok(document) = Document::parse(message) else {
        return "(not XML)".to_owned();
    };
    let mut out = String::with_capacity(message.len());
    let mut copied = 0;
    mask(document.root(), message, &mut copied, &mut out);
    out.push_str(&message[copied..]);
    out
}

/// The message of a frame, with all secrets masked.
#[must_use]
pub fn redact_frame(frame: &[u8]) -> String {
    let message = frame.get(crate::frame::HEADER..).unwrap_or_default();
    std::str::from_utf8(message).map_or_else(|_| "(not UTF-8)".to_owned(), redact)
}

fn mask(element: Element<'_>, message: &str, copied: &mut usize, out: &mut String) {
    if SECRET.contains(&element.name()) {
        let content = element.content_range();
        if !content.is_empty() {
            out.push_str(&message[*copied..content.start]);
            out.push_str("***");
            *copied = content.end;
        }
        return;
    }
    for child in element.children() {
        mask(child, message, copied, out);
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn no_password_or_auth_info_is_left() {
        let message = r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command><login><clID>me</clID><pw>s3cret</pw><newPW><![CDATA[s3cret]]></newPW></login>
            <x:authInfo xmlns:x="y"><x:pw roid="r">s3cret &amp; more</x:pw></x:authInfo><x:pw xmlns:x="y"/><pw a='/>"' b=">">s3cret</pw  ><pw></pw></command></epp>"#;
        let shown = redact(message);
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("<clID>me</clID><pw>***</pw><newPW>***</newPW>"), "{shown}");
    }

    #[test]
    fn what_is_not_xml_is_not_shown() {
        assert_eq!(redact("<pw>s3cret"), "(not XML)");
    }
}
