//! Holds: a domain is taken out of the DNS and kept where it is, for a reason.
//!
//! A registrar can set only its own statuses. The hold of a dispute consists of the registry's, which no command sets:
//! what is asked is written down for the registry's staff, the caller is told so, and the domain is on hold when the
//! registry says so, at the next reconciliation. Statuses are never made up.

use eppgate_epp::domain::Status;
use eppgate_model::domain::{DomainEvent, HoldReason, HoldRequest};
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainState, Word};
use eppgate_store::DomainChange;
use serde_json::json;

use super::effect::{Cause, StatusChange};
use super::gates::Action;
use super::lifecycle::has_status;
use super::precondition::written;
use super::{DomainView, Error, Gateway};

impl Gateway {
    /// Puts a domain on hold; for an inaccurate contact when no reason is given.
    pub async fn apply_hold(
        &self,
        principal: &Principal,
        name: &str,
        reason: Option<String>,
    ) -> Result<DomainView, Error> {
        let reason = match reason.as_deref() {
            None => HoldReason::ContactInaccuracy,
            Some(word) => HoldReason::parse(word)
                .ok_or_else(|| Error::field("reason", "must be contact_inaccuracy or dispute"))?,
        };
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.apply_hold_now(&principal, &name, reason).await }).await
    }

    async fn apply_hold_now(
        &self,
        principal: &Principal,
        name: &str,
        reason: HoldReason,
    ) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        match self.pass(Action::ApplyHold(reason), &before).await {
            Err(Error::RegistryMustAct) => {
                return self.ask_registry(principal, before, HoldRequest::Apply).await;
            }
            passed => passed?,
        }
        if before.state == DomainState::OnHold {
            return self.view(before).await;
        }
        let change = applying(&before, reason);
        let domain = self.change_statuses(principal, before, change).await?;
        self.view(domain).await
    }

    /// Lets a domain go. What it was locked with besides stays.
    pub async fn release_hold(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.release_hold_now(&principal, &name).await }).await
    }

    async fn release_hold_now(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        match self.pass(Action::ReleaseHold, &before).await {
            Err(Error::RegistryMustAct) => {
                return self.ask_registry(principal, before, HoldRequest::Release).await;
            }
            passed => passed?,
        }
        let change = releasing(&before, before.hold_reason.ok_or(Error::WrongState)?);
        let domain = self.change_statuses(principal, before, change).await?;
        self.view(domain).await
    }

    /// Writes down what only the registry can do, once, and says so.
    async fn ask_registry(
        &self,
        principal: &Principal,
        mut domain: Domain,
        request: HoldRequest,
    ) -> Result<DomainView, Error> {
        if domain.upkeep.hold_request != Some(request) {
            let now = self.0.clock.now();
            domain.upkeep.hold_request = Some(request);
            let payload = json!({ "request": request.as_str(), "reason": HoldReason::Dispute.as_str() });
            let event = DomainEvent::new(&domain, "hold_requested", &principal.actor, payload, now);
            let change = DomainChange::Update(domain);
            written(principal, self.0.store.change_domain(change, Some(event)).await)?;
        }
        Err(Error::RegistryMustAct)
    }
}

/// What a hold for this reason changes.
pub(super) fn applying(domain: &Domain, reason: HoldReason) -> StatusChange {
    StatusChange::to(domain, Cause::Hold(reason), statuses(reason), &[])
}

/// What its release changes.
pub(super) fn releasing(domain: &Domain, reason: HoldReason) -> StatusChange {
    let is_locked = domain.upkeep.locked_by_registrant || domain.upkeep.locked_by_policy;
    let mut lifted = statuses(reason).to_vec();
    lifted.retain(|status| !(is_locked && *status == Status::ClientTransferProhibited));
    StatusChange::to(domain, Cause::Release(reason), &[], &lifted)
}

/// Whether the registry holds it in a dispute, wholly or in part.
pub(super) fn is_in_dispute(domain: &Domain) -> bool {
    has_status(domain, statuses(HoldReason::Dispute))
}

/// Takes over a hold that the registry has set or lifted as it was asked to.
pub(super) fn settle_request(domain: &mut Domain) {
    let dispute = HoldReason::Dispute;
    let all_set = statuses(dispute).iter().all(|status| has_status(domain, std::slice::from_ref(status)));
    match domain.upkeep.hold_request {
        Some(HoldRequest::Apply) if all_set => Cause::Hold(dispute).apply(domain),
        Some(HoldRequest::Release) if !has_status(domain, statuses(dispute)) => {
            Cause::Release(dispute).apply(domain);
        }
        _ => {}
    }
}

/// What a hold consists of.
fn statuses(reason: HoldReason) -> &'static [Status] {
    match reason {
        HoldReason::ContactInaccuracy => &[Status::ClientHold, Status::ClientTransferProhibited],
        HoldReason::Dispute => &[Status::ServerHold, Status::ServerTransferProhibited],
    }
}

#[cfg(test)]
mod tests {
    use super::super::effect::tests::domain;
    use super::*;

    #[test]
    fn a_dispute_holds_from_when_the_registry_says_so_until_it_says_otherwise() {
        let mut domain = domain("2026-03-01T00:00:00Z");
        let both = ["serverHold".to_owned(), "serverTransferProhibited".to_owned()];
        domain.upkeep.hold_request = Some(HoldRequest::Apply);
        for (told, state) in [(&both[..1], DomainState::Registered), (&both[..], DomainState::OnHold)] {
            domain.epp_statuses = told.to_vec();
            settle_request(&mut domain);
            assert_eq!(domain.state, state);
        }
        assert_eq!((domain.hold_reason, domain.upkeep.hold_request), (Some(HoldReason::Dispute), None));
        domain.upkeep.hold_request = Some(HoldRequest::Release);
        for (told, state) in [(&both[1..], DomainState::OnHold), (&both[..0], DomainState::Registered)] {
            domain.epp_statuses = told.to_vec();
            settle_request(&mut domain);
            assert_eq!(domain.state, state);
        }
        assert_eq!((domain.hold_reason, domain.upkeep.hold_request), (None, None));
    }
}
