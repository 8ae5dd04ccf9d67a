//! All SQL of the gateway: tenants, accounts, tokens, domains, events and the operation journal.
//!
//! One function answers one question or makes one change, takes and returns model types, and commits once. A query
//! decides nothing: what a state allows is the service's matter. Every question that a tenant can ask names the
//! tenant, and composite foreign keys carry the tenant along, so a row cannot point into another tenant's.
//!
//! **A change must not be cancelled.** Dropping a future between the start and the end of a transaction can leave
//! the transaction open in a pooled connection, and its caller without knowing whether it took effect. Whoever
//! calls a changing function does so from a spawned task that nothing but the end of the process cancels. For
//! the same reason a read never opens a transaction: the domain a reader assembles from several tables may show a
//! change half-way, and [`Domain::version`](eppgate_model::Domain::version) keeps anyone from writing on that ground.
//!
//! SQLite has one writer at a time, so the writing pool has one connection and writers queue for it in memory
//! rather than meet as "database is locked"; readers have their own connections and see the last commit.
//!
//! | file | what |
//! |---|---|
//! | `tenants`, `tokens`, `accounts` | who may do what, and where: read on every request, so cached (`cache`) |
//! | `domains`, `events` | domains and their history |
//! | `contacts`, `hosts` | what domains name, and what registries have of it |
//! | `operations`, `change` | the journal, and the one transaction that settles an entry |
//! | `rows` | a struct for each table, and its way to and from the model |
//! | `migration` | the tables |

mod accounts;
mod cache;
mod change;
mod contacts;
mod domains;
mod error;
mod events;
#[cfg(test)]
mod fixtures;
mod hosts;
mod migration;
mod operations;
mod rows;
mod tenants;
mod tokens;

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::cache::Caches;
use crate::migration::Migrator;

pub use crate::change::Change;
pub use crate::contacts::ContactChange;
pub use crate::domains::{DomainChange, DomainFilter};
pub use crate::error::{Conflict, Error};
pub use crate::hosts::HostChange;
pub use crate::operations::{LEASE, OperationResult, SENT_GRACE};

/// The gateway's database. Clones share connections and caches.
#[derive(Clone)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    caches: Caches,
}

impl Store {
    /// Opens the database at `url`, such as `sqlite:///var/lib/eppgate/eppgate.db`, makes the file if there is none,
    /// and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let writer = Database::connect(options(url, 1)).await?;
        let reader =
            if is_private(url) { writer.clone() } else { Database::connect(options(url, READERS)).await? };
        let store = Self { writer, reader, caches: Caches::new() };
        store.migrate().await?;
        Ok(store)
    }

    /// Applies the migrations that the database does not have yet.
    pub async fn migrate(&self) -> Result<(), Error> {
        Ok(Migrator::up(&self.writer, None).await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.reader.ping().await?)
    }

    /// Waits for connections in use, then closes them all, which leaves a single file behind.
    pub async fn close(self) -> Result<(), Error> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }

    /// The one place where a transaction that writes begins. On SQLite it takes the write lock at once: a
    /// transaction that reads first and asks for the lock later fails without waiting if another process got
    /// ahead of it.
    async fn write(&self) -> Result<DatabaseTransaction, Error> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// A database in memory belongs to the connection that made it.
fn is_private(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(WAIT)
                .foreign_keys(true)
        });
    options
}

/// How many reads run at once; each connection has a thread of its own.
const READERS: u32 = 4;

/// How long a caller waits for a connection, or for another process to let go of the file.
const WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{open, tenant};
    use crate::rows;

    #[tokio::test]
    async fn a_database_is_made_once_and_found_again() {
        let (store, file) = open().await;
        let tenant = tenant("acme");
        store.insert_tenant(&tenant).await.unwrap();
        store.close().await.unwrap();

        let store = Store::open(&file.url()).await.unwrap();
        store.ping().await.unwrap();
        assert_eq!(store.tenant(tenant.id).await.unwrap(), Some(tenant));
    }

    #[tokio::test]
    async fn a_database_in_memory_is_one_database() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let tenant = tenant("acme");
        store.insert_tenant(&tenant).await.unwrap();
        assert_eq!(store.tenant_by_slug("acme").await.unwrap(), Some(tenant));
    }

    #[tokio::test]
    async fn a_reader_sees_the_last_commit_and_does_not_wait_for_a_writer() {
        let (store, _file) = open().await;
        let tenant = tenant("acme");
        let tx = store.write().await.unwrap();
        rows::insert(&tx, rows::tenant::Model::from(&tenant)).await.unwrap();
        assert_eq!(store.tenant_by_slug("acme").await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(store.tenant_by_slug("acme").await.unwrap(), Some(tenant));
    }

    #[tokio::test]
    async fn an_abandoned_transaction_is_rolled_back_before_the_next() {
        let (store, _file) = open().await;
        drop(store.write().await.unwrap());
        store.insert_tenant(&tenant("acme")).await.unwrap();
    }
}
