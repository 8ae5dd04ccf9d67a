//! The writer: elements straight into the buffer that goes to the wire.

use std::fmt::{Display, Write as _};
use std::ops::Range;

use super::scan::is_name;
use super::{Encode, Namespace, Tagged};
use crate::error::EncodeError;

/// Appends XML to one buffer. The four length bytes of the frame stand at its head from the start, so that a message
/// is one buffer and one write.
///
/// Namespaces are declared at the element that brings them; elements inside it share its prefix.
#[derive(Debug)]
pub struct Writer {
    out: String,
    prefix: &'static str,
    /// The start tag is still open for attributes.
    in_tag: bool,
    bad_character: bool,
}

impl Writer {
    /// A writer that reuses the memory of a buffer.
    #[must_use]
    pub fn new(buffer: Vec<u8>) -> Self {
        let mut buffer = buffer;
        buffer.clear();
        // Four bytes of NUL are valid UTF-8, and are overwritten by the length at the end.
        let mut out = String::from_utf8(buffer).unwrap_or_default();
        out.push_str("\0\0\0\0");
        out.push_str(r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#);
        Self { out, prefix: "", in_tag: false, bad_character: false }
    }

    /// The whole frame: length, then XML (RFC 5734, section 4).
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be carried or the frame is too long.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        if self.bad_character {
            return Err(EncodeError::Character);
        }
        let mut frame = self.out.into_bytes();
        let length = u32::try_from(frame.len()).map_err(|_| EncodeError::TooLong)?;
        frame[..4].copy_from_slice(&length.to_be_bytes());
        Ok(frame)
    }

    /// What `inside` writes, without frame and XML declaration: to be carried in another message.
    pub(crate) fn fragment(inside: impl FnOnce(&mut Self)) -> Result<String, EncodeError> {
        let mut to = Self { out: String::new(), prefix: "", in_tag: false, bad_character: false };
        inside(&mut to);
        if to.bad_character { Err(EncodeError::Character) } else { Ok(to.out) }
    }

    /// A child element with content: 1..1.
    pub fn put<T: Encode + ?Sized>(&mut self, name: &str, value: &T) {
        self.element(name, |to| value.encode(to));
    }

    /// A child element if there is a value: 0..1.
    pub fn put_opt<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// A child element for each value: 0..n.
    pub fn put_all<T: Encode>(&mut self, name: &str, values: &[T]) {
        for value in values {
            self.put(name, value);
        }
    }

    /// A child element without content.
    pub fn flag(&mut self, name: &str) {
        self.element(name, |_| {});
    }

    /// A child element without content, called by a word that is not one of ours: what is no name fails the message.
    pub fn flag_word(&mut self, word: &str) {
        let name = self.checked(word);
        self.flag(name);
    }

    /// A name that is not one of ours; what is none fails the message.
    pub fn checked<'n>(&mut self, name: &'n str) -> &'n str {
        self.bad_character |= !is_name(name);
        name
    }

    /// A child element whose content `inside` writes.
    pub fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        let tag = self.start(name);
        inside(self);
        self.end(tag);
    }

    /// An element that brings its own namespace.
    pub fn named<T: Tagged + Encode + ?Sized>(&mut self, value: &T) {
        let (ns, name) = value.tag();
        self.scoped(ns, name, |to| value.encode(to));
    }

    /// An element of another namespace, which it declares, and whose content `inside` writes.
    pub fn scoped(&mut self, ns: Namespace, name: &str, inside: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.prefix, ns.prefix);
        let tag = self.start(name);
        self.declare(ns);
        inside(self);
        self.end(tag);
        self.prefix = outer;
    }

    /// An element of a namespace that is known by its URI only.
    pub fn unprefixed(&mut self, uri: &str, name: &str, inside: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.prefix);
        let tag = self.start(name);
        self.attr("xmlns", uri);
        inside(self);
        self.end(tag);
        self.prefix = outer;
    }

    /// Content of another namespace, which the element just opened declares: `<a:key><b:flags/><b:alg/></a:key>`.
    pub fn within(&mut self, ns: Namespace, inside: impl FnOnce(&mut Self)) {
        self.declare(ns);
        let outer = std::mem::replace(&mut self.prefix, ns.prefix);
        inside(self);
        self.prefix = outer;
    }

    /// An attribute of the element just opened.
    pub fn attr(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escape::<true>(value);
        self.out.push('"');
    }

    /// An attribute of the element just opened, if there is a value.
    pub fn attr_opt<T: AsRef<str>>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.attr(name, value.as_ref());
        }
    }

    /// An attribute that holds a number, a date or another value whose text needs no escaping.
    pub fn attr_display(&mut self, name: &str, value: impl Display) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, " {name}=\"{value}\"");
    }

    /// Text content.
    pub fn text(&mut self, text: &str) {
        self.end_tag_start();
        self.escape::<false>(text);
    }

    /// A number as text content.
    pub fn number(&mut self, number: u64) {
        self.display(number);
    }

    /// A value whose text needs no escaping, as text content.
    pub fn display(&mut self, value: impl Display) {
        self.end_tag_start();
        let _ = write!(self.out, "{value}");
    }

    /// XML that was read from another message, with all prefixes it uses declared inside it.
    pub fn raw(&mut self, xml: &str) {
        self.end_tag_start();
        self.out.push_str(xml);
    }

    /// Starts an element that [`Writer::close`] ends: for the envelope, whose content comes from several calls.
    pub(crate) fn open(&mut self, name: &str) {
        self.start(name);
    }

    /// Ends an element.
    pub(crate) fn close(&mut self, name: &str) {
        if !self.ends_empty() {
            self.out.push_str("</");
            self.push_name(name);
            self.out.push('>');
        }
    }

    /// Starts an element, and tells where its name stands, prefix included.
    fn start(&mut self, name: &str) -> Range<usize> {
        self.end_tag_start();
        self.out.push('<');
        let start = self.out.len();
        self.push_name(name);
        self.in_tag = true;
        start..self.out.len()
    }

    /// Ends the element whose name stands there.
    fn end(&mut self, name: Range<usize>) {
        if !self.ends_empty() {
            self.out.push_str("</");
            self.out.extend_from_within(name);
            self.out.push('>');
        }
    }

    /// Ends an element that has no content, if the one that is open has none.
    fn ends_empty(&mut self) -> bool {
        if self.in_tag {
            self.out.push_str("/>");
        }
        std::mem::take(&mut self.in_tag)
    }

    fn declare(&mut self, ns: Namespace) {
        self.out.push_str(" xmlns");
        if !ns.prefix.is_empty() {
            self.out.push(':');
            self.out.push_str(ns.prefix);
        }
        self.out.push_str("=\"");
        self.out.push_str(ns.uri);
        self.out.push('"');
    }

    fn push_name(&mut self, name: &str) {
        if !self.prefix.is_empty() {
            self.out.push_str(self.prefix);
            self.out.push(':');
        }
        self.out.push_str(name);
    }

    fn end_tag_start(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }

    fn escape<const ATTRIBUTE: bool>(&mut self, text: &str) {
        let bytes = text.as_bytes();
        // As a rule nothing is to be escaped. A look at every byte, wanted or not, is faster than a search.
        if !bytes.iter().fold(false, |any, &byte| any | ESCAPE[usize::from(byte)]) {
            self.out.push_str(text);
            return;
        }
        let mut done = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if !ESCAPE[usize::from(byte)] {
                continue;
            }
            let instead = match byte {
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'&' => "&amp;",
                b'\r' => "&#13;",
                b'"' if ATTRIBUTE => "&quot;",
                b'\t' if ATTRIBUTE => "&#9;",
                b'\n' if ATTRIBUTE => "&#10;",
                b'"' | b'\t' | b'\n' => continue,
                0xef => {
                    self.bad_character |= matches!(bytes[at..], [0xef, 0xbf, 0xbe | 0xbf, ..]);
                    continue;
                }
                _ => {
                    self.bad_character = true;
                    continue;
                }
            };
            self.out.push_str(&text[done..at]);
            self.out.push_str(instead);
            done = at + 1;
        }
        self.out.push_str(&text[done..]);
    }
}

/// Bytes that do not stand for themselves in text or attributes.
const ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[b'"' as usize] = true;
    table[0xef] = true;
    table
};

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::error::EncodeError;

    #[test]
    fn a_word_that_is_no_name_fails_the_message_instead_of_breaking_it() {
        for (word, good) in [
            ("all", true),
            ("x-1.b", true),
            ("é", true),
            ("", false),
            ("1a", false),
            ("a b", false),
            ("a>", false),
        ] {
            let mut out = Writer::new(Vec::new());
            out.flag_word(word);
            assert_eq!(
                out.finish().map(drop),
                if good { Ok(()) } else { Err(EncodeError::Character) },
                "{word}"
            );
        }
    }
}
