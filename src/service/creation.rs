//! The end of a creation that the registry's staff had to look at. Until then the command that asked for it is answered and
//! not settled, and its quote is held; with the row comes the verdict, which consumes the quote or gives it back.

use eppgate_model::operation::{OperationKind, Outcome};
use eppgate_model::{Domain, DomainEvent, DomainState, Operation, OperationId, Word};
use eppgate_store::{DomainChange, OperationResult};
use serde_json::json;

use super::effect::Intent;
use super::journal::Journalled;
use super::settle::{CREATION_ENDED, decided};
use super::{Error, Gateway};

impl Gateway {
    /// Writes a domain as its registry has it now, and what that means for the command that asked for its creation or
    /// its renewal.
    pub(super) async fn write_shown(
        &self,
        was: DomainState,
        after: Domain,
        event: Option<DomainEvent>,
    ) -> Result<(), Error> {
        let verdict = self.creation_verdict(was, &after).await?;
        let mut after = after;
        if verdict.is_none()
            && let Some((event, verdict)) = self.renewal_shown(&mut after).await?
        {
            return Ok(self.0.store.decide_domain(DomainChange::Update(after), Some(event), verdict).await?);
        }
        let change = DomainChange::Update(after);
        let written = match verdict {
            Some(verdict) => self.0.store.decide_domain(change, event, verdict).await,
            None => self.0.store.change_domain(change, event).await,
        };
        Ok(written?)
    }

    /// The verdict on the command that asked for a domain's creation, by what the domain was and is; none as long as that
    /// is open, and when it is so no more.
    pub(super) async fn creation_verdict(
        &self,
        was: DomainState,
        after: &Domain,
    ) -> Result<Option<(OperationId, OperationResult)>, Error> {
        let Some(outcome) = outcome_of(was, after.state) else { return Ok(None) };
        let Some(asked) = self.creation_of(after).await? else { return Ok(None) };
        let now = self.0.clock.now();
        let ended = json!({ "outcome": outcome.as_str(), "at": now });
        Ok(Some((asked.id, decided(asked, outcome, (CREATION_ENDED, ended), now))))
    }

    /// The command that asked for a domain's creation, if its end is still open.
    pub(super) async fn creation_of(&self, domain: &Domain) -> Result<Option<Operation>, Error> {
        let of = (Intent::OBJECT, domain.name.as_str());
        Ok(self.0.store.answered_operation(domain.tenant_id, of, OperationKind::Create).await?)
    }
}

/// What the end of a pending creation is for the command that asked for it.
fn outcome_of(was: DomainState, is: DomainState) -> Option<Outcome> {
    match (was, is) {
        (DomainState::PendingCreate, DomainState::PendingCreate) => None,
        (DomainState::PendingCreate, DomainState::Failed) => Some(Outcome::Refused),
        (DomainState::PendingCreate, _) => Some(Outcome::Executed),
        _ => None,
    }
}
