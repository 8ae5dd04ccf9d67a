//! What time has something to do to: domains that are due, domains to be compared with their registries, hosts that wait
//! for theirs.
//!
//! All are claimed under a lease, so that a former holder claims nothing, and each is put off as it is claimed: if the
//! process dies with it, it is due again when [`LEASE`] is over. The claim does not count as a change of the row.

use chrono::{DateTime, Utc};
use eppgate_model::{Domain, DomainId, DomainState, Host, HostId, Lease, TenantId, Word};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::domains::of;
use crate::rows::{domain, host, host_status};
use crate::{Error, LEASE, Store, hosts};

impl Store {
    /// At most `limit` domains to which time has something to do, those that have waited longest first.
    pub async fn claim_due_domains(
        &self,
        lease: &Lease,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(TenantId, DomainId)>, Error> {
        let tx = self.write_under(lease).await?;
        let claimed = domain::Entity::update_many()
            .set(domain::ActiveModel { due_at: Set(Some(now + LEASE)), ..Default::default() })
            .filter(domain::Column::Id.in_subquery(due(now, limit)))
            .exec_with_returning(&*tx)
            .await?;
        tx.commit().await?;
        Ok(claimed.into_iter().map(|row| (row.tenant_id.into(), row.id.into())).collect())
    }

    /// At most `limit` domains that may be compared with their registries and were not since `before`, those first that
    /// were not for the longest time. They count as compared `now`.
    pub async fn claim_samples(
        &self,
        lease: &Lease,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(TenantId, DomainId)>, Error> {
        let tx = self.write_under(lease).await?;
        let claimed = domain::Entity::update_many()
            .set(domain::ActiveModel { sampled_at: Set(now), ..Default::default() })
            .filter(domain::Column::Id.in_subquery(samples(before, limit)))
            .exec_with_returning(&*tx)
            .await?;
        tx.commit().await?;
        Ok(claimed.into_iter().map(|row| (row.tenant_id.into(), row.id.into())).collect())
    }

    /// At most `limit` hosts that wait for their registry and were not looked at since `before`. They count as looked at
    /// `now`.
    pub async fn claim_pending_hosts(
        &self,
        lease: &Lease,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(TenantId, HostId)>, Error> {
        let tx = self.write_under(lease).await?;
        let claimed = host::Entity::update_many()
            .col_expr(CHECKED_AT, Expr::value(now))
            .filter(host::Column::Id.in_subquery(pending_hosts(before, limit)))
            .exec_with_returning(&*tx)
            .await?;
        tx.commit().await?;
        Ok(claimed.into_iter().map(|row| (row.tenant_id.into(), row.id.into())).collect())
    }

    /// One of the tenant's domains, live or not.
    pub async fn domain_of_id(&self, tenant: TenantId, id: DomainId) -> Result<Option<Domain>, Error> {
        Ok(self.load(tenant, of(tenant).filter(domain::Column::Id.eq(id.uuid()))).await?.pop())
    }

    /// One of the tenant's hosts.
    pub async fn host_of_id(&self, tenant: TenantId, id: HostId) -> Result<Option<Host>, Error> {
        let select = hosts::of(tenant).filter(host::Column::Id.eq(id.uuid()));
        Ok(self.load_hosts(tenant, select).await?.pop())
    }

    /// Notes when time next does something to a domain, unless the domain has changed since it was read: then whoever
    /// changed it has noted that. It does not count as a change of the row.
    pub async fn defer_domain(&self, domain: &Domain, due_at: Option<DateTime<Utc>>) -> Result<(), Error> {
        domain::Entity::update_many()
            .set(domain::ActiveModel { due_at: Set(due_at), ..Default::default() })
            .filter(domain::Column::TenantId.eq(domain.tenant_id.uuid()))
            .filter(domain::Column::Id.eq(domain.id.uuid()))
            .filter(domain::Column::Version.eq(domain.version))
            .exec(&self.writer)
            .await?;
        Ok(())
    }
}

fn due(now: DateTime<Utc>, limit: u64) -> SelectStatement {
    Query::select()
        .column(domain::Column::Id)
        .from(domain::Entity)
        .and_where(domain::Column::DueAt.lte(now))
        .order_by(domain::Column::DueAt, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take()
}

fn samples(before: DateTime<Utc>, limit: u64) -> SelectStatement {
    // Written out rather than bound, or the index could not be seen to fit.
    let comparable = [DomainState::Registered, DomainState::OnHold];
    let comparable = comparable.map(|state| Expr::Constant(state.as_str().into()));
    Query::select()
        .column(domain::Column::Id)
        .from(domain::Entity)
        .and_where(Expr::col(domain::Column::State).is_in(comparable))
        .and_where(domain::Column::SampledAt.lte(before))
        .order_by(domain::Column::SampledAt, Order::Asc)
        .order_by(domain::Column::Id, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take()
}

/// There are few of them at any time, however many hosts there are.
fn pending_hosts(before: DateTime<Utc>, limit: u64) -> SelectStatement {
    let pending = PENDING.map(|status| Expr::Constant(status.into()));
    let by_status = Query::select()
        .column(host_status::Column::HostId)
        .from(host_status::Entity)
        .and_where(Expr::col(host_status::Column::Status).is_in(pending))
        .take();
    let waiting = Query::select()
        .column(host::Column::Id)
        .from(host::Entity)
        .and_where(Expr::col(host::Column::State).eq(Expr::Constant("pending_create".into())))
        .union(UnionType::All, by_status)
        .take();
    Query::select()
        .column(host::Column::Id)
        .from(host::Entity)
        .and_where(host::Column::Id.in_subquery(waiting))
        .and_where(Expr::col(CHECKED_AT).lte(before))
        .and_where(host::Column::DomainId.is_not_null())
        .order_by(CHECKED_AT, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take()
}

/// Of no use to anybody else, so that no row carries it around.
const CHECKED_AT: &str = "checked_at";

/// The statuses of an object that waits for its registry (RFC 5732, 2.3).
const PENDING: [&str; 4] = ["pendingCreate", "pendingUpdate", "pendingDelete", "pendingTransfer"];

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use eppgate_model::domain::Upkeep;
    use sea_orm::{ConnectionTrait, DbBackend, QueryResult};

    use super::*;
    use crate::fixtures::{domain, host as host_below, noon, on_each_database};
    use crate::{Conflict, DomainChange, HostChange};

    const TTL: Duration = Duration::seconds(10);

    fn at(minutes: i64) -> DateTime<Utc> {
        noon() + Duration::minutes(minutes)
    }

    #[tokio::test]
    async fn what_is_due_is_claimed_once_oldest_first_and_again_if_nobody_puts_it_off() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let lease = store.acquire_lease("upkeep", "domains", noon(), TTL).await.unwrap().unwrap();
            let mut ids = Vec::new();
            for (name, due) in
                [("a.x", Some(3)), ("b.x", Some(1)), ("c.x", Some(2)), ("d.x", None), ("e.x", Some(9))]
            {
                let due_at = due.map(at);
                let domain =
                    Domain { upkeep: Upkeep { due_at, ..Upkeep::default() }, ..domain(&account, name) };
                store.insert_domain(&domain).await.unwrap();
                ids.push(domain.id);
            }
            let claim = async |now, limit| {
                let mut claimed = store.claim_due_domains(&lease, now, limit).await.unwrap();
                claimed.sort();
                claimed.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
            };
            assert_eq!(claim(at(3), 2).await, [ids[1], ids[2]]);
            assert_eq!(claim(at(3), 9).await, [ids[0]]);
            assert_eq!(claim(at(3), 9).await, []);

            let read = store.domain_of_id(account.tenant_id, ids[0]).await.unwrap().unwrap();
            assert_eq!(read.version, 1, "a claim is no change");
            store.defer_domain(&read, Some(at(60))).await.unwrap();
            store.defer_domain(&Domain { version: 7, id: ids[1], ..read }, None).await.unwrap();
            assert_eq!(claim(at(3) + LEASE, 9).await, [ids[1], ids[2]], "what was not put off is due again");
            assert_eq!(claim(at(60), 9).await.len(), 4);
        })
        .await;
    }

    #[tokio::test]
    async fn a_former_holder_claims_nothing() {
        on_each_database(async |database| {
            let (one, account) = database.shop().await;
            let two = database.open().await;
            let due_at = Some(noon());
            let domain = Domain { upkeep: Upkeep { due_at, ..Upkeep::default() }, ..domain(&account, "a.x") };
            one.insert_domain(&domain).await.unwrap();
            let held = one.acquire_lease("upkeep", "domains", noon(), TTL).await.unwrap().unwrap();
            let next = two.acquire_lease("upkeep", "domains", noon() + TTL, TTL).await.unwrap().unwrap();
            let late = one.claim_due_domains(&held, noon(), 9).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::LeaseLost))), "{late:?}");
            assert_eq!(two.claim_due_domains(&next, noon(), 9).await.unwrap().len(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn samples_go_round_among_domains_that_can_be_compared() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let lease = store.acquire_lease("sample", "all", noon(), TTL).await.unwrap().unwrap();
            let mut ids = Vec::new();
            for (number, state) in [
                DomainState::Registered,
                DomainState::OnHold,
                DomainState::Redemption,
                DomainState::Registered,
            ]
            .into_iter()
            .enumerate()
            {
                let new = domain(&account, &format!("n{number}.x"));
                let domain = Domain { state, inserted_at: at(-(number as i64)), ..new };
                store.insert_domain(&domain).await.unwrap();
                ids.push(domain.id);
            }
            let sample = async |before, now| {
                let mut claimed = store.claim_samples(&lease, before, now, 2).await.unwrap();
                claimed.sort();
                claimed.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
            };
            assert_eq!(sample(at(-4), at(1)).await, []);
            assert_eq!(sample(at(0), at(1)).await, [ids[1], ids[3]]);
            let read = store.domain_of_id(account.tenant_id, ids[1]).await.unwrap().unwrap();
            store.change_domain(DomainChange::Update(read), None).await.unwrap();
            assert_eq!(sample(at(0), at(1)).await, [ids[0]], "a change does not bring its turn forward");
            assert_eq!(sample(at(1), at(2)).await.len(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn hosts_that_wait_for_their_registry_are_found_by_state_and_by_status() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let lease = store.acquire_lease("upkeep", "hosts", noon(), TTL).await.unwrap().unwrap();
            let above = domain(&account, "a.example");
            store.insert_domain(&above).await.unwrap();
            let mut waiting = Vec::new();
            for (name, state, status) in [
                ("ns1.a.example", eppgate_model::host::HostState::Active, "ok"),
                ("ns2.a.example", eppgate_model::host::HostState::PendingCreate, "ok"),
                ("ns3.a.example", eppgate_model::host::HostState::Active, "pendingUpdate"),
            ] {
                let host = Host { state, statuses: vec![status.to_owned()], ..host_below(&above, name) };
                store.change_host(HostChange::Insert(host.clone())).await.unwrap();
                if name != "ns1.a.example" {
                    waiting.push((host.tenant_id, host.id));
                }
            }
            let claim = async |before, now| {
                let mut claimed = store.claim_pending_hosts(&lease, before, now, 9).await.unwrap();
                claimed.sort();
                claimed
            };
            assert_eq!(claim(noon(), at(1)).await, waiting);
            assert_eq!(claim(noon(), at(1)).await, []);
            assert_eq!(claim(at(1), at(2)).await, waiting);
        })
        .await;
    }

    #[tokio::test]
    async fn each_claim_is_served_by_an_index_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let database = crate::fixtures::Database::Sqlite(dir);
        let store = database.open().await;
        for (query, index) in [
            (due(noon(), 9), "domains_due (due_at<?)"),
            (samples(noon(), 9), "domains_sampled (sampled_at<?)"),
            (pending_hosts(noon(), 9), "host_statuses_pending"),
            (pending_hosts(noon(), 9), "hosts_pending"),
        ] {
            let mut statement = DbBackend::Sqlite.build(&query);
            statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let plan = store.reader.query_all_raw(statement).await.unwrap();
            let step = |row: &QueryResult| row.try_get::<String>("", "detail").unwrap();
            let plan = plan.iter().map(step).collect::<Vec<_>>().join("\n");
            assert!(plan.contains(index), "{plan}");
            let scans_all = plan.lines().any(|step| step.starts_with("SCAN") && !step.contains("_pending"));
            assert!(!scans_all, "{plan}");
        }
    }
}
