//! The tape: every element of a message in document order, as offsets into its text.

use std::borrow::Cow;
use std::cell::RefCell;

use super::Element;
use super::scan::{Limits, scan};
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
        Element::new(&self.text, &self.tape, place)
    }
}

impl Drop for Document<'_> {
    fn drop(&mut self) {
        std::mem::take(&mut self.tape).give_back();
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
    /// Offsets of `<` and of the byte after the end tag.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The next element that is not inside this one.
    pub(super) next: u32,
    /// The element this one is in; itself for the root.
    pub(super) parent: u32,
    pub(super) name: Span,
    pub(super) text: Text,
    pub(super) attrs: u32,
    pub(super) attr_count: u16,
    pub(super) ns: u16,
    /// Bytes of the prefix and its colon, which stand before the name.
    pub(super) prefix_len: u16,
}

impl Node {
    /// Whether this is the element `name` of the namespace.
    #[inline]
    pub(super) fn is(&self, text: &str, ns: u16, name: &str) -> bool {
        self.ns == ns && self.name.is(text, name)
    }
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

    #[inline]
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end() as usize]
    }

    /// Whether this piece is `word`. Where it is not, the lengths tell as a rule.
    #[inline]
    pub(super) fn is(self, text: &str, word: &str) -> bool {
        self.len as usize == word.len()
            && text.as_bytes()[self.start as usize..self.end() as usize] == *word.as_bytes()
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
    /// Its bytes.
    pub(super) fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Message(span) | Self::Arena(span) => span.len as usize,
        }
    }

    #[inline]
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

    /// How many namespace declarations stand before an element.
    pub(super) fn declarations_before(&self, element: u32) -> usize {
        self.declarations.partition_point(|declaration| declaration.element < element)
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
const KEEP_TAPES: usize = 4;
const KEEP_NODES: usize = 4096;
