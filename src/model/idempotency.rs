//! Requests that may be sent again without being done again: the key that a caller gives them, and the attempt at one
//! that is under way.

use std::fmt;
use std::str::FromStr;

use crate::id::{AttemptId, OperationId};

/// A caller's name for a request. Who knows it may have the answer again, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// Why a text is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not 1 to {LONGEST} letters, digits and signs of _-:.+")]
pub struct MalformedKey;

impl IdempotencyKey {
    /// As the caller wrote it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = MalformedKey;

    fn from_str(text: &str) -> Result<Self, MalformedKey> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:.+".contains(&byte);
        let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_owned())) } else { Err(MalformedKey) }
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey")
    }
}

/// The one attempt at a keyed request that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub key_hash: KeyHash,
    /// Opens, for whoever sends the key again, what only they may see.
    pub seal: SealKey,
    /// The commands that earlier attempts have journalled, newest first: they are asked about before anything is sent.
    pub earlier: Vec<OperationId>,
}

/// The one-way form in which an idempotency key is kept.
pub type KeyHash = [u8; 32];

/// A secret key, made of the idempotency key and one of the gateway's own.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey(pub [u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_1_to_200_of_the_allowed_signs_and_does_not_print() {
        for (text, fits) in [
            ("a", true),
            ("Order_17-2:x.y+z", true),
            (&"k".repeat(200), true),
            (&"k".repeat(201), false),
            ("", false),
            ("two words", false),
            ("key/1", false),
            ("schlüssel", false),
            ("a\n", false),
        ] {
            assert_eq!(text.parse::<IdempotencyKey>().is_ok(), fits, "{text}");
        }
        assert!(!format!("{:?}", "order-17".parse::<IdempotencyKey>()).contains("order"));
        assert!(!format!("{:?}", SealKey([7; 32])).contains('7'));
    }
}
