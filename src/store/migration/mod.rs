//! The tables, one step a file, forward only. The SQL is the same for SQLite and PostgreSQL: SQLite reads the
//! type names for their affinity only, and keeps what it is given (UUIDs as bytes, times as text that sorts).

mod m0001_foundations;
mod m0003_contacts_hosts;

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Knows every step, oldest first.
pub(crate) struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_foundations::Migration), Box::new(m0003_contacts_hosts::Migration)]
    }
}
