//! What can be wrong with a message: one error for reading, one for writing.

use std::fmt;

/// Why a message could not be read: what, in which element, at which byte of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at {path} (byte {offset})")]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The element it is wrong in, as `/epp/response/resData/infData`; `/` outside the root element.
    pub path: String,
    /// Offset into the message, in bytes.
    pub offset: u32,
}

/// The cases of [`DecodeError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeErrorKind {
    /// The bytes are not UTF-8 text; UTF-16 is refused, not converted.
    #[error("not UTF-8")]
    NotUtf8,
    /// The text is not well-formed XML 1.0 with namespaces.
    #[error("not well-formed: {0}")]
    Malformed(&'static str),
    /// Well-formed, but of a kind that EPP has no use for and that attacks are made of.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// More of something than [`crate::xml::Limits`] allows.
    #[error("too many or too deep: {0}")]
    Limit(&'static str),
    /// A required child element or attribute is not there.
    #[error("<{0}> is missing")]
    Missing(&'static str),
    /// The element is not the one that is expected here.
    #[error("expected <{0}>")]
    Expected(&'static str),
    /// The text of an element or attribute is not of its type.
    #[error("not a valid {0}")]
    Invalid(&'static str),
}

/// Why a message could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A value holds a character that XML 1.0 cannot carry (a control character, U+FFFE, U+FFFF).
    #[error("a value holds a character that XML cannot carry")]
    Character,
    /// The message is longer than four length bytes can say.
    #[error("the message is too long for a frame")]
    TooLong,
}

/// Writes an element path from the names on it.
pub(crate) struct Path<'n>(pub(crate) &'n [&'n str]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|name| write!(f, "/{name}"))
    }
}
