//! The tape: every element of a message in document order, as offsets into its text.

use std::borrow::Cow;
use std::cell::RefCell;

use super::scan::{Limits, scan};
use super::{Decode, Namespace};
use crate::error::{DecodeError, DecodeErrorKind, Path};

/// A parsed message: its text and the tape over it. It owns both when made from a `String`, so it can be sent to
/// another task as it is.
#[derive(Debug)]
pub struct Document<'a> {
    text: Cow<'a, str>,
    tape: Tape,
}

impl<'a> Document<'a> {
    /// Parses a whole message under the usual [`Limits`].
    ///
    /// # Errors
    /// [`DecodeError`] when the text is not well-formed, is refused (DOCTYPE, undeclared prefix, ...) or over a limit.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, DecodeError> {
        Self::parse_within(text, &Limits::default())
    }

    /// Parses a whole message under given limits.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_within(text: impl Into<Cow<'a, str>>, limits: &Limits) -> Result<Self, DecodeError> {
        let mut document = Self { text: text.into(), tape: Tape::borrowed() };
        match scan(&document.text, &mut document.tape, limits) {
            Ok(()) => Ok(document),
            Err((kind, offset)) => {
                let names: Vec<&str> = document
                    .tape
                    .open
                    .iter()
                    .map(|&at| document.tape.nodes[at as usize].name.of(&document.text))
                    .collect();
                Err(DecodeError { kind, path: Path(&names).to_string(), offset })
            }
        }
    }

    /// Parses the bytes of a frame, which must be UTF-8.
    ///
    /// # Errors
    /// As [`Document::parse`], and [`DecodeErrorKind::NotUtf8`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Document<'static>, DecodeError> {
        match String::from_utf8(bytes) {
            Ok(text) => Document::parse(text),
            Err(error) => Err(DecodeError {
                kind: DecodeErrorKind::NotUtf8,
                path: "/".into(),
                offset: u32::try_from(error.utf8_error().valid_up_to()).unwrap_or(u32::MAX),
            }),
        }
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        self.at(0)
    }

    /// The text this was parsed from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tape.nodes.len()
    }

    /// Never: a document has a root element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tape.nodes.is_empty()
    }

    /// The element at a place of the tape that [`Element::place`] told before.
    pub(crate) fn at(&self, place: u32) -> Element<'_> {
        Element { text: &self.text, tape: &self.tape, at: place, hint: place + 1 }
    }
}

impl Drop for Document<'_> {
    fn drop(&mut self) {
        std::mem::take(&mut self.tape).give_back();
    }
}

/// A cursor to one element. Copying it costs nothing; the verbs advance a hint, so reading children in schema
/// order never searches.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    text: &'d str,
    tape: &'d Tape,
    at: u32,
    hint: u32,
}

impl<'d> Element<'d> {
    /// The local name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.node().name.of(self.text)
    }

    /// The namespace URI; empty when the element is in none.
    #[must_use]
    pub fn ns(&self) -> &'d str {
        self.tape.uri(self.node().ns, self.text)
    }

    /// Whether this is the element `name` of the namespace.
    #[must_use]
    pub fn is(&self, ns: Namespace, name: &str) -> bool {
        self.name() == name && self.ns() == ns.uri
    }

    /// The element's own text without the white space around it; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &'d str {
        self.whole_text().trim_matches(XML_SPACE)
    }

    /// The element's own text with all its white space.
    #[must_use]
    pub fn whole_text(&self) -> &'d str {
        self.node().text.of(self.text, &self.tape.arena)
    }

    /// The element as it stands in the message, tags included. Prefixes may be declared outside of it.
    #[must_use]
    pub fn source(&self) -> &'d str {
        let node = self.node();
        &self.text[node.start as usize..node.end as usize]
    }

    /// Where in the message the element's content is: between its tags. Empty for `<a/>`.
    pub(crate) fn content_range(&self) -> (usize, usize) {
        let node = self.node();
        (node.content as usize, node.content_end as usize)
    }

    /// The element as text that stands for itself: [`source`](Self::source) with the namespaces declared around it
    /// declared in its own tag.
    #[must_use]
    pub fn self_contained(&self) -> String {
        let source = self.source();
        let node = self.node();
        let tag_end = (node.name.start + node.name.len - node.start) as usize;
        let mut whole = String::with_capacity(source.len() + 64);
        whole.push_str(&source[..tag_end]);
        let within = &self.tape.nodes[self.at as usize..node.next as usize];
        let unprefixed = within.iter().any(|node| node.prefix_len == 0);
        let mut declared: Vec<&str> = Vec::new();
        let around = self
            .tape
            .declarations
            .iter()
            .rev()
            .filter(|d| d.element <= self.at && self.at < self.tape.nodes[d.element as usize].next);
        for declaration in around {
            let prefix = declaration.prefix.of(self.text);
            if declared.contains(&prefix) {
                continue;
            }
            declared.push(prefix);
            if declaration.element == self.at
                || !(if prefix.is_empty() { unprefixed } else { source.contains(&format!("{prefix}:")) })
            {
                continue;
            }
            let uri = declaration
                .uri
                .of(self.text, &self.tape.arena)
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;");
            let colon = if prefix.is_empty() { "" } else { ":" };
            whole.push_str(&format!(" xmlns{colon}{prefix}=\"{uri}\""));
        }
        if unprefixed && !declared.contains(&"") {
            whole.push_str(" xmlns=\"\"");
        }
        whole.push_str(&source[tag_end..]);
        whole
    }

    /// The value of an attribute that is in no namespace.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&'d str> {
        self.raw_attrs()
            .iter()
            .find(|attr| attr.ns == NO_NS && attr.name.of(self.text) == name)
            .map(|attr| attr.value.of(self.text, &self.tape.arena))
    }

    /// The value of a required attribute.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`].
    pub fn need_attr(&self, name: &'static str) -> Result<&'d str, DecodeError> {
        self.attr(name).ok_or_else(|| self.error(DecodeErrorKind::Missing(name)))
    }

    /// An optional attribute as a typed value.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] when it is there and not a `T`.
    pub fn parse_attr<T: std::str::FromStr>(
        &self,
        name: &str,
        what: &'static str,
    ) -> Result<Option<T>, DecodeError> {
        self.attr(name).map(|value| value.trim().parse().map_err(|_| self.invalid(what))).transpose()
    }

    /// All attributes but namespace declarations.
    pub fn attrs(&self) -> impl Iterator<Item = Attribute<'d>> + use<'d> {
        let Self { text, tape, .. } = *self;
        self.raw_attrs().iter().map(move |attr| Attribute {
            ns: tape.uri(attr.ns, text),
            name: attr.name.of(text),
            value: attr.value.of(text, &tape.arena),
        })
    }

    /// The child elements, in document order.
    #[must_use]
    pub fn children(&self) -> Children<'d> {
        Children { text: self.text, tape: self.tape, next: self.at + 1, end: self.node().next }
    }

    /// The text of the element as a typed value.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] with `what` when it does not parse.
    pub fn parse_text<T: std::str::FromStr>(&self, what: &'static str) -> Result<T, DecodeError> {
        self.text().parse().map_err(|_| self.invalid(what))
    }

    /// The child `name` of the element's own namespace, which must be there.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`], or what the child's `decode` says.
    pub fn one<T: Decode>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        self.need(name).and_then(T::decode)
    }

    /// The child `name` of the element's own namespace, if there is one.
    ///
    /// # Errors
    /// What the child's `decode` says.
    pub fn opt<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.find(name).map(T::decode).transpose()
    }

    /// All children `name` of the element's own namespace, in document order.
    ///
    /// # Errors
    /// What a child's `decode` says.
    pub fn all<T: Decode>(&mut self, name: &str) -> Result<Vec<T>, DecodeError> {
        let mut found = Vec::new();
        let Some(first) = self.find(name) else {
            return Ok(found);
        };
        found.push(T::decode(first)?);
        let own = self.node();
        let mut at = self.hint;
        while at < own.next {
            let node = &self.tape.nodes[at as usize];
            if node.ns == own.ns && node.name.of(self.text) == name {
                found.push(T::decode(self.child(at))?);
                self.hint = node.next;
            }
            at = node.next;
        }
        Ok(found)
    }

    /// The first child `name` of the element's own namespace as a cursor.
    pub fn find(&mut self, name: &str) -> Option<Self> {
        let own = self.node();
        let (first, end, hint) = (self.at + 1, own.next, self.hint);
        let found =
            self.search(name, own.ns, hint, end).or_else(|| self.search(name, own.ns, first, hint))?;
        self.hint = self.tape.nodes[found as usize].next;
        Some(self.child(found))
    }

    /// The first child `name` of the element's own namespace as a cursor, which must be there.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`].
    pub fn need(&mut self, name: &'static str) -> Result<Self, DecodeError> {
        self.find(name).ok_or_else(|| self.error(DecodeErrorKind::Missing(name)))
    }

    /// Whether there is a child `name` of the element's own namespace: a flag such as `<rem><all/>`.
    pub fn has(&mut self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The first child that is the element `T` of `T`'s own namespace, decoded.
    ///
    /// # Errors
    /// What its `decode` says.
    pub fn named<T: Decode + super::Named>(&self) -> Result<Option<T>, DecodeError> {
        self.children().find(|child| child.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// An error at this element.
    #[must_use]
    pub fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        let mut names = Vec::new();
        let mut at = 0;
        while at <= self.at {
            let node = &self.tape.nodes[at as usize];
            if self.at < node.next {
                names.push(node.name.of(self.text));
                at += 1;
            } else {
                at = node.next;
            }
        }
        DecodeError { kind, path: Path(&names).to_string(), offset: self.node().start }
    }

    /// The error that the text or an attribute here is not a `what`.
    #[must_use]
    pub fn invalid(&self, what: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Invalid(what))
    }

    /// Where on the tape this element is; see [`Document::at`].
    pub(crate) fn place(&self) -> u32 {
        self.at
    }

    fn search(&self, name: &str, ns: u16, from: u32, end: u32) -> Option<u32> {
        let mut at = from;
        while at < end {
            let node = &self.tape.nodes[at as usize];
            if node.ns == ns && node.name.of(self.text) == name {
                return Some(at);
            }
            at = node.next;
        }
        None
    }

    fn child(&self, at: u32) -> Self {
        Element { text: self.text, tape: self.tape, at, hint: at + 1 }
    }

    fn node(&self) -> &'d Node {
        &self.tape.nodes[self.at as usize]
    }

    fn raw_attrs(&self) -> &'d [Attr] {
        let node = self.node();
        &self.tape.attrs[node.attrs as usize..][..usize::from(node.attr_count)]
    }
}

impl std::fmt::Debug for Element<'_> {
    /// The name only: content may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} xmlns={:?}>", self.name(), self.ns())
    }
}

/// One attribute, as [`Element::attrs`] lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'d> {
    /// Namespace URI; empty for the usual attribute that is in none.
    pub ns: &'d str,
    /// Local name.
    pub name: &'d str,
    /// Value, normalised.
    pub value: &'d str,
}

/// Iterates over the children of an element.
#[derive(Clone)]
pub struct Children<'d> {
    text: &'d str,
    tape: &'d Tape,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        if self.next >= self.end {
            return None;
        }
        let child = Element { text: self.text, tape: self.tape, at: self.next, hint: self.next + 1 };
        self.next = child.node().next;
        Some(child)
    }
}

/// The nodes of one message, and the scanner's stacks, kept between messages for their memory.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub(super) nodes: Vec<Node>,
    pub(super) attrs: Vec<Attr>,
    /// URIs by namespace id.
    pub(super) uris: Vec<Text>,
    /// Every namespace declaration, in document order.
    pub(super) declarations: Vec<Declaration>,
    /// Text that had to be changed: entities resolved, pieces joined.
    pub(super) arena: String,
    /// Elements still open, innermost last. Empty once the document is whole.
    pub(super) open: Vec<u32>,
    /// Prefixes in scope with their namespace id, innermost last, and how deep they were declared.
    pub(super) bindings: Vec<(Span, u16, u32)>,
}

/// One element.
#[derive(Debug)]
pub(super) struct Node {
    /// Offsets of `<`, of the byte after the start tag, of the end tag, and of the byte after that.
    pub(super) start: u32,
    pub(super) content: u32,
    pub(super) content_end: u32,
    pub(super) end: u32,
    /// The next element that is not inside this one.
    pub(super) next: u32,
    pub(super) name: Span,
    pub(super) text: Text,
    pub(super) attrs: u32,
    pub(super) attr_count: u16,
    pub(super) ns: u16,
    /// Bytes of the prefix and its colon, which stand before the name.
    pub(super) prefix_len: u16,
}

/// One `xmlns` or `xmlns:prefix`.
#[derive(Debug)]
pub(super) struct Declaration {
    /// Place of the element it stands in.
    pub(super) element: u32,
    /// Empty for the default namespace.
    pub(super) prefix: Span,
    pub(super) uri: Text,
}

#[derive(Debug)]
pub(super) struct Attr {
    pub(super) name: Span,
    pub(super) value: Text,
    pub(super) ns: u16,
}

/// A piece of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Span {
    pub(super) fn end(self) -> u32 {
        self.start + self.len
    }

    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..][..self.len as usize]
    }
}

/// A value: a piece of the message as it stands, or of the arena when it had to be changed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Text {
    None,
    Message(Span),
    Arena(Span),
}

impl Text {
    pub(super) fn of<'d>(self, text: &'d str, arena: &'d str) -> &'d str {
        match self {
            Self::None => "",
            Self::Message(span) => span.of(text),
            Self::Arena(span) => span.of(arena),
        }
    }
}

impl Tape {
    /// A tape whose memory was used before on this thread, if there is one.
    fn borrowed() -> Self {
        SPARE.with_borrow_mut(|spare| spare.pop().unwrap_or_default())
    }

    fn give_back(mut self) {
        self.nodes.clear();
        self.attrs.clear();
        self.uris.clear();
        self.declarations.clear();
        self.arena.clear();
        self.open.clear();
        self.bindings.clear();
        let worth_keeping = self.nodes.capacity() > 0
            && self.nodes.capacity() <= KEEP_NODES
            && self.arena.capacity() <= KEEP_NODES;
        // A document may be dropped while the thread ends; then its memory just goes.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if worth_keeping && spare.len() < KEEP_TAPES {
                spare.push(self);
            }
        });
    }

    pub(super) fn uri<'d>(&'d self, ns: u16, text: &'d str) -> &'d str {
        match self.uris.get(usize::from(ns)) {
            Some(uri) => uri.of(text, &self.arena),
            None if ns == XML_NS => XML_URI,
            None => "",
        }
    }
}

thread_local! {
    static SPARE: RefCell<Vec<Tape>> = const { RefCell::new(Vec::new()) };
}

/// Namespace id of elements and attributes that are in no namespace.
pub(super) const NO_NS: u16 = u16::MAX;
/// Namespace id of the prefix `xml`, which is always declared.
pub(super) const XML_NS: u16 = NO_NS - 1;
pub(super) const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
const XML_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];
const KEEP_TAPES: usize = 4;
const KEEP_NODES: usize = 4096;
