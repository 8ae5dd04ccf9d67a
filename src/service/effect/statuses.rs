//! Statuses that a registrar sets and lifts: locks and holds.

use eppgate_epp::domain::Status;
use eppgate_model::domain::{Domain, HoldReason};
use eppgate_model::{DomainState, Json, Word};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Fact;
use crate::service::Lock;

/// Statuses that come and go in one command, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct StatusChange {
    pub(in crate::service) cause: Cause,
    pub(in crate::service) added: Vec<String>,
    pub(in crate::service) removed: Vec<String>,
}

/// What statuses are changed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Cause {
    /// The registrar locks the domain.
    Lock(Lock),
    /// The registrar unlocks it.
    Unlock(Lock),
    /// The domain goes on hold.
    Hold(HoldReason),
    /// It is let go.
    Release(HoldReason),
    /// The lock that followed a transfer is over.
    Lapse,
}

impl StatusChange {
    /// The change that sets and lifts statuses, without those that are as wanted.
    pub(in crate::service) fn to(before: &Domain, cause: Cause, set: &[Status], lift: &[Status]) -> Self {
        let is_there = |status: &&Status| before.epp_statuses.iter().any(|there| there == status.as_str());
        let word = |status: &Status| status.as_str().to_owned();
        Self {
            cause,
            added: set.iter().filter(|status| !is_there(status)).map(word).collect(),
            removed: lift.iter().filter(is_there).map(word).collect(),
        }
    }

    /// Whether there is nothing to be done at the registry.
    pub(in crate::service) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Whether the statuses are as they were to become.
    pub(in crate::service) fn is_in(&self, statuses: &[String]) -> bool {
        self.added.iter().all(|added| statuses.contains(added))
            && !self.removed.iter().any(|removed| statuses.contains(removed))
    }

    /// What the change means for the row.
    pub(super) fn apply(&self, domain: &mut Domain, fact: &Fact) {
        if fact.statuses.is_none() {
            domain
                .epp_statuses
                .retain(|status| !self.removed.contains(status) && *status != Status::Ok.as_str());
            domain.epp_statuses.extend(self.added.iter().cloned());
            // Which ones come and go with these is the registry's to say.
            domain.out_of_sync = true;
        }
        self.cause.apply(domain);
    }

    pub(in crate::service) fn payload(&self) -> Json {
        let mut payload = json!({ "added": self.added, "removed": self.removed });
        if let Cause::Hold(reason) | Cause::Release(reason) = self.cause {
            payload["reason"] = json!(reason.as_str());
        }
        payload
    }
}

impl Cause {
    /// What it means for the row beside the statuses.
    pub(in crate::service) fn apply(self, domain: &mut Domain) {
        match self {
            Self::Lock(Lock::Transfer) => domain.upkeep.locked_by_registrant = true,
            Self::Unlock(Lock::Transfer) => domain.upkeep.locked_by_registrant = false,
            Self::Lock(_) | Self::Unlock(_) => {}
            Self::Hold(reason) => {
                domain.state = DomainState::OnHold;
                domain.hold_reason = Some(reason);
                domain.upkeep.hold_request = None;
            }
            Self::Release(_) => {
                domain.state = DomainState::Registered;
                domain.hold_reason = None;
                domain.upkeep.hold_request = None;
            }
            Self::Lapse => {
                domain.transfer_lock_until = None;
                domain.upkeep.locked_by_policy = false;
            }
        }
    }

    /// The kind of the event that tells of it.
    pub(in crate::service) fn event_type(self) -> &'static str {
        match self {
            Self::Lock(Lock::Transfer) => "transfer_lock_applied",
            Self::Lock(Lock::Update) => "update_lock_applied",
            Self::Lock(Lock::Delete) => "delete_lock_applied",
            Self::Unlock(Lock::Transfer) => "transfer_lock_released",
            Self::Unlock(Lock::Update) => "update_lock_released",
            Self::Unlock(Lock::Delete) => "delete_lock_released",
            Self::Hold(_) => "hold_applied",
            Self::Release(_) => "hold_released",
            Self::Lapse => "transfer_lock_lapsed",
        }
    }
}
