//! Text and the values of attributes: line ends, references and CDATA resolved as XML asks (2.11, 3.3.3, 4.4).

use super::chars::{TEXT, is_space, is_xml_char, run_of};
use super::{Scanner, offset};
use crate::error::DecodeErrorKind::{self, Limit, Malformed, Refused};
use crate::xml::tape::{Span, Text};

impl Scanner<'_> {
    /// Text of the innermost open element up to the next tag, and that tag.
    pub(super) fn content(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        // Text that needs no change is a span of the message; most ends at a tag at once.
        loop {
            self.at += run_of(&TEXT, self.rest());
            let Some(byte) = self.peek() else {
                return Err(Malformed("the message ends inside an element"));
            };
            if byte == b'<' && self.bytes.get(self.at + 1) != Some(&b'!') {
                self.add_text(start)?;
                return self.tag();
            }
            if byte == b'<' && self.rest().starts_with(b"<!--") {
                self.add_text(start)?;
                return self.comment();
            }
            if byte == b'<' && !self.rest().starts_with(b"<![CDATA[") {
                return Err(Refused("DOCTYPE"));
            }
            if !self.multibyte()? {
                self.at = start;
                return self.changed_text();
            }
        }
    }

    /// Steps over a character of several bytes that XML allows. False when what stands here is none: markup of text.
    fn multibyte(&mut self) -> Result<bool, DecodeErrorKind> {
        let byte = self.bytes[self.at];
        if byte < 0x80 {
            return match byte {
                b'&' | b'\r' | b'<' => Ok(false),
                b']' if self.rest().starts_with(b"]]>") => Err(Malformed("]]> in text")),
                b']' => {
                    self.at += 1;
                    Ok(true)
                }
                _ => Err(Malformed("a control character")),
            };
        }
        let rest = self.rest();
        if rest.starts_with(b"\xef\xbf\xbe") || rest.starts_with(b"\xef\xbf\xbf") {
            return Err(Malformed("a character that is none"));
        }
        self.at += 1;
        Ok(true)
    }

    /// Text with entities, CDATA or carriage returns: rebuilt in the arena, up to the next tag or comment.
    fn changed_text(&mut self) -> Result<(), DecodeErrorKind> {
        let arena_at = self.tape.arena.len();
        loop {
            let Some(byte) = self.peek() else {
                return Err(Malformed("the message ends inside an element"));
            };
            match byte {
                b'&' => self.reference()?,
                b'\r' => self.carriage_return('\n'),
                b'<' if self.rest().starts_with(b"<![CDATA[") => self.cdata()?,
                b'<' => break,
                _ => self.plain_run()?,
            }
        }
        let piece = Span { start: offset(arena_at), len: offset(self.tape.arena.len() - arena_at) };
        self.join(Text::Arena(piece))
    }

    /// Copies characters that stand for themselves to the arena.
    fn plain_run(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        loop {
            self.at += run_of(&TEXT, self.rest());
            if self.peek().is_none() || !self.multibyte()? {
                break;
            }
        }
        self.tape.arena.push_str(&self.text[start..self.at]);
        Ok(())
    }

    fn cdata(&mut self) -> Result<(), DecodeErrorKind> {
        self.at += 9;
        let end = memchr::memmem::find(self.rest(), b"]]>").ok_or(Malformed("unclosed CDATA section"))?;
        let end = self.at + end;
        while self.at < end {
            match self.bytes[self.at] {
                b'\r' => self.carriage_return('\n'),
                _ => {
                    let start = self.at;
                    while self.at < end && self.bytes[self.at] != b'\r' {
                        self.character()?;
                    }
                    self.tape.arena.push_str(&self.text[start..self.at]);
                }
            }
        }
        self.at = end + 3;
        Ok(())
    }

    /// Adds the span from `start` to here to the innermost open element's text.
    fn add_text(&mut self, start: usize) -> Result<(), DecodeErrorKind> {
        if start == self.at {
            return Ok(());
        }
        let last = self.innermost();
        let has_children = self.tape.nodes.len() > last + 1;
        // White space between elements is layout.
        if has_children && self.bytes[start..self.at].iter().all(|&byte| is_space(byte)) {
            return Ok(());
        }
        self.join(Text::Message(Span { start: offset(start), len: offset(self.at - start) }))
    }

    /// Joins a piece to the text the innermost open element has already.
    fn join(&mut self, piece: Text) -> Result<(), DecodeErrorKind> {
        let last = self.innermost();
        let arena = &mut self.tape.arena;
        let joined = match (self.tape.nodes[last].text, piece) {
            (Text::None, piece) => piece,
            (Text::Arena(a), Text::Arena(b)) if a.end() == b.start => {
                Text::Arena(Span { len: a.len + b.len, ..a })
            }
            (Text::Arena(a), Text::Message(b)) if a.end() == offset(arena.len()) => {
                arena.push_str(b.of(self.text));
                Text::Arena(Span { len: a.len + b.len, ..a })
            }
            (before, piece) => {
                let start = offset(arena.len());
                let text = [before, piece].map(|part| part.of(self.text, arena).to_owned());
                arena.extend(text);
                Text::Arena(Span { start, len: offset(arena.len()) - start })
            }
        };
        if joined.len() > self.limits.text || self.tape.arena.len() > 2 * self.limits.text {
            return Err(Limit("text"));
        }
        self.tape.nodes[last].text = joined;
        Ok(())
    }

    pub(super) fn attribute_value(&mut self, quote: u8) -> Result<Text, DecodeErrorKind> {
        let start = self.at;
        let arena_at = self.tape.arena.len();
        let mut changed = false;
        let mut copied = start;
        loop {
            let Some(byte) = self.peek() else {
                return Err(Malformed("the message ends inside a tag"));
            };
            if byte == quote {
                break;
            }
            match byte {
                b'<' => return Err(Malformed("< in an attribute")),
                b'&' | b'\t' | b'\n' | b'\r' => {
                    self.tape.arena.push_str(&self.text[copied..self.at]);
                    changed = true;
                    match byte {
                        b'&' => self.reference()?,
                        _ => self.carriage_return(' '),
                    }
                    copied = self.at;
                }
                0x20..=0x7f => self.at += 1,
                _ => self.character()?,
            }
        }
        let end = self.at;
        self.at += 1;
        let (text, len) = if changed {
            self.tape.arena.push_str(&self.text[copied..end]);
            let len = self.tape.arena.len() - arena_at;
            (Text::Arena(Span { start: offset(arena_at), len: offset(len) }), len)
        } else {
            (Text::Message(Span { start: offset(start), len: offset(end - start) }), end - start)
        };
        if len > self.limits.text { Err(Limit("text")) } else { Ok(text) }
    }

    /// A line end or tab that normalisation turns into `to`.
    fn carriage_return(&mut self, to: char) {
        self.at += if self.rest().starts_with(b"\r\n") { 2 } else { 1 };
        self.tape.arena.push(to);
    }

    /// `&amp;` and its four brothers, `&#10;`, `&#xA;`.
    fn reference(&mut self) -> Result<(), DecodeErrorKind> {
        let rest = self.rest();
        let end = rest
            .iter()
            .take(MAX_REFERENCE)
            .position(|&b| b == b';')
            .ok_or(Malformed("& that is no reference"))?;
        let name = &self.text[self.at + 1..self.at + end];
        let c = match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#').ok_or(Refused("an entity other than the five of XML"))?;
                let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
                let code = digits
                    .bytes()
                    .all(|b| b.is_ascii_hexdigit())
                    .then(|| u32::from_str_radix(digits, radix).ok())
                    .flatten();
                code.and_then(char::from_u32)
                    .filter(|&c| is_xml_char(c))
                    .ok_or(Malformed("a character reference"))?
            }
        };
        self.tape.arena.push(c);
        self.at += end + 1;
        Ok(())
    }
}

/// The longest reference there is any use for: `&#x10FFFF;`, with some zeros.
const MAX_REFERENCE: usize = 16;
