//! Domains that another registrar has asked for. By the tenant's choice they are approved at once, unless there is a reason
//! not to, or the tenant decides. Silence is consent: the registry lets them go when the time to answer is over.

use chrono::{DateTime, Utc};
use eppgate_epp::Command;
use eppgate_epp::domain::{self, TrnData};
use eppgate_epp::types::{TransferOp, TransferStatus};
use eppgate_model::domain::HoldReason;
use eppgate_model::tenant::TransferOutMode;
use eppgate_model::token::{Actor, Principal};
use eppgate_model::transfer::{Direction, NackReason, Transfer, TransferState};
use eppgate_model::{Domain, DomainName, TransferId, Word};
use eppgate_store::{Conflict, DomainChange, Error as StoreError, TransferChange, TransferRow};

use super::intent::Intent;
use super::standing::{LOOK_EVERY, event};
use crate::service::gates::{Action, is_too_late, leaving};
use crate::service::journal::{Change, Journalled};
use crate::service::{DomainView, Error, Gateway};

impl Gateway {
    /// Lets a domain go.
    pub async fn approve_transfer_out(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { Box::pin(gateway.approve_now(principal, &name)).await }).await
    }

    async fn approve_now(&self, principal: Principal, name: &str) -> Result<DomainView, Error> {
        let (domain, transfer) = match self.asked_for(&principal, name, Action::ApproveTransferOut).await {
            Ok(found) => found,
            Err(error) => {
                return self
                    .answered_before(&principal, name, error, |intent| matches!(intent, Intent::Approve(_)))
                    .await;
            }
        };
        let after = self.answer(principal, &domain, &transfer, None).await?;
        // Between two accounts of the tenant it comes in here as well.
        let after = if after.direction == Direction::In { self.follow(after).await } else { after };
        let domain = self.domain_of(&after).await?.unwrap_or(domain);
        self.view(domain).await
    }

    /// Keeps a domain, for one of the reasons that there are.
    pub async fn reject_transfer_out(
        &self,
        principal: &Principal,
        name: &str,
        reason: Option<&str>,
    ) -> Result<DomainView, Error> {
        let reason = reason.filter(|reason| !reason.is_empty()).ok_or(Error::TransferNackReasonRequired)?;
        let reason = NackReason::parse(reason).ok_or(Error::TransferNackReasonInvalid)?;
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { Box::pin(gateway.reject_now(principal, &name, reason)).await }).await
    }

    async fn reject_now(
        &self,
        principal: Principal,
        name: &str,
        reason: NackReason,
    ) -> Result<DomainView, Error> {
        let (domain, transfer) = match self.asked_for(&principal, name, Action::RejectTransferOut).await {
            Ok(found) => found,
            Err(error) => {
                return self
                    .answered_before(&principal, name, error, |intent| matches!(intent, Intent::Reject(..)))
                    .await;
            }
        };
        let after = self.answer(principal, &domain, &transfer, Some(reason)).await?;
        let domain = self.domain_of(&after).await?.unwrap_or(domain);
        self.view(domain).await
    }

    /// The tenant's domain of that name, and the transfer that takes it away from its account, which it can now be let go
    /// or kept from.
    async fn asked_for(
        &self,
        principal: &Principal,
        name: &str,
        action: Action,
    ) -> Result<(Domain, Transfer), Error> {
        let domain = self.own(principal, name).await?;
        let mut pending = self.0.store.pending_transfers(&domain.binding, &domain.name).await?;
        if let Some(late) = leaving(&domain, &pending).filter(|its| is_too_late(its, self.0.clock.now())) {
            // Unless the registry has given more time.
            pending = vec![self.try_to_follow(late.clone()).await?];
            pending.retain(Transfer::is_pending);
        }
        self.pass_with(action, &domain, &pending).await?;
        let its = leaving(&domain, &pending).cloned().ok_or(Error::NotFound)?;
        Ok((domain, its))
    }

    /// What a request that is sent again has done before; else the error.
    async fn answered_before(
        &self,
        principal: &Principal,
        name: &str,
        error: Error,
        same: impl Fn(&Intent) -> bool + Send,
    ) -> Result<DomainView, Error> {
        let Ok(name) = DomainName::parse(name) else { return Err(error) };
        let Some(done) = self.earlier(principal, name.as_str(), same).await? else { return Err(error) };
        let transfer = Intent::row(self, &done).await?;
        let domain = match transfer {
            Some(transfer) => self.domain_of(&transfer).await?,
            None => None,
        };
        self.view(domain.ok_or(error)?).await
    }

    /// Approves a transfer, or rejects it for a reason, as the account that has the domain.
    async fn answer(
        &self,
        principal: Principal,
        domain: &Domain,
        transfer: &Transfer,
        reason: Option<NackReason>,
    ) -> Result<Transfer, Error> {
        let route = self.route(domain).await?;
        let (op, intent) = match reason {
            None => (TransferOp::Approve, Intent::Approve(transfer.into())),
            Some(reason) => (TransferOp::Reject, Intent::Reject(transfer.into(), reason)),
        };
        let name = domain.name.as_str().to_owned();
        let command = Command::new(&domain::Transfer { op, name, period: None, auth_info: None });
        let change = Change { principal, route, name: domain.name.clone(), intent, command };
        match self.carry_out(change).await {
            Err(Error::RegistryRefused { code: 2301, .. } | Error::WrongState) => {
                self.follow(transfer.clone()).await;
                Err(Error::WrongState)
            }
            other => other,
        }
    }

    /// Another registrar has asked for one of our domains, or what was asked for has ended.
    pub(in crate::service) async fn asked_of_us(&self, domain: Domain, told: &TrnData) -> Result<(), Error> {
        let pending = self.0.store.pending_transfers(&domain.binding, &domain.name).await?;
        let known = pending.into_iter().find(|transfer| transfer.domain_id == Some(domain.id));
        let is_over = told.tr_status != TransferStatus::Pending;
        let transfer = match known {
            Some(known) if is_over => return self.take_notice(known, told).await.map(drop),
            Some(known) => known,
            None => match self.note_asked(&domain, told).await? {
                Some(noted) if is_over => return self.take_notice(noted, told).await.map(drop),
                Some(noted) => noted,
                None => return Ok(()),
            },
        };
        self.decide(&domain, &transfer).await
    }

    /// Writes down that another registrar has asked for a domain; nothing if we know already how that ended.
    async fn note_asked(&self, domain: &Domain, told: &TrnData) -> Result<Option<Transfer>, Error> {
        let last = self.0.store.last_requested_at(Direction::Out, &domain.binding, &domain.name).await?;
        if last.is_some_and(|last| told.re_date <= last) {
            return Ok(None);
        }
        let now = self.0.clock.now();
        let transfer = asked_for(domain, Some(told.re_date), told.ac_date, now);
        let mut asked = domain.clone();
        let mut change = DomainChange::None;
        if let Some(statuses) = self.fact_of(domain).await.and_then(|fact| fact.statuses) {
            asked.epp_statuses = statuses;
            asked.updated_at = now;
            change = DomainChange::Update(asked);
        }
        let mut event = event(&transfer, domain, "transfer_out_requested", &Actor::System, now);
        event.payload["requested_by"] = told.re_id.as_str().into();
        let row = TransferRow::Insert(transfer.clone());
        let change = TransferChange { row, domain: change, request: None };
        match self.0.store.change_transfer(change, Some(event)).await {
            Ok(()) => Ok(Some(transfer)),
            // Somebody else has just written it down.
            Err(StoreError::Conflict(Conflict::TransferPending)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Answers for the tenant, if that is its choice.
    async fn decide(&self, domain: &Domain, transfer: &Transfer) -> Result<(), Error> {
        let tenant = self.0.store.tenant(domain.tenant_id).await?.ok_or(Error::TenantNotFound)?;
        if tenant.settings.transfer_out_mode == TransferOutMode::Explicit {
            return Ok(());
        }
        let reason = reason_to_keep(domain, self.0.clock.now());
        let answered = self.answer(Principal::system(domain.tenant_id), domain, transfer, reason).await;
        match answered {
            Ok(after) if after.direction == Direction::In => {
                self.follow(after).await;
                Ok(())
            }
            // It was over before.
            Ok(_) | Err(Error::WrongState) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// A domain of ours that another registrar has asked for.
pub(in crate::service) fn asked_for(
    domain: &Domain,
    requested_at: Option<DateTime<Utc>>,
    auto_ack_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Transfer {
    Transfer {
        id: TransferId::new(),
        tenant_id: domain.tenant_id,
        domain_id: Some(domain.id),
        name: domain.name.clone(),
        tld: domain.tld.clone(),
        binding: domain.binding.clone(),
        account_id: domain.account_id,
        direction: Direction::Out,
        state: TransferState::Pending,
        operation_id: None,
        registry_transfer_id: None,
        requested_at,
        initiated_at: now,
        auto_ack_at,
        completed_at: None,
        nack_reason: None,
        explicit_decision: None,
        registrant_handle: domain.registrant_handle.clone(),
        admin_handle: domain.admin_handle.clone(),
        tech_handle: domain.tech_handle.clone(),
        billing_handle: domain.billing_handle.clone(),
        due_at: Some(now + LOOK_EVERY),
        attempts: 0,
        inserted_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Why a domain may not go, whoever asks for it.
fn reason_to_keep(domain: &Domain, now: DateTime<Utc>) -> Option<NackReason> {
    if domain.hold_reason == Some(HoldReason::Dispute) {
        return Some(NackReason::UdrpAction);
    }
    let is_locked = domain.upkeep.locked_by_registrant
        || domain.upkeep.locked_by_policy
        || domain.transfer_lock_until.is_some_and(|until| now < until);
    is_locked.then_some(NackReason::DomainLocked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::effect::tests::{at, domain};

    #[test]
    fn a_domain_in_dispute_or_under_a_lock_is_kept_and_no_other() {
        let now = at("2026-06-01T00:00:00Z");
        let free = || domain("2026-01-01T00:00:00Z");
        assert_eq!(reason_to_keep(&free(), now), None);
        let disputed = Domain { hold_reason: Some(HoldReason::Dispute), ..free() };
        assert_eq!(reason_to_keep(&disputed, now), Some(NackReason::UdrpAction));
        for (until, reason) in
            [("2026-06-02T00:00:00Z", Some(NackReason::DomainLocked)), ("2026-06-01T00:00:00Z", None)]
        {
            let locked = Domain { transfer_lock_until: Some(at(until)), ..free() };
            assert_eq!(reason_to_keep(&locked, now), reason);
        }
        let mut wanted = free();
        wanted.upkeep.locked_by_registrant = true;
        assert_eq!(reason_to_keep(&wanted, now), Some(NackReason::DomainLocked));
    }
}
