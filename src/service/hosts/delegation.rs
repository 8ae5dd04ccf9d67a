//! The name servers of domains. Hosts outside are made known to a registry that keeps host objects when it turns out not
//! to know them; hosts below the tenant's own domains have to be there, since only the tenant knows their addresses.

use std::net::IpAddr;

use eppgate_epp::domain::{self, AddRem, NameServers};
use eppgate_epp::{Command, host};
use eppgate_model::host::HostState;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainName, HostName, TenantId};

use super::effect::Intent;
use crate::service::dialect::Dialect;
use crate::service::effect;
use crate::service::gates::Action;
use crate::service::journal::Change;
use crate::service::payment::Payment;
use crate::service::routing::Route;
use crate::service::{DomainView, Error, Gateway};

/// A name server of a domain.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::service) struct NameServer {
    pub(in crate::service) name: HostName,
    /// Of a host below one of the tenant's domains at the same registry, which gives them on.
    pub(in crate::service) glue: Vec<IpAddr>,
    /// Whether it is below one of the tenant's domains, wherever that is.
    subordinate: bool,
}

impl NameServer {
    /// Of this name; nothing else is known, which will do for one that goes.
    fn named(name: HostName) -> Self {
        Self { name, glue: Vec::new(), subordinate: false }
    }
}

impl Gateway {
    /// Replaces the set of name servers. The same set again does not contact the registry.
    pub async fn update_nameservers(
        &self,
        principal: &Principal,
        name: &str,
        nameservers: Vec<String>,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.update_nameservers_now(principal, &name, &nameservers).await })
            .await
    }

    async fn update_nameservers_now(
        &self,
        principal: Principal,
        name: &str,
        nameservers: &[String],
    ) -> Result<DomainView, Error> {
        let before = self.own(&principal, name).await?;
        self.pass(Action::UpdateNameservers, &before).await?;
        let route = self.route(&before).await?;
        if nameservers.is_empty() {
            return Err(Error::EmptyNameservers);
        }
        let target = parse_nameservers(nameservers, &route.association.config)?;
        let missing = |from: &[HostName], of: &[HostName]| -> Vec<HostName> {
            from.iter().filter(|host| !of.contains(host)).cloned().collect()
        };
        let (added, removed) = (missing(&target, &before.nameservers), missing(&before.nameservers, &target));
        if added.is_empty() && removed.is_empty() {
            return self.view(before).await;
        }
        let dialect = Dialect::of(&route.registry);
        let added = self.servers(&route, &before.name, &added).await?;
        let removed: Vec<_> = removed.into_iter().map(NameServer::named).collect();
        let part = |ns: Option<NameServers>| ns.map(|ns| AddRem { ns: Some(ns), ..AddRem::default() });
        let update = domain::Update {
            name: before.name.as_str().to_owned(),
            add: part(dialect.name_servers(&added)),
            rem: part(dialect.name_servers(&removed)),
            chg: None,
        };
        let target: Vec<String> = target.iter().map(|host| host.as_str().to_owned()).collect();
        let change = || Change {
            principal: principal.clone(),
            route: route.clone(),
            name: before.name.clone(),
            intent: effect::Intent::Nameservers { target: target.clone() },
            command: Command::new(&update),
        };
        let domain = self.carry_out_with_hosts(change, &Payment::none(), &added).await?;
        self.view(domain).await
    }

    /// Name servers as a domain's registry gets them. Those below the tenant's own domains, this one included, must be
    /// hosts that it created.
    pub(in crate::service) async fn servers(
        &self,
        route: &Route,
        domain: &DomainName,
        hosts: &[HostName],
    ) -> Result<Vec<NameServer>, Error> {
        let tenant = route.account.tenant_id;
        let mut servers = Vec::with_capacity(hosts.len());
        for name in hosts {
            let above = self.domain_above(tenant, name).await?;
            let subordinate = above.is_some() || name.is_subordinate_of(domain);
            let mut server = NameServer { subordinate, ..NameServer::named(name.clone()) };
            if subordinate {
                let host = self.0.store.host(tenant, name).await?;
                let host = host.filter(|host| host.domain_id.is_some() && host.state == HostState::Active);
                let host = host.ok_or_else(|| Error::SubordinateHostMissing(name.as_str().to_owned()))?;
                if above.is_some_and(|above| above.binding == route.account.binding) {
                    server.glue = host.addresses;
                }
            }
            servers.push(server);
        }
        Ok(servers)
    }

    /// The tenant's domain that a host is below, if any: the nearest one.
    pub(super) async fn domain_above(
        &self,
        tenant: TenantId,
        host: &HostName,
    ) -> Result<Option<Domain>, Error> {
        let own = std::iter::once(host.as_str());
        for name in own.chain(host.suffixes()).filter_map(|name| DomainName::parse(name).ok()) {
            if let Some(domain) = self.0.store.domain(tenant, &name).await? {
                return Ok(Some(domain));
            }
        }
        Ok(None)
    }

    /// Carries out a change of a domain that names name servers. If the registry says that something in it does not
    /// exist, the hosts that it lacks are made, and the change is sent again, as another operation.
    pub(in crate::service) async fn carry_out_with_hosts(
        &self,
        change: impl Fn() -> Change,
        payment: &Payment,
        servers: &[NameServer],
    ) -> Result<Domain, Error> {
        let Change { principal, route, .. } = change();
        let refusal = match self.carry_out_paid(change(), payment.clone()).await {
            Err(error @ Error::RegistryRefused { code: 2303, .. }) => error,
            other => return other,
        };
        let mut made = false;
        if Dialect::of(&route.registry).has_host_objects() {
            for server in servers.iter().filter(|server| !server.subordinate) {
                made |= self.in_turn(|| self.provide(&principal, &route, &server.name)).await?;
            }
        }
        if made { self.carry_out_paid(change(), payment.clone()).await } else { Err(refusal) }
    }

    /// Makes an object of a host outside; `false` if the registry had it.
    async fn provide(&self, principal: &Principal, route: &Route, name: &HostName) -> Result<bool, Error> {
        let create = host::Create { name: name.as_str().to_owned(), addresses: Vec::new() };
        let change = Change {
            principal: principal.clone(),
            route: route.clone(),
            name: name.clone(),
            intent: Intent::Create { domain: None, addresses: Vec::new() },
            command: Command::new(&create),
        };
        match self.carry_out(change).await {
            Ok(_) => Ok(true),
            Err(Error::RegistryRefused { code: 2302, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Name servers in canonical form, in the order given.
pub(in crate::service) fn parse_nameservers(
    texts: &[String],
    config: &TldConfig,
) -> Result<Vec<HostName>, Error> {
    let mut hosts = Vec::with_capacity(texts.len());
    for text in texts {
        let host = HostName::parse(text).map_err(|_| Error::InvalidNameservers)?;
        if hosts.contains(&host) {
            return Err(Error::DuplicateNameserver);
        }
        hosts.push(host);
    }
    let range = config.min_nameservers..=config.max_nameservers;
    if u32::try_from(hosts.len()).is_ok_and(|count| range.contains(&count)) {
        Ok(hosts)
    } else {
        Err(Error::InvalidNameservers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_as_many_name_servers_as_its_tld_wants() {
        let config = TldConfig { min_nameservers: 2, max_nameservers: 3, ..TldConfig::default() };
        let servers = |count: usize| (0..count).map(|n| format!("NS{n}.dns.test.")).collect::<Vec<_>>();
        for (count, is_taken) in [(0, false), (1, false), (2, true), (3, true), (4, false)] {
            assert_eq!(parse_nameservers(&servers(count), &config).is_ok(), is_taken, "{count}");
        }
        assert_eq!(parse_nameservers(&servers(2), &config).unwrap()[1].as_str(), "ns1.dns.test");
        assert!(matches!(
            parse_nameservers(&[servers(1), servers(1)].concat(), &config),
            Err(Error::DuplicateNameserver)
        ));
    }
}
