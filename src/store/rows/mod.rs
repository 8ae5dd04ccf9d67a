//! A struct for each table, with its way to and from the model.
//!
//! Enumerations are stored as their words and JSON as text, so a row is made of plain types and both databases
//! see the same. Times are chrono's: on SQLite the text `…+00:00`, which sorts as the times do, with and without
//! a fraction. A value that the model does not accept is [`Error::Corrupt`]: it is never guessed at.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod association;
pub(crate) mod contact;
pub(crate) mod domain;
pub(crate) mod ds;
pub(crate) mod event;
pub(crate) mod host;
pub(crate) mod host_status;
pub(crate) mod idempotency_key;
pub(crate) mod lease;
pub(crate) mod membership;
pub(crate) mod nameserver;
pub(crate) mod operation;
pub(crate) mod outbox;
pub(crate) mod poll_message;
pub(crate) mod quote;
pub(crate) mod rate;
pub(crate) mod registration;
pub(crate) mod status;
pub(crate) mod tenant;
pub(crate) mod token;
pub(crate) mod transfer;
pub(crate) mod user;

use eppgate_model::{Json, Money, Word};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, Select,
};

use crate::Error;

/// Inserts one row.
pub(crate) async fn insert<M, A>(db: &impl ConnectionTrait, row: M) -> Result<(), Error>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    M::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Inserts the members of a set; one that is named twice is in it once.
pub(crate) async fn insert_set<M, A>(db: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), Error>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    M::Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(())
}

/// The one row that `select` finds, as the model's type.
pub(crate) async fn one<E, T>(db: &impl ConnectionTrait, select: Select<E>) -> Result<Option<T>, Error>
where
    E: EntityTrait,
    T: TryFrom<E::Model, Error = Error>,
{
    select.one(db).await?.map(T::try_from).transpose()
}

/// All rows that `select` finds, as the model's type.
pub(crate) async fn all<E, T>(db: &impl ConnectionTrait, select: Select<E>) -> Result<Vec<T>, Error>
where
    E: EntityTrait,
    T: TryFrom<E::Model, Error = Error>,
{
    select.all(db).await?.into_iter().map(T::try_from).collect()
}

/// Reads a stored value by the model's own parser; `column` names the place if it does not parse.
fn read<T, E>(column: &'static str, parsed: Result<T, E>) -> Result<T, Error> {
    parsed.map_err(|_| Error::Corrupt(column.to_owned()))
}

fn word<T: Word>(column: &'static str, text: &str) -> Result<T, Error> {
    read(column, T::parse(text).ok_or(()))
}

/// An amount and its currency, which stand in columns of their own.
fn money(column: &'static str, amount: &str, currency: &str) -> Result<Money, Error> {
    Ok(Money { amount: read(column, amount.parse())?, currency: read(column, currency.parse())? })
}

fn json(column: &'static str, text: &str) -> Result<Json, Error> {
    read(column, serde_json::from_str(text))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use eppgate_model::tenant::Tenant;
    use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

    use super::*;
    use crate::fixtures::{noon, on_each_database};

    #[tokio::test]
    async fn times_sort_and_compare_as_times_do() {
        on_each_database(async |database| {
            let store = database.open().await;
            let micros = [-1, 0, 1, 10, 999, 1_000, 100_000, 500_000, 999_999, 1_000_000, 86_400_000_000];
            let times = micros.map(|micros| noon() + Duration::microseconds(micros));
            for (number, time) in times.iter().enumerate().rev() {
                let tenant = Tenant { inserted_at: *time, ..crate::fixtures::tenant(&format!("t{number}")) };
                store.insert_tenant(&tenant).await.unwrap();
            }

            let in_order = tenant::Entity::find().order_by_asc(tenant::Column::InsertedAt);
            let stored: Vec<Tenant> = all(&store.reader, in_order).await.unwrap();
            assert_eq!(stored.iter().map(|tenant| tenant.inserted_at).collect::<Vec<_>>(), times);
            for (number, time) in times.iter().enumerate() {
                let earlier = tenant::Entity::find().filter(tenant::Column::InsertedAt.lt(*time));
                assert_eq!(earlier.all(&store.reader).await.unwrap().len(), number, "{time}");
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_value_that_makes_no_sense_is_reported_not_guessed_at() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = crate::fixtures::tenant("acme");
            let row = tenant::Model { status: "dormant".to_owned(), ..tenant::Model::from(&tenant) };
            insert(&store.writer, row).await.unwrap();
            let read = store.tenant(tenant.id).await;
            assert!(matches!(&read, Err(Error::Corrupt(column)) if column == "tenants.status"), "{read:?}");
        })
        .await;
    }
}
