//! What commands on host objects are to achieve, and what they mean for our rows.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use eppgate_epp::host::{InfData, Info, Status};
use eppgate_epp::{Command, Response, ResultCode};
use eppgate_model::host::HostState;
use eppgate_model::operation::OperationKind;
use eppgate_model::token::Actor;
use eppgate_model::{DomainId, Host, HostId, HostName, Json, Operation, TenantId};
use eppgate_registry::{Class, Registry};
use eppgate_store::{Change, HostChange};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use crate::service::call::{Look, look_by};
use crate::service::dialect::Dialect;
use crate::service::journal::{Effect, Journalled, Kept, Proof};
use crate::service::{Error, Gateway};

/// What a journalled command on a host object is to achieve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Intent {
    /// The object: below a domain of the tenant's with its addresses, or outside, where only the name counts.
    Create { domain: Option<DomainId>, addresses: Vec<IpAddr> },
    /// These addresses and no others.
    Addresses { target: Vec<IpAddr> },
    /// Another name.
    Rename { domain: DomainId, to: String },
    /// No object.
    Delete,
}

/// What is known of a host at the registry after a command. What is not known is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::service) struct Fact {
    pub(in crate::service) statuses: Option<Vec<String>>,
    pub(in crate::service) addresses: Option<Vec<IpAddr>>,
    /// The change is accepted and not done yet.
    pub(in crate::service) pending: bool,
}

impl Fact {
    /// What an info reply tells.
    pub(in crate::service) fn of_info(info: &InfData) -> Self {
        let statuses: Vec<String> = info.statuses.iter().map(|status| status.status.to_string()).collect();
        Self {
            pending: statuses.iter().any(|status| status == Status::PendingCreate.as_str()),
            statuses: Some(statuses),
            addresses: Some(info.addresses.iter().filter_map(|addr| addr.address.parse().ok()).collect()),
        }
    }

    /// The host as the registry has it.
    pub(in crate::service) fn onto(&self, host: &mut Host) {
        if let Some(statuses) = &self.statuses {
            host.statuses.clone_from(statuses);
        }
        if let Some(addresses) = &self.addresses {
            host.addresses.clone_from(addresses);
        }
        host.state = if self.pending { HostState::PendingCreate } else { HostState::Active };
    }
}

impl Journalled for Intent {
    const OBJECT: &'static str = "host";
    type Name = HostName;
    type Info = InfData;
    type Fact = Fact;
    type Row = Host;

    fn kind(&self) -> OperationKind {
        match self {
            Self::Create { .. } => OperationKind::Create,
            Self::Addresses { .. } | Self::Rename { .. } => OperationKind::Update,
            Self::Delete => OperationKind::Delete,
        }
    }

    fn wants_look(&self) -> bool {
        matches!(self, Self::Create { domain: Some(_), .. } | Self::Rename { .. })
    }

    fn is_open(&self, _: &Fact) -> bool {
        false
    }

    async fn look(
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> Result<Look<InfData>, Error> {
        let name = match Kept::<Self>::of(operation)?.intent {
            Self::Rename { to, .. } => to,
            _ => operation.name.clone(),
        };
        look(registry, operation.tenant_id, &name, class, deadline).await
    }

    fn told(response: &Response<'_>) -> Result<Fact, Error> {
        Ok(Fact { pending: response.code() == ResultCode::OK_PENDING, ..Fact::default() })
    }

    fn seen(looked: &Look<InfData>, _: Option<&Fact>) -> Result<Fact, Error> {
        Ok(match looked {
            Look::Missing => Fact::default(),
            Look::Found(found) => Fact::of_info(&found.0),
        })
    }

    fn judge(&self, _: &Operation, looked: &Look<InfData>, fact: &Fact, own_id: &str) -> Proof {
        let ours = match looked {
            Look::Missing => return if *self == Self::Delete { Proof::Done } else { Proof::Absent },
            Look::Found(found) => found.0.cl_id == own_id,
        };
        match self {
            // Whoever made it: it is there.
            Self::Create { domain: None, .. } => Proof::Done,
            Self::Create { .. } | Self::Rename { .. } if ours => Proof::Done,
            Self::Create { .. } | Self::Rename { .. } => Proof::Taken,
            Self::Addresses { target } if same_set(target, fact.addresses.as_deref()) => Proof::Done,
            Self::Addresses { .. } | Self::Delete => Proof::Absent,
        }
    }

    fn taken() -> Error {
        Error::field("name", "is taken")
    }

    fn evidence(info: &InfData) -> Json {
        json!({ "sponsor": info.cl_id, "created_at": info.cr_date, "updated_at": info.up_date })
    }

    async fn row(gateway: &Gateway, operation: &Operation) -> Result<Option<Host>, Error> {
        let name = match Kept::<Self>::of(operation)?.intent {
            Self::Rename { to, .. } => to,
            _ => operation.name.clone(),
        };
        Ok(gateway.0.store.host(operation.tenant_id, &parse(&name)?).await?)
    }

    async fn effect(
        &self,
        gateway: &Gateway,
        operation: &Operation,
        _: &Actor,
        fact: &Fact,
    ) -> Result<Effect<Host>, Error> {
        let (tenant, name) = (operation.tenant_id, parse(&operation.name)?);
        let before = gateway.0.store.host(tenant, &name).await?;
        let is_used =
            *self == Self::Delete && !gateway.0.store.domains_naming(tenant, &name).await?.is_empty();
        let now = gateway.0.clock.now();
        let change = match (self, before) {
            // There is nothing more to know of a host outside.
            (Self::Create { domain: None, .. }, Some(known)) => {
                return Ok(Effect { row: known, change: Change::None, event: None });
            }
            (Self::Create { domain, addresses }, before) => {
                let new = outside(tenant, name, now);
                let mut host = Host { domain_id: *domain, addresses: addresses.clone(), ..new };
                if domain.is_some() {
                    fact.onto(&mut host);
                }
                put(host, before)
            }
            (_, None) => return Err(Error::NotFound),
            (Self::Addresses { target }, Some(before)) => {
                HostChange::Update(Host { addresses: target.clone(), updated_at: now, ..before })
            }
            (Self::Rename { domain, to }, Some(before)) => {
                let (from, binding) = (before.name.clone(), operation.binding.clone());
                let mut host = Host { name: parse(to)?, domain_id: Some(*domain), updated_at: now, ..before };
                fact.onto(&mut host);
                HostChange::Rename { host, from, binding }
            }
            // A domain has come to name it since: the name stays.
            (Self::Delete, before) if is_used => put(outside(tenant, name, now), before),
            (Self::Delete, Some(before)) => HostChange::Remove(before),
        };
        Ok(Effect { row: change.host(), change: change.into(), event: None })
    }
}

/// Asks the registry for a host as it is now.
pub(in crate::service) async fn look(
    registry: &Registry,
    tenant: TenantId,
    name: &str,
    class: Class,
    deadline: Instant,
) -> Result<Look<InfData>, Error> {
    let info = Command::new(&Info { name: name.to_owned() });
    let info = Dialect::of(registry).complete(info, Intent::OBJECT, name);
    look_by(info, registry, tenant, class, deadline).await
}

/// The host in the place of a row of its name, if there is one.
pub(in crate::service) fn put(host: Host, before: Option<Host>) -> HostChange {
    match before {
        Some(Host { id, version, inserted_at, .. }) => {
            HostChange::Update(Host { id, version, inserted_at, ..host })
        }
        None => HostChange::Insert(host),
    }
}

/// A host that is but a name.
pub(in crate::service) fn outside(tenant_id: TenantId, name: HostName, now: DateTime<Utc>) -> Host {
    Host {
        id: HostId::new(),
        tenant_id,
        name,
        domain_id: None,
        state: HostState::Active,
        addresses: Vec::new(),
        statuses: Vec::new(),
        last_reconciled_at: None,
        inserted_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Whether both hold the same addresses, in any order.
pub(in crate::service) fn same_set(target: &[IpAddr], there: Option<&[IpAddr]>) -> bool {
    there.is_some_and(|there| {
        there.len() == target.len() && target.iter().all(|address| there.contains(address))
    })
}

fn parse(name: &str) -> Result<HostName, Error> {
    HostName::parse(name).map_err(|_| Error::internal("a journalled name"))
}
