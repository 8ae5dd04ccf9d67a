//! What is done with a domain that has come from another registrar.

use eppgate_epp::domain::{InfData, Status};
use eppgate_model::Json;
use eppgate_model::domain::{AuthCodeHash, Domain};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Fact, RoleChange, shown};

/// It gets the tenant's contacts, a new authorisation code, and the lock that follows a transfer. What is not to be done,
/// or is done, is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct Welcome {
    /// What the registry calls the registrant.
    pub(in crate::service) registrant_id: Option<String>,
    pub(in crate::service) roles: Vec<RoleChange>,
    pub(in crate::service) code_hash: Option<String>,
    pub(in crate::service) lock: bool,
}

impl Welcome {
    /// Whether there is nothing to be done at the registry.
    pub(in crate::service) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the domain is as it was to become. The code counts where the registry tells it, or nothing else does.
    pub(in crate::service) fn is_in(
        &self,
        info: &InfData,
        fact: &Fact,
        code_is: impl Fn(&InfData, &str) -> Option<bool>,
    ) -> bool {
        let lock = Status::ClientTransferProhibited;
        let is_locked = fact.statuses.iter().flatten().any(|status| status == lock.as_str());
        let rest = Self { code_hash: None, ..self.clone() };
        let has_code = self.code_hash.as_deref().map(|hash| code_is(info, hash).unwrap_or(!rest.is_empty()));
        (self.registrant_id.is_none() || self.registrant_id == info.registrant)
            && self.roles.iter().all(|change| change.is_in(&info.contacts))
            && (!self.lock || is_locked)
            && has_code.unwrap_or(true)
    }

    /// What it means for the row.
    pub(super) fn apply(&self, domain: &mut Domain, fact: &Fact) {
        if let Some(hash) = &self.code_hash {
            domain.auth_code_hash = Some(AuthCodeHash::new(hash.clone()));
        }
        if self.lock {
            domain.upkeep.locked_by_policy = true;
            let lock = Status::ClientTransferProhibited.as_str();
            if fact.statuses.is_none() && !domain.epp_statuses.iter().any(|status| status == lock) {
                domain.epp_statuses.retain(|status| *status != Status::Ok.as_str());
                domain.epp_statuses.push(lock.to_owned());
                domain.out_of_sync = true;
            }
        }
    }

    pub(super) fn payload(&self, after: &Domain) -> Json {
        json!({
            "registrant_handle": after.registrant_handle,
            "auth_code_reset": self.code_hash.is_some(),
            "transfer_lock_until": shown(after.transfer_lock_until),
        })
    }
}
