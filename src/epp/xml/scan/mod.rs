//! One pass over the text of a message: checks that it is well-formed XML 1.0 with namespaces, refuses what EPP has
//! no use for, and writes the tape. Here is the frame of the document; what stands in it is in the files below.
//!
//! Refused though well-formed: DOCTYPE (and with it every entity but the five of XML), encodings other than UTF-8,
//! XML 1.1, and anything over the [`Limits`].

mod chars;
mod tag;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use self::chars::is_name;
use self::chars::{is_space, is_xml_char};
use super::tape::Tape;
use crate::error::DecodeErrorKind::{self, Limit, Malformed, Refused};

/// How much of everything one message may hold. Its length is bounded by the frame before it gets here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside each other.
    pub depth: usize,
    /// Elements in all.
    pub elements: usize,
    /// Attributes and namespace declarations of one element.
    pub attributes: usize,
    /// Namespace declarations in force at one place.
    pub namespaces: usize,
    /// Bytes of one element's text or of one attribute's value.
    pub text: usize,
}

impl Default for Limits {
    /// Far above what registries send, far below what hurts.
    fn default() -> Self {
        Self { depth: 64, elements: 65_536, attributes: 64, namespaces: 256, text: 4 << 20 }
    }
}

type Failure = (DecodeErrorKind, u32);

/// Fills the tape from the text. On an error the tape's `open` says inside which elements it is.
pub(super) fn scan(text: &str, tape: &mut Tape, limits: &Limits) -> Result<(), Failure> {
    if u32::try_from(text.len()).is_err() {
        return Err((Limit("message length"), 0));
    }
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, tape, limits };
    scanner.document().map_err(|kind| (kind, offset(scanner.at.min(text.len()))))
}

struct Scanner<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    tape: &'s mut Tape,
    limits: &'s Limits,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), DecodeErrorKind> {
        self.eat("\u{feff}");
        if self.rest().starts_with(b"<?xml") && self.bytes.get(self.at + 5).is_some_and(|&b| is_space(b)) {
            self.declaration()?;
        }
        self.around_root()?;
        if self.peek() != Some(b'<') {
            return Err(Malformed(if self.peek().is_none() {
                "no root element"
            } else {
                "text outside the root element"
            }));
        }
        self.start_tag()?;
        while !self.tape.open.is_empty() {
            self.content()?;
        }
        self.around_root()?;
        match self.peek() {
            None => Ok(()),
            Some(b'<') => Err(Malformed("a second root element")),
            Some(_) => Err(Malformed("text outside the root element")),
        }
    }

    /// `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`
    fn declaration(&mut self) -> Result<(), DecodeErrorKind> {
        self.at += 5;
        let mut seen = 0;
        loop {
            let spaced = self.skip_space();
            if self.eat("?>") {
                return if seen == 0 { Err(Malformed("XML declaration without a version")) } else { Ok(()) };
            }
            let name = self.name()?;
            let name = name.of(self.text);
            self.equals()?;
            let quote = self.quote()?;
            let value_at = self.at;
            let end = memchr::memchr(quote, self.rest()).ok_or(Malformed("unclosed XML declaration"))?;
            self.at += end + 1;
            let value = &self.text[value_at..value_at + end];
            let order = match name {
                "version" if value == "1.0" => 1,
                "version" => return Err(Refused("an XML version other than 1.0")),
                "encoding" if value.eq_ignore_ascii_case("utf-8") => 2,
                "encoding" => return Err(Refused("an encoding other than UTF-8")),
                "standalone" if matches!(value, "yes" | "no") => 3,
                _ => return Err(Malformed("XML declaration")),
            };
            if order <= seen || !spaced || (seen == 0 && order != 1) {
                return Err(Malformed("XML declaration"));
            }
            seen = order;
        }
    }

    /// White space, comments and processing instructions before and after the root element.
    fn around_root(&mut self) -> Result<(), DecodeErrorKind> {
        loop {
            self.skip_space();
            let rest = self.rest();
            if rest.starts_with(b"<!--") {
                self.comment()?;
            } else if rest.starts_with(b"<?") {
                self.instruction()?;
            } else if rest.starts_with(b"<!") {
                return Err(Refused("DOCTYPE"));
            } else {
                return Ok(());
            }
        }
    }

    fn comment(&mut self) -> Result<(), DecodeErrorKind> {
        self.at += 4;
        let end = memchr::memmem::find(self.rest(), b"--").ok_or(Malformed("unclosed comment"))?;
        let stop = self.at + end;
        while self.at < stop {
            self.character()?;
        }
        self.at += 2;
        if self.eat(">") { Ok(()) } else { Err(Malformed("-- in a comment")) }
    }

    fn instruction(&mut self) -> Result<(), DecodeErrorKind> {
        self.at += 2;
        let target = self.name()?;
        if target.of(self.text).eq_ignore_ascii_case("xml") {
            return Err(Malformed("an XML declaration that is not first"));
        }
        let end =
            memchr::memmem::find(self.rest(), b"?>").ok_or(Malformed("unclosed processing instruction"))?;
        let stop = self.at + end;
        if end > 0 && !is_space(self.bytes[self.at]) {
            return Err(Malformed("a processing instruction"));
        }
        while self.at < stop {
            self.character()?;
        }
        self.at += 2;
        Ok(())
    }

    /// One character of any length that XML allows.
    fn character(&mut self) -> Result<(), DecodeErrorKind> {
        let Some(c) = self.text[self.at..].chars().next() else {
            return Err(Malformed("the message ends too early"));
        };
        if !is_xml_char(c) {
            return Err(Malformed("a control character"));
        }
        self.at += c.len_utf8();
        Ok(())
    }

    fn equals(&mut self) -> Result<(), DecodeErrorKind> {
        self.skip_space();
        if !self.eat("=") {
            return Err(Malformed("an attribute without a value"));
        }
        self.skip_space();
        Ok(())
    }

    fn quote(&mut self) -> Result<u8, DecodeErrorKind> {
        let quote = self
            .peek()
            .filter(|b| matches!(b, b'"' | b'\''))
            .ok_or(Malformed("an attribute without quotes"))?;
        self.at += 1;
        Ok(quote)
    }

    fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at > start
    }

    fn eat(&mut self, what: &str) -> bool {
        let there = self.rest().starts_with(what.as_bytes());
        if there {
            self.at += what.len();
        }
        there
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn innermost(&self) -> usize {
        *self.tape.open.last().expect("content is only read inside an element") as usize
    }
}

/// An offset into a message, whose length was checked to fit.
fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a message is shorter than 4 GiB")
}
