//! All SQL of the gateway: tenants, accounts, tokens, domains, events and the operation journal.
//!
//! One function answers one question or makes one change, takes and returns model types, and commits once. A query
//! decides nothing: what a state allows is the service's matter. Every question that a tenant can ask names the
//! tenant, and composite foreign keys carry the tenant along, so a row cannot point into another tenant's.
//!
//! **A change should not be cancelled.** Dropping the future of a changing function leaves nothing half written and
//! no transaction open, but its caller without knowing whether it took effect; so whoever calls one does so from a
//! spawned task that nothing but the end of the process cancels. A read never opens a transaction: the domain a
//! reader assembles from several tables may show a change half-way, and
//! [`Domain::version`](eppgate_model::Domain::version) keeps anyone from writing on that ground.
//!
//! The database is SQLite or PostgreSQL, with the same tables, statements and tests. SQLite has one writer at a time,
//! so the writing pool has one connection and writers queue for it in memory rather than meet as "database is
//! locked"; readers have their own connections and see the last commit. On PostgreSQL all share one pool, and several
//! gateways may share the database.
//!
//! | file | what |
//! |---|---|
//! | `tenants`, `tokens`, `accounts` | who may do what, and where: read on every request, so cached (`cache`) |
//! | `domains`, `events` | domains and their history |
//! | `listing` | lists of domains: filters, orders and pages |
//! | `contacts`, `hosts` | what domains name, and what registries have of it |
//! | `operations`, `change` | the journal, and the one transaction that settles an entry |
//! | `idempotency` | requests that may be sent again, and their sealed answers |
//! | `leases` | who is the only one to do something; which gateways are alive |
//! | `outbox` | news of changes, until they are told |
//! | `transfers`, `poll` | domains on their way between registrars; messages of registries |
//! | `prices`, `quotes` | rate cards; what was promised from them, and which operation it pays for |
//! | `writer`, `usage` | how changes are made, counted, and rehearsed |
//! | `rows` | a struct for each table, and its way to and from the model |
//! | `migration` | the tables |

mod accounts;
mod cache;
#[cfg(test)]
mod cancellation;
mod change;
mod contacts;
mod domains;
mod error;
mod events;
#[cfg(test)]
mod fixtures;
mod hosts;
mod idempotency;
mod leases;
mod listing;
mod migration;
mod operations;
mod outbox;
mod poll;
mod prices;
mod quotes;
mod rows;
mod tenants;
mod tokens;
mod transfers;
mod upkeep;
mod usage;
mod writer;

use std::time::Duration;

use eppgate_model::InstanceId;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::MigratorTrait;

use crate::cache::Caches;
use crate::migration::Migrator;
use crate::writer::{Transaction, Writer};

pub use crate::change::Change;
pub use crate::contacts::ContactChange;
pub use crate::domains::DomainChange;
pub use crate::error::{Conflict, Error};
pub use crate::hosts::HostChange;
pub use crate::idempotency::{Claim, KeyClaim};
pub use crate::listing::{DomainFilter, DomainOrder, Grace, Place, Sorted, Span, Walk};
pub use crate::operations::{Instead, LEASE, OperationResult, SENT_GRACE};
pub use crate::outbox::ClaimedNews;
pub use crate::transfers::{TransferChange, TransferFilter, TransferRow};
pub use crate::usage::Usage;

/// The gateway's database. Clones share connections and caches.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    reader: DatabaseConnection,
    caches: Caches,
    /// This opening of the database, as others that share it know it.
    instance: InstanceId,
}

/// How a PostgreSQL database is used. SQLite needs no such choice.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// Connections at the most. All gateways together must stay below the server's `max_connections`.
    pub connections: u32,
    /// The server gives up a statement that takes longer.
    pub statement_timeout: Duration,
}

impl Store {
    /// Opens the database at `url`, `sqlite:///var/lib/eppgate/eppgate.db` or `postgres://user@host/eppgate`, and
    /// brings its tables up to date. An SQLite file is made if there is none.
    pub async fn open(url: &str, pool: Pool) -> Result<Self, Error> {
        let store = match url.split_once(':') {
            Some(("sqlite", _)) => {
                let writer = connect(sqlite(url, 1)).await?;
                let reader = match is_private(url) {
                    true => writer.clone(),
                    false => connect(sqlite(url, READERS)).await?,
                };
                Self::of(writer, reader)
            }
            Some(("postgres" | "postgresql", _)) => {
                let both = connect(postgres(url, pool)).await?;
                Self::of(both.clone(), both)
            }
            _ => return Err(Error::Scheme),
        };
        store.migrate().await?;
        Ok(store)
    }

    fn of(writer: DatabaseConnection, reader: DatabaseConnection) -> Self {
        let writer = Writer::new(writer);
        Self { writer, reader, caches: Caches::new(), instance: InstanceId::new() }
    }

    /// Applies the migrations that the database does not have yet, all or none, one process at a time.
    async fn migrate(&self) -> Result<(), Error> {
        let tx = self.write().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            // A change of large tables takes its time.
            tx.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(hashtext('eppgate migrations'))").await?;
        }
        Migrator::up(&*tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.reader.ping().await?)
    }

    /// Waits for connections in use, then closes them all; on SQLite that leaves a single file behind.
    pub async fn close(self) -> Result<(), Error> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }

    /// A transaction that writes. Whoever drops it rolls it back.
    async fn write(&self) -> Result<Transaction, Error> {
        Ok(self.writer.begin().await?)
    }
}

/// A connection that tells how long statements take.
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut connection = Database::connect(options).await?;
    connection.set_metric_callback(|statement| usage::took(statement.elapsed));
    Ok(connection)
}

/// A database in memory belongs to the connection that made it.
fn is_private(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = options(url, connections);
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(WAIT)
            .foreign_keys(true)
    });
    options
}

fn postgres(url: &str, pool: Pool) -> ConnectOptions {
    let mut options = options(url, pool.connections);
    options
        .set_application_name("eppgate")
        .statement_timeout(pool.statement_timeout)
        // A server that was restarted shows as one query more, not as a failed request for each connection.
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        // A process that hangs in the middle of a transaction keeps nobody else from its rows for long.
        .map_sqlx_postgres_opts(|postgres| {
            postgres.options([("idle_in_transaction_session_timeout", WAIT.as_millis().to_string())])
        });
    options
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(WAIT).sqlx_logging(false);
    options
}

/// How many reads of an SQLite file run at once; each connection has a thread of its own.
const READERS: u32 = 4;

/// How long a caller waits for a connection, or for another process to let go of an SQLite file.
const WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{POOL, on_each_database, tenant};
    use crate::rows;

    #[tokio::test]
    async fn a_database_is_made_once_and_found_again() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            store.close().await.unwrap();

            let store = database.open().await;
            store.ping().await.unwrap();
            assert_eq!(store.tenant(tenant.id).await.unwrap(), Some(tenant));
        })
        .await;
    }

    #[tokio::test]
    async fn a_database_in_memory_is_one_database() {
        let store = Store::open("sqlite::memory:", POOL).await.unwrap();
        let tenant = tenant("acme");
        store.insert_tenant(&tenant).await.unwrap();
        assert_eq!(store.tenant_by_slug("acme").await.unwrap(), Some(tenant));
    }

    #[tokio::test]
    async fn a_reader_sees_the_last_commit_and_does_not_wait_for_a_writer() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            let tx = store.write().await.unwrap();
            rows::insert(&*tx, rows::tenant::Model::from(&tenant)).await.unwrap();
            assert_eq!(store.tenant_by_slug("acme").await.unwrap(), None);
            tx.commit().await.unwrap();
            assert_eq!(store.tenant_by_slug("acme").await.unwrap(), Some(tenant));
        })
        .await;
    }

    #[tokio::test]
    async fn an_abandoned_transaction_is_rolled_back_before_the_next() {
        on_each_database(async |database| {
            let store = database.open().await;
            drop(store.write().await.unwrap());
            store.insert_tenant(&tenant("acme")).await.unwrap();
        })
        .await;
    }
}
