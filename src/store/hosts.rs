//! Hosts: a row each, with their addresses and statuses in tables of their own.
//!
//! A host outside of the tenant's domains is there because a domain names it: its row comes with the domain's. One below
//! a domain is made by the tenant. When that domain is gone, what is left is a name.

use std::collections::HashMap;

use eppgate_model::host::HostState;
use eppgate_model::{Domain, DomainId, Host, HostId, HostName, TenantId};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    NotSet, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::domains::live;
use crate::rows::{self, address, domain, host, host_status, nameserver};
use crate::{Conflict, Error, Store};

/// What becomes of a host's row.
#[derive(Debug, Clone)]
pub enum HostChange {
    /// It is new.
    Insert(Host),
    /// It is replaced, unless its version is no longer the one given here.
    Update(Host),
    /// It is replaced by one of another name, as in the domains of one registry that named it by the old one.
    Rename { host: Host, from: HostName, binding: String },
    /// It goes, unless a live domain of the tenant names it: then [`Conflict::HostInUse`].
    Remove(Host),
}

impl Store {
    /// The tenant's host of that name.
    pub async fn host(&self, tenant: TenantId, name: &HostName) -> Result<Option<Host>, Error> {
        Ok(self.load_hosts(tenant, of(tenant).filter(host::Column::Name.eq(name.as_str()))).await?.pop())
    }

    /// At most `limit` of the tenant's hosts in order of name, from just after the name `after` on.
    pub async fn hosts(
        &self,
        tenant: TenantId,
        after: Option<&HostName>,
        limit: u64,
    ) -> Result<Vec<Host>, Error> {
        let select = of(tenant)
            .apply_if(after, |select, name| select.filter(host::Column::Name.gt(name.as_str())))
            .order_by_asc(host::Column::Name)
            .limit(limit);
        self.load_hosts(tenant, select).await
    }

    /// Whether there are hosts below one of the tenant's domains.
    pub async fn has_hosts_below(&self, tenant: TenantId, domain: DomainId) -> Result<bool, Error> {
        let select = of(tenant).filter(host::Column::DomainId.eq(domain.uuid())).limit(1);
        Ok(!select.all(&self.reader).await?.is_empty())
    }

    /// The tenant's live domains that name the host.
    pub async fn domains_naming(&self, tenant: TenantId, name: &HostName) -> Result<Vec<Domain>, Error> {
        self.load(tenant, naming(tenant, name)).await
    }

    /// Makes a change that needed no command at the registry.
    pub async fn change_host(&self, change: HostChange) -> Result<(), Error> {
        let tx = self.write().await?;
        apply(&tx, &change).await?;
        Ok(tx.commit().await?)
    }

    /// The hosts that `select` finds, complete. One query for each table, however many hosts there are.
    async fn load_hosts(&self, tenant: TenantId, select: Select<host::Entity>) -> Result<Vec<Host>, Error> {
        let mut hosts: Vec<Host> = rows::all(&self.reader, select).await?;
        if hosts.is_empty() {
            return Ok(hosts);
        }
        let ids: Vec<_> = hosts.iter().map(|host| host.id.uuid()).collect();
        let (addresses, statuses) = tokio::try_join!(
            address::Entity::find()
                .filter(address::Column::TenantId.eq(tenant.uuid()))
                .filter(address::Column::HostId.is_in(ids.iter().copied()))
                .order_by_asc(address::Column::Position)
                .all(&self.reader),
            host_status::Entity::find()
                .filter(host_status::Column::TenantId.eq(tenant.uuid()))
                .filter(host_status::Column::HostId.is_in(ids.iter().copied()))
                .order_by_asc(host_status::Column::Position)
                .all(&self.reader),
        )?;
        let mut by_id: HashMap<_, _> = hosts.iter_mut().map(|host| (host.id.uuid(), host)).collect();
        for row in addresses {
            if let Some(host) = by_id.get_mut(&row.host_id) {
                host.addresses.push(row.try_into()?);
            }
        }
        for row in statuses {
            if let Some(host) = by_id.get_mut(&row.host_id) {
                host.statuses.push(row.status);
            }
        }
        Ok(hosts)
    }
}

/// Makes the change, as part of a transaction.
pub(crate) async fn apply(tx: &DatabaseTransaction, change: &HostChange) -> Result<(), Error> {
    match change {
        HostChange::Insert(host) => {
            rows::insert(tx, host::Model::from(host)).await?;
            insert_lists(tx, host).await
        }
        HostChange::Update(host) => update(tx, host).await,
        HostChange::Rename { host, from, binding } => {
            update(tx, host).await?;
            rename(tx, host, from, binding).await
        }
        HostChange::Remove(host) => remove(tx, host).await,
    }
}

/// What hosts have to do with a domain that is being written: those that it names are known from then on, and those
/// below it are hosts outside when it is gone.
pub(crate) async fn follow(tx: &DatabaseTransaction, domain: &Domain) -> Result<(), Error> {
    if !domain.state.live() {
        return abandon(tx, domain).await;
    }
    let outside = |name: &HostName| Host {
        id: HostId::new(),
        tenant_id: domain.tenant_id,
        name: name.clone(),
        domain_id: None,
        state: HostState::Active,
        addresses: Vec::new(),
        statuses: Vec::new(),
        last_reconciled_at: None,
        inserted_at: domain.updated_at,
        updated_at: domain.updated_at,
        version: 1,
    };
    let hosts = domain.nameservers.iter().map(|name| host::Model::from(&outside(name)));
    rows::insert_set(tx, hosts.collect()).await
}

async fn abandon(tx: &DatabaseTransaction, domain: &Domain) -> Result<(), Error> {
    let tenant = domain.tenant_id.uuid();
    let below = || -> SelectStatement {
        Query::select()
            .column(host::Column::Id)
            .from(host::Entity)
            .and_where(host::Column::TenantId.eq(tenant))
            .and_where(host::Column::DomainId.eq(domain.id.uuid()))
            .take()
    };
    address::Entity::delete_many()
        .filter(address::Column::TenantId.eq(tenant))
        .filter(address::Column::HostId.in_subquery(below()))
        .exec(tx)
        .await?;
    host_status::Entity::delete_many()
        .filter(host_status::Column::TenantId.eq(tenant))
        .filter(host_status::Column::HostId.in_subquery(below()))
        .exec(tx)
        .await?;
    host::Entity::update_many()
        .col_expr(host::Column::DomainId, Expr::value(None::<Uuid>))
        .col_expr(host::Column::UpdatedAt, Expr::value(domain.updated_at))
        .col_expr(host::Column::Version, Expr::col(host::Column::Version).add(1))
        .filter(host::Column::TenantId.eq(tenant))
        .filter(host::Column::DomainId.eq(domain.id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn update(tx: &DatabaseTransaction, host: &Host) -> Result<(), Error> {
    let row = host::ActiveModel {
        id: NotSet,
        tenant_id: NotSet,
        inserted_at: NotSet,
        version: Set(host.version + 1),
        ..host::Model::from(host).into_active_model().reset_all()
    };
    let updated = host::Entity::update_many()
        .set(row)
        .filter(host::Column::TenantId.eq(host.tenant_id.uuid()))
        .filter(host::Column::Id.eq(host.id.uuid()))
        .filter(host::Column::Version.eq(host.version))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Conflict::StaleVersion.into());
    }
    delete_lists(tx, host).await?;
    insert_lists(tx, host).await
}

/// Gives the domains that named a host its new name, wherever it is the same object.
async fn rename(tx: &DatabaseTransaction, host: &Host, from: &HostName, binding: &str) -> Result<(), Error> {
    let tenant = host.tenant_id.uuid();
    let there: Vec<Uuid> = naming(host.tenant_id, from)
        .filter(domain::Column::Binding.eq(binding))
        .select_only()
        .column(domain::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    nameserver::Entity::update_many()
        .col_expr(nameserver::Column::Host, Expr::value(host.name.as_str()))
        .filter(nameserver::Column::TenantId.eq(tenant))
        .filter(nameserver::Column::DomainId.is_in(there.iter().copied()))
        .filter(nameserver::Column::Host.eq(from.as_str()))
        .exec(tx)
        .await?;
    domain::Entity::update_many()
        .col_expr(domain::Column::UpdatedAt, Expr::value(host.updated_at))
        .col_expr(domain::Column::Version, Expr::col(domain::Column::Version).add(1))
        .filter(domain::Column::TenantId.eq(tenant))
        .filter(domain::Column::Id.is_in(there))
        .exec(tx)
        .await?;
    Ok(())
}

async fn remove(tx: &DatabaseTransaction, host: &Host) -> Result<(), Error> {
    if !naming(host.tenant_id, &host.name).limit(1).all(tx).await?.is_empty() {
        return Err(Conflict::HostInUse.into());
    }
    delete_lists(tx, host).await?;
    host::Entity::delete_many()
        .filter(host::Column::TenantId.eq(host.tenant_id.uuid()))
        .filter(host::Column::Id.eq(host.id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn delete_lists(tx: &DatabaseTransaction, host: &Host) -> Result<(), Error> {
    let (tenant, id) = (host.tenant_id.uuid(), host.id.uuid());
    address::Entity::delete_many()
        .filter(address::Column::TenantId.eq(tenant))
        .filter(address::Column::HostId.eq(id))
        .exec(tx)
        .await?;
    host_status::Entity::delete_many()
        .filter(host_status::Column::TenantId.eq(tenant))
        .filter(host_status::Column::HostId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

async fn insert_lists(tx: &impl ConnectionTrait, host: &Host) -> Result<(), Error> {
    rows::insert_set(tx, address::of(host)).await?;
    rows::insert_set(tx, host_status::of(host)).await
}

fn of(tenant: TenantId) -> Select<host::Entity> {
    host::Entity::find().filter(host::Column::TenantId.eq(tenant.uuid()))
}

/// The tenant's live domains that name the host.
fn naming(tenant: TenantId, name: &HostName) -> Select<domain::Entity> {
    let named = Query::select()
        .column(nameserver::Column::DomainId)
        .from(nameserver::Entity)
        .and_where(nameserver::Column::TenantId.eq(tenant.uuid()))
        .and_where(nameserver::Column::Host.eq(name.as_str()))
        .take();
    domain::Entity::find()
        .filter(domain::Column::TenantId.eq(tenant.uuid()))
        .filter(domain::Column::Id.in_subquery(named))
        .filter(live())
}
