//! Time: what it does to domains, carried out by workers that call this.
//!
//! | file | what |
//! |---|---|
//! | `due` | what time does to a domain, and when |
//! | `term` | a term's end: renewal, expiry, letting go |
//! | `leaving` | the stages of a deletion, and restores that wait for their report |
//! | `small` | reminders, the lock after a transfer, authorisation codes that were told |
//! | `price` | how a renewal by the gateway is paid for |
//! | `sample` | comparing domains and hosts with their registries |
//!
//! Each row notes when it is due, so that a sweep finds what there is to do by one index. A domain is claimed before it is
//! looked at; if its sweep dies, it is due again soon. What costs money or cannot be taken back is done only after a look
//! at the registry, and through the journal: a sweep that was stopped anywhere can be done again.

mod due;
mod leaving;
mod price;
mod sample;
mod small;
mod term;

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::Response;
use eppgate_model::domain::{AutoRenewMode, DomainEvent};
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Actor;
use eppgate_model::{Domain, DomainId, DomainState, Json, Lease, TenantId};
use eppgate_registry::Class;
use tokio::time::Instant;

use super::call::{Look, look};
use super::course::side_by_side;
use super::effect::{Fact, Intent};
use super::journal::Journalled;
use super::routing::Route;
use super::{Error, Gateway};
use due::Deed;
pub(super) use due::schedule;

/// How a deed ended.
pub(super) enum Done {
    /// The row is written, and says when it is due next.
    Written,
    /// There is nothing to be done before then.
    Wait(DateTime<Utc>),
}

/// What a look at the registry shows.
enum Shown {
    /// It is not there, or not ours. What was seen is the evidence.
    NotOurs { gone: bool, evidence: Json },
    /// It is ours.
    Ours(Box<Seen>),
}

/// A domain of ours as the registry has it.
struct Seen {
    response: Response<'static>,
    fact: Fact,
}

impl Gateway {
    /// Does what time has to do to domains, for at most so many that they are done soon; the holder of `lease` is the
    /// only one to do so. How many there were: there may be more. What fails for one is tried again later, and keeps no
    /// other from its turn.
    pub async fn attend_domains(&self, lease: &Lease) -> Result<usize, Error> {
        let claimed = self.0.store.claim_due_domains(lease, self.0.clock.now(), BATCH).await?;
        let found = claimed.len();
        let visit = |(tenant, id): (TenantId, DomainId)| {
            let gateway = self.clone();
            async move {
                let visit = gateway.clone();
                let visited = gateway.to_its_end(async move { visit.visit(tenant, id).await }).await;
                if let Err(error) = visited {
                    tracing::error!(%error, domain = %id, "a domain cannot be attended to");
                }
            }
        };
        let mut visits = side_by_side(claimed.into_iter().map(visit));
        while visits.join_next().await.is_some() {}
        Ok(found)
    }

    async fn visit(&self, tenant: TenantId, id: DomainId) -> Result<(), Error> {
        let Some(domain) = self.0.store.domain_of_id(tenant, id).await? else { return Ok(()) };
        let config = self.policy(&domain).await?;
        let now = self.0.clock.now();
        let mut next = due::following(&domain, &config, now);
        for deed in due::deeds(&domain, &config, now) {
            let at = match self.perform(deed, &domain, &config).await {
                Ok(Done::Written) => return Ok(()),
                Ok(Done::Wait(until)) => until,
                Err(error) => {
                    tracing::warn!(%error, ?deed, name = domain.name.as_str(), "time has to wait");
                    now + pause_after(&error)
                }
            };
            next = Some(next.map_or(at, |next| next.min(at)));
        }
        Ok(self.0.store.defer_domain(&domain, next).await?)
    }

    async fn perform(&self, deed: Deed, domain: &Domain, config: &TldConfig) -> Result<Done, Error> {
        // Each is a large thing of its own.
        match deed {
            Deed::Term => Box::pin(self.end_term(domain, config)).await,
            Deed::Leave => Box::pin(self.leave_on(domain, config)).await,
            Deed::Report => Box::pin(self.report_again(domain, config)).await,
            Deed::Arrive => Box::pin(self.complete_registration(domain, config)).await,
            Deed::Remind(reminder) => self.remind(domain, config, reminder).await,
            Deed::Lapse => Box::pin(self.lapse(domain)).await,
            Deed::RetireCode => Box::pin(self.retire_code(domain)).await,
        }
    }

    /// Looks at a domain as its registry has it, without haste.
    async fn seen(&self, route: &Route, domain: &Domain) -> Result<Shown, Error> {
        let deadline = Instant::now() + self.0.settings.command;
        let looked =
            look(&route.registry, domain.tenant_id, &domain.name, Class::Background, deadline).await?;
        let unfinished =
            self.0.store.unfinished_operation(&domain.binding, Intent::OBJECT, domain.name.as_str()).await?;
        if unfinished.is_some() {
            // What it shows may be that one's doing, which has its own way to our row.
            return Err(Error::OperationInProgress { operation_id: None });
        }
        let evidence = super::settle::evidence::<Intent>(&looked, self.0.clock.now());
        match looked {
            Look::Found(found) if found.0.cl_id == route.registry.client_id() => {
                let (info, response) = *found;
                let fact = Fact::of_info(&info, &response)?;
                Ok(Shown::Ours(Box::new(Seen { response, fact })))
            }
            looked => Ok(Shown::NotOurs { gone: matches!(looked, Look::Missing), evidence }),
        }
    }

    /// Writes a change that time has brought, and tells of it. The row says when it is due next.
    async fn write_on(
        &self,
        after: Domain,
        config: &TldConfig,
        kind: &str,
        payload: Json,
    ) -> Result<Done, Error> {
        self.write_from(after.state, after, config, (kind, payload)).await
    }

    /// The same, where the state that it comes from means something for others.
    async fn write_from(
        &self,
        was: DomainState,
        mut after: Domain,
        config: &TldConfig,
        (kind, payload): (&str, Json),
    ) -> Result<Done, Error> {
        let now = self.0.clock.now();
        after.updated_at = now;
        schedule(&mut after, config);
        let event = DomainEvent::new(&after, kind, &Actor::System, payload, now);
        self.write_shown(was, after, Some(event)).await?;
        Ok(Done::Written)
    }

    /// The policy of a domain's TLD.
    pub(super) async fn policy(&self, domain: &Domain) -> Result<TldConfig, Error> {
        let association = self.0.store.association(domain.tenant_id, &domain.tld).await?;
        Ok(association.map(|association| association.config).unwrap_or_default())
    }
}

/// What a change of a domain means for what time does to it: `before` is when it expired before the change, which `actor`
/// made.
pub(super) fn follow(
    after: &mut Domain,
    before: Option<DateTime<Utc>>,
    intent: &Intent,
    actor: &Actor,
    config: &TldConfig,
) {
    let by_gateway = *actor == Actor::System;
    if after.expires_at != before {
        after.upkeep.reminders = 0;
    }
    match intent {
        Intent::Renew { .. } if by_gateway && after.expires_at != before => end_of_once(after),
        Intent::AuthCode { .. } => {
            let time = Duration::days(config.auth_code_days.into());
            after.upkeep.auth_code_until = (!by_gateway).then(|| after.updated_at + time);
        }
        _ => {}
    }
    schedule(after, config);
}

/// Whether the end of a domain's term is the gateway's to decide: it is over, and the domain is to go. That the registry
/// has renewed it by itself is then no news of it.
pub(super) fn lets_go(domain: &Domain, now: DateTime<Utc>) -> bool {
    matches!(domain.auto_renew_mode, AutoRenewMode::AutoExpire | AutoRenewMode::AutoDelete)
        && matches!(domain.state, DomainState::Registered | DomainState::Expired)
        && domain.expires_at.is_some_and(|expires| expires <= now)
}

/// It was renewed by itself: that was the one time, if it was to be one.
pub(super) fn end_of_once(domain: &mut Domain) {
    if domain.auto_renew_mode == AutoRenewMode::RenewOnce {
        domain.auto_renew_mode = AutoRenewMode::Default;
    }
}

/// How long what failed is left alone: trouble on the way passes soon, what is refused is so for a while.
fn pause_after(error: &Error) -> Duration {
    match error {
        Error::OperationInProgress { .. } => Duration::minutes(1),
        Error::RegistryTimeout { .. }
        | Error::RegistryUnavailable { .. }
        | Error::RegistryBadResponse
        | Error::Internal(_) => Duration::minutes(5),
        _ => Duration::hours(6),
    }
}

/// So many at once: enough to fill the sessions of a registry, too few to be in anybody's way.
const BATCH: u64 = 16;

#[cfg(test)]
mod tests {
    use super::super::effect::tests::{at, domain};
    use super::*;

    #[test]
    fn a_renewal_by_the_registry_is_no_news_of_a_domain_that_is_to_go() {
        let expires = at("2027-01-01T00:00:00Z");
        for (mode, state, now, goes) in [
            (AutoRenewMode::AutoExpire, DomainState::Registered, "2027-01-01T00:00:00Z", true),
            (AutoRenewMode::AutoDelete, DomainState::Expired, "2027-01-09T00:00:00Z", true),
            (AutoRenewMode::AutoDelete, DomainState::Registered, "2026-12-31T00:00:00Z", false),
            (AutoRenewMode::AutoExpire, DomainState::OnHold, "2027-01-01T00:00:00Z", false),
            (AutoRenewMode::Default, DomainState::Registered, "2027-01-01T00:00:00Z", false),
            (AutoRenewMode::AutoRenew, DomainState::Expired, "2027-01-01T00:00:00Z", false),
        ] {
            let row = domain("2026-01-01T00:00:00Z");
            let row = Domain { auto_renew_mode: mode, state, expires_at: Some(expires), ..row };
            assert_eq!(lets_go(&row, at(now)), goes, "{mode:?} {state:?} {now}");
        }
    }
}
