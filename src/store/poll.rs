//! Messages that registries leave, each kept once, however often it is seen.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::poll::{PollMessage, PollState};
use eppgate_model::{PollMessageId, Word};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Set, TryInsertResult,
};

use crate::operations::LEASE;
use crate::rows::{self, poll_message};
use crate::{Error, Store};

impl Store {
    /// Keeps a message, unless it is kept already. Whether it is new.
    pub async fn keep_message(&self, message: &PollMessage) -> Result<bool, Error> {
        let row = poll_message::Model::from(message).into_active_model();
        let kept = poll_message::Entity::insert_many([row])
            .on_conflict_do_nothing_on([
                poll_message::Column::Binding,
                poll_message::Column::Account,
                poll_message::Column::MsgId,
                poll_message::Column::Digest,
            ])
            .exec_without_returning(&self.writer)
            .await?;
        Ok(matches!(kept, TryInsertResult::Inserted(rows) if rows > 0))
    }

    /// One of the messages.
    pub async fn message(&self, id: PollMessageId) -> Result<Option<PollMessage>, Error> {
        rows::one(&self.reader, poll_message::Entity::find_by_id(id.uuid())).await
    }

    /// At most `limit` messages, in one state or in any, the newest first, from just before the one named `after` on.
    pub async fn messages(
        &self,
        state: Option<PollState>,
        after: Option<PollMessageId>,
        limit: u64,
    ) -> Result<Vec<PollMessage>, Error> {
        let select = poll_message::Entity::find()
            .apply_if(state, |select, state| select.filter(poll_message::Column::State.eq(state.as_str())))
            .apply_if(after, |select, id| select.filter(poll_message::Column::Id.lt(id.uuid())))
            .order_by_desc(poll_message::Column::Id)
            .limit(limit);
        rows::all(&self.reader, select).await
    }

    /// Claims at most `limit` messages that are to be acted on, oldest first; they are the caller's for [`LEASE`], and
    /// count as one more attempt each.
    pub async fn due_messages(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<PollMessage>, Error> {
        let due = Query::select()
            .column(poll_message::Column::Id)
            .from(poll_message::Entity)
            .and_where(poll_message::Column::DueAt.lte(now))
            .order_by(poll_message::Column::Id, Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let claimed = poll_message::Entity::update_many()
            .set(poll_message::ActiveModel { due_at: Set(Some(now + LEASE)), ..Default::default() })
            .col_expr(poll_message::Column::Attempts, Expr::col(poll_message::Column::Attempts).add(1))
            .filter(poll_message::Column::Id.in_subquery(due))
            .exec_with_returning(&self.writer)
            .await?;
        let mut messages: Vec<PollMessage> =
            claimed.into_iter().map(PollMessage::try_from).collect::<Result<_, _>>()?;
        messages.sort_by_key(|message| message.id);
        Ok(messages)
    }

    /// Puts a message where it is to stay.
    pub async fn settle_message(
        &self,
        id: PollMessageId,
        state: PollState,
        note: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.turn_message(id, &[PollState::Received], settled(state, note, now)).await.map(drop)
    }

    /// Puts off a message that could not be acted on, and why.
    pub async fn postpone_message(
        &self,
        id: PollMessageId,
        until: DateTime<Utc>,
        note: String,
    ) -> Result<(), Error> {
        let change = poll_message::ActiveModel {
            due_at: Set(Some(until)),
            note: Set(Some(note)),
            ..Default::default()
        };
        self.turn_message(id, &[PollState::Received], change).await.map(drop)
    }

    /// Has a message acted on anew that was left to people. Whether it was.
    pub async fn revive_message(&self, id: PollMessageId, now: DateTime<Utc>) -> Result<bool, Error> {
        let change = poll_message::ActiveModel {
            state: Set(PollState::Received.as_str().to_owned()),
            due_at: Set(Some(now)),
            attempts: Set(0),
            settled_at: Set(None),
            ..Default::default()
        };
        self.turn_message(id, &[PollState::Dead, PollState::Dismissed], change).await
    }

    /// Puts a message away that was left to people. Whether it was.
    pub async fn dismiss_message(&self, id: PollMessageId, now: DateTime<Utc>) -> Result<bool, Error> {
        let change = poll_message::ActiveModel {
            state: Set(PollState::Dismissed.as_str().to_owned()),
            settled_at: Set(Some(now)),
            ..Default::default()
        };
        self.turn_message(id, &[PollState::Dead], change).await
    }

    /// Takes out messages that nobody asks for any more. How many those were.
    pub async fn drop_old_messages(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let over = [PollState::Done, PollState::Dismissed].map(|state| state.as_str());
        let dropped = poll_message::Entity::delete_many()
            .filter(poll_message::Column::State.is_in(over))
            .filter(poll_message::Column::SettledAt.lt(now - OLD))
            .exec(&self.writer)
            .await?;
        Ok(dropped.rows_affected)
    }

    async fn turn_message(
        &self,
        id: PollMessageId,
        from: &[PollState],
        change: poll_message::ActiveModel,
    ) -> Result<bool, Error> {
        turn(&self.writer, id, from, change).await
    }
}

/// Puts a message away as done, as part of a transaction, unless it is already. Whether it was to be acted on.
pub(crate) async fn put_away(
    tx: &DatabaseTransaction,
    id: PollMessageId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    turn(tx, id, &[PollState::Received], settled(PollState::Done, None, now)).await
}

async fn turn(
    db: &impl ConnectionTrait,
    id: PollMessageId,
    from: &[PollState],
    change: poll_message::ActiveModel,
) -> Result<bool, Error> {
    let turned = poll_message::Entity::update_many()
        .set(change)
        .filter(poll_message::Column::Id.eq(id.uuid()))
        .filter(poll_message::Column::State.is_in(from.iter().map(|state| state.as_str())))
        .exec(db)
        .await?;
    Ok(turned.rows_affected > 0)
}

fn settled(state: PollState, note: Option<String>, now: DateTime<Utc>) -> poll_message::ActiveModel {
    poll_message::ActiveModel {
        state: Set(state.as_str().to_owned()),
        note: Set(note),
        due_at: Set(None),
        settled_at: Set(Some(now)),
        ..Default::default()
    }
}

/// No registry shows a message again after so long.
const OLD: Duration = Duration::days(180);

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::fixtures::{noon, on_each_database};

    pub(crate) fn message(msg_id: &str, digest: &str) -> PollMessage {
        PollMessage {
            id: PollMessageId::new(),
            binding: "here".to_owned(),
            account: "primary".to_owned(),
            msg_id: msg_id.to_owned(),
            digest: digest.to_owned(),
            kind: "transfer".to_owned(),
            name: Some("a.example".to_owned()),
            text: Some("Transfer requested".to_owned()),
            raw: "<epp/>".to_owned(),
            queued_at: Some(noon()),
            state: PollState::Received,
            note: None,
            attempts: 0,
            due_at: Some(noon()),
            received_at: noon(),
            settled_at: None,
        }
    }

    #[tokio::test]
    async fn a_message_is_kept_once_however_often_it_is_seen() {
        on_each_database(async |database| {
            let store = database.open().await;
            let first = message("1", "a");
            assert!(store.keep_message(&first).await.unwrap());
            store.settle_message(first.id, PollState::Done, None, noon()).await.unwrap();
            assert!(!store.keep_message(&message("1", "a")).await.unwrap());
            let kept = store.message(first.id).await.unwrap().unwrap();
            assert_eq!((kept.state, kept.due_at), (PollState::Done, None));
            assert!(store.keep_message(&message("1", "b")).await.unwrap(), "a registry that counts anew");
            let elsewhere = PollMessage { account: "second".to_owned(), ..message("1", "a") };
            assert!(store.keep_message(&elsewhere).await.unwrap());
        })
        .await;
    }

    #[tokio::test]
    async fn messages_are_claimed_in_their_order_and_each_attempt_counts() {
        on_each_database(async |database| {
            let store = database.open().await;
            let (first, second) = (message("1", "a"), message("2", "a"));
            store.keep_message(&first).await.unwrap();
            store.keep_message(&second).await.unwrap();
            let claimed = store.due_messages(noon(), 10).await.unwrap();
            let claimed: Vec<_> = claimed.iter().map(|one| (one.id, one.attempts)).collect();
            assert_eq!(claimed, [(first.id, 1), (second.id, 1)]);
            assert_eq!(store.due_messages(noon(), 10).await.unwrap(), []);
            store.postpone_message(first.id, noon() + Duration::hours(1), "away".to_owned()).await.unwrap();
            store.settle_message(second.id, PollState::Done, None, noon()).await.unwrap();
            let again = store.due_messages(noon() + Duration::hours(1), 10).await.unwrap();
            let [again] = &again[..] else { panic!("{again:?}") };
            assert_eq!((again.id, again.attempts, again.note.as_deref()), (first.id, 2, Some("away")));
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_left_to_people_waits_for_them_and_can_be_tried_again() {
        on_each_database(async |database| {
            let store = database.open().await;
            let one = message("1", "a");
            store.keep_message(&one).await.unwrap();
            assert!(!store.dismiss_message(one.id, noon()).await.unwrap(), "it is not theirs yet");
            let dead = Some("nobody knows".to_owned());
            store.settle_message(one.id, PollState::Dead, dead.clone(), noon()).await.unwrap();
            let listed = store.messages(Some(PollState::Dead), None, 10).await.unwrap();
            assert_eq!((listed.len(), &listed[0].note), (1, &dead));
            assert_eq!(store.messages(Some(PollState::Dead), Some(one.id), 10).await.unwrap(), []);
            assert!(store.revive_message(one.id, noon()).await.unwrap());
            assert_eq!(store.due_messages(noon(), 10).await.unwrap().len(), 1);
            store.settle_message(one.id, PollState::Dead, None, noon()).await.unwrap();
            assert!(store.dismiss_message(one.id, noon()).await.unwrap());
            assert_eq!(store.drop_old_messages(noon() + OLD).await.unwrap(), 0);
            let late = noon() + OLD + Duration::seconds(1);
            assert_eq!(store.drop_old_messages(late).await.unwrap(), 1);
            assert_eq!(store.message(one.id).await.unwrap(), None);
        })
        .await;
    }
}
