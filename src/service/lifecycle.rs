//! Renewal, deletion, and reconciliation with the registry.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::types::Period;
use eppgate_epp::{Command, domain};
use eppgate_model::domain::DomainEvent;
use eppgate_model::price::PricedOperation;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainName, DomainState, HostName, Json, Word};
use eppgate_registry::Class;
use eppgate_store::{Conflict, DomainChange, Error as StoreError};
use serde_json::json;
use tokio::time::Instant;

use super::call::{Look, look};
use super::effect::{Fact, Intent, shown};
use super::gates::Action;
use super::journal::Change;
use super::payment::Purchase;
use super::register::years;
use super::routing::Route;
use super::{DomainView, Error, Gateway, holds, upkeep};

/// A request to renew a domain.
#[derive(Debug, Clone, Default)]
pub struct Renew {
    /// One year when left out.
    pub years: Option<u32>,
    pub quote_id: Option<String>,
}

impl Gateway {
    /// Renews a domain. The registry compares the expiry date that we know with its own, so that a renewal cannot
    /// happen twice.
    pub async fn renew(
        &self,
        principal: &Principal,
        name: &str,
        request: Renew,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.renew_now(principal, &name, request).await }).await
    }

    async fn renew_now(&self, principal: Principal, name: &str, request: Renew) -> Result<DomainView, Error> {
        let before = self.own(&principal, name).await?;
        let is_renewal = |intent: &Intent| matches!(intent, Intent::Renew { .. });
        if self.earlier(&principal, before.name.as_str(), is_renewal).await?.is_some() {
            return self.view(self.own(&principal, name).await?).await;
        }
        self.pass(Action::Renew, &before).await?;
        let route = self.route(&before).await?;
        let years = years(&route, request.years)?;
        let purchase = Purchase {
            name: &before.name,
            operation: PricedOperation::Renew,
            period: Some(years),
            quote_id: request.quote_id.as_deref(),
            // Where no quote is required, a renewal asks for no assurance either.
            assured: true,
        };
        let payment = self.payment(&route, purchase).await?;
        self.ensure_no_open_renewal(&before).await?;
        let expires_before = before.expires_at.ok_or(Error::WrongState)?;
        let renewed_until = self.renewed_by_itself(&principal, &route, &before).await?;
        let from = renewed_until.unwrap_or(expires_before);
        let missing = years_missing(expires_before, from, years);
        let command = Command::new(&domain::Renew {
            name: before.name.as_str().to_owned(),
            cur_exp_date: from.date_naive(),
            period: Some(Period::years(missing.max(1))),
        });
        let intent = Intent::Renew { years: u32::from(years), expires_before };
        let change = Change { principal, route, name: before.name, intent, command };
        // What the registry has renewed already is not bought of it again.
        let domain = match missing {
            0 => self.adopt(change, payment).await?,
            _ => self.carry_out_paid(change, payment).await?,
        };
        self.view(domain).await
    }

    /// Until when the registry has renewed a domain whose term is over, if it has.
    async fn renewed_by_itself(
        &self,
        principal: &Principal,
        route: &Route,
        before: &Domain,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        if before.expires_at.is_none_or(|expires| self.0.clock.now() < expires) {
            return Ok(None);
        }
        let deadline = Instant::now() + self.0.settings.command;
        let (tenant, class) = (principal.tenant_id, Class::Interactive);
        match look(&route.registry, tenant, &before.name, class, deadline).await? {
            Look::Found(found) if found.0.cl_id == route.registry.client_id() => {
                Ok(found.0.ex_date.filter(|until| before.expires_at.is_some_and(|known| *until > known)))
            }
            _ => Err(Error::NotAtRegistry),
        }
    }

    /// Deletes a domain: at once in the first days, else into redemption.
    pub async fn delete(&self, principal: &Principal, name: &str) -> Result<(), Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.delete_now(principal, &name).await }).await
    }

    pub(super) async fn delete_now(&self, principal: Principal, name: &str) -> Result<(), Error> {
        let known = DomainName::parse(name).map_err(|_| Error::NotFound)?;
        let is_deletion = |intent: &Intent| *intent == Intent::Delete;
        if self.earlier(&principal, known.as_str(), is_deletion).await?.is_some() {
            return Ok(());
        }
        let before = self.own(&principal, name).await?;
        self.pass(Action::Delete, &before).await?;
        let route = self.route(&before).await?;
        let command = Command::new(&domain::Delete { name: before.name.as_str().to_owned() });
        let change = Change { principal, route, name: before.name, intent: Intent::Delete, command };
        match self.carry_out(change).await {
            Ok(_) => Ok(()),
            Err(Error::RegistryRefused { code: 2305, .. }) => Err(Error::SubordinateHostsExist),
            Err(error) => Err(error),
        }
    }

    /// Takes over the registry's view of a domain's name servers, statuses and expiry.
    pub async fn reconcile(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.reconcile_now(principal, &name).await }).await
    }

    async fn reconcile_now(&self, principal: Principal, name: &str) -> Result<DomainView, Error> {
        for _ in 0..TRIES {
            let before = self.own(&principal, name).await?;
            self.pass(Action::Reconcile, &before).await?;
            let route = self.route(&before).await?;
            let deadline = Instant::now() + self.0.settings.command;
            let looked =
                look(&route.registry, principal.tenant_id, &before.name, Class::Interactive, deadline)
                    .await?;
            let Look::Found(found) = looked else { return Err(Error::NotAtRegistry) };
            let (info, response) = *found;
            if info.cl_id != route.registry.client_id() {
                return Err(Error::NotAtRegistry);
            }
            let fact = Fact::of_info(&info, &response)?;
            if let Some(hosts) = &fact.nameservers {
                let added: Vec<HostName> =
                    hosts.iter().filter(|host| !before.nameservers.contains(host)).cloned().collect();
                self.servers(&route, &before.name, &added).await?;
            }
            let now = self.0.clock.now();
            let (mut after, diff) = reconciled(&before, &fact, now);
            upkeep::schedule(&mut after, &route.association.config);
            let event = diff.map(|diff| {
                DomainEvent::new(
                    &after,
                    "reconciled_with_registry",
                    &principal.actor,
                    json!({ "changes": diff }),
                    now,
                )
            });
            let written = match self.renewal_shown(&mut after).await? {
                Some((event, verdict)) => {
                    let change = DomainChange::Update(after.clone());
                    self.0.store.decide_domain(change, Some(event), verdict).await
                }
                None => self.0.store.change_domain(DomainChange::Update(after.clone()), event).await,
            };
            match written {
                Ok(()) => {
                    after.version += 1;
                    return self.view(after).await;
                }
                Err(StoreError::Conflict(Conflict::StaleVersion)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::OperationInProgress { operation_id: None })
    }
}

/// How many of the years that are wanted from one moment on are still missing when it is registered until another.
fn years_missing(expires_before: DateTime<Utc>, until: DateTime<Utc>, years: u8) -> u8 {
    // A leap day more or less makes no difference.
    let there = (until - expires_before + Duration::days(2)).num_days() / 365;
    years.saturating_sub(u8::try_from(there).unwrap_or(u8::MAX))
}

/// Whether the domain has one of the statuses.
pub(super) fn has_status(domain: &Domain, statuses: &[domain::Status]) -> bool {
    domain.epp_statuses.iter().any(|there| statuses.iter().any(|status| status.as_str() == there))
}

/// The row with the registry's view, and what differs, field by field.
pub(super) fn reconciled(before: &Domain, fact: &Fact, now: DateTime<Utc>) -> (Domain, Option<Json>) {
    let mut after = before.clone();
    let mut diff = serde_json::Map::new();
    let mut differs =
        |field: &str, from: Json, to: Json| diff.insert(field.to_owned(), json!({ "from": from, "to": to }));
    if let Some(hosts) = &fact.nameservers
        && !same_set(hosts, &before.nameservers)
    {
        let names = |hosts: &[HostName]| json!(hosts.iter().map(HostName::as_str).collect::<Vec<_>>());
        differs("nameservers", names(&before.nameservers), names(hosts));
        after.nameservers.clone_from(hosts);
    }
    if let Some(statuses) = &fact.statuses
        && !same_set(statuses, &before.epp_statuses)
    {
        differs("epp_statuses", json!(before.epp_statuses), json!(statuses));
        after.epp_statuses.clone_from(statuses);
    }
    if fact.expires_at.is_some() && fact.expires_at != before.expires_at {
        differs("expires_at", json!(shown(before.expires_at)), json!(shown(fact.expires_at)));
        after.expires_at = fact.expires_at;
    }
    if fact.statuses.is_some() {
        take_locks(&mut after);
        holds::settle_request(&mut after);
    }
    if after.state != before.state {
        differs("state", json!(before.state.as_str()), json!(after.state.as_str()));
    }
    // Contacts are not taken over: one who is not the tenant's stays a difference.
    after.out_of_sync = before.out_of_sync && fact.has_stranger(before);
    after.last_reconciled_at = Some(now);
    if diff.is_empty() {
        return (after, None);
    }
    after.updated_at = now;
    (after, Some(Json::Object(diff)))
}

/// Keeps what we know of the transfer lock in step with the status: one that somebody else set is the registrant's.
fn take_locks(domain: &mut Domain) {
    if !has_status(domain, &[domain::Status::ClientTransferProhibited]) {
        domain.upkeep.locked_by_registrant = false;
        domain.upkeep.locked_by_policy = false;
    } else if domain.state == DomainState::Registered && !domain.upkeep.locked_by_policy {
        domain.upkeep.locked_by_registrant = true;
    }
}

fn same_set<T: Ord>(a: &[T], b: &[T]) -> bool {
    let sorted = |list: &[T]| -> Vec<usize> {
        let mut order: Vec<usize> = (0..list.len()).collect();
        order.sort_by(|&x, &y| list[x].cmp(&list[y]));
        order
    };
    a.len() == b.len() && sorted(a).into_iter().zip(sorted(b)).all(|(x, y)| a[x] == b[y])
}

const TRIES: u32 = 5;

#[cfg(test)]
mod tests {
    use super::super::effect::tests::at;
    use super::*;

    #[test]
    fn years_that_the_registry_has_renewed_are_not_bought_again() {
        let missing = |until: &str, years| years_missing(at("2027-01-01T00:00:00Z"), at(until), years);
        assert_eq!(missing("2027-01-01T00:00:00Z", 1), 1);
        assert_eq!(missing("2028-01-01T00:00:00Z", 1), 0);
        assert_eq!(missing("2028-01-01T00:00:00Z", 3), 2);
        assert_eq!(missing("2031-01-01T00:00:00Z", 1), 0);
    }
}
