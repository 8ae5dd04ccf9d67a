//! What can be done to a domain now, and what stands in the way of the rest.

use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Principal;
use eppgate_model::transfer::Transfer;
use eppgate_model::{Domain, Operation};

use super::dialect::Dialect;
use super::gates::{self, Action, Facts, Obstacle, Offers};
use super::journal::Journalled;
use super::{Error, Gateway, effect, plan};

/// A domain, and what stands in the way of each action.
#[derive(Debug)]
pub struct Actions {
    pub domain: Domain,
    /// By the words of the actions, in the order of [`Action::ALL`].
    pub actions: Vec<(&'static str, Vec<Obstacle>)>,
}

impl Gateway {
    /// What can be done to one of the tenant's domains now. No registry is asked.
    pub async fn actions(&self, principal: &Principal, name: &str) -> Result<Actions, Error> {
        let domain = self.own(principal, name).await?;
        let (config, offers) = self.terms(&domain).await?;
        let object = effect::Intent::OBJECT;
        let other = self.0.store.unfinished_operation(&domain.binding, object, domain.name.as_str()).await?;
        let own = |other: Operation| Some(other.id).filter(|_| other.tenant_id == principal.tenant_id);
        let pending = self.0.store.pending_transfers(&domain.binding, &domain.name).await?;
        let facts = Facts {
            domain: &domain,
            config: &config,
            offers,
            elsewhere: self.elsewhere(&domain, &pending).await?,
            pending: &pending,
            has_hosts_below: self.0.store.has_hosts_below(domain.tenant_id, domain.id).await?,
            unfinished: other.map(own),
            now: self.0.clock.now(),
        };
        let actions = Action::ALL.map(|(word, action)| (word, gates::obstacles(action, &facts))).into();
        Ok(Actions { domain, actions })
    }

    /// Lets an action on a domain pass, or says what stands in its way.
    pub(super) async fn pass(&self, action: Action, domain: &Domain) -> Result<(), Error> {
        self.pass_with(action, domain, &[]).await
    }

    /// The same for an action that has to do with the transfers of the domain that are pending.
    pub(super) async fn pass_with(
        &self,
        action: Action,
        domain: &Domain,
        pending: &[Transfer],
    ) -> Result<(), Error> {
        let (config, offers) = self.terms(domain).await?;
        let elsewhere = match action {
            Action::TransferIn => self.elsewhere(domain, pending).await?,
            _ => None,
        };
        let has_hosts_below =
            action == Action::Delete && self.0.store.has_hosts_below(domain.tenant_id, domain.id).await?;
        // To other operations the journal sees, when nothing can come in between any more.
        let (unfinished, now) = (None, self.0.clock.now());
        let facts =
            Facts { domain, config: &config, offers, elsewhere, pending, has_hosts_below, unfinished, now };
        match gates::obstacles(action, &facts).into_iter().next() {
            Some(obstacle) => Err(obstacle.error),
            None => {
                plan::checked("action_allowed");
                Ok(())
            }
        }
    }

    /// What holds for a domain's TLD, and what its registry has commands for, if it can be asked at all.
    async fn terms(&self, domain: &Domain) -> Result<(TldConfig, Option<Offers>), Error> {
        let association = self.0.store.association(domain.tenant_id, &domain.tld).await?;
        let config = association.ok_or(Error::TldNotAssociated)?.config;
        match self.route(domain).await {
            Ok(route) => Ok((config, Some(Dialect::of(&route.registry).offers()))),
            Err(Error::RegistryAccountUnavailable) => Ok((config, None)),
            Err(error) => Err(error),
        }
    }

    /// What the registry has commands for by the account that a domain is on its way to, or, if it is on none, by one that
    /// it can go to.
    async fn elsewhere(&self, domain: &Domain, pending: &[Transfer]) -> Result<Option<Offers>, Error> {
        let accounts = match gates::leaving(domain, pending).filter(|transfer| transfer.is_within_tenant()) {
            Some(transfer) => vec![transfer.account_id],
            None => self.other_accounts(domain).await?.into_iter().map(|account| account.id).collect(),
        };
        let registry = accounts.into_iter().find_map(|account| self.registry(account).ok());
        Ok(registry.map(|registry| Dialect::of(&registry).offers()))
    }
}
