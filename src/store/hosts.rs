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

impl HostChange {
    /// The host as it is after the change, or was before it went.
    pub fn host(&self) -> Host {
        match self {
            Self::Insert(host) | Self::Remove(host) => host.clone(),
            Self::Update(host) | Self::Rename { host, .. } => {
                Host { version: host.version + 1, ..host.clone() }
            }
        }
    }
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
    pub(crate) async fn load_hosts(
        &self,
        tenant: TenantId,
        select: Select<host::Entity>,
    ) -> Result<Vec<Host>, Error> {
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
    keep_named(tx, std::slice::from_ref(domain)).await
}

/// Makes hosts of the name servers that are not known yet.
pub(crate) async fn keep_named(tx: &DatabaseTransaction, domains: &[Domain]) -> Result<(), Error> {
    let outside = |domain: &Domain, name: &HostName| Host {
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
    let hosts = domains.iter().flat_map(|domain| {
        domain
            .nameservers
            .iter()
            .map(move |name| host::Model::from(&outside(domain, name)).into_active_model())
    });
    host::Entity::insert_many(hosts)
        .on_conflict_do_nothing_on([host::Column::TenantId, host::Column::Name])
        .exec_without_returning(tx)
        .await?;
    Ok(())
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

pub(crate) fn of(tenant: TenantId) -> Select<host::Entity> {
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

#[cfg(test)]
mod tests {
    use eppgate_model::DomainState;

    use super::*;
    use crate::fixtures::{domain, host, on_each_database};

    fn name(text: &str) -> HostName {
        HostName::parse(text).unwrap()
    }

    fn delegated(domain: Domain, hosts: &[&str]) -> Domain {
        Domain { nameservers: hosts.iter().map(|host| name(host)).collect(), ..domain }
    }

    #[tokio::test]
    async fn a_host_is_read_back_as_it_was_written() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let above = domain(&account, "mine.example");
            store.insert_domain(&above).await.unwrap();
            let mut ns1 = host(&above, "ns1.mine.example");
            store.change_host(HostChange::Insert(ns1.clone())).await.unwrap();
            assert_eq!(store.host(above.tenant_id, &ns1.name).await.unwrap(), Some(ns1.clone()));
            assert!(store.has_hosts_below(above.tenant_id, above.id).await.unwrap());

            ns1.addresses = ["2001:db8::1", "192.0.2.7"].map(|text| text.parse().unwrap()).into();
            ns1.statuses = ["ok", "linked"].map(str::to_owned).into();
            store.change_host(HostChange::Update(ns1.clone())).await.unwrap();
            let stale = store.change_host(HostChange::Update(ns1.clone())).await;
            assert!(matches!(stale, Err(Error::Conflict(Conflict::StaleVersion))), "{stale:?}");
            ns1.version += 1;
            assert_eq!(store.hosts(above.tenant_id, None, 9).await.unwrap(), [ns1.clone()]);
            assert_eq!(store.hosts(TenantId::new(), None, 9).await.unwrap(), []);
            let again = store.change_host(HostChange::Insert(host(&above, "ns1.mine.example"))).await;
            assert!(matches!(again, Err(Error::Conflict(Conflict::HostExists))), "{again:?}");
            store.change_host(HostChange::Remove(ns1.clone())).await.unwrap();
            assert_eq!(store.host(above.tenant_id, &ns1.name).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn hosts_outside_come_with_the_domain_that_names_them_and_stay_while_one_does() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let domain = delegated(domain(&account, "mine.example"), &["ns1.dns.test", "ns2.dns.test"]);
            store.insert_domain(&domain).await.unwrap();
            let hosts = store.hosts(domain.tenant_id, None, 9).await.unwrap();
            assert_eq!(
                hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(),
                ["ns1.dns.test", "ns2.dns.test"]
            );
            assert!(hosts.iter().all(|host| host.domain_id.is_none() && host.addresses.is_empty()));
            let used = store.change_host(HostChange::Remove(hosts[0].clone())).await;
            assert!(matches!(used, Err(Error::Conflict(Conflict::HostInUse))), "{used:?}");

            let domain = delegated(domain, &["ns2.dns.test", "ns3.dns.test"]);
            store.update_domain(&domain, domain.version).await.unwrap();
            assert_eq!(store.hosts(domain.tenant_id, Some(&name("ns1.dns.test")), 9).await.unwrap().len(), 2);
            store.change_host(HostChange::Remove(hosts[0].clone())).await.unwrap();
            let naming = store.domains_naming(domain.tenant_id, &name("ns3.dns.test")).await.unwrap();
            assert_eq!(
                naming.iter().map(|domain| domain.name.as_str()).collect::<Vec<_>>(),
                ["mine.example"]
            );
        })
        .await;
    }

    #[tokio::test]
    async fn a_new_name_reaches_the_domains_of_its_registry_and_a_gone_domain_leaves_names_only() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let above = domain(&account, "mine.example");
            store.insert_domain(&above).await.unwrap();
            let old = host(&above, "ns1.mine.example");
            store.change_host(HostChange::Insert(old.clone())).await.unwrap();
            let user = delegated(domain(&account, "user.example"), &["ns1.mine.example", "ns.dns.test"]);
            store.insert_domain(&user).await.unwrap();

            let renamed = Host { name: name("ns9.mine.example"), ..old.clone() };
            let change = |binding: &str| HostChange::Rename {
                host: renamed.clone(),
                from: old.name.clone(),
                binding: binding.to_owned(),
            };
            store.change_host(change("here")).await.unwrap();
            let read = store.domain(user.tenant_id, &user.name).await.unwrap().unwrap();
            assert_eq!(read.nameservers, [name("ns9.mine.example"), name("ns.dns.test")]);
            assert_eq!(read.version, user.version + 1);
            assert_eq!(store.domains_naming(user.tenant_id, &old.name).await.unwrap(), []);

            let gone = Domain { state: DomainState::Purged, ..above };
            store.update_domain(&gone, gone.version).await.unwrap();
            let left = store.host(user.tenant_id, &renamed.name).await.unwrap().unwrap();
            assert_eq!((left.domain_id, left.addresses.len(), left.statuses.len()), (None, 0, 0));
        })
        .await;
    }
}
