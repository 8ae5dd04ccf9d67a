//! Whether the registries still have what we know: domains are compared now and then, all of them in the end, and hosts
//! that wait for their registry are asked after. A difference is told, and nothing is overwritten: taking over the
//! registry's view is for the registrar to decide.

use chrono::Duration;
use eppgate_model::domain::DomainEvent;
use eppgate_model::token::{Actor, Principal};
use eppgate_model::{DomainId, DomainState, HostId, Lease, TenantId};
use eppgate_store::{Conflict, DomainChange, Error as StoreError};
use serde_json::json;

use super::super::lifecycle::reconciled;
use super::super::{Error, Gateway};
use super::{Shown, schedule};

impl Gateway {
    /// Compares a few domains with their registries, those that were not compared for the longest time. How many they
    /// were.
    pub async fn sample_domains(&self, lease: &Lease) -> Result<usize, Error> {
        let now = self.0.clock.now();
        let claimed = self.0.store.claim_samples(lease, now - ROUND, now, SAMPLES).await?;
        let found = claimed.len();
        for (tenant, id) in claimed {
            let gateway = self.clone();
            let compared = self.to_its_end(async move { gateway.compare(tenant, id).await }).await;
            if let Err(error) = compared {
                tracing::info!(%error, domain = %id, "a domain is not compared with its registry");
            }
        }
        Ok(found)
    }

    /// Asks after a few hosts that wait for their registry. How many they were.
    pub async fn attend_hosts(&self, lease: &Lease) -> Result<usize, Error> {
        let now = self.0.clock.now();
        let claimed = self.0.store.claim_pending_hosts(lease, now - HOST_PAUSE, now, SAMPLES).await?;
        let found = claimed.len();
        for (tenant, id) in claimed {
            let gateway = self.clone();
            let asked = self.to_its_end(async move { gateway.ask_after(tenant, id).await }).await;
            if let Err(error) = asked {
                tracing::info!(%error, host = %id, "a host still waits for its registry");
            }
        }
        Ok(found)
    }

    async fn compare(&self, tenant: TenantId, id: DomainId) -> Result<(), Error> {
        let Some(domain) = self.0.store.domain_of_id(tenant, id).await? else { return Ok(()) };
        let now = self.0.clock.now();
        // What happens at the end of a term is seen to elsewhere.
        let is_over = domain.expires_at.is_some_and(|expires| expires <= now);
        if is_over || !matches!(domain.state, DomainState::Registered | DomainState::OnHold) {
            return Ok(());
        }
        let route = self.route(&domain).await?;
        let shown = self.seen(&route, &domain).await?;
        let store = &self.0.store;
        let (difference, stays) = match shown {
            Shown::NotOurs { evidence, .. } => (Some(json!({ "evidence": evidence })), true),
            Shown::Ours(seen) => {
                let (reconciled, changes) = reconciled(&domain, &seen.fact, now);
                (changes.map(|changes| json!({ "changes": changes })), reconciled.out_of_sync)
            }
        };
        let mut after = domain.clone();
        after.out_of_sync = difference.is_some() || stays;
        schedule(&mut after, &route.association.config);
        if after == domain {
            return Ok(());
        }
        if after.out_of_sync == domain.out_of_sync {
            return Ok(store.defer_domain(&domain, after.upkeep.due_at).await?);
        }
        let event =
            difference.map(|payload| DomainEvent::new(&after, "out_of_sync", &Actor::System, payload, now));
        match store.change_domain(DomainChange::Update(after), event).await {
            // It has changed meanwhile; its turn comes again.
            Err(StoreError::Conflict(Conflict::StaleVersion)) => Ok(()),
            written => Ok(written?),
        }
    }

    async fn ask_after(&self, tenant: TenantId, id: HostId) -> Result<(), Error> {
        let Some(host) = self.0.store.host_of_id(tenant, id).await? else { return Ok(()) };
        self.reconcile_host_now(&Principal::system(tenant), host.name.as_str()).await.map(drop)
    }
}

/// No domain is compared more often than that.
const ROUND: Duration = Duration::days(1);

/// How long a registry's staff is left alone with a host.
const HOST_PAUSE: Duration = Duration::hours(1);

/// A small part of what a registry takes in a minute.
const SAMPLES: u64 = 10;
