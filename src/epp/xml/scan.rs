//! One pass over the text of a message: checks that it is well-formed XML 1.0 with namespaces, refuses what EPP has
//! no use for, and writes the tape.
//!
//! Refused though well-formed: DOCTYPE (and with it every entity but the five of XML), encodings other than UTF-8,
//! XML 1.1, and anything over the [`Limits`].

use super::tape::{Attr, Declaration, NO_NS, Node, Span, Tape, Text};
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
    /// Bytes of one element's text or of one attribute's value.
    pub text: usize,
}

impl Default for Limits {
    /// Far above what registries send, far below what hurts.
    fn default() -> Self {
        Self {
            depth: 64,
            elements: 65_536,
            attributes: 64,
            text: 4 << 20,
        }
    }
}

type Failure = (DecodeErrorKind, u32);

/// Fills the tape from the text. On an error the tape's `open` says inside which elements it is.
pub(super) fn scan(text: &str, tape: &mut Tape, limits: &Limits) -> Result<(), Failure> {
    if u32::try_from(text.len()).is_err() {
        return Err((Limit("message length"), 0));
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tape,
        limits,
    };
    scanner
        .document()
        .map_err(|kind| (kind, offset(scanner.at.min(text.len()))))
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
                return if seen == 0 {
                    Err(Malformed("XML declaration without a version"))
                } else {
                    Ok(())
                };
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

    /// Text of the innermost open element up to the next tag, and that tag.
    fn content(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        let mut blank = true;
        // Text that needs no change is a span of the message; most is blank or ends at a tag at once.
        loop {
            let Some(byte) = self.peek() else {
                return Err(Malformed("the message ends inside an element"));
            };
            match TEXT[usize::from(byte)] {
                PLAIN => blank = false,
                SPACE => {}
                _ if byte == b'<' && self.bytes.get(self.at + 1) != Some(&b'!') => {
                    self.add_text(start, blank)?;
                    return self.tag();
                }
                _ if byte == b'<' && self.rest().starts_with(b"<!--") => {
                    self.add_text(start, blank)?;
                    return self.comment();
                }
                _ if byte == b'<' && !self.rest().starts_with(b"<![CDATA[") => {
                    return Err(Refused("DOCTYPE"));
                }
                _ => match self.multibyte()? {
                    true => {
                        blank = false;
                        continue;
                    }
                    false => {
                        self.at = start;
                        return self.changed_text();
                    }
                },
            }
            self.at += 1;
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
        let piece = Span {
            start: offset(arena_at),
            len: offset(self.tape.arena.len() - arena_at),
        };
        self.join(Text::Arena(piece))
    }

    /// Copies characters that stand for themselves to the arena.
    fn plain_run(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            match TEXT[usize::from(byte)] {
                PLAIN | SPACE => self.at += 1,
                _ => {
                    if !self.multibyte()? {
                        break;
                    }
                }
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

    /// Adds the span from `start` to here to the innermost open element's text.
    fn add_text(&mut self, start: usize, blank: bool) -> Result<(), DecodeErrorKind> {
        let len = self.at - start;
        if len == 0 {
            return Ok(());
        }
        let last = self.innermost();
        let has_children = self.tape.nodes.len() > last + 1;
        if blank && has_children {
            return Ok(());
        }
        self.join(Text::Message(Span {
            start: offset(start),
            len: offset(len),
        }))
    }

    /// Joins a piece to the text the innermost open element has already.
    fn join(&mut self, piece: Text) -> Result<(), DecodeErrorKind> {
        let last = self.innermost();
        let joined = match (self.tape.nodes[last].text, piece) {
            (Text::None, piece) => piece,
            (Text::Arena(a), Text::Arena(b)) if a.start + a.len == b.start => Text::Arena(Span {
                start: a.start,
                len: a.len + b.len,
            }),
            (before, piece) => {
                let start = self.tape.arena.len();
                let text = [before, piece].map(|part| part.of(self.text, &self.tape.arena).to_owned());
                self.tape.arena.extend(text);
                Text::Arena(Span {
                    start: offset(start),
                    len: offset(self.tape.arena.len() - start),
                })
            }
        };
        if joined.of(self.text, &self.tape.arena).len() > self.limits.text
            || self.tape.arena.len() > 2 * self.limits.text
        {
            return Err(Limit("text"));
        }
        self.tape.nodes[last].text = joined;
        Ok(())
    }

    fn tag(&mut self) -> Result<(), DecodeErrorKind> {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => self.end_tag(),
            Some(b'?') => self.instruction(),
            _ => self.start_tag(),
        }
    }

    fn start_tag(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        if self.tape.open.len() >= self.limits.depth {
            return Err(Limit("depth"));
        }
        if self.tape.nodes.len() >= self.limits.elements {
            return Err(Limit("elements"));
        }
        self.at += 1;
        let (prefix, name) = self.qualified_name()?;
        let at = offset(self.tape.nodes.len());
        let first_attr = self.tape.attrs.len();
        let first_binding = self.tape.bindings.len();
        let depth = offset(self.tape.open.len());
        self.tape.nodes.push(Node {
            start: offset(start),
            content: 0,
            content_end: 0,
            end: 0,
            next: at + 1,
            name,
            text: Text::None,
            attrs: offset(first_attr),
            attr_count: 0,
            ns: NO_NS,
            prefix_len: if prefix.len == 0 {
                0
            } else {
                u16::try_from(prefix.len + 1).map_err(|_| Limit("name"))?
            },
        });
        self.tape.open.push(at);
        let empty = loop {
            let spaced = self.skip_space();
            match self.peek() {
                Some(b'>') => {
                    self.at += 1;
                    break false;
                }
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    break true;
                }
                Some(_) if spaced => self.attribute(depth, first_attr + first_binding)?,
                Some(_) => return Err(Malformed("a start tag")),
                None => return Err(Malformed("the message ends inside a tag")),
            }
        };
        let ns = self.resolve(prefix.of(self.text))?;
        self.resolve_attributes(first_attr)?;
        let count = u16::try_from(self.tape.attrs.len() - first_attr).map_err(|_| Limit("attributes"))?;
        let node = &mut self.tape.nodes[at as usize];
        node.ns = ns;
        node.attr_count = count;
        node.content = offset(self.at);
        if empty {
            self.close(self.at);
        }
        Ok(())
    }

    /// One attribute or namespace declaration. Attribute prefixes are resolved when all declarations are known.
    fn attribute(&mut self, depth: u32, before: usize) -> Result<(), DecodeErrorKind> {
        if self.tape.attrs.len() + self.tape.bindings.len() - before >= self.limits.attributes {
            return Err(Limit("attributes"));
        }
        let (prefix, name) = self.qualified_name()?;
        self.equals()?;
        let quote = self.quote()?;
        let value = self.attribute_value(quote)?;
        let (prefix_text, name_text) = (prefix.of(self.text), name.of(self.text));
        if prefix_text == "xmlns" || (prefix_text.is_empty() && name_text == "xmlns") {
            let declared = if prefix.len == 0 { Span::default() } else { name };
            return self.declare(declared, value, depth);
        }
        // Until resolution the place of the prefix is kept in the name span: it ends one byte before the name.
        let ns = if prefix.len == 0 {
            NO_NS
        } else {
            u16::try_from(prefix.len).map_err(|_| Limit("name"))?
        };
        self.tape.attrs.push(Attr { name, value, ns });
        Ok(())
    }

    fn declare(&mut self, prefix: Span, value: Text, depth: u32) -> Result<(), DecodeErrorKind> {
        let (name, uri) = (prefix.of(self.text), value.of(self.text, &self.tape.arena));
        if name == "xmlns"
            || (name == "xml") != (uri == XML_URI)
            || uri == XMLNS_URI
            || (uri.is_empty() && prefix.len != 0)
        {
            return Err(Malformed("a namespace declaration"));
        }
        let in_tag = self.tape.bindings.iter().rev().take_while(|(.., d)| *d == depth);
        if in_tag.into_iter().any(|(other, ..)| other.of(self.text) == name) {
            return Err(Malformed("an attribute given twice"));
        }
        let known = self
            .tape
            .uris
            .iter()
            .position(|known| known.of(self.text, &self.tape.arena) == uri);
        let id = match known {
            _ if uri.is_empty() => NO_NS,
            Some(id) => u16::try_from(id).map_err(|_| Limit("namespaces"))?,
            None => {
                let id = u16::try_from(self.tape.uris.len())
                    .ok()
                    .filter(|&id| id < MAX_URIS)
                    .ok_or(Limit("namespaces"))?;
                self.tape.uris.push(value);
                id
            }
        };
        let element = offset(self.innermost());
        self.tape.declarations.push(Declaration {
            element,
            prefix,
            uri: value,
        });
        self.tape.bindings.push((prefix, id, depth));
        Ok(())
    }

    fn resolve_attributes(&mut self, first: usize) -> Result<(), DecodeErrorKind> {
        for at in first..self.tape.attrs.len() {
            let attr = &self.tape.attrs[at];
            if attr.ns != NO_NS {
                let prefix = Span {
                    start: attr.name.start - 1 - u32::from(attr.ns),
                    len: u32::from(attr.ns),
                };
                let ns = self.resolve(prefix.of(self.text))?;
                self.tape.attrs[at].ns = ns;
            }
            let (ns, name) = (self.tape.attrs[at].ns, self.tape.attrs[at].name.of(self.text));
            if self.tape.attrs[first..at]
                .iter()
                .any(|other| other.ns == ns && other.name.of(self.text) == name)
            {
                return Err(Malformed("an attribute given twice"));
            }
        }
        Ok(())
    }

    fn resolve(&mut self, prefix: &str) -> Result<u16, DecodeErrorKind> {
        let bound = self
            .tape
            .bindings
            .iter()
            .rev()
            .find(|(bound, ..)| bound.of(self.text) == prefix);
        match bound {
            Some((_, id, _)) => Ok(*id),
            None if prefix.is_empty() => Ok(NO_NS),
            // The one prefix that is always declared. Nothing in EPP needs its URI, so it shares an id of its own.
            None if prefix == "xml" => Ok(NO_NS - 1),
            None => Err(Malformed("a prefix that is not declared")),
        }
    }

    fn attribute_value(&mut self, quote: u8) -> Result<Text, DecodeErrorKind> {
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
            (
                Text::Arena(Span {
                    start: offset(arena_at),
                    len: offset(len),
                }),
                len,
            )
        } else {
            (
                Text::Message(Span {
                    start: offset(start),
                    len: offset(end - start),
                }),
                end - start,
            )
        };
        if len > self.limits.text {
            Err(Limit("text"))
        } else {
            Ok(text)
        }
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
                let number = name
                    .strip_prefix('#')
                    .ok_or(Refused("an entity other than the five of XML"))?;
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

    fn end_tag(&mut self) -> Result<(), DecodeErrorKind> {
        let last = self.innermost();
        let node = &self.tape.nodes[last];
        // The same qualified name must stand here, letter for letter.
        let start = node.name.start as usize - usize::from(node.prefix_len);
        let end = (node.name.start + node.name.len) as usize;
        let name = &self.bytes[start..end];
        if !self.bytes[self.at + 2..].starts_with(name) {
            return Err(Malformed("an end tag that does not match"));
        }
        let tag_at = self.at;
        self.at += 2 + name.len();
        self.skip_space();
        if !self.eat(">") {
            return Err(Malformed("an end tag that does not match"));
        }
        self.close(tag_at);
        Ok(())
    }

    /// Ends the innermost element, whose content reaches to `content_end`.
    fn close(&mut self, content_end: usize) {
        let last = self.innermost();
        let next = offset(self.tape.nodes.len());
        let end = offset(self.at);
        let node = &mut self.tape.nodes[last];
        node.next = next;
        node.content_end = offset(content_end);
        node.end = end;
        self.tape.open.pop();
        let depth = offset(self.tape.open.len());
        while self.tape.bindings.last().is_some_and(|(.., d)| *d >= depth) {
            self.tape.bindings.pop();
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
        if self.eat(">") {
            Ok(())
        } else {
            Err(Malformed("-- in a comment"))
        }
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

    /// `prefix:name` or `name`; the prefix is empty in the second case.
    fn qualified_name(&mut self) -> Result<(Span, Span), DecodeErrorKind> {
        let first = self.name()?;
        if self.peek() != Some(b':') {
            return Ok((Span::default(), first));
        }
        self.at += 1;
        let local = self.name()?;
        if self.peek() == Some(b':') {
            Err(Malformed("two colons in a name"))
        } else {
            Ok((first, local))
        }
    }

    /// A name without colon.
    fn name(&mut self) -> Result<Span, DecodeErrorKind> {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if NAME[usize::from(byte)] {
                self.at += 1;
            } else if byte < 0x80 {
                break;
            } else {
                let c = self.text[self.at..].chars().next().ok_or(Malformed("a name"))?;
                if !is_name_char(c) {
                    break;
                }
                self.at += c.len_utf8();
            }
        }
        let starts_well = match self.bytes.get(start) {
            Some(b'0'..=b'9' | b'-' | b'.') => false,
            Some(0x80..) => self.text[start..self.at]
                .chars()
                .next()
                .is_some_and(is_name_start),
            _ => self.at > start,
        };
        if starts_well {
            Ok(Span {
                start: offset(start),
                len: offset(self.at - start),
            })
        } else {
            Err(Malformed("a name"))
        }
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
        *self
            .tape
            .open
            .last()
            .expect("content is only read inside an element") as usize
    }
}

/// An offset into a message, whose length was checked to fit.
fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a message is shorter than 4 GiB")
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// NameStartChar beyond ASCII (XML 1.0, 2.3).
fn is_name_start(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

const PLAIN: u8 = 0;
const SPACE: u8 = 1;
const SPECIAL: u8 = 2;

/// What a byte of text is: plain, white space that needs no change, or a matter for a closer look.
const TEXT: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = SPECIAL;
        byte += 1;
    }
    table[b'\t' as usize] = SPACE;
    table[b'\n' as usize] = SPACE;
    table[b' ' as usize] = SPACE;
    table[b'<' as usize] = SPECIAL;
    table[b'&' as usize] = SPECIAL;
    table[b']' as usize] = SPECIAL;
    table[0xef] = SPECIAL;
    table
};

/// ASCII bytes a name may hold, but the colon.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x80u8 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";
const MAX_URIS: u16 = 1024;
/// The longest reference there is any use for: `&#x10FFFF;`, with some zeros.
const MAX_REFERENCE: usize = 16;
