//! The client transaction identifier: what names a command at the registry, in its logs and in its replies.
//!
//! A command that changes something carries the identifier of its operation, so a line in a registry's log, a
//! poll message or a support ticket leads back to the journal without a look-up table.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use uuid::Uuid;

use crate::id::OperationId;

/// `<clTRID>`: 3 to 64 visible ASCII characters (RFC 5730, 2.5, narrowed to what every registry takes).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClTrid(String);

/// The text is not 3 to 64 visible ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clTRID has 3 to 64 visible ASCII characters")]
pub struct ClTridError;

impl ClTrid {
    /// The identifier of an operation's command.
    pub fn of(operation: OperationId) -> Self {
        Self::with_prefix(OPERATION, operation.uuid())
    }

    /// A new identifier for a command that only reads, and so has no operation.
    pub fn fresh() -> Self {
        Self::with_prefix(READ, Uuid::now_v7())
    }

    /// The operation whose command this names, if it is one of ours.
    pub fn operation_id(&self) -> Option<OperationId> {
        let encoded = self.0.strip_prefix(OPERATION)?;
        let bytes = CROCKFORD.decode(encoded.as_bytes()).ok()?;
        Uuid::from_slice(&bytes).ok().map(OperationId::from)
    }

    /// The text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn with_prefix(prefix: &str, uuid: Uuid) -> Self {
        let mut text = String::with_capacity(prefix.len() + 26);
        text.push_str(prefix);
        CROCKFORD.encode_append(uuid.as_bytes(), &mut text);
        Self(text)
    }
}

impl FromStr for ClTrid {
    type Err = ClTridError;

    fn from_str(text: &str) -> Result<Self, ClTridError> {
        let fits = (3..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned())).ok_or(ClTridError)
    }
}

impl fmt::Display for ClTrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const OPERATION: &str = "EG-";
const READ: &str = "EGR-";

/// Crockford's base 32 in lower case: no letter that reads as a digit, and the order of the bytes is kept.
static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut alphabet = Specification::new();
    alphabet.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    alphabet.encoding().expect("the alphabet has 32 distinct ASCII characters")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_again_by_its_cltrid() {
        let id = OperationId::new();
        let cltrid = ClTrid::of(id);
        assert_eq!(cltrid.as_str().len(), 29);
        assert_eq!(cltrid.as_str().parse::<ClTrid>().unwrap().operation_id(), Some(id));
    }

    #[test]
    fn what_is_not_an_operations_cltrid_leads_nowhere() {
        let read = ClTrid::fresh();
        assert_ne!(read, ClTrid::fresh());
        for text in [read.as_str(), "ABC-12345", "EG-short", "EG-uuuuuuuuuuuuuuuuuuuuuuuuuu"] {
            assert_eq!(text.parse::<ClTrid>().unwrap().operation_id(), None, "{text}");
        }
    }

    #[test]
    fn unfit_texts_are_refused() {
        for text in ["", "ab", "a b c", "tëxt", &"x".repeat(65)] {
            assert_eq!(text.parse::<ClTrid>(), Err(ClTridError), "{text}");
        }
    }
}
