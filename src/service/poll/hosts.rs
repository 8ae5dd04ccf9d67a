//! Messages about hosts: what one below a domain of ours is like now is asked of the registry, and taken over.

use eppgate_model::host::HostState;
use eppgate_model::{Domain, DomainName, Host, HostName};
use eppgate_registry::Class;
use eppgate_store::{Conflict, Error as StoreError, HostChange};
use tokio::time::Instant;

use super::{Fate, Queue};
use crate::service::call::Look;
use crate::service::dialect::Dialect;
use crate::service::hosts::{self, outside, put};
use crate::service::journal::Journalled;
use crate::service::{Error, Gateway};

impl Gateway {
    /// Something has been done to a host; or, if `is_refused`, what was pending will not be.
    pub(super) async fn host_changed(
        &self,
        queue: &Queue,
        name: &str,
        is_refused: bool,
    ) -> Result<Fate, Error> {
        let Ok(name) = HostName::parse(name) else {
            return Ok(Fate::Dead(format!("{name} is no host name")));
        };
        // What a command of ours is about to bring about is judged by its own verdict first.
        let object = hosts::Intent::OBJECT;
        if self.0.store.unfinished_operation(&queue.registry, object, name.as_str()).await?.is_some() {
            return Err(Error::OperationInProgress { operation_id: None });
        }
        let Some(domain) = self.domain_of_host(queue, &name).await? else {
            return Ok(Fate::Done(Some("it is not below a domain of this account")));
        };
        match self.0.store.host(domain.tenant_id, &name).await? {
            Some(host) if host.domain_id == Some(domain.id) => {
                self.take_over_host(&domain, host, is_refused).await
            }
            _ => Ok(Fate::Done(Some("nothing is known of the host"))),
        }
    }

    /// The live domain of the account that a host is below: the nearest one.
    async fn domain_of_host(&self, queue: &Queue, host: &HostName) -> Result<Option<Domain>, Error> {
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        let own = std::iter::once(host.as_str());
        for name in own.chain(host.suffixes()).filter_map(|name| DomainName::parse(name).ok()) {
            if let Some(domain) = self.0.store.domain_at(&queue.registry, &name).await? {
                let is_ours = accounts.iter().any(|account| account.id == domain.account_id);
                return Ok(Some(domain).filter(|_| is_ours));
            }
        }
        Ok(None)
    }

    /// Asks the registry what a host is like now, and takes that over.
    async fn take_over_host(&self, domain: &Domain, host: Host, is_refused: bool) -> Result<Fate, Error> {
        let registry = self.registry(domain.account_id)?;
        if !Dialect::of(&registry).has_host_objects() {
            return Ok(Fate::Done(Some("hosts are parts of domains there")));
        }
        let (tenant, name) = (host.tenant_id, host.name.clone());
        let deadline = Instant::now() + self.0.settings.command;
        let looked = hosts::look(&registry, tenant, name.as_str(), Class::Background, deadline).await?;
        let now = self.0.clock.now();
        let change = match looked {
            Look::Found(found) if found.0.cl_id == registry.client_id() => {
                let mut after = Host { last_reconciled_at: Some(now), ..host.clone() };
                hosts::Fact::of_info(&found.0).onto(&mut after);
                let is_same = after == Host { last_reconciled_at: Some(now), ..host };
                let result = self.note_host(HostChange::Update(Host { updated_at: now, ..after })).await;
                return result.map(|()| Fate::Done(is_same.then_some("it is as it was")));
            }
            Look::Found(_) => return Ok(Fate::Dead("another registrar has the host".to_owned())),
            Look::Missing if host.state == HostState::PendingCreate && !is_refused => {
                return Ok(Fate::Done(Some("it is not there yet")));
            }
            // As long as a domain names it, its name stays.
            Look::Missing if self.0.store.domains_naming(tenant, &name).await?.is_empty() => {
                HostChange::Remove(host)
            }
            Look::Missing => put(outside(tenant, name, now), Some(host)),
        };
        self.note_host(change).await?;
        Ok(Fate::Done(None))
    }

    async fn note_host(&self, change: HostChange) -> Result<(), Error> {
        match self.0.store.change_host(change).await {
            // Somebody else is at it: then it is looked at again.
            Err(StoreError::Conflict(Conflict::StaleVersion | Conflict::HostInUse)) => {
                Err(Error::OperationInProgress { operation_id: None })
            }
            noted => Ok(noted?),
        }
    }
}
