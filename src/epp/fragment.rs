//! XML that is carried, not understood: whole elements, byte for byte, that can be written into another message.

use crate::error::{DecodeError, EncodeError};
use crate::xml::{Decode, Document, Element, Encode, Writer};

/// One element with everything in it, exactly as it was read: white space and prefixes included, since a signature
/// may cover them. Namespaces that it uses are declared in it.
///
/// Its `Debug` shows the element's length only, since its content may be secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fragment(String);

impl Fragment {
    /// An element from text.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not one well-formed element.
    pub fn parse(xml: &str) -> Result<Self, DecodeError> {
        Ok(Self(Document::parse(xml)?.root().self_contained()))
    }

    /// An element as we write it. `inside` writes exactly one, which declares its own namespace.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be carried by XML.
    pub(crate) fn write(inside: impl FnOnce(&mut Writer)) -> Result<Self, EncodeError> {
        Writer::fragment(inside).map(Self)
    }

    /// The element as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The element for reading.
    ///
    /// # Errors
    /// None in practice: it was read before.
    pub fn document(&self) -> Result<Document<'_>, DecodeError> {
        Document::parse(self.0.as_str())
    }
}

impl std::fmt::Debug for Fragment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fragment({} bytes)", self.0.len())
    }
}

impl Decode for Fragment {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self(from.self_contained()))
    }
}

impl Encode for Fragment {
    /// Writes the element itself: call it inside the parent, not through `put`.
    fn encode(&self, to: &mut Writer) {
        to.raw(&self.0);
    }
}
