//! XML as EPP needs it: a reader that makes a flat tape in one pass, and a writer straight into the frame.
//!
//! Reading is [`Document::parse`], then [`Element`], a copyable cursor into the tape. Its verbs mirror the occurrence
//! in a schema: [`one`](Element::one) is 1..1, [`opt`](Element::opt) is 0..1, [`all`](Element::all) is 0..n. Names match by
//! namespace URI, never by prefix; what nobody asks for is skipped, so unknown elements never hurt.
//! Writing is [`Writer`] with the same three verbs: `put`, `put_opt`, `put_all`.
//!
//! The scanner is our own. A general XML reader leaves some fifteen checks to its user (two roots, undeclared
//! prefixes, control characters, DOCTYPE, ...): making them in the same pass is both safer and about as fast as a
//! reader that makes none of them.

mod element;
mod scan;
mod tape;
mod value;
mod write;

pub use element::{Attribute, Children, Element};
pub use scan::Limits;
pub(crate) use scan::is_name;
pub use tape::Document;
pub(crate) use value::parse_bool;
pub use value::timestamp;
pub use write::Writer;

use crate::error::DecodeError;

/// A namespace: the URI that counts, and the prefix we write for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Namespace {
    /// The URI, compared byte by byte.
    pub uri: &'static str,
    /// The customary prefix; empty for elements written without one.
    pub prefix: &'static str,
}

/// What can be read from an element.
pub trait Decode: Sized {
    /// Reads the element's attributes, text and children.
    ///
    /// # Errors
    /// [`DecodeError`] with the path of the element that is missing or wrong.
    fn decode(from: Element<'_>) -> Result<Self, DecodeError>;
}

/// What can be written as the content of an element.
pub trait Encode {
    /// Writes attributes first, then text or children in schema order.
    fn encode(&self, to: &mut Writer);
}

/// An element that stands on its own: a command's object, reply data, an extension.
pub trait Named {
    /// The namespace of the element.
    const NS: Namespace;
    /// Its local name.
    const NAME: &'static str;
}

/// What knows the element it is: every [`Named`] type, and a value of a specification with several versions, whose
/// namespace is known only when it is written.
pub trait Tagged {
    /// Namespace and local name of the element.
    fn tag(&self) -> (Namespace, &'static str);
}

impl<T: Named + ?Sized> Tagged for T {
    fn tag(&self) -> (Namespace, &'static str) {
        (T::NS, T::NAME)
    }
}
