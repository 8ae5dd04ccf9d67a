//! What can be done to a domain now, and what stands in the way of the rest.

use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Principal;
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
        let facts = Facts {
            domain: &domain,
            config: &config,
            offers,
            has_hosts_below: self.0.store.has_hosts_below(domain.tenant_id, domain.id).await?,
            unfinished: other.map(own),
            now: self.0.clock.now(),
        };
        let actions = Action::ALL.map(|(word, action)| (word, gates::obstacles(action, &facts))).into();
        Ok(Actions { domain, actions })
    }

    /// Lets an action on a domain pass, or says what stands in its way.
    pub(super) async fn pass(&self, action: Action, domain: &Domain) -> Result<(), Error> {
        let (config, offers) = self.terms(domain).await?;
        let has_hosts_below =
            action == Action::Delete && self.0.store.has_hosts_below(domain.tenant_id, domain.id).await?;
        // To other operations the journal sees, when nothing can come in between any more.
        let (unfinished, now) = (None, self.0.clock.now());
        let facts = Facts { domain, config: &config, offers, has_hosts_below, unfinished, now };
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
}
