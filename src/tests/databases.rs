//! The databases that a promise is kept on.

use std::time::Duration;

use eppgate_store::{Pool, Store};
use eppgate_testdb::Database;

/// Keeps a promise on an empty SQLite database and on one of PostgreSQL, given its URL. The latter is left out, loudly,
/// where it is not installed.
pub(crate) async fn on_each_database(promise: impl AsyncFn(&str)) {
    eprintln!("on SQLite");
    let dir = tempfile::tempdir().unwrap();
    promise(&format!("sqlite://{}", dir.path().join("test.db").display())).await;
    if let Some(database) = postgresql().await {
        eprintln!("on PostgreSQL");
        promise(&database.url()).await;
    }
}

/// An empty database of PostgreSQL; none, which is said loudly, where it is not installed.
pub(crate) async fn postgresql() -> Option<Database> {
    let prepare = async |url: String| Store::open(&url, POOL).await.unwrap().close().await.unwrap();
    Database::create(prepare).await
}

/// Small, since many tests run at once.
pub(crate) const POOL: Pool = Pool { connections: 4, statement_timeout: Duration::from_secs(10) };
