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
