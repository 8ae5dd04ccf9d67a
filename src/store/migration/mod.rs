//! The tables, one step a file, forward only. The SQL is the same for SQLite and PostgreSQL: SQLite reads the
//! type names for their affinity only, and keeps what it is given (UUIDs as bytes, times as text that sorts).

mod m0001_foundations;
mod m0002_sharing;
mod m0003_contacts_hosts;
mod m0004_prices;
mod m0005_domains;
mod m0006_transfers;
mod m0007_timers;
mod m0008_lists;
mod m0009_answered;

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

/// Knows every step, oldest first.
pub(crate) struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundations::Migration),
            Box::new(m0002_sharing::Migration),
            Box::new(m0003_contacts_hosts::Migration),
            Box::new(m0004_prices::Migration),
            Box::new(m0005_domains::Migration),
            Box::new(m0006_transfers::Migration),
            Box::new(m0007_timers::Migration),
            Box::new(m0008_lists::Migration),
            Box::new(m0009_answered::Migration),
        ]
    }
}

/// Runs a step's statements. On PostgreSQL texts are made to compare by their bytes, as they do on SQLite, whatever
/// the language of the database: an order by name is the same everywhere, and survives an upgrade of the system's
/// rules of sorting.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let statements = match connection.get_database_backend() {
        DbBackend::Postgres => statements.replace(" text", " text COLLATE \"C\""),
        _ => statements.to_owned(),
    };
    connection.execute_unprepared(&statements).await.map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use sea_orm_migration::sea_orm::{DatabaseConnection, Statement};

    use super::*;
    use crate::Store;
    use crate::fixtures::POOL;

    /// A foreign key: the table that it points to, and pairs of columns, own and other.
    type Key = (String, BTreeSet<(String, String)>);

    async fn rows<T: sea_orm::TryGetable>(
        db: &DatabaseConnection,
        sql: String,
        columns: &[&str],
    ) -> Vec<Vec<T>> {
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        let read = |row: &sea_orm::QueryResult| {
            columns.iter().map(|column| row.try_get("", column).unwrap()).collect()
        };
        rows.iter().map(read).collect()
    }

    async fn keys(db: &DatabaseConnection, table: &str) -> Vec<Key> {
        let sql = format!(
            "SELECT CAST(id AS text) AS id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{table}')"
        );
        let mut keys: BTreeMap<String, Key> = BTreeMap::new();
        for row in rows::<String>(db, sql, &["id", "table", "from", "to"]).await {
            let [id, other, from, to] = row.try_into().unwrap();
            keys.entry(id).or_insert_with(|| (other, BTreeSet::new())).1.insert((from, to));
        }
        keys.into_values().collect()
    }

    /// The statements are the same on both databases, so that one of them tells for both.
    #[tokio::test]
    async fn what_is_a_tenants_points_to_nothing_of_anothers() {
        let store = Store::open("sqlite::memory:", POOL).await.unwrap();
        let db = &store.reader;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables: Vec<String> = rows(db, tables.to_owned(), &["name"]).await.concat();
        let mut owned = BTreeSet::new();
        for table in &tables {
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            if rows::<String>(db, columns, &["name"])
                .await
                .concat()
                .iter()
                .any(|column| column == "tenant_id")
            {
                owned.insert(table.clone());
            }
        }
        assert!(owned.len() >= 18, "{owned:?}");
        let tenant = ("tenant_id".to_owned(), "tenant_id".to_owned());
        for table in &tables {
            let keys = keys(db, table).await;
            for (other, columns) in &keys {
                if owned.contains(other) {
                    assert!(columns.contains(&tenant), "{table} points to {other} without the tenant");
                } else if owned.contains(table) {
                    let is_shared = matches!(other.as_str(), "tenants" | "users");
                    assert!(is_shared, "{table} points to {other}, which is nobody's");
                }
            }
            let is_tied = keys.iter().any(|(_, columns)| columns.iter().any(|(own, _)| own == "tenant_id"));
            assert!(is_tied || !owned.contains(table), "{table} names a tenant who need not exist");
        }
    }
}
