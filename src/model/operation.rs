//! The journal: one row for each command that changes something at a registry, written before its first byte.
//!
//! ```text
//! queued ──> sent ──> answered ──> settled      the reply came; its effect is on our side once settled
//!    │         └────> unknown ───> settled      the reply was lost; a query at the registry decides
//!    └────────────────────────────> settled      given up before a byte was written
//! ```
//! While a row is queued, sent or unknown, nothing else may be changed under that name: a command whose outcome
//! is unknown is never sent again blindly.

use chrono::{DateTime, Utc};

use crate::Json;
use crate::cltrid::ClTrid;
use crate::id::{AccountId, OperationId, TenantId};
use crate::word::Word;

/// A journalled command.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub id: OperationId,
    pub cltrid: ClTrid,
    pub tenant_id: TenantId,
    pub account_id: AccountId,
    /// The registry, by the name it has in the configuration.
    pub binding: String,
    pub kind: OperationKind,
    /// What is changed: `domain`, `contact` or `host`.
    pub object: String,
    /// Which one.
    pub name: String,
    pub state: OperationState,
    /// What is needed to settle it: the period, the expiry before, the actor, …; never a secret.
    pub request: Json,
    pub result_code: Option<u16>,
    pub svtrid: Option<String>,
    /// The verdict; none until there is one.
    pub outcome: Option<Outcome>,
    /// What the verdict rests on, when it had to be found out.
    pub evidence: Option<Json>,
    pub inserted_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub replied_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    /// How often settling was tried.
    pub attempts: i32,
    /// When an unknown one is to be looked into next.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// The verb of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    Create,
    Renew,
    Update,
    Delete,
    Transfer,
    Restore,
}

impl Word for OperationKind {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Create, "create"),
        (Self::Renew, "renew"),
        (Self::Update, "update"),
        (Self::Delete, "delete"),
        (Self::Transfer, "transfer"),
        (Self::Restore, "restore"),
    ];
}

/// How far the command has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationState {
    /// Journalled; no byte of it has been written.
    Queued,
    /// Handed to a session: it may have reached the registry.
    Sent,
    /// The registry's reply is here, our own row may not show it yet.
    Answered,
    /// The reply was lost.
    Unknown,
    /// There is a verdict, and our rows show it.
    Settled,
}

impl OperationState {
    /// Whether the row still keeps others from changing the same object.
    pub fn unfinished(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Unknown)
    }
}

impl Word for OperationState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Queued, "queued"),
        (Self::Sent, "sent"),
        (Self::Answered, "answered"),
        (Self::Unknown, "unknown"),
        (Self::Settled, "settled"),
    ];
}

/// What became of the command at the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was carried out.
    Executed,
    /// It was received and refused, or found not to have been carried out.
    Refused,
    /// It never reached the registry.
    NotSent,
}

impl Word for Outcome {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Executed, "executed"), (Self::Refused, "refused"), (Self::NotSent, "not_sent")];
}
