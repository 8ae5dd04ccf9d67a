//! A domain on its way from one registrar to another, as one of the two sees it.
//!
//! ```text
//! pending ──> completed      it has another registrar
//!    ├──────> rejected       the one who has it said no
//!    ├──────> cancelled      the one who asked for it, or the registry, called it off
//!    └──────> expired        its time is over, and the registry knows of no such transfer
//! ```

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, DomainId, OperationId, TenantId, TransferId};
use crate::name::DomainName;
use crate::word::Word;

/// A transfer. A name has at most one that is pending in each direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub tenant_id: TenantId,
    /// The tenant's domain; none while one is on its way in that the tenant does not have.
    pub domain_id: Option<DomainId>,
    pub name: DomainName,
    pub tld: String,
    /// The registry, by the name it has in the configuration.
    pub binding: String,
    /// The tenant's account: of a transfer in the one that is to sponsor the domain, of one out the one that does.
    pub account_id: AccountId,
    pub direction: Direction,
    pub state: TransferState,
    /// The command that asked for it, if that was ours; its quote is settled with the transfer.
    pub operation_id: Option<OperationId>,
    /// The registry's transaction that began it.
    pub registry_transfer_id: Option<String>,
    /// When it began by the registry's clock, which tells transfers of one name apart.
    pub requested_at: Option<DateTime<Utc>>,
    pub initiated_at: DateTime<Utc>,
    /// When it goes through by itself.
    pub auto_ack_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub nack_reason: Option<NackReason>,
    pub explicit_decision: Option<Decision>,
    /// Who the domain is to belong to.
    pub registrant_handle: Option<String>,
    pub admin_handle: Option<String>,
    pub tech_handle: Option<String>,
    pub billing_handle: Option<String>,
    /// When the registry is asked next how it stands; of one that is completed, when what follows is tried again.
    pub due_at: Option<DateTime<Utc>>,
    /// How often what follows was tried.
    pub attempts: i32,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts the row's changes; the store sets it, and refuses a change to a row that has moved on.
    pub version: i64,
}

impl Transfer {
    /// Whether it is still open how it ends.
    pub fn is_pending(&self) -> bool {
        self.state == TransferState::Pending
    }

    /// Whether it goes from one account of the tenant to another.
    pub fn is_within_tenant(&self) -> bool {
        self.direction == Direction::In && self.domain_id.is_some()
    }
}

/// From where the tenant looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

impl Word for Direction {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::In, "in"), (Self::Out, "out")];
}

/// How a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferState {
    Pending,
    Completed,
    Rejected,
    Cancelled,
    Expired,
}

impl Word for TransferState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Completed, "completed"),
        (Self::Rejected, "rejected"),
        (Self::Cancelled, "cancelled"),
        (Self::Expired, "expired"),
    ];
}

/// What somebody has decided, rather than time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approved,
    Rejected,
}

impl Word for Decision {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Approved, "approved"), (Self::Rejected, "rejected")];
}

/// Why a registrar may keep a domain (ICANN Transfer Policy, I.A.3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NackReason {
    EvidenceOfFraud,
    UdrpAction,
    CourtOrder,
    RegistrantIdentityInDispute,
    DomainLocked,
    ExpressWrittenObjection,
    PaymentNotReceived,
}

impl Word for NackReason {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::EvidenceOfFraud, "evidence_of_fraud"),
        (Self::UdrpAction, "udrp_action"),
        (Self::CourtOrder, "court_order"),
        (Self::RegistrantIdentityInDispute, "registrant_identity_in_dispute"),
        (Self::DomainLocked, "domain_locked"),
        (Self::ExpressWrittenObjection, "express_written_objection"),
        (Self::PaymentNotReceived, "payment_not_received"),
    ];
}
