//! Locks: statuses by which a registrar keeps a domain from being transferred, changed or deleted.
//!
//! Setting what is set and lifting what is not change nothing and ask no registry.

use eppgate_epp::Command;
use eppgate_epp::domain::{self, AddRem, Status};
use eppgate_model::domain::DomainEvent;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainState};
use eppgate_store::DomainChange;
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::effect::{Cause, Intent, StatusChange};
use super::journal::Change;
use super::lifecycle::has_status;
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
    fn status(self) -> Status {
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
        let before = self.registered(principal, name).await?;
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
        let before = self.registered(principal, name).await?;
        if !has_status(&before, &[lock.status()]) {
            return self.view(before).await;
        }
        if lock == Lock::Transfer && before.upkeep.locked_by_policy {
            return Err(Error::DomainWithinTransferLock);
        }
        let change = StatusChange::to(&before, Cause::Unlock(lock), &[], &[lock.status()]);
        let domain = self.change_statuses(principal, before, change).await?;
        self.view(domain).await
    }

    async fn registered(&self, principal: &Principal, name: &str) -> Result<Domain, Error> {
        let domain = self.own(principal, name).await?;
        if domain.state == DomainState::Registered { Ok(domain) } else { Err(Error::WrongState) }
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
        may_change(&before, &change)?;
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
        self.0.store.change_domain(DomainChange::Update(domain.clone()), Some(event)).await?;
        domain.version += 1;
        Ok(domain)
    }
}

/// While a domain is kept from updates, all that a command may do is to lift just that.
fn may_change(domain: &Domain, change: &StatusChange) -> Result<(), Error> {
    let lifts_own_lock =
        change.added.is_empty() && change.removed == [Status::ClientUpdateProhibited.as_str()];
    let prohibiting: &[Status] = if lifts_own_lock {
        &[Status::ServerUpdateProhibited]
    } else {
        &[Status::ClientUpdateProhibited, Status::ServerUpdateProhibited]
    };
    if has_status(domain, prohibiting) { Err(Error::UpdateProhibited) } else { Ok(()) }
}
