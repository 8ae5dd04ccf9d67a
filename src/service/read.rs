//! What the gateway knows: domains, their history, operations, and its own health. No registry is asked.

use std::time::Duration;

use eppgate_model::price::{Item, PricedOperation, Tier};
use eppgate_model::tenant::{RegistryAccount, TldAssociation};
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainEvent, DomainName, EventId, Money, Operation};

use super::precondition::seen;
use super::{Error, Gateway, NamedRegistry};

/// A domain with what its documented form shows around it.
#[derive(Debug, Clone)]
pub struct DomainView {
    pub domain: Domain,
    pub account: RegistryAccount,
    pub association: TldAssociation,
    /// What a year's renewal costs the tenant.
    pub renewal_price: Option<Money>,
}

/// A part of a list, and where the next begins.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// None on the last page.
    pub next_cursor: Option<String>,
}

/// How the gateway is.
#[derive(Debug, Clone)]
pub struct Health {
    pub database_ok: bool,
    pub registries: Vec<RegistryHealth>,
}

/// How the way to one registry is.
#[derive(Debug, Clone)]
pub struct RegistryHealth {
    pub name: String,
    /// The state of its circuit breaker.
    pub breaker: &'static str,
    /// While it is open: when it will be tried again.
    pub retry_after: Option<Duration>,
}

impl Gateway {
    /// One of the tenant's domains.
    pub async fn domain(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        let domain = self.own(principal, name).await?;
        self.view(domain).await
    }

    /// A domain's history, oldest first.
    pub async fn events(
        &self,
        principal: &Principal,
        name: &str,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Result<Page<DomainEvent>, Error> {
        let domain = self.own(principal, name).await?;
        let limit = page_size(limit)?;
        let after = cursor.map(|text| text.parse::<EventId>().map_err(|_| unknown("cursor"))).transpose()?;
        let found = self.0.store.events(principal.tenant_id, domain.id, after, u64::from(limit) + 1).await?;
        Ok(page_of(found, limit, |last| last.id.to_string()))
    }

    /// One of the tenant's operations.
    pub async fn operation(&self, principal: &Principal, id: &str) -> Result<Operation, Error> {
        let id = id.parse().map_err(|_| Error::NotFound)?;
        self.0.store.operation(principal.tenant_id, id).await?.ok_or(Error::NotFound)
    }

    /// How the database and the ways to the registries are.
    pub async fn health(&self) -> Health {
        let health = |one: &NamedRegistry| {
            let status = one.runs.status();
            RegistryHealth {
                name: one.runs.name().to_owned(),
                breaker: status.breaker.as_str(),
                retry_after: status.retry_after,
            }
        };
        let registries = self.0.registries.load().named().iter().map(health).collect();
        Health { database_ok: self.0.store.ping().await.is_ok(), registries }
    }

    /// One of the tenant's live domains, by a name as people write it. What is no name is not found.
    pub(super) async fn own(&self, principal: &Principal, name: &str) -> Result<Domain, Error> {
        let name = DomainName::parse(name).map_err(|_| Error::NotFound)?;
        let domain = self.0.store.domain(principal.tenant_id, &name).await?;
        seen(principal, domain)
    }

    /// A domain with its account and TLD, both of which exist as long as it does.
    pub(super) async fn view(&self, domain: Domain) -> Result<DomainView, Error> {
        let account = self.0.store.account(domain.tenant_id, domain.account_id).await?;
        let association = self.0.store.association(domain.tenant_id, &domain.tld).await?;
        let renewal = Item { operation: PricedOperation::Renew, tier: Tier::Standard, period: Some(1) };
        let rates = self.0.store.rates(domain.tenant_id).await?;
        let rate = rates.iter().find(|rate| rate.tld == domain.tld && rate.item == renewal);
        Ok(DomainView {
            renewal_price: rate.map(|rate| rate.price),
            account: account.ok_or_else(|| Error::internal("a domain without its account"))?,
            association: association.ok_or_else(|| Error::internal("a domain without its TLD"))?,
            domain,
        })
    }
}

/// A page of what was found: one more than it holds is asked for, to see whether there is another.
pub(super) fn page_of<T>(mut found: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> String) -> Page<T> {
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| more).map(cursor);
    Page { items: found, next_cursor }
}

/// How many a page holds.
pub(super) fn page_size(limit: Option<u32>) -> Result<u32, Error> {
    let limit = limit.unwrap_or(USUAL_PAGE);
    if (1..=LARGEST_PAGE).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::field("limit", format!("must be 1 to {LARGEST_PAGE}")))
}

pub(super) fn unknown(field: &str) -> Error {
    Error::field(field, "is not one that this API gives out")
}

const USUAL_PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 500;
