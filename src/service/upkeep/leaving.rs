//! The stages of a deletion, as the registry shows them: redemption, pending deletion, gone. And what interrupts it: a
//! restore that waits for its report, which is sent before the registry gives up waiting.
//!
//! That a domain is gone is written down only when the registry says that there is none, or that it is somebody else's.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::ext::rgp;
use eppgate_epp::xml::Named;
use eppgate_model::domain::DomainEvent;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::{Actor, Principal};
use eppgate_model::{Domain, DomainState, Json};
use eppgate_store::DomainChange;
use serde_json::json;

use super::super::effect::{Leaving, came_back, shown};
use super::super::{Error, Gateway};
use super::{Done, Seen, Shown};

impl Gateway {
    /// A stage of a deletion should be over: follows the registry into the next.
    pub(super) async fn leave_on(&self, domain: &Domain, config: &TldConfig) -> Result<Done, Error> {
        let now = self.0.clock.now();
        let route = self.route(domain).await?;
        let seen = match self.seen(&route, domain).await? {
            Shown::NotOurs { evidence, .. } => return self.purge(domain, config, evidence).await,
            Shown::Ours(seen) => seen,
        };
        // Where stages are not told, they are as long as the TLD's policy says.
        let tells_stages = route.registry.speaks(rgp::Update::NS.uri);
        match (domain.state, seen.fact.leaving) {
            (_, None) => self.bring_back(domain, config, &seen).await,
            (DomainState::Redemption, Some(Leaving::PendingDelete)) => {
                self.give_up(domain, config, &seen).await
            }
            (DomainState::Redemption, Some(Leaving::Redemption)) if !tells_stages => {
                self.give_up(domain, config, &seen).await
            }
            _ => Ok(Done::Wait(now + PAUSE)),
        }
    }

    /// A restore still waits for its report, which did not get through: it is sent again, if it is still waited for.
    pub(super) async fn report_again(&self, domain: &Domain, config: &TldConfig) -> Result<Done, Error> {
        let route = self.route(domain).await?;
        let seen = match self.seen(&route, domain).await? {
            Shown::NotOurs { evidence, .. } => return self.purge(domain, config, evidence).await,
            Shown::Ours(seen) => seen,
        };
        match seen.fact.leaving {
            None => self.bring_back(domain, config, &seen).await,
            Some(Leaving::PendingRestore) => {
                self.report_restore(&Principal::system(domain.tenant_id), domain.clone()).await?;
                Ok(Done::Written)
            }
            Some(leaving @ (Leaving::Redemption | Leaving::PendingDelete)) => {
                let now = self.0.clock.now();
                let mut after = as_told(domain, &seen);
                after.state = stage(leaving);
                // The clock of the deletion stood still meanwhile.
                let stood = domain.upkeep.restore_requested_at.map_or(Duration::zero(), |asked| now - asked);
                after.deletion_scheduled_at = domain.deletion_scheduled_at.map(|purge| purge + stood);
                after.upkeep.restore_requested_at = None;
                let payload = json!({ "deletion_scheduled_at": shown(after.deletion_scheduled_at) });
                self.write_on(after, config, "restore_failed", payload).await
            }
        }
    }

    /// A creation was pending: it is a registration when the registry says so. That the name is not to be seen proves
    /// nothing, since some registries hide it until then.
    pub(in crate::service) async fn complete_registration(
        &self,
        domain: &Domain,
        config: &TldConfig,
    ) -> Result<Done, Error> {
        let now = self.0.clock.now();
        let route = self.route(domain).await?;
        let pause = (now - domain.inserted_at).clamp(Duration::hours(1), Duration::days(1));
        match self.seen(&route, domain).await? {
            Shown::Ours(seen) if !seen.fact.pending => {
                let mut after = as_told(domain, &seen);
                after.state = DomainState::Registered;
                after.registered_at = seen.fact.created_at.or(Some(now));
                after.expires_at = seen.fact.expires_at.or(domain.expires_at);
                let payload = json!({ "expires_at": shown(after.expires_at) });
                self.write_from(domain.state, after, config, ("registered", payload)).await
            }
            Shown::NotOurs { gone: false, evidence } => {
                let after = Domain { state: DomainState::Failed, ..domain.clone() };
                let payload = json!({ "evidence": evidence });
                self.write_from(domain.state, after, config, ("registration_failed", payload)).await
            }
            Shown::Ours(_) | Shown::NotOurs { gone: true, .. } => Ok(Done::Wait(now + pause)),
        }
    }

    /// The registry shows a deletion that we do not know of: its own at the end of a term, or one by another way.
    pub(super) async fn follow_deletion(
        &self,
        domain: &Domain,
        config: &TldConfig,
        seen: &Seen,
        leaving: Leaving,
    ) -> Result<Done, Error> {
        let now = self.0.clock.now();
        let mut after = as_told(domain, seen);
        after.state = stage(leaving);
        after.upkeep.deleted_at = Some(now);
        after.deletion_scheduled_at = Some(purge_at(after.state, config, now));
        let payload =
            json!({ "by": "registry", "deletion_scheduled_at": shown(after.deletion_scheduled_at) });
        self.write_on(after, config, "deleted", payload).await
    }

    /// It is gone, and here is the evidence.
    pub(super) async fn purge(
        &self,
        domain: &Domain,
        config: &TldConfig,
        evidence: Json,
    ) -> Result<Done, Error> {
        let mut after = domain.clone();
        after.state = DomainState::Purged;
        after.deletion_scheduled_at = Some(self.0.clock.now());
        self.write_on(after, config, "purged", json!({ "evidence": evidence })).await
    }

    /// A domain that should be there is not, or is somebody else's: for people to look at.
    pub(super) async fn stray(&self, domain: &Domain, evidence: Json) -> Result<Done, Error> {
        if !domain.out_of_sync {
            let now = self.0.clock.now();
            let after = Domain { out_of_sync: true, ..domain.clone() };
            let payload = json!({ "evidence": evidence });
            let event = DomainEvent::new(&after, "out_of_sync", &Actor::System, payload, now);
            // It stays due soon, and waits then.
            self.0.store.change_domain(DomainChange::Update(after), Some(event)).await?;
            return Ok(Done::Written);
        }
        Ok(Done::Wait(self.0.clock.now() + PAUSE))
    }

    /// Tells of something that changed nothing.
    pub(super) async fn note_on(&self, domain: &Domain, kind: &str, payload: Json) -> Result<(), Error> {
        let event = DomainEvent::new(domain, kind, &Actor::System, payload, self.0.clock.now());
        Ok(self.0.store.change_domain(DomainChange::None, Some(event)).await?)
    }

    async fn bring_back(&self, domain: &Domain, config: &TldConfig, seen: &Seen) -> Result<Done, Error> {
        let mut after = domain.clone();
        came_back(&mut after, &seen.fact, self.0.clock.now());
        after = as_told(&after, seen);
        let payload = json!({ "by": "registry", "state": eppgate_model::Word::as_str(after.state) });
        self.write_on(after, config, "restored", payload).await
    }

    async fn give_up(&self, domain: &Domain, config: &TldConfig, seen: &Seen) -> Result<Done, Error> {
        let mut after = as_told(domain, seen);
        after.state = DomainState::PendingDelete;
        let now = self.0.clock.now();
        after.deletion_scheduled_at =
            domain.deletion_scheduled_at.or_else(|| Some(purge_at(after.state, config, now)));
        let payload = json!({ "deletion_scheduled_at": shown(after.deletion_scheduled_at) });
        self.write_on(after, config, "pending_delete", payload).await
    }
}

/// The row with the statuses that the registry tells.
fn as_told(domain: &Domain, seen: &Seen) -> Domain {
    let mut after = domain.clone();
    if let Some(statuses) = &seen.fact.statuses {
        after.epp_statuses.clone_from(statuses);
    }
    after
}

fn stage(leaving: Leaving) -> DomainState {
    match leaving {
        // Whoever has asked for it reports as well.
        Leaving::Redemption | Leaving::PendingRestore => DomainState::Redemption,
        Leaving::PendingDelete => DomainState::PendingDelete,
    }
}

/// When a domain that has come to this stage now is gone, by the TLD's policy.
fn purge_at(state: DomainState, config: &TldConfig, now: DateTime<Utc>) -> DateTime<Utc> {
    let redemption = if state == DomainState::Redemption { config.redemption_period_days } else { 0 };
    now + Duration::days(i64::from(redemption + config.pending_delete_days))
}

/// A registry may be later than its policy says.
const PAUSE: Duration = Duration::hours(6);
