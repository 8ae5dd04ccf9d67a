//! A domain has come. Its row is made, or goes to its new account, as soon as the registry shows it as ours; then the
//! hosts below it are taken over, and it gets the tenant's contacts, a new authorisation code and its lock, which is tried
//! until it is done.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::Command;
use eppgate_epp::domain::{self, AddRem, Chg, DomainContact, InfData, NameServers, Status};
use eppgate_epp::types::AuthInfo;
use eppgate_model::domain::{AutoRenewMode, Upkeep};
use eppgate_model::precondition::Precondition;
use eppgate_model::token::{Actor, Principal};
use eppgate_model::transfer::{Direction, Transfer, TransferState};
use eppgate_model::{Domain, DomainId, DomainState, Host, HostName};
use eppgate_registry::Class;
use eppgate_store::{DomainChange, TransferChange, TransferRow};
use tokio::time::Instant;

use super::intent::effect_of;
use super::outgoing::asked_for;
use super::standing::{End, event};
use crate::service::auth_code::hash_auth_code;
use crate::service::call::{Look, look};
use crate::service::contacts::Handles;
use crate::service::dialect::Dialect;
use crate::service::effect::{self, Fact, Role, RoleChange, Welcome};
use crate::service::journal::Change;
use crate::service::precondition::seen;
use crate::service::routing::Route;
use crate::service::{Error, Gateway, hosts, upkeep};

impl Gateway {
    /// A transfer in is through.
    pub(super) async fn come_in(&self, transfer: Transfer) -> Result<Transfer, Error> {
        let route = self.route_of_transfer(&transfer).await?;
        let Some((_, fact)) = self.ours(&route, &transfer).await? else {
            // Not everything at a registry is told at once.
            let now = self.0.clock.now();
            let after = Transfer { due_at: Some(now + SOON), updated_at: now, ..transfer };
            return self.write(effect_of(after, DomainChange::None, None, None)).await;
        };
        let now = self.0.clock.now();
        let present = self.0.store.domain_at(&transfer.binding, &transfer.name).await?;
        let before = match present {
            Some(domain) if transfer.domain_id == Some(domain.id) => Some(domain),
            Some(other) => {
                self.gone_elsewhere(&other, &transfer).await?;
                None
            }
            None => None,
        };
        let lock = i64::from(route.association.config.transfer_lock_days);
        let locked_until = (lock > 0).then(|| now + Duration::days(lock));
        let mut domain = arrived(&transfer, before.as_ref(), &fact, locked_until, now);
        upkeep::schedule(&mut domain, &route.association.config);
        let after = Transfer {
            domain_id: Some(domain.id),
            state: TransferState::Completed,
            completed_at: Some(now),
            due_at: Some(now + pause_after(0)),
            attempts: 0,
            updated_at: now,
            ..transfer
        };
        let event = event(&after, &domain, "transferred_in", &Actor::System, now);
        let request = self.request_verdict(&after, End::Through).await?;
        let change = match before {
            Some(_) => DomainChange::Update(domain),
            None => DomainChange::Insert(domain),
        };
        let completed = self.write(effect_of(after, change, request, Some(event))).await?;
        Box::pin(self.settle_in(completed)).await
    }

    /// The domain as the registry has it, if it is with our account.
    async fn ours(&self, route: &Route, transfer: &Transfer) -> Result<Option<(InfData, Fact)>, Error> {
        let deadline = Instant::now() + self.0.settings.command;
        let looked =
            look(&route.registry, transfer.tenant_id, &transfer.name, Class::Background, deadline).await;
        match looked {
            Ok(Look::Found(found)) if found.0.cl_id == route.registry.client_id() => {
                let fact = Fact::of_info(&found.0, &found.1)?;
                Ok(Some((found.0, fact)))
            }
            Ok(_) | Err(Error::RegistryRefused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A domain that this transfer has taken from another of our accounts, by the word of the registry: its row says so
    /// before there is a new one, whether or not the messages to that account have been read.
    async fn gone_elsewhere(&self, domain: &Domain, by: &Transfer) -> Result<(), Error> {
        let pending = self.0.store.pending_transfers(&domain.binding, &domain.name).await?;
        let known = pending
            .into_iter()
            .find(|one| one.direction == Direction::Out && one.domain_id == Some(domain.id));
        let out = match known {
            Some(known) => known,
            None => {
                let now = self.0.clock.now();
                let out = asked_for(domain, by.requested_at, by.auto_ack_at, now);
                let row = TransferRow::Insert(out.clone());
                let change = TransferChange { row, domain: DomainChange::None, request: None };
                self.0.store.change_transfer(change, None).await?;
                out
            }
        };
        let effect = self.left(out, &Actor::System).await?;
        self.write(effect).await.map(drop)
    }

    /// Does what is left to be done with a domain that has come; later, if it cannot be done now.
    pub(super) async fn settle_in(&self, transfer: Transfer) -> Result<Transfer, Error> {
        if transfer.state != TransferState::Completed || transfer.due_at.is_none() {
            return Ok(transfer);
        }
        // What leads here is deep enough: this has a stack of its own.
        let (gateway, come) = (self.clone(), transfer.clone());
        let done = self.to_its_end(async move { gateway.do_what_is_left(&come).await }).await;
        let now = self.0.clock.now();
        let (due_at, attempts) = match &done {
            Ok(_) => (None, transfer.attempts),
            Err(error) => {
                tracing::warn!(%error, name = transfer.name.as_str(), "a domain that has come is not settled in");
                let again = transfer.attempts < MOST_ATTEMPTS;
                (again.then(|| now + pause_after(transfer.attempts)), transfer.attempts + 1)
            }
        };
        let differs = done.unwrap_or_else(|_| due_at.is_none());
        let after = Transfer { due_at, attempts, updated_at: now, ..transfer };
        let mut change = DomainChange::None;
        if differs && let Some(domain) = self.domain_of(&after).await? {
            change = DomainChange::Update(Domain { out_of_sync: true, updated_at: now, ..domain });
        }
        self.write(effect_of(after, change, None, None)).await
    }

    /// Whether the registry still has somebody whom the row does not name.
    async fn do_what_is_left(&self, transfer: &Transfer) -> Result<bool, Error> {
        match Box::pin(self.make_own(transfer)).await? {
            Some(found) => Box::pin(self.part_with_strangers(transfer, &found)).await,
            None => Ok(false),
        }
    }

    /// The domain as it was found at the registry, if it is there.
    async fn make_own(&self, transfer: &Transfer) -> Result<Option<InfData>, Error> {
        let Some(domain) = self.domain_of(transfer).await?.filter(|domain| domain.state.live()) else {
            return Ok(None);
        };
        // What is done is judged by the row: a command that has changed it since, or is just settled, is not sent again.
        let expects = Some(Precondition::new(None, None));
        let principal = Principal { expects, ..Principal::system(domain.tenant_id) };
        let domain = seen(&principal, Some(domain))?;
        let route = self.route(&domain).await?;
        let Some((info, fact)) = self.ours(&route, transfer).await? else { return Ok(None) };
        self.take_hosts_over(&route, &domain, &info).await?;
        let dialect = Dialect::of(&route.registry);
        let (registrant_id, roles) = self.own_contacts(&principal, &route, &domain, &info).await?;
        let lock = Status::ClientTransferProhibited;
        let is_to_stay = domain.transfer_lock_until.is_some_and(|until| self.0.clock.now() < until);
        let is_locked = fact.statuses.iter().flatten().any(|status| status == lock.as_str());
        let code = match domain.auth_code_hash {
            None => dialect.auth_code()?,
            Some(_) => None,
        };
        let welcome = Welcome {
            registrant_id,
            roles,
            code_hash: code.as_ref().map(|code| hash_auth_code(code.expose())),
            lock: is_to_stay
                && !is_locked
                && !domain.upkeep.locked_by_policy
                && dialect.may_set_statuses().is_ok(),
        };
        if welcome.is_empty() {
            return Ok(Some(info));
        }
        let ids = |id: fn(&RoleChange) -> &Option<String>| -> Vec<DomainContact> {
            welcome.roles.iter().filter_map(|change| Some(change.role.of(id(change).clone()?))).collect()
        };
        let chg = Chg {
            registrant: welcome.registrant_id.clone(),
            auth_info: code.as_ref().map(|code| AuthInfo::pw(code.expose())),
        };
        let command = Command::new(&domain::Update {
            name: domain.name.as_str().to_owned(),
            add: part(ids(|change| &change.added_id), if welcome.lock { vec![lock] } else { Vec::new() }),
            rem: part(ids(|change| &change.removed_id), Vec::new()),
            chg: (welcome.registrant_id.is_some() || code.is_some()).then_some(chg),
        });
        let (name, intent) = (domain.name, effect::Intent::Welcome(welcome));
        self.carry_out(Change { principal, route, name, intent, command }).await?;
        Ok(Some(info))
    }

    /// Takes out the contacts of whoever had the domain before, in the roles for which the tenant has named nobody: in a
    /// command of its own, since a registry may want somebody in a role, and that it refuses must not cost the domain its
    /// code and its lock. Whether somebody is left whom the row does not name.
    async fn part_with_strangers(&self, transfer: &Transfer, found: &InfData) -> Result<bool, Error> {
        let Some(domain) = self.domain_of(transfer).await?.filter(|domain| domain.state.live()) else {
            return Ok(false);
        };
        let route = self.route(&domain).await?;
        if !Dialect::of(&route.registry).has_contacts() {
            return Ok(false);
        }
        // There is no domain without a registrant: it stays until the tenant names another.
        let keeps_registrant = domain.registrant_handle.is_none() && found.registrant.is_some();
        let roles = strangers(&domain, found);
        if roles.is_empty() {
            return Ok(keeps_registrant);
        }
        let contacts = roles.iter().filter_map(|change| Some(change.role.of(change.removed_id.clone()?)));
        let command = Command::new(&domain::Update {
            name: domain.name.as_str().to_owned(),
            add: None,
            rem: part(contacts.collect(), Vec::new()),
            chg: None,
        });
        let principal = Principal::system(domain.tenant_id);
        let (name, intent) = (domain.name, effect::Intent::Contacts(roles));
        match self.carry_out(Change { principal, route, name, intent, command }).await {
            Ok(_) => Ok(keeps_registrant),
            Err(error @ Error::RegistryRefused { .. }) => {
                tracing::warn!(%error, name = transfer.name.as_str(), "the contacts of another stay with a domain");
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// What is to be changed so that the domain has the contacts that its row names: the registrant, and the others.
    async fn own_contacts(
        &self,
        principal: &Principal,
        route: &Route,
        domain: &Domain,
        info: &InfData,
    ) -> Result<(Option<String>, Vec<RoleChange>), Error> {
        let handles = Handles {
            registrant: domain.registrant_handle.clone(),
            admin: domain.admin_handle.clone(),
            tech: domain.tech_handle.clone(),
            billing: domain.billing_handle.clone(),
        };
        if !Dialect::of(&route.registry).has_contacts() {
            return Ok((None, Vec::new()));
        }
        let contacts = self.find_contacts(domain.tenant_id, &handles).await?;
        let linked = self.link(principal, route, &contacts).await?;
        let registrant = linked.registrant.filter(|id| info.registrant.as_ref() != Some(id));
        let mut roles = Vec::new();
        for (role, contact) in contacts.iter().filter(|(role, _)| *role != Role::Registrant) {
            let kind = role.of(String::new()).role;
            let wanted = linked.others.iter().find(|other| other.role == kind);
            let present = info.contacts.iter().filter(|there| there.role == kind);
            let strangers: Vec<_> = present.filter(|there| Some(*there) != wanted).collect();
            let is_there = wanted.is_some_and(|wanted| info.contacts.contains(wanted));
            let added_id = wanted.filter(|_| !is_there).map(|wanted| wanted.id.clone());
            let handle = Some(contact.handle.to_string());
            let first = strangers.first().map(|stranger| stranger.id.clone());
            if added_id.is_some() || first.is_some() {
                roles.push(RoleChange { role: *role, handle: handle.clone(), removed_id: first, added_id });
            }
            roles.extend(strangers.iter().skip(1).map(|stranger| RoleChange {
                role: *role,
                handle: handle.clone(),
                removed_id: Some(stranger.id.clone()),
                added_id: None,
            }));
        }
        Ok((registrant, roles))
    }

    /// The hosts below a domain come with it.
    async fn take_hosts_over(&self, route: &Route, domain: &Domain, info: &InfData) -> Result<(), Error> {
        let below =
            |name: &str| HostName::parse(name).ok().filter(|host| host.is_subordinate_of(&domain.name));
        if Dialect::of(&route.registry).has_host_objects() {
            for name in info.hosts.iter().filter_map(|name| below(name)).take(MOST_HOSTS) {
                let deadline = Instant::now() + self.0.settings.command;
                let looked = hosts::look(
                    &route.registry,
                    domain.tenant_id,
                    name.as_str(),
                    Class::Background,
                    deadline,
                );
                if let Look::Found(found) = looked.await? {
                    let fact = hosts::Fact::of_info(&found.0);
                    self.put_below(domain, name, |host| fact.onto(host)).await?;
                }
            }
            return Ok(());
        }
        let Some(NameServers::Attributes(servers)) = &info.ns else { return Ok(()) };
        for server in servers.iter().take(MOST_HOSTS) {
            let Some(name) = below(&server.name) else { continue };
            let addresses = server.addresses.iter().filter_map(|address| address.address.parse().ok());
            let addresses: Vec<IpAddr> = addresses.collect();
            self.put_below(domain, name, |host| host.addresses = addresses).await?;
        }
        Ok(())
    }

    async fn put_below(
        &self,
        domain: &Domain,
        name: HostName,
        fill: impl FnOnce(&mut Host),
    ) -> Result<(), Error> {
        let now = self.0.clock.now();
        let before = self.0.store.host(domain.tenant_id, &name).await?;
        if before.as_ref().is_some_and(|host| host.domain_id == Some(domain.id)) {
            return Ok(());
        }
        let mut host = Host {
            domain_id: Some(domain.id),
            last_reconciled_at: Some(now),
            ..hosts::outside(domain.tenant_id, name, now)
        };
        fill(&mut host);
        Ok(self.0.store.change_host(hosts::put(host, before)).await?)
    }
}

/// One side of an update, if there is anything in it.
fn part(contacts: Vec<DomainContact>, statuses: Vec<Status>) -> Option<AddRem> {
    let statuses: Vec<_> = statuses.into_iter().map(Into::into).collect();
    let is_empty = contacts.is_empty() && statuses.is_empty();
    (!is_empty).then(|| AddRem { contacts, statuses, ..AddRem::default() })
}

/// The contacts of a domain in the roles for which its row names nobody.
fn strangers(domain: &Domain, found: &InfData) -> Vec<RoleChange> {
    let of_role = |role: &Role| {
        let (role, kind) = (*role, role.of(String::new()).role);
        let there = found.contacts.iter().filter(move |there| there.role == kind);
        there.map(move |there| {
            let removed_id = Some(there.id.clone());
            RoleChange { role, handle: None, removed_id, added_id: None }
        })
    };
    [Role::Admin, Role::Tech, Role::Billing]
        .iter()
        .filter(|role| role.handle(domain).is_none())
        .flat_map(of_role)
        .collect()
}

/// The row of a domain that has come: a new one, or the one that the tenant had with another account.
fn arrived(
    transfer: &Transfer,
    before: Option<&Domain>,
    fact: &Fact,
    locked_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Domain {
    let is_over = fact.expires_at.is_some_and(|expires| expires <= now);
    Domain {
        id: before.map_or_else(DomainId::new, |before| before.id),
        tenant_id: transfer.tenant_id,
        unicode_name: transfer.name.unicode(),
        name: transfer.name.clone(),
        tld: transfer.tld.clone(),
        binding: transfer.binding.clone(),
        account_id: transfer.account_id,
        state: if is_over { DomainState::Expired } else { DomainState::Registered },
        nameservers: fact.nameservers.clone().unwrap_or_default(),
        epp_statuses: fact.statuses.clone().unwrap_or_default(),
        ds_records: fact.ds_records.clone().unwrap_or_default(),
        registrant_handle: transfer.registrant_handle.clone(),
        admin_handle: transfer.admin_handle.clone(),
        tech_handle: transfer.tech_handle.clone(),
        billing_handle: transfer.billing_handle.clone(),
        registered_at: fact.created_at.or_else(|| before.and_then(|before| before.registered_at)),
        expires_at: fact.expires_at.or_else(|| before.and_then(|before| before.expires_at)),
        last_renewed_at: before.and_then(|before| before.last_renewed_at),
        last_reconciled_at: Some(now),
        deletion_scheduled_at: None,
        transfer_lock_until: locked_until,
        hold_reason: None,
        out_of_sync: false,
        auto_renew_mode: before.map_or(AutoRenewMode::Default, |before| before.auto_renew_mode),
        // The code that opened the way is known to others.
        auth_code_hash: None,
        upkeep: Upkeep::default(),
        inserted_at: before.map_or(now, |before| before.inserted_at),
        updated_at: now,
        version: before.map_or(0, |before| before.version),
    }
}

/// How long what is left to be done is left alone after so many attempts.
fn pause_after(attempts: i32) -> Duration {
    Duration::seconds(5 << attempts.clamp(0, MOST_ATTEMPTS))
}

/// How long what a registry has done may take to show.
const SOON: Duration = Duration::minutes(1);
/// More than a registry tells of.
const MOST_HOSTS: usize = 100;
/// Some hours, with the pauses in between.
const MOST_ATTEMPTS: i32 = 12;
