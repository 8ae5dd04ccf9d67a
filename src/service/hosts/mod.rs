//! Hosts: name servers below the tenant's own domains, with their addresses, and the names of those outside.
//!
//! | file | what |
//! |---|---|
//! | `delegation` | name servers of domains |
//! | `effect` | what commands on host objects are to achieve, and what they mean for our rows |
//! | `glue` | hosts of registries that know them as parts of domains only |

mod delegation;
mod effect;
mod glue;

use std::net::IpAddr;

use eppgate_epp::Command;
use eppgate_epp::host::{self, AddRem, Chg, InfData};
use eppgate_epp::types::Checked;
use eppgate_model::token::Principal;
use eppgate_model::{ClTrid, Domain, DomainState, Host, HostName, TenantId};
use eppgate_registry::Class;
use eppgate_store::{Conflict, Error as StoreError, HostChange};
use tokio::time::Instant;

use super::call::{Look, ask, class_of, refused};
use super::dialect::Dialect;
use super::journal::{Change, Journalled};
use super::precondition::{seen, written};
use super::read::{page_of, page_size};
use super::routing::Route;
use super::{Error, Gateway, Page};
use effect::same_set;

pub(super) use delegation::{NameServer, parse_nameservers};
pub(super) use effect::{Fact, Intent, look, outside, put};

/// Where a host below a domain is.
struct Place {
    domain: Domain,
    route: Route,
}

impl Place {
    /// Whether the registry has hosts as objects of their own.
    fn has_objects(&self) -> bool {
        Dialect::of(&self.route.registry).has_host_objects()
    }
}

impl Gateway {
    /// Whether the tenant could create a host of this name.
    pub async fn host_is_free(&self, principal: &Principal, name: &str) -> Result<(HostName, bool), Error> {
        let name = read_name("name", name)?;
        let known = self.0.store.host(principal.tenant_id, &name).await?;
        let place = self.place_of(principal.tenant_id, &name).await?;
        match (known, place) {
            (Some(known), Some(_)) if known.domain_id.is_none() => {}
            (Some(_), _) => return Ok((name, false)),
            (None, Some(place)) if place.has_objects() => {
                let free = self.ask_for(principal.tenant_id, &place.route, &name).await?;
                return Ok((name, free));
            }
            (None, _) => {}
        }
        Ok((name, true))
    }

    async fn ask_for(&self, tenant: TenantId, route: &Route, name: &HostName) -> Result<bool, Error> {
        let check = host::Check { names: vec![name.as_str().to_owned()] };
        let command = Dialect::of(&route.registry).complete(
            Command::new(&check),
            Intent::OBJECT,
            &route.association.tld,
        );
        let command = command.finish(ClTrid::fresh().as_str())?;
        let deadline = Instant::now() + self.0.settings.command;
        let response = ask(&route.registry, tenant, command, Class::Interactive, deadline).await?;
        if !response.code().is_success() {
            return Err(refused(&response));
        }
        let told: host::ChkData = response.need_data()?;
        match told.cds.first() {
            Some(host::Cd(Checked { avail, .. })) => Ok(*avail),
            None => Err(Error::RegistryBadResponse),
        }
    }

    /// The tenant's hosts in the order of their names, a page at a time.
    pub async fn list_hosts(
        &self,
        principal: &Principal,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Result<Page<Host>, Error> {
        let limit = page_size(limit)?;
        let after = cursor.map(|cursor| HostName::parse(&cursor)).transpose();
        let after = after.map_err(|_| Error::field("cursor", "is not one that this API gives out"))?;
        let found = self.0.store.hosts(principal.tenant_id, after.as_ref(), u64::from(limit) + 1).await?;
        Ok(page_of(found, limit, |last| last.name.to_string()))
    }

    /// One of the tenant's hosts.
    pub async fn host(&self, principal: &Principal, name: &str) -> Result<Host, Error> {
        let name = HostName::parse(name).map_err(|_| Error::NotFound)?;
        seen(principal, self.0.store.host(principal.tenant_id, &name).await?)
    }

    /// Adds a host: below one of the tenant's domains with its addresses, else only its name.
    pub async fn create_host(
        &self,
        principal: &Principal,
        name: &str,
        addresses: Vec<String>,
    ) -> Result<Host, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.create_host_now(&principal, &name, &addresses).await }).await
    }

    async fn create_host_now(
        &self,
        principal: &Principal,
        name: &str,
        addresses: &[String],
    ) -> Result<Host, Error> {
        let name = read_name("name", name)?;
        let known = self.0.store.host(principal.tenant_id, &name).await?;
        let place = self.place_of(principal.tenant_id, &name).await?;
        if known.as_ref().is_some_and(|known| known.domain_id.is_some() || place.is_none()) {
            return Err(Error::field("name", "is taken"));
        }
        let new = outside(principal.tenant_id, name, self.0.clock.now());
        let Some(place) = place else {
            if !addresses.is_empty() {
                return Err(Error::field("ip_addresses", "are for hosts below your own domains"));
            }
            return self.keep_host(principal, HostChange::Insert(new)).await;
        };
        if !matches!(place.domain.state, DomainState::Registered | DomainState::OnHold) {
            return Err(Error::WrongState);
        }
        let addresses = read_addresses(addresses)?;
        let host = Host { domain_id: Some(place.domain.id), addresses, ..new };
        if !place.has_objects() {
            return self.keep_host(principal, put(host, known)).await;
        }
        let create = host::Create {
            name: host.name.as_str().to_owned(),
            addresses: host.addresses.iter().copied().map(Into::into).collect(),
        };
        let change = Change {
            principal: principal.clone(),
            route: place.route.clone(),
            name: host.name.clone(),
            intent: Intent::Create { domain: host.domain_id, addresses: host.addresses.clone() },
            command: Command::new(&create),
        };
        match self.carry_out(change).await {
            Err(Error::RegistryRefused { code: 2302, .. }) => {
                // Boxed, since it is seldom needed and as large as the rest.
                Box::pin(self.take_host_over(principal, &place, host, known)).await
            }
            created => created,
        }
    }

    /// Takes over an object that the registry has and we do not know, such as one that came with a transferred domain,
    /// and gives it the addresses that it is to have.
    async fn take_host_over(
        &self,
        principal: &Principal,
        place: &Place,
        wanted: Host,
        known: Option<Host>,
    ) -> Result<Host, Error> {
        let Look::Found(found) = self.look_at_host(&place.route, &wanted, Class::Interactive).await? else {
            return Err(Error::field("name", "is taken"));
        };
        if found.0.cl_id != place.route.registry.client_id() {
            return Err(Error::field("name", "is taken"));
        }
        let target = wanted.addresses.clone();
        let mut host = wanted;
        Fact::of_info(&found.0).onto(&mut host);
        let host = self.keep_host(principal, put(host, known)).await?;
        self.set_addresses(principal, &host, place, target).await
    }

    /// Replaces a host's addresses. The same set again does not contact the registry.
    pub async fn update_host(
        &self,
        principal: &Principal,
        name: &str,
        addresses: Vec<String>,
    ) -> Result<Host, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.update_host_now(&principal, &name, &addresses).await }).await
    }

    async fn update_host_now(
        &self,
        principal: &Principal,
        name: &str,
        addresses: &[String],
    ) -> Result<Host, Error> {
        let before = self.host(principal, name).await?;
        let place = self.subordinate_place(&before).await?;
        let target = read_addresses(addresses)?;
        self.set_addresses(principal, &before, &place, target).await
    }

    async fn set_addresses(
        &self,
        principal: &Principal,
        before: &Host,
        place: &Place,
        target: Vec<IpAddr>,
    ) -> Result<Host, Error> {
        if same_set(&target, Some(&before.addresses)) {
            return Ok(before.clone());
        }
        if !place.has_objects() {
            return self.change_glue(principal, before, place, target).await;
        }
        let part = |from: &[IpAddr], of: &[IpAddr]| {
            let missing = from.iter().filter(|address| !of.contains(address)).copied();
            let addresses: Vec<_> = missing.map(Into::into).collect();
            (!addresses.is_empty()).then(|| AddRem { addresses, statuses: Vec::new() })
        };
        let update = host::Update {
            name: before.name.as_str().to_owned(),
            add: part(&target, &before.addresses),
            rem: part(&before.addresses, &target),
            chg: None,
        };
        let change = Change {
            principal: principal.clone(),
            route: place.route.clone(),
            name: before.name.clone(),
            intent: Intent::Addresses { target },
            command: Command::new(&update),
        };
        self.carry_out(change).await
    }

    /// Gives a host below a domain another name, below a domain of the same account. Domains that name it follow.
    pub async fn rename_host(&self, principal: &Principal, name: &str, to: &str) -> Result<Host, Error> {
        let (gateway, principal) = (self.clone(), principal.clone());
        let (name, to) = (name.to_owned(), to.to_owned());
        self.to_its_end(async move { gateway.rename_host_now(&principal, &name, &to).await }).await
    }

    async fn rename_host_now(&self, principal: &Principal, name: &str, to: &str) -> Result<Host, Error> {
        let before = self.host(principal, name).await?;
        let place = self.subordinate_place(&before).await?;
        let to = read_name("new_name", to)?;
        if to == before.name {
            return Ok(before);
        }
        let there = self.place_of(principal.tenant_id, &to).await?.ok_or(Error::NotSubordinate)?;
        if there.route.account.id != place.route.account.id {
            return Err(Error::NotSubordinate);
        }
        if self.0.store.host(principal.tenant_id, &to).await?.is_some() {
            return Err(Error::field("new_name", "is taken"));
        }
        if !place.has_objects() {
            self.refuse_used(&before).await?;
            let now = self.0.clock.now();
            let host = Host { name: to, domain_id: Some(there.domain.id), updated_at: now, ..before };
            return self.keep_host(principal, HostChange::Update(host)).await;
        }
        let update = host::Update {
            name: before.name.as_str().to_owned(),
            chg: Some(Chg { name: to.as_str().to_owned() }),
            ..host::Update::default()
        };
        let change = Change {
            principal: principal.clone(),
            route: place.route,
            name: before.name,
            intent: Intent::Rename { domain: there.domain.id, to: to.as_str().to_owned() },
            command: Command::new(&update),
        };
        match self.carry_out(change).await {
            Err(Error::RegistryRefused { code: 2302, .. }) => Err(Error::field("new_name", "is taken")),
            renamed => renamed,
        }
    }

    /// Takes a host away that no domain names. The object of a host outside stays at registries: others may use it.
    pub async fn delete_host(&self, principal: &Principal, name: &str) -> Result<(), Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.delete_host_now(&principal, &name).await }).await
    }

    async fn delete_host_now(&self, principal: &Principal, name: &str) -> Result<(), Error> {
        let before = self.host(principal, name).await?;
        self.refuse_used(&before).await?;
        let place = match before.domain_id {
            Some(_) => Some(self.subordinate_place(&before).await?).filter(Place::has_objects),
            None => None,
        };
        let Some(place) = place else {
            return self.keep_host(principal, HostChange::Remove(before)).await.map(drop);
        };
        let change = Change {
            principal: principal.clone(),
            route: place.route,
            name: before.name.clone(),
            intent: Intent::Delete,
            command: Command::new(&host::Delete { name: before.name.as_str().to_owned() }),
        };
        match self.carry_out(change).await {
            Err(Error::RegistryRefused { code: 2303, .. }) => {
                self.keep_host(principal, HostChange::Remove(before)).await.map(drop)
            }
            Err(Error::RegistryRefused { code: 2305, .. }) => Err(Error::HostInUse),
            deleted => deleted.map(drop),
        }
    }

    /// Takes over the registry's view of a host's statuses and addresses.
    pub async fn reconcile_host(&self, principal: &Principal, name: &str) -> Result<Host, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.reconcile_host_now(&principal, &name).await }).await
    }

    pub(super) async fn reconcile_host_now(&self, principal: &Principal, name: &str) -> Result<Host, Error> {
        let mut host = self.host(principal, name).await?;
        let place = self.subordinate_place(&host).await?;
        if !place.has_objects() {
            return Err(Error::NotAtRegistry);
        }
        let class = class_of(&principal.actor);
        match self.look_at_host(&place.route, &host, class).await? {
            Look::Found(found) if found.0.cl_id == place.route.registry.client_id() => {
                Fact::of_info(&found.0).onto(&mut host);
            }
            _ => return Err(Error::NotAtRegistry),
        }
        let now = self.0.clock.now();
        let host = Host { last_reconciled_at: Some(now), updated_at: now, ..host };
        self.keep_host(principal, HostChange::Update(host)).await
    }

    async fn look_at_host(&self, route: &Route, host: &Host, class: Class) -> Result<Look<InfData>, Error> {
        let deadline = Instant::now() + self.0.settings.command;
        look(&route.registry, host.tenant_id, host.name.as_str(), class, deadline).await
    }

    /// Where a host of this name is, if it is below one of the tenant's domains.
    async fn place_of(&self, tenant: TenantId, name: &HostName) -> Result<Option<Place>, Error> {
        let Some(domain) = self.domain_above(tenant, name).await? else { return Ok(None) };
        let route = self.route(&domain).await?;
        Ok(Some(Place { domain, route }))
    }

    /// Where a host is that has to be below a domain.
    async fn subordinate_place(&self, host: &Host) -> Result<Place, Error> {
        if host.domain_id.is_none() {
            return Err(Error::NotSubordinate);
        }
        self.place_of(host.tenant_id, &host.name).await?.ok_or(Error::NotSubordinate)
    }

    async fn refuse_used(&self, host: &Host) -> Result<(), Error> {
        let used = !self.0.store.domains_naming(host.tenant_id, &host.name).await?.is_empty();
        if used { Err(Error::HostInUse) } else { Ok(()) }
    }

    /// Writes down a change that no registry has to make, and gives the host as it is then.
    async fn keep_host(&self, principal: &Principal, change: HostChange) -> Result<Host, Error> {
        let host = change.host();
        match self.0.store.change_host(change).await {
            Err(StoreError::Conflict(Conflict::HostExists)) => Err(Error::field("name", "is taken")),
            Err(StoreError::Conflict(Conflict::HostInUse)) => Err(Error::HostInUse),
            other => written(principal, other).map(|()| host),
        }
    }
}

fn read_name(field: &str, text: &str) -> Result<HostName, Error> {
    HostName::parse(text).map_err(|error| Error::field(field, error.to_string()))
}

/// The addresses of a host below a domain: at least one, each once, none that no other machine could reach.
fn read_addresses(texts: &[String]) -> Result<Vec<IpAddr>, Error> {
    let wrong = |message: &str| Error::field("ip_addresses", message);
    let mut addresses = Vec::with_capacity(texts.len());
    for text in texts {
        let address: IpAddr = text.parse().map_err(|_| wrong("must be IPv4 and IPv6 addresses"))?;
        if address.is_unspecified() || address.is_loopback() || address.is_multicast() {
            return Err(wrong("must be addresses that others can reach"));
        }
        if addresses.contains(&address) {
            return Err(wrong("holds an address twice"));
        }
        addresses.push(address);
    }
    match addresses.len() {
        0 => Err(wrong("must hold at least one address")),
        1..=MAX_ADDRESSES => Ok(addresses),
        _ => Err(wrong("holds too many addresses")),
    }
}

/// As many as registries take.
const MAX_ADDRESSES: usize = 13;
