//! A domain as the gateway knows it, the states it goes through, and its history.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::id::{AccountId, DomainId, EventId, TenantId};
use crate::name::{DomainName, HostName};
use crate::token::Actor;
use crate::word::Word;

/// A domain. Statuses and dates come from the registry's replies, never from our wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    pub id: DomainId,
    pub tenant_id: TenantId,
    pub name: DomainName,
    pub unicode_name: String,
    pub tld: String,
    /// The registry that holds it, by the name it has in the configuration.
    pub binding: String,
    /// The account that sponsors it; every command on the domain runs with this one.
    pub account_id: AccountId,
    pub state: DomainState,
    /// In the order that the caller gave.
    pub nameservers: Vec<HostName>,
    /// As the registry spells them, known to us or not.
    pub epp_statuses: Vec<String>,
    pub ds_records: Vec<DsRecord>,
    pub registrant_handle: Option<String>,
    pub admin_handle: Option<String>,
    pub tech_handle: Option<String>,
    pub billing_handle: Option<String>,
    /// Unknown while the registration is pending.
    pub registered_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_renewed_at: Option<DateTime<Utc>>,
    pub last_reconciled_at: Option<DateTime<Utc>>,
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
    pub transfer_lock_until: Option<DateTime<Utc>>,
    pub hold_reason: Option<HoldReason>,
    /// Whether this row is known to differ from the registry's.
    pub out_of_sync: bool,
    pub auto_renew_mode: AutoRenewMode,
    pub auth_code_hash: Option<AuthCodeHash>,
    pub upkeep: Upkeep,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts the row's changes; the store sets it, and refuses a change to a row that has moved on.
    pub version: i64,
}

/// What the gateway remembers of a domain in order to run its life; no part of what the API shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// The registrant wants `clientTransferProhibited` set; it stays as long as anybody does.
    pub locked_by_registrant: bool,
    /// The same status stands for the lock that follows a transfer.
    pub locked_by_policy: bool,
    /// A hold that only the registry itself can set or lift, and which it has not done yet.
    pub hold_request: Option<HoldRequest>,
    /// When it was deleted, which a restore report has to tell.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When its restore was asked for.
    pub restore_requested_at: Option<DateTime<Utc>>,
    /// How many of the reminders before and after expiry are out.
    pub reminders: u16,
    /// When time next does something to it.
    pub due_at: Option<DateTime<Utc>>,
    /// Until when the authorisation code that somebody was told is good.
    pub auth_code_until: Option<DateTime<Utc>>,
}

/// What is asked of the registry's staff, since no command does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldRequest {
    /// To set the statuses of a hold.
    Apply,
    /// To lift them.
    Release,
}

impl Word for HoldRequest {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Apply, "apply"), (Self::Release, "release")];
}

/// Why a domain is on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The registrant's data is not what it should be. The registrar sets this hold and lifts it.
    ContactInaccuracy,
    /// There is a dispute about the name. Only the registry sets and lifts this hold.
    Dispute,
}

impl Word for HoldReason {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::ContactInaccuracy, "contact_inaccuracy"), (Self::Dispute, "dispute")];
}

/// Where a domain is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainState {
    Registered,
    OnHold,
    Expired,
    Redemption,
    PendingCreate,
    PendingRestore,
    PendingDelete,
    Purged,
    TransferredOut,
    Failed,
}

impl DomainState {
    /// Whether the name is taken by this row; of the rows that are not live, a name may have many.
    pub fn live(self) -> bool {
        !matches!(self, Self::Purged | Self::TransferredOut | Self::Failed)
    }
}

impl Word for DomainState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Registered, "registered"),
        (Self::OnHold, "on_hold"),
        (Self::Expired, "expired"),
        (Self::Redemption, "redemption"),
        (Self::PendingCreate, "pending_create"),
        (Self::PendingRestore, "pending_restore"),
        (Self::PendingDelete, "pending_delete"),
        (Self::Purged, "purged"),
        (Self::TransferredOut, "transferred_out"),
        (Self::Failed, "failed"),
    ];
}

/// What happens at expiry; the words are the API's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AutoRenewMode {
    /// As the TLD does.
    #[default]
    Default,
    AutoRenew,
    AutoExpire,
    RenewOnce,
    AutoDelete,
}

impl Word for AutoRenewMode {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Default, "DEFAULT"),
        (Self::AutoRenew, "AUTORENEW"),
        (Self::AutoExpire, "AUTOEXPIRE"),
        (Self::RenewOnce, "RENEWONCE"),
        (Self::AutoDelete, "AUTODELETE"),
    ];
}

/// A delegation signer record (RFC 4034, 5.1) as given to the registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DsRecord {
    pub key_tag: u16,
    pub algorithm: u8,
    pub digest_type: u8,
    /// Upper-case hexadecimal.
    pub digest: String,
    /// For how many seconds a signature may be valid, if the caller cares.
    pub max_sig_life: Option<u32>,
}

/// A one-way hash of a domain's authorization code; the code itself is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthCodeHash(String);

impl AuthCodeHash {
    /// Takes the hash in its stored form.
    pub fn new(hash: String) -> Self {
        Self(hash)
    }

    /// The hash, for storing and comparing only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthCodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthCodeHash")
    }
}

/// An entry of a domain's history, written with the change that it tells of and never altered.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainEvent {
    pub id: EventId,
    pub domain_id: DomainId,
    pub tenant_id: TenantId,
    pub event_type: String,
    /// `user`, `client` or `system`.
    pub actor_type: String,
    pub actor_id: Option<String>,
    pub payload: Json,
    pub inserted_at: DateTime<Utc>,
}

impl DomainEvent {
    /// Something that `actor` has done to `domain`.
    pub fn new(domain: &Domain, event_type: &str, actor: &Actor, payload: Json, now: DateTime<Utc>) -> Self {
        Self {
            id: EventId::new(),
            domain_id: domain.id,
            tenant_id: domain.tenant_id,
            event_type: event_type.to_owned(),
            actor_type: actor.kind().to_owned(),
            actor_id: actor.id(),
            payload,
            inserted_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_survives_its_word() {
        assert_eq!(DomainState::WORDS.len(), DomainState::Failed as usize + 1);
        for (state, word) in DomainState::WORDS {
            assert_eq!((state.as_str(), DomainState::parse(word)), (*word, Some(*state)));
        }
        assert_eq!(DomainState::parse("sold"), None);
    }

    #[test]
    fn an_auth_code_hash_is_not_printed() {
        let hash = AuthCodeHash::new("sha256:abcdef".to_owned());
        assert!(!format!("{hash:?}").contains("abcdef"));
    }
}
