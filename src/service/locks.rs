//! Locks: statuses by which a registrar keeps a domain from being transferred, changed or deleted.
//!
//! Setting what is set and lifting what is not change nothing and ask no registry.

use eppgate_epp::Command;
use eppgate_epp::domain::{self, AddRem, Status};
use eppgate_model::Domain;
use eppgate_model::domain::DomainEvent;
use eppgate_model::token::Principal;
use eppgate_store::DomainChange;
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::effect::{Cause, Intent, StatusChange};
use super::gates::{self, Action};
use super::journal::Change;
use super::lifecycle::has_status;
use super::precondition::written;
use super::{DomainView, Error, Gateway, upkeep};

/// What a domain is kept from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    Transfer,
    Update,
    Delete,
}

impl Lock {
    pub(super) fn status(self) -> Status {
        match self {
            Self::Transfer => Status::ClientTransferProhibited,
            Self::Update => Status::ClientUpdateProhibited,
            Self::Delete => Status::ClientDeleteProhibited,
        }
    }
}

impl Gateway {
    /// Locks a domain.
    pub async fn lock(&self, principal: &Principal, name: &str, lock: Lock) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.lock_now(&principal, &name, lock).await }).await
    }

    async fn lock_now(&self, principal: &Principal, name: &str, lock: Lock) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        self.pass(Action::Lock(lock), &before).await?;
        // The status may be there for the lock that follows a transfer; now it is to outlive that.
        let is_new_wish = lock == Lock::Transfer && !before.upkeep.locked_by_registrant;
        if has_status(&before, &[lock.status()]) && !is_new_wish {
            return self.view(before).await;
        }
        let change = StatusChange::to(&before, Cause::Lock(lock), &[lock.status()], &[]);
        let domain = self.change_statuses(principal, before, change).await?;
        self.view(domain).await
    }

    /// Unlocks a domain.
    pub async fn unlock(&self, principal: &Principal, name: &str, lock: Lock) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.unlock_now(&principal, &name, lock).await }).await
    }

    async fn unlock_now(&self, principal: &Principal, name: &str, lock: Lock) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        self.pass(Action::Unlock(lock), &before).await?;
        if !has_status(&before, &[lock.status()]) {
            return self.view(before).await;
        }
        let change = StatusChange::to(&before, Cause::Unlock(lock), &[], &[lock.status()]);
        let domain = self.change_statuses(principal, before, change).await?;
        self.view(domain).await
    }

    /// Sets and lifts statuses at the registry. When they are as wanted already, only the row learns why.
    pub(super) async fn change_statuses(
        &self,
        principal: &Principal,
        before: Domain,
        change: StatusChange,
    ) -> Result<Domain, Error> {
        if change.is_empty() {
            return self.note(principal, before, change).await;
        }
        if gates::prohibiting(&before, &change).is_some() {
            return Err(Error::UpdateProhibited);
        }
        let route = self.route(&before).await?;
        Dialect::of(&route.registry).may_set_statuses()?;
        let part = |statuses: &[String]| {
            (!statuses.is_empty()).then(|| AddRem {
                statuses: statuses.iter().map(|status| Status::from(status.as_str()).into()).collect(),
                ..AddRem::default()
            })
        };
        let command = Command::new(&domain::Update {
            name: before.name.as_str().to_owned(),
            add: part(&change.added),
            rem: part(&change.removed),
            chg: None,
        });
        let (principal, intent) = (principal.clone(), Intent::Statuses(change));
        self.carry_out(Change { principal, route, name: before.name, intent, command }).await
    }

    async fn note(
        &self,
        principal: &Principal,
        mut domain: Domain,
        change: StatusChange,
    ) -> Result<Domain, Error> {
        let now = self.0.clock.now();
        change.cause.apply(&mut domain);
        domain.updated_at = now;
        let policy = self.policy(&domain).await?;
        upkeep::schedule(&mut domain, &policy);
        let event =
            DomainEvent::new(&domain, change.cause.event_type(), &principal.actor, change.payload(), now);
        let noted = DomainChange::Update(domain.clone());
        written(principal, self.0.store.change_domain(noted, Some(event)).await)?;
        domain.version += 1;
        Ok(domain)
    }
}
