//! The outbox: news of changes, written by the transaction that makes the change, kept until they are told.
//!
//! Whoever tells them claims some, tells them, and says so. What was claimed by a process that died is claimed again
//! when the lease is over: everything is told at least once, and now and then twice.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::EventId;
use eppgate_model::outbox::OutboxEntry;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::rows::outbox;
use crate::{Error, LEASE, Store};

/// Entries that somebody has claimed.
#[derive(Debug, Default)]
pub struct ClaimedNews {
    pub entries: Vec<OutboxEntry>,
    /// Those that make no sense, and why. They are set aside: nobody claims them again.
    pub unreadable: Vec<(EventId, Error)>,
}

impl ClaimedNews {
    /// How many there were.
    pub fn len(&self) -> usize {
        self.entries.len() + self.unreadable.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Store {
    /// At most `limit` entries that are due, oldest first; they are the caller's for [`LEASE`].
    pub async fn claim_news(&self, now: DateTime<Utc>, limit: u64) -> Result<ClaimedNews, Error> {
        let due = Query::select()
            .column(outbox::Column::Id)
            .from(outbox::Entity)
            .and_where(outbox::Column::NextAttemptAt.lte(now))
            .order_by(outbox::Column::NextAttemptAt, Order::Asc)
            .order_by(outbox::Column::Id, Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let claimed = outbox::Entity::update_many()
            .set(outbox::ActiveModel { next_attempt_at: Set(now + LEASE), ..Default::default() })
            .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
            .filter(outbox::Column::Id.in_subquery(due))
            .exec_with_returning(&self.writer)
            .await?;
        let mut news = ClaimedNews::default();
        for row in claimed {
            let id = EventId::from(row.id);
            match OutboxEntry::try_from(row) {
                Ok(entry) => news.entries.push(entry),
                Err(error) => {
                    self.postpone_news(id, now + BEYOND).await?;
                    news.unreadable.push((id, error));
                }
            }
        }
        news.entries.sort_by_key(|entry| entry.id);
        Ok(news)
    }

    /// Takes entries out that have been told.
    pub async fn news_told(&self, ids: &[EventId]) -> Result<(), Error> {
        let told = outbox::Column::Id.is_in(ids.iter().map(|id| id.uuid()));
        outbox::Entity::delete_many().filter(told).exec(&self.writer).await?;
        Ok(())
    }

    /// Puts off an entry that could not be told.
    pub async fn postpone_news(&self, id: EventId, until: DateTime<Utc>) -> Result<(), Error> {
        outbox::Entity::update_many()
            .set(outbox::ActiveModel { next_attempt_at: Set(until), ..Default::default() })
            .filter(outbox::Column::Id.eq(id.uuid()))
            .exec(&self.writer)
            .await?;
        Ok(())
    }

    /// Takes out what is older than anyone still wants to hear. How many entries that were.
    pub async fn drop_old_news(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let old = outbox::Column::InsertedAt.lt(now - OLD);
        let dropped = outbox::Entity::delete_many().filter(old).exec(&self.writer).await?;
        Ok(dropped.rows_affected)
    }
}

/// The history keeps what has happened; this is only for telling it.
const OLD: Duration = Duration::days(30);

/// What is put off for so long is dropped before it is due.
const BEYOND: Duration = Duration::days(60);

#[cfg(test)]
mod tests {
    use eppgate_model::token::Actor;
    use eppgate_model::{Domain, DomainEvent};

    use super::*;
    use crate::DomainChange;
    use crate::fixtures::{Database, domain, noon, on_each_database};

    /// A store with `count` domains, each with its news, and the ids of these.
    async fn with_news(database: &Database, count: usize) -> (Store, Vec<EventId>) {
        let (store, account) = database.shop().await;
        let mut ids = Vec::new();
        for number in 0..count {
            let domain = domain(&account, &format!("n{number}.example"));
            let event = registered(&domain);
            ids.push(event.id);
            store.change_domain(DomainChange::Insert(domain), Some(event)).await.unwrap();
        }
        (store, ids)
    }

    fn registered(domain: &Domain) -> DomainEvent {
        let payload = serde_json::json!({ "name": domain.name.as_str() });
        DomainEvent::new(domain, "registered", &Actor::Client("c0ffee".to_owned()), payload, noon())
    }

    #[tokio::test]
    async fn each_event_is_news_once_and_a_change_that_fails_is_none() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let domain = domain(&account, "a.example");
            let event = registered(&domain);
            store.change_domain(DomainChange::Insert(domain.clone()), Some(event.clone())).await.unwrap();
            let refused =
                store.change_domain(DomainChange::Insert(domain.clone()), Some(registered(&domain))).await;
            assert!(refused.is_err());

            let news = store.claim_news(noon(), 10).await.unwrap().entries;
            let expected = OutboxEntry {
                id: event.id,
                tenant_id: account.tenant_id,
                object: "domain".to_owned(),
                object_id: domain.id.uuid(),
                event_type: "registered".to_owned(),
                actor_type: "client".to_owned(),
                actor_id: Some("c0ffee".to_owned()),
                payload: event.payload,
                inserted_at: noon(),
                attempts: 1,
            };
            assert_eq!(news, [expected]);
        })
        .await;
    }

    #[tokio::test]
    async fn news_are_claimed_by_one_teller_until_told_postponed_or_the_lease_is_over() {
        on_each_database(async |database| {
            let (store, ids) = with_news(&database, 6).await;
            let (one, two) = tokio::join!(store.claim_news(noon(), 3), store.claim_news(noon(), 10));
            let mut claimed: Vec<_> = [one.unwrap().entries, two.unwrap().entries].concat();
            claimed.sort_by_key(|entry| entry.id);
            assert_eq!(claimed.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids);

            store.news_told(&ids[..4]).await.unwrap();
            store.postpone_news(ids[4], noon() + LEASE * 2).await.unwrap();
            assert!(store.claim_news(noon(), 10).await.unwrap().is_empty());
            let again = store.claim_news(noon() + LEASE, 10).await.unwrap().entries;
            assert_eq!(
                again.iter().map(|entry| (entry.id, entry.attempts)).collect::<Vec<_>>(),
                [(ids[5], 2)]
            );
            assert_eq!(store.claim_news(noon() + LEASE * 2, 10).await.unwrap().len(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn an_entry_that_makes_no_sense_is_set_aside_and_holds_nobody_up() {
        on_each_database(async |database| {
            let (store, ids) = with_news(&database, 3).await;
            outbox::Entity::update_many()
                .set(outbox::ActiveModel { payload: Set("{ torn".to_owned()), ..Default::default() })
                .filter(outbox::Column::Id.eq(ids[0].uuid()))
                .exec(&store.writer)
                .await
                .unwrap();
            let news = store.claim_news(noon(), 10).await.unwrap();
            assert_eq!(news.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids[1..]);
            let [(id, Error::Corrupt(column))] = &news.unreadable[..] else { panic!("{news:?}") };
            assert_eq!((*id, column.as_str(), news.len()), (ids[0], "outbox.payload", 3));

            store.news_told(&ids[1..]).await.unwrap();
            assert!(store.claim_news(noon() + OLD, 10).await.unwrap().is_empty(), "and for good");
            assert_eq!(store.drop_old_news(noon() + OLD + Duration::seconds(1)).await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn what_nobody_asked_for_is_dropped_in_the_end() {
        on_each_database(async |database| {
            let (store, _) = with_news(&database, 2).await;
            assert_eq!(store.drop_old_news(noon() + OLD).await.unwrap(), 0);
            assert_eq!(store.drop_old_news(noon() + OLD + Duration::seconds(1)).await.unwrap(), 2);
        })
        .await;
    }
}
