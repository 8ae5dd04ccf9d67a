//! The two ways to write: a statement on its own, and a transaction. Both leave nothing behind in a rehearsal, which is
//! why nothing else in this crate writes.

use std::ops::Deref;
use std::pin::Pin;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::usage::{is_rehearsal, timed};

/// The connections that write. As a connection itself it is for changes of one statement.
#[derive(Clone)]
pub(crate) struct Writer(DatabaseConnection);

/// A transaction that writes. Whoever drops it rolls it back.
pub(crate) struct Transaction(DatabaseTransaction);

impl Writer {
    pub(crate) fn new(connection: DatabaseConnection) -> Self {
        Self(connection)
    }

    /// The one place where a transaction begins.
    ///
    /// On SQLite it takes the write lock at once: a transaction that reads first and asks for the lock later fails
    /// without waiting if another process got ahead of it. It begins in a task of its own, because sqlx forgets a
    /// transaction whose beginning is cancelled, and would leave it open in a connection of the pool.
    pub(crate) async fn begin(&self) -> Result<Transaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let connection = self.0.clone();
        let begun = tokio::spawn(async move { connection.begin_with_options(options).await });
        timed(begun).await.map_err(|gone| DbErr::Custom(gone.to_string()))?.map(Transaction)
    }

    pub(crate) async fn close(self) -> Result<(), DbErr> {
        self.0.close().await
    }

    /// What a statement is tried in that is not to last.
    async fn rehearsal(&self) -> Result<Option<Transaction>, DbErr> {
        if is_rehearsal() { self.begin().await.map(Some) } else { Ok(None) }
    }
}

impl Transaction {
    /// Makes the changes last, unless this is a rehearsal.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match is_rehearsal() {
            true => timed(self.0.rollback()).await,
            false => timed(self.0.commit()).await,
        }
    }
}

impl Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}

impl ConnectionTrait for Writer {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    fn execute_raw<'s, 'f>(&'s self, statement: Statement) -> Answer<'f, ExecResult>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            match self.rehearsal().await? {
                Some(tx) => tx.0.execute_raw(statement).await,
                None => self.0.execute_raw(statement).await,
            }
        })
    }

    fn execute_unprepared<'s, 't, 'f>(&'s self, sql: &'t str) -> Answer<'f, ExecResult>
    where
        's: 'f,
        't: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            match self.rehearsal().await? {
                Some(tx) => tx.0.execute_unprepared(sql).await,
                None => self.0.execute_unprepared(sql).await,
            }
        })
    }

    fn query_one_raw<'s, 'f>(&'s self, statement: Statement) -> Answer<'f, Option<QueryResult>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            match self.rehearsal().await? {
                Some(tx) => tx.0.query_one_raw(statement).await,
                None => self.0.query_one_raw(statement).await,
            }
        })
    }

    fn query_all_raw<'s, 'f>(&'s self, statement: Statement) -> Answer<'f, Vec<QueryResult>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            match self.rehearsal().await? {
                Some(tx) => tx.0.query_all_raw(statement).await,
                None => self.0.query_all_raw(statement).await,
            }
        })
    }
}

/// As the trait, which is of boxed futures, has it.
type Answer<'f, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'f>>;

#[cfg(test)]
mod tests {
    use eppgate_model::Domain;

    use crate::fixtures::{contact, domain, noon, on_each_database, operation};
    use crate::{Conflict, DomainChange, Error, Usage};

    #[tokio::test]
    async fn a_rehearsal_meets_what_the_real_thing_would_meet_and_leaves_nothing_behind() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let (jane, own) = (contact(&account, "jane"), domain(&account, "a.example"));
            let (begun, late) = (operation(&account, "b.example"), operation(&account, "b.example"));
            store.insert_domain(&own).await.unwrap();
            let changed = Domain { out_of_sync: true, ..own.clone() };
            let tries = async || {
                store.insert_contact(&jane).await?;
                store.begin_operation(&begun, None).await?;
                store.change_domain(DomainChange::Update(changed.clone()), None).await
            };
            for _ in 0..2 {
                Usage::rehearsal().scope(tries()).await.unwrap();
            }
            let tenant = account.tenant_id;
            assert_eq!(store.contact(tenant, &jane.handle).await.unwrap(), None);
            assert_eq!(store.unfinished_operation("here", "domain", "b.example").await.unwrap(), None);
            assert_eq!(store.domain(tenant, &own.name).await.unwrap(), Some(own));

            store.begin_operation(&begun, None).await.unwrap();
            let met = Usage::rehearsal().scope(store.begin_operation(&late, None)).await;
            assert!(matches!(met, Err(Error::Conflict(Conflict::UnfinishedOperation))), "{met:?}");
            assert_eq!(store.expire_quotes(noon()).await.unwrap(), 0, "the one writer is free");
        })
        .await;
    }

    #[tokio::test]
    async fn statements_and_transactions_are_counted_for_who_asked_for_them() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let usage = Usage::default();
            let reads = async { store.contact(account.tenant_id, &"jane".parse().unwrap()).await.unwrap() };
            usage.clone().scope(reads).await;
            let read = usage.spent();
            assert!(!read.is_zero());
            usage.clone().scope(store.insert_domain(&domain(&account, "a.example"))).await.unwrap();
            assert!(usage.spent() > read);
        })
        .await;
    }
}
