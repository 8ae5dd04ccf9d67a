//! Leases: who is the only one to do something, and which gateways are alive.
//!
//! A lease that nobody holds is the row that the last holder left, so that the fence goes on counting. What a former
//! holder must not do begins with [`Store::write_under`], which looks at the fence in the same transaction.
//!
//! A gateway that runs holds the lease of its own presence. Commands under way belong to it; those of a gateway whose
//! presence has ended are orphans, which any other may adopt.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::Lease;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
};

use crate::rows::lease;
use crate::writer::Transaction;
use crate::{Conflict, Error, Store};

impl Store {
    /// The lease of `kind` on `subject` for as long as `ttl`, unless another holds it.
    pub async fn acquire_lease(
        &self,
        kind: &str,
        subject: &str,
        now: DateTime<Utc>,
        ttl: Duration,
    ) -> Result<Option<Lease>, Error> {
        let mut next = next_holder();
        next.action_and_where(Expr::col((lease::Entity, lease::Column::LeaseUntil)).lte(now));
        self.take(&self.writer, kind, subject, now + ttl, next).await
    }

    /// Holds a lease for longer. [`Conflict::LeaseLost`] if it has gone to another.
    pub async fn renew_lease(&self, lease: &Lease, now: DateTime<Utc>, ttl: Duration) -> Result<(), Error> {
        self.end_at(lease, now + ttl).await
    }

    /// Gives a lease back before its time.
    pub async fn release_lease(&self, lease: &Lease, now: DateTime<Utc>) -> Result<(), Error> {
        self.end_at(lease, now).await
    }

    /// Makes this gateway's presence known, under a name that only one gateway at a time may have: what a predecessor
    /// of that name has left under way is orphaned at once, and its leases are free. An SQLite file is one gateway's
    /// alone, so that all who open it to work on it share a name; on PostgreSQL a gateway without a name has no
    /// predecessor.
    pub async fn join(&self, name: Option<&str>, now: DateTime<Utc>, ttl: Duration) -> Result<Lease, Error> {
        let own = self.instance.to_string();
        let subject = match (name, self.writer.get_database_backend()) {
            (Some(name), _) => name,
            (None, DbBackend::Sqlite) => SOLE,
            (None, _) => &own,
        };
        lease::Entity::delete_many()
            .filter(lease::Column::Kind.eq(PRESENCE))
            .filter(lease::Column::LeaseUntil.lt(now - FORGOTTEN))
            .exec(&self.writer)
            .await?;
        let tx = self.write().await?;
        let row = lease::Entity::find_by_id((PRESENCE.to_owned(), subject.to_owned()));
        if let Some(predecessor) = row.lock_exclusive().one(&*tx).await? {
            let free = lease::ActiveModel { lease_until: Set(now), ..Default::default() };
            lease::Entity::update_many()
                .set(free)
                .filter(lease::Column::Holder.eq(predecessor.holder))
                .filter(lease::Column::LeaseUntil.gt(now))
                .exec(&*tx)
                .await?;
        }
        let joined = self.take(&*tx, PRESENCE, subject, now + ttl, next_holder()).await?;
        tx.commit().await?;
        joined.ok_or(Error::Conflict(Conflict::LeaseLost))
    }

    /// Begins a transaction for what only the present holder of a lease may do.
    pub(crate) async fn write_under(&self, held: &Lease) -> Result<Transaction, Error> {
        let tx = self.write().await?;
        let found = lease::Entity::find_by_id((held.kind.clone(), held.subject.clone()))
            .filter(lease::Column::Fence.eq(held.fence))
            .lock_exclusive()
            .one(&*tx)
            .await?;
        match found {
            Some(_) => Ok(tx),
            None => Err(Conflict::LeaseLost.into()),
        }
    }

    async fn end_at(&self, held: &Lease, until: DateTime<Utc>) -> Result<(), Error> {
        let tx = self.write_under(held).await?;
        let change = lease::ActiveModel { lease_until: Set(until), ..Default::default() };
        lease::Entity::update_many()
            .set(change)
            .filter(lease::Column::Kind.eq(held.kind.as_str()))
            .filter(lease::Column::Subject.eq(held.subject.as_str()))
            .exec(&*tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn take(
        &self,
        db: &impl ConnectionTrait,
        kind: &str,
        subject: &str,
        until: DateTime<Utc>,
        next: OnConflict,
    ) -> Result<Option<Lease>, Error> {
        let row = lease::Model {
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            fence: 1,
            holder: self.instance.uuid(),
            lease_until: until,
        };
        let taken = lease::Entity::insert_many([row.into_active_model()])
            .on_conflict(next)
            .exec_with_returning(db)
            .await?;
        Ok(taken.into_iter().next().map(Lease::from))
    }
}

/// The gateways that are alive.
pub(crate) fn present(now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .column(lease::Column::Holder)
        .from(lease::Entity)
        .and_where(lease::Column::Kind.eq(PRESENCE))
        .and_where(lease::Column::LeaseUntil.gt(now))
        .take()
}

/// What becomes of the row that the last holder left.
fn next_holder() -> OnConflict {
    let fence = Expr::col((lease::Entity, lease::Column::Fence));
    OnConflict::columns([lease::Column::Kind, lease::Column::Subject])
        .update_columns([lease::Column::Holder, lease::Column::LeaseUntil])
        .value(lease::Column::Fence, fence.add(1))
        .to_owned()
}

const PRESENCE: &str = "gateway";
const SOLE: &str = "sole";

/// How long ago a gateway's presence must have ended for its row to be cleared away.
const FORGOTTEN: Duration = Duration::days(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{noon, on_each_database, operation};

    const TTL: Duration = Duration::seconds(10);

    #[tokio::test]
    async fn a_lease_has_one_holder_until_it_ends_or_is_given_back() {
        on_each_database(async |database| {
            let (one, two) = (database.open().await, database.open().await);
            let held = one.acquire_lease("poll", "a", noon(), TTL).await.unwrap().unwrap();
            assert_eq!(two.acquire_lease("poll", "a", noon(), TTL).await.unwrap(), None);
            assert!(two.acquire_lease("poll", "b", noon(), TTL).await.unwrap().is_some());

            one.renew_lease(&held, noon() + TTL / 2, TTL).await.unwrap();
            assert_eq!(two.acquire_lease("poll", "a", noon() + TTL, TTL).await.unwrap(), None);
            one.release_lease(&held, noon() + TTL).await.unwrap();
            let next = two.acquire_lease("poll", "a", noon() + TTL, TTL).await.unwrap().unwrap();
            assert!(next.fence > held.fence);
        })
        .await;
    }

    #[tokio::test]
    async fn a_former_holder_can_do_nothing_under_its_lease() {
        on_each_database(async |database| {
            let (one, two) = (database.open().await, database.open().await);
            let held = one.acquire_lease("poll", "a", noon(), TTL).await.unwrap().unwrap();
            // Over, but nobody else has asked for it.
            one.renew_lease(&held, noon() + TTL * 2, TTL).await.unwrap();
            let now = noon() + TTL * 3;
            let next = two.acquire_lease("poll", "a", now, TTL).await.unwrap().unwrap();
            for late in [one.renew_lease(&held, now, TTL).await, one.release_lease(&held, now).await] {
                assert!(matches!(late, Err(Error::Conflict(Conflict::LeaseLost))), "{late:?}");
            }
            two.renew_lease(&next, now, TTL).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn commands_are_adopted_from_gateways_that_are_gone_only() {
        on_each_database(async |database| {
            let (one, account) = database.shop().await;
            let (two, now) = (database.open().await, noon());
            let presence = one.join(Some("one"), now, TTL).await.unwrap();
            two.join(Some("two"), now, TTL * 100).await.unwrap();
            let operation = operation(&account, "a.example");
            one.begin_operation(&operation, None).await.unwrap();

            assert_eq!(two.adopt_orphans(now).await.unwrap(), 0);
            one.renew_lease(&presence, now + TTL, TTL).await.unwrap();
            assert_eq!(two.adopt_orphans(now + TTL).await.unwrap(), 0);
            // Whatever its presence, a gateway knows that it is there itself.
            assert_eq!(one.adopt_orphans(now + TTL * 2).await.unwrap(), 0);
            assert_eq!(two.adopt_orphans(now + TTL * 2).await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_successor_of_the_same_name_takes_over_at_once() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let presence = store.join(Some("one"), noon(), TTL).await.unwrap();
            store.begin_operation(&operation(&account, "a.example"), None).await.unwrap();
            store.acquire_lease("poll", "a", noon(), TTL).await.unwrap().unwrap();

            let (successor, other) = (database.open().await, database.open().await);
            other.join(Some("two"), noon(), TTL).await.unwrap();
            assert_eq!(other.acquire_lease("poll", "a", noon(), TTL).await.unwrap(), None);
            successor.join(Some("one"), noon(), TTL).await.unwrap();
            assert_eq!(successor.adopt_orphans(noon()).await.unwrap(), 1);
            assert!(successor.acquire_lease("poll", "a", noon(), TTL).await.unwrap().is_some());
            let late = store.renew_lease(&presence, noon(), TTL).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::LeaseLost))), "{late:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn of_many_who_ask_at_once_one_gets_the_lease() {
        on_each_database(async |database| {
            let store = database.open().await;
            let asked = (0..20).map(|_| store.acquire_lease("poll", "a", noon(), TTL));
            let held = futures_util::future::join_all(asked).await;
            assert_eq!(held.into_iter().filter_map(Result::unwrap).count(), 1);
        })
        .await;
    }
}
