//! Tags: names, attributes, and the namespaces they declare and use.

use super::chars::{NAME, is_name_char, is_name_start, run_of};
use super::{Scanner, offset};
use crate::error::DecodeErrorKind::{self, Limit, Malformed};
use crate::xml::tape::{Attr, Declaration, NO_NS, Node, Span, Text, XML_NS, XML_URI};

impl Scanner<'_> {
    pub(super) fn tag(&mut self) -> Result<(), DecodeErrorKind> {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => self.end_tag(),
            Some(b'?') => self.instruction(),
            _ => self.start_tag(),
        }
    }

    pub(super) fn start_tag(&mut self) -> Result<(), DecodeErrorKind> {
        let start = self.at;
        if self.tape.open.len() >= self.limits.depth {
            return Err(Limit("depth"));
        }
        if self.tape.nodes.len() >= self.limits.elements {
            return Err(Limit("elements"));
        }
        self.at += 1;
        let (prefix, name, outer_ns) = self.element_name()?;
        let at = offset(self.tape.nodes.len());
        let first_attr = self.tape.attrs.len();
        let first_binding = self.tape.bindings.len();
        let depth = offset(self.tape.open.len());
        self.tape.nodes.push(Node {
            start: offset(start),
            end: 0,
            next: at + 1,
            parent: self.tape.open.last().copied().unwrap_or(at),
            name,
            text: Text::None,
            attrs: offset(first_attr),
            attr_count: 0,
            ns: NO_NS,
            prefix_len: if prefix.len == 0 { 0 } else { short(prefix) + 1 },
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
        let declares = self.tape.bindings.len() > first_binding;
        let ns = match outer_ns {
            Some(ns) if !declares => ns,
            _ => self.resolve(prefix.of(self.text))?,
        };
        self.resolve_attributes(first_attr)?;
        let count = u16::try_from(self.tape.attrs.len() - first_attr).map_err(|_| Limit("attributes"))?;
        let node = &mut self.tape.nodes[at as usize];
        node.ns = ns;
        node.attr_count = count;
        if empty {
            self.close();
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
        let ns = if prefix.len == 0 { NO_NS } else { short(prefix) };
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
        if self.tape.bindings.len() >= self.limits.namespaces {
            return Err(Limit("namespaces"));
        }
        let known = self.tape.uris.iter().position(|known| known.of(self.text, &self.tape.arena) == uri);
        let id = match known {
            _ if uri.is_empty() => NO_NS,
            _ if uri == XML_URI => XML_NS,
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
        self.tape.declarations.push(Declaration { element, prefix, uri: value });
        self.tape.bindings.push((prefix, id, depth));
        Ok(())
    }

    fn resolve_attributes(&mut self, first: usize) -> Result<(), DecodeErrorKind> {
        for at in first..self.tape.attrs.len() {
            let attr = &self.tape.attrs[at];
            if attr.ns != NO_NS {
                let prefix =
                    Span { start: attr.name.start - 1 - u32::from(attr.ns), len: u32::from(attr.ns) };
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

    fn resolve(&self, prefix: &str) -> Result<u16, DecodeErrorKind> {
        let bound = self.tape.bindings.iter().rev().find(|(bound, ..)| bound.of(self.text) == prefix);
        match bound {
            Some((_, id, _)) => Ok(*id),
            None if prefix.is_empty() => Ok(NO_NS),
            None if prefix == "xml" => Ok(XML_NS),
            None => Err(Malformed("a prefix that is not declared")),
        }
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
        self.at += 2 + name.len();
        self.skip_space();
        if !self.eat(">") {
            return Err(Malformed("an end tag that does not match"));
        }
        self.close();
        Ok(())
    }

    /// Ends the innermost element.
    fn close(&mut self) {
        let last = self.innermost();
        let next = offset(self.tape.nodes.len());
        let end = offset(self.at);
        let node = &mut self.tape.nodes[last];
        node.next = next;
        node.end = end;
        self.tape.open.pop();
        let depth = offset(self.tape.open.len());
        while self.tape.bindings.last().is_some_and(|(.., d)| *d >= depth) {
            self.tape.bindings.pop();
        }
    }

    /// Prefix and name of an element, and its namespace when the prefix is that of the element around it. Most are: a
    /// prefix that was read and resolved a moment ago is known at a glance.
    fn element_name(&mut self) -> Result<(Span, Span, Option<u16>), DecodeErrorKind> {
        let Some(&around) = self.tape.open.last() else {
            let (prefix, name) = self.qualified_name()?;
            return Ok((prefix, name, None));
        };
        let Node { name: outer, ns, prefix_len, .. } = self.tape.nodes[around as usize];
        let prefix = &self.bytes[outer.start as usize - usize::from(prefix_len)..outer.start as usize];
        if !prefix.is_empty() && self.rest().starts_with(prefix) {
            let prefix = Span { start: offset(self.at), len: u32::from(prefix_len) - 1 };
            self.at += usize::from(prefix_len);
            return Ok((prefix, self.local_name()?, Some(ns)));
        }
        let (prefix, name) = self.qualified_name()?;
        Ok((prefix, name, (prefix.len == 0 && prefix_len == 0).then_some(ns)))
    }

    /// `prefix:name` or `name`; the prefix is empty in the second case.
    fn qualified_name(&mut self) -> Result<(Span, Span), DecodeErrorKind> {
        let first = self.name()?;
        if self.peek() != Some(b':') {
            return Ok((Span::default(), first));
        }
        self.at += 1;
        Ok((first, self.local_name()?))
    }

    /// The name behind a prefix.
    fn local_name(&mut self) -> Result<Span, DecodeErrorKind> {
        let name = self.name()?;
        if self.peek() == Some(b':') { Err(Malformed("two colons in a name")) } else { Ok(name) }
    }

    /// A name without colon, of a length that is sane.
    pub(super) fn name(&mut self) -> Result<Span, DecodeErrorKind> {
        let start = self.at;
        self.at += run_of(&NAME, self.rest());
        while self.peek().is_some_and(|byte| byte >= 0x80) {
            match self.text[self.at..].chars().next() {
                Some(c) if is_name_char(c) => self.at += c.len_utf8(),
                _ => break,
            }
            self.at += run_of(&NAME, self.rest());
        }
        let starts_well = match self.bytes.get(start) {
            Some(b'0'..=b'9' | b'-' | b'.') => false,
            Some(0x80..) => self.text[start..self.at].chars().next().is_some_and(is_name_start),
            _ => self.at > start,
        };
        if self.at - start > MAX_NAME {
            Err(Limit("name"))
        } else if starts_well {
            Ok(Span { start: offset(start), len: offset(self.at - start) })
        } else {
            Err(Malformed("a name"))
        }
    }
}

/// The length of a prefix, which [`MAX_NAME`] bounds.
fn short(prefix: Span) -> u16 {
    u16::try_from(prefix.len).expect("a name is at most MAX_NAME bytes")
}

const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";
/// Different namespaces in one message.
const MAX_URIS: u16 = 1024;
/// Bytes of one name.
const MAX_NAME: usize = 1024;
