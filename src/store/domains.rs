//! Domains: a row each, with their name servers, DS records and statuses in tables of their own.
//!
//! A change replaces the whole domain and says which version it was made from; if the row has moved on since,
//! nothing is written and the caller reads again.

use std::collections::HashMap;

use eppgate_model::{Domain, DomainEvent, DomainName, DomainState, OperationId, TenantId, Word};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    NotSet, QueryFilter, QueryOrder, Select, Set,
};

use crate::hosts;
use crate::operations::{OperationResult, settle_once};
use crate::rows::{self, domain, ds, event, nameserver, outbox, status};
use crate::{Conflict, Error, Store};

/// What becomes of a domain's row.
#[derive(Debug, Clone)]
pub enum DomainChange {
    /// Nothing.
    None,
    /// It is new.
    Insert(Domain),
    /// It is replaced, unless its version is no longer the one given here.
    Update(Domain),
}

impl DomainChange {
    /// The domain as it is afterwards.
    pub fn domain(&self) -> Option<Domain> {
        match self {
            Self::None => None,
            Self::Insert(domain) => Some(domain.clone()),
            Self::Update(domain) => Some(Domain { version: domain.version + 1, ..domain.clone() }),
        }
    }
}

impl Store {
    /// The tenant's live domain of that name.
    pub async fn domain(&self, tenant: TenantId, name: &DomainName) -> Result<Option<Domain>, Error> {
        let select = of(tenant).filter(domain::Column::Name.eq(name.as_str())).filter(live());
        Ok(self.load(tenant, select).await?.pop())
    }

    /// The live domain of that name at a registry, whosever it is: for what the registry tells, not for showing.
    pub async fn domain_at(&self, binding: &str, name: &DomainName) -> Result<Option<Domain>, Error> {
        let select = domain::Entity::find()
            .filter(domain::Column::Binding.eq(binding))
            .filter(domain::Column::Name.eq(name.as_str()))
            .filter(live());
        match select.clone().one(&self.reader).await? {
            Some(row) => Ok(self.load(row.tenant_id.into(), select).await?.pop()),
            None => Ok(None),
        }
    }

    /// Adds a domain.
    pub async fn insert_domain(&self, domain: &Domain) -> Result<(), Error> {
        self.change_domain(DomainChange::Insert(domain.clone()), None).await
    }

    /// Adds many domains at once, all or none. There is nothing in their history.
    pub async fn insert_domains(&self, domains: &[Domain]) -> Result<(), Error> {
        let tx = self.write().await?;
        for some in domains.chunks(AT_ONCE) {
            let rows = some.iter().map(|domain| domain::Model::from(domain).into_active_model());
            domain::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
            rows::insert_set(&*tx, some.iter().flat_map(nameserver::of).collect()).await?;
            rows::insert_set(&*tx, some.iter().flat_map(ds::of).collect()).await?;
            rows::insert_set(&*tx, some.iter().flat_map(status::of).collect()).await?;
            hosts::keep_named(&tx, some).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Replaces a domain that still has the version `expected`; it then has the next one.
    pub async fn update_domain(&self, domain: &Domain, expected: i64) -> Result<(), Error> {
        let domain = Domain { version: expected, ..domain.clone() };
        self.change_domain(DomainChange::Update(domain), None).await
    }

    /// Makes a change that needed no command at the registry, and writes it into the domain's history.
    pub async fn change_domain(&self, change: DomainChange, event: Option<DomainEvent>) -> Result<(), Error> {
        let tx = self.write().await?;
        apply(&tx, &change, event.as_ref()).await?;
        Ok(tx.commit().await?)
    }

    /// The same for a change that is the verdict on a command, if there is none yet: all or nothing.
    pub async fn decide_domain(
        &self,
        change: DomainChange,
        event: Option<DomainEvent>,
        (operation, result): (OperationId, OperationResult),
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        settle_once(&tx, operation, result).await?;
        apply(&tx, &change, event.as_ref()).await?;
        Ok(tx.commit().await?)
    }

    /// The domains that `select` finds, complete. One query for each table, however many domains there are.
    pub(crate) async fn load(
        &self,
        tenant: TenantId,
        select: Select<domain::Entity>,
    ) -> Result<Vec<Domain>, Error> {
        let mut domains: Vec<Domain> = rows::all(&self.reader, select).await?;
        if domains.is_empty() {
            return Ok(domains);
        }
        let ids: Vec<_> = domains.iter().map(|domain| domain.id.uuid()).collect();
        let (nameservers, ds_records, statuses) = tokio::try_join!(
            nameserver::Entity::find()
                .filter(nameserver::Column::TenantId.eq(tenant.uuid()))
                .filter(nameserver::Column::DomainId.is_in(ids.iter().copied()))
                .order_by_asc(nameserver::Column::Position)
                .all(&self.reader),
            ds::Entity::find()
                .filter(ds::Column::TenantId.eq(tenant.uuid()))
                .filter(ds::Column::DomainId.is_in(ids.iter().copied()))
                .order_by_asc(ds::Column::Position)
                .all(&self.reader),
            status::Entity::find()
                .filter(status::Column::TenantId.eq(tenant.uuid()))
                .filter(status::Column::DomainId.is_in(ids.iter().copied()))
                .order_by_asc(status::Column::Position)
                .all(&self.reader),
        )?;

        let mut by_id: HashMap<_, _> = domains.iter_mut().map(|domain| (domain.id.uuid(), domain)).collect();
        for row in nameservers {
            if let Some(domain) = by_id.get_mut(&row.domain_id) {
                domain.nameservers.push(row.try_into()?);
            }
        }
        for row in ds_records {
            if let Some(domain) = by_id.get_mut(&row.domain_id) {
                domain.ds_records.push(row.try_into()?);
            }
        }
        for row in statuses {
            if let Some(domain) = by_id.get_mut(&row.domain_id) {
                domain.epp_statuses.push(row.status);
            }
        }
        Ok(domains)
    }
}

/// Makes the change and its entry in the history, as part of a transaction.
pub(crate) async fn apply(
    tx: &DatabaseTransaction,
    change: &DomainChange,
    event: Option<&DomainEvent>,
) -> Result<(), Error> {
    match change {
        DomainChange::None => {}
        DomainChange::Insert(domain) => {
            rows::insert(tx, domain::Model::from(domain)).await?;
            insert_lists(tx, domain).await?;
        }
        DomainChange::Update(domain) => update(tx, domain).await?,
    }
    if let DomainChange::Insert(domain) | DomainChange::Update(domain) = change {
        hosts::follow(tx, domain).await?;
    }
    if let Some(event) = event {
        rows::insert(tx, event::Model::from(event)).await?;
        rows::insert(tx, outbox::Model::from(event)).await?;
    }
    Ok(())
}

async fn update(tx: &DatabaseTransaction, domain: &Domain) -> Result<(), Error> {
    let (tenant, id) = (domain.tenant_id.uuid(), domain.id.uuid());
    let row = domain::ActiveModel {
        id: NotSet,
        tenant_id: NotSet,
        inserted_at: NotSet,
        sampled_at: NotSet,
        version: Set(domain.version + 1),
        ..domain::Model::from(domain).into_active_model().reset_all()
    };
    let updated = domain::Entity::update_many()
        .set(row)
        .filter(domain::Column::TenantId.eq(tenant))
        .filter(domain::Column::Id.eq(id))
        .filter(domain::Column::Version.eq(domain.version))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Conflict::StaleVersion.into());
    }
    nameserver::Entity::delete_many()
        .filter(nameserver::Column::TenantId.eq(tenant))
        .filter(nameserver::Column::DomainId.eq(id))
        .exec(tx)
        .await?;
    ds::Entity::delete_many()
        .filter(ds::Column::TenantId.eq(tenant))
        .filter(ds::Column::DomainId.eq(id))
        .exec(tx)
        .await?;
    status::Entity::delete_many()
        .filter(status::Column::TenantId.eq(tenant))
        .filter(status::Column::DomainId.eq(id))
        .exec(tx)
        .await?;
    insert_lists(tx, domain).await
}

async fn insert_lists(tx: &impl ConnectionTrait, domain: &Domain) -> Result<(), Error> {
    rows::insert_set(tx, nameserver::of(domain)).await?;
    rows::insert_set(tx, ds::of(domain)).await?;
    rows::insert_set(tx, status::of(domain)).await
}

pub(crate) fn of(tenant: TenantId) -> Select<domain::Entity> {
    domain::Entity::find().filter(domain::Column::TenantId.eq(tenant.uuid()))
}

/// Written out rather than bound, or the index on live domains could not be seen to fit.
pub(crate) fn live() -> Expr {
    let gone = DomainState::WORDS.iter().filter(|(state, _)| !state.live());
    Expr::col((domain::Entity, domain::Column::State))
        .is_not_in(gone.map(|(_, word)| Expr::Constant((*word).into())))
}

/// How many domains a statement inserts: each value counts towards what a statement may have.
const AT_ONCE: usize = 400;

#[cfg(test)]
mod tests {
    use eppgate_model::domain::{DsRecord, HoldReason, HoldRequest, Upkeep};
    use eppgate_model::token::Actor;
    use eppgate_model::{AccountId, HostName};

    use super::*;
    use crate::fixtures::{account, domain, noon, on_each_database, tenant};

    fn full(domain: Domain) -> Domain {
        let ds = |key_tag| DsRecord {
            key_tag,
            algorithm: 13,
            digest_type: 2,
            digest: "AB".repeat(32),
            max_sig_life: Some(u32::MAX),
        };
        Domain {
            nameservers: ["ns2.a.test", "ns1.a.test"].map(|name| HostName::parse(name).unwrap()).into(),
            ds_records: vec![ds(u16::MAX), ds(1)],
            epp_statuses: vec!["ok".to_owned(), "strangeStatus".to_owned()],
            expires_at: Some(noon()),
            ..domain
        }
    }

    #[tokio::test]
    async fn a_domain_is_read_back_as_it_was_written() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let mut domain = full(domain(&account, "a.example"));
            store.insert_domain(&domain).await.unwrap();
            let read = store.domain(account.tenant_id, &domain.name).await.unwrap();
            assert_eq!(read.as_ref(), Some(&domain));

            domain.nameservers.reverse();
            domain.ds_records.clear();
            domain.hold_reason = Some(HoldReason::Dispute);
            domain.upkeep = Upkeep {
                locked_by_registrant: true,
                locked_by_policy: true,
                hold_request: Some(HoldRequest::Release),
                deleted_at: Some(noon()),
                restore_requested_at: Some(noon()),
                reminders: 2,
                due_at: Some(noon()),
                auth_code_until: Some(noon()),
            };
            store.update_domain(&domain, domain.version).await.unwrap();
            domain.version += 1;
            assert_eq!(store.domain(account.tenant_id, &domain.name).await.unwrap(), Some(domain));
        })
        .await;
    }

    #[tokio::test]
    async fn a_registry_that_repeats_itself_does_no_harm() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let mut domain = full(domain(&account, "a.example"));
            domain.epp_statuses = ["ok", "ok", "inactive"].map(str::to_owned).into();
            store.insert_domain(&domain).await.unwrap();
            let read = store.domain(account.tenant_id, &domain.name).await.unwrap().unwrap();
            assert_eq!(read.epp_statuses, ["ok", "inactive"]);
        })
        .await;
    }

    #[tokio::test]
    async fn a_change_made_from_an_old_version_is_refused_whole() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let before = full(domain(&account, "a.example"));
            store.insert_domain(&before).await.unwrap();
            store.update_domain(&before, before.version).await.unwrap();

            let late = Domain { nameservers: Vec::new(), out_of_sync: true, ..before.clone() };
            let event = DomainEvent::new(&late, "late", &Actor::System, serde_json::json!({}), noon());
            let refused = store.change_domain(DomainChange::Update(late), Some(event)).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::StaleVersion))), "{refused:?}");

            let after = store.domain(account.tenant_id, &before.name).await.unwrap();
            assert_eq!(after, Some(Domain { version: before.version + 1, ..before.clone() }));
            assert_eq!(store.events(account.tenant_id, before.id, None, 10).await.unwrap(), []);
        })
        .await;
    }

    #[tokio::test]
    async fn a_name_is_live_once_and_may_be_gone_many_times() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let first = domain(&account, "a.example");
            store.insert_domain(&first).await.unwrap();
            let second = domain(&account, "a.example");
            let refused = store.insert_domain(&second).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::DomainExists))), "{refused:?}");

            let gone = Domain { state: DomainState::Purged, ..first };
            store.update_domain(&gone, gone.version).await.unwrap();
            assert_eq!(store.domain(account.tenant_id, &gone.name).await.unwrap(), None);
            store.insert_domain(&second).await.unwrap();
            assert_eq!(store.domain(account.tenant_id, &gone.name).await.unwrap(), Some(second));
        })
        .await;
    }

    #[tokio::test]
    async fn no_row_reaches_into_another_tenant() {
        on_each_database(async |database| {
            let (store, mine) = database.shop().await;
            let other = tenant("other");
            store.insert_tenant(&other).await.unwrap();
            let theirs = account(&other, "here");
            store.insert_account(&theirs).await.unwrap();

            let my_domain = domain(&mine, "a.example");
            for wrong in [
                Domain { account_id: theirs.id, ..my_domain.clone() },
                Domain { account_id: AccountId::new(), ..my_domain.clone() },
                Domain { binding: "there".to_owned(), ..my_domain.clone() },
            ] {
                let refused = store.insert_domain(&wrong).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
            }
            store.insert_domain(&my_domain).await.unwrap();
            assert_eq!(store.domain(other.id, &my_domain.name).await.unwrap(), None);

            let claimed = Domain { tenant_id: other.id, account_id: theirs.id, ..my_domain.clone() };
            let refused = store.update_domain(&claimed, claimed.version).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::StaleVersion))), "{refused:?}");
            let event = DomainEvent::new(&claimed, "seen", &Actor::System, serde_json::json!({}), noon());
            let refused = store.change_domain(DomainChange::None, Some(event)).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
        })
        .await;
    }
}
