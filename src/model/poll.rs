//! Messages that registries leave for an account: kept as they came before they are acknowledged there.

use chrono::{DateTime, Utc};

use crate::id::PollMessageId;
use crate::word::Word;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollMessage {
    pub id: PollMessageId,
    /// The registry, by the name it has in the configuration.
    pub binding: String,
    /// The account there, by its name. Tenants may share it.
    pub account: String,
    /// The registry's own number for it.
    pub msg_id: String,
    /// A hash of what it says: a registry that counts anew does not hide a message behind an old one.
    pub digest: String,
    /// What it is about, in one word: `transfer`, `low_balance`, `unknown`, …
    pub kind: String,
    /// The name of the object that it is about.
    pub name: Option<String>,
    /// Its words for people.
    pub text: Option<String>,
    /// All of it, without secrets.
    pub raw: String,
    pub queued_at: Option<DateTime<Utc>>,
    pub state: PollState,
    /// Why it is where it is.
    pub note: Option<String>,
    /// How often it was tried to act on it.
    pub attempts: i32,
    /// When that is tried next.
    pub due_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollState {
    /// It is kept and not acted on yet.
    Received,
    /// What it tells has been taken over.
    Done,
    /// It is left to people: nobody knows what it says, or what it says could not be taken over.
    Dead,
    /// Somebody has looked at it and put it away.
    Dismissed,
}

impl Word for PollState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Received, "received"),
        (Self::Done, "done"),
        (Self::Dead, "dead"),
        (Self::Dismissed, "dismissed"),
    ];
}
