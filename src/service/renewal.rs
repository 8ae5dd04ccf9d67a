//! The end of a renewal that the registry's staff had to look at. Until then the command that asked for it is answered and
//! not settled, and its quote is held: until a message says that it is refused, or the registry shows a later end of the
//! term. As long as that is open, the domain is not renewed again.

use chrono::{DateTime, Utc};
use eppgate_epp::domain::Status;
use eppgate_epp::types::PendingAction;
use eppgate_model::operation::{OperationKind, Outcome};
use eppgate_model::token::Actor;
use eppgate_model::{Domain, DomainEvent, Operation, OperationId, Word};
use eppgate_store::{DomainChange, OperationResult};
use serde_json::json;

use super::effect::{Intent, event, shown};
use super::journal::{Journalled, Kept};
use super::lifecycle::has_status;
use super::settle::{decided, is_renewed};
use super::{Error, Gateway, upkeep};

/// A renewal that its registry has taken and not decided on.
pub(super) struct Renewal {
    asked: Operation,
    kept: Kept<Intent>,
}

/// The event that tells of the end of a renewal, and the verdict on the command that asked for it.
pub(super) type Ended = (DomainEvent, (OperationId, OperationResult));

impl Renewal {
    /// Whether a message about the end of an action means this one: by our transaction id, else by the registry's.
    pub(super) fn is_meant_by(&self, action: &PendingAction) -> bool {
        match &action.tr_id.client {
            Some(id) => id == self.asked.cltrid.as_str(),
            None => self.asked.svtrid.as_ref().is_none_or(|known| *known == action.tr_id.server),
        }
    }

    /// Whether a domain that is so has been renewed.
    fn is_done_in(&self, domain: &Domain) -> bool {
        let Intent::Renew { years, expires_before } = &self.kept.intent else { return false };
        !has_status(domain, &[Status::PendingRenew])
            && domain.expires_at.is_some_and(|until| is_renewed(*expires_before, until, *years))
    }

    fn ended(self, outcome: Outcome, now: DateTime<Utc>) -> (OperationId, OperationResult) {
        let ended = json!({ "outcome": outcome.as_str(), "at": now });
        (self.asked.id, decided(self.asked, outcome, ("renewal_ended", ended), now))
    }
}

impl Gateway {
    /// The renewal of a domain whose end is open, if there is one.
    pub(super) async fn open_renewal(&self, domain: &Domain) -> Result<Option<Renewal>, Error> {
        let of = (Intent::OBJECT, domain.name.as_str());
        let asked = self.0.store.answered_operation(domain.tenant_id, of, OperationKind::Renew).await?;
        asked.map(|asked| Ok(Renewal { kept: Kept::of(&asked)?, asked })).transpose()
    }

    /// Refuses to renew a domain while it may be renewed already.
    pub(super) async fn ensure_no_open_renewal(&self, domain: &Domain) -> Result<(), Error> {
        match self.open_renewal(domain).await? {
            Some(open) => Err(Error::OperationInProgress { operation_id: Some(open.asked.id) }),
            None => Ok(()),
        }
    }

    /// What a domain as its registry has it now means for a renewal whose end is open: that it is done, if it shows that.
    pub(super) async fn renewal_shown(&self, after: &mut Domain) -> Result<Option<Ended>, Error> {
        let Some(open) = self.open_renewal(after).await?.filter(|open| open.is_done_in(after)) else {
            return Ok(None);
        };
        let now = self.0.clock.now();
        after.last_renewed_at = Some(now);
        after.updated_at = now;
        let (kind, payload) = event(&open.kept.intent, &open.asked, after);
        let event = DomainEvent::new(after, kind, &open.kept.actor(), payload, now);
        Ok(Some((event, open.ended(Outcome::Executed, now))))
    }

    /// The registry does not renew a domain after all.
    pub(super) async fn renewal_refused(
        &self,
        domain: Domain,
        open: Renewal,
        action: &PendingAction,
    ) -> Result<(), Error> {
        let now = self.0.clock.now();
        let mut after = Domain { updated_at: now, ..domain };
        after.epp_statuses.retain(|status| status != Status::PendingRenew.as_str());
        if after.epp_statuses.is_empty() {
            after.epp_statuses.push(Status::Ok.as_str().to_owned());
        }
        let config = self.policy(&after).await?;
        upkeep::schedule(&mut after, &config);
        let payload = json!({
            "operation_id": open.asked.id.to_string(), "svtrid": action.tr_id.server, "at": shown(Some(action.date)),
        });
        let event = DomainEvent::new(&after, "renewal_failed", &Actor::System, payload, now);
        let verdict = open.ended(Outcome::Refused, now);
        Ok(self.0.store.decide_domain(DomainChange::Update(after), Some(event), verdict).await?)
    }
}
