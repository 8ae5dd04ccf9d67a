//! What is left when a change is given up in the middle: everything of it or nothing, and no open transaction.

use std::pin::pin;
use std::task::Poll;

use chrono::Duration;
use eppgate_model::idempotency::{Attempt, SealKey};
use eppgate_model::operation::{OperationState, Outcome};
use eppgate_model::tenant::RegistryAccount;
use eppgate_model::token::Actor;
use eppgate_model::{AttemptId, Domain, DomainEvent, Operation};

use crate::fixtures::{Database, domain, noon, on_each_database, operation, tenant};
use crate::{DomainChange, Error, KeyClaim, OperationResult, Pool, Store};

/// Polls the work so many times and drops it there, with whatever it has under way. Whether it came to its end.
async fn given_up_after(polls: usize, work: impl Future<Output = Result<(), Error>>) -> bool {
    let (mut work, mut left) = (pin!(work), polls);
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(result) => {
                result.unwrap();
                Poll::Ready(true)
            }
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// A store with one connection to write with, so that what one change leaves in it is there for the next; and another
/// store, which sees what is committed.
struct Shop {
    store: Store,
    account: RegistryAccount,
    witness: Store,
}

impl Shop {
    async fn open(database: &Database) -> Self {
        let (witness, account) = database.shop().await;
        let pool = Pool { connections: 1, statement_timeout: std::time::Duration::from_secs(10) };
        let store = Store::open(&database.url(), pool).await.unwrap();
        store.join(None, noon(), Duration::days(1)).await.unwrap();
        Self { store, account, witness }
    }

    /// A transaction that was left open would keep what is written after it from being seen.
    async fn assert_no_open_transaction(&self) {
        let next = tenant(&format!("next-{}", AttemptId::new()));
        self.store.insert_tenant(&next).await.unwrap();
        assert_eq!(self.witness.tenant_by_slug(&next.slug).await.unwrap(), Some(next));
    }

    /// Gives `work` up at each point where it waits, until it comes to its end, and looks at what is left each time.
    /// A database that answers before the first look makes work that never waited; that proves nothing and is repeated.
    async fn give_up_everywhere(
        &self,
        work: impl AsyncFn(&str) -> Result<(), Error>,
        check: impl AsyncFn(&str),
    ) {
        let mut polls = 1;
        for _ in 0..1_000 {
            let name = format!("{}.example", AttemptId::new());
            let done = given_up_after(polls, work(&name)).await;
            self.assert_no_open_transaction().await;
            check(&name).await;
            match done {
                true if polls > 1 => return,
                true => {}
                false => polls += 1,
            }
        }
        panic!("the work does not come to its end");
    }
}

fn registered(domain: &Domain) -> Option<DomainEvent> {
    Some(DomainEvent::new(domain, "registered", &Actor::System, serde_json::json!({}), noon()))
}

fn executed() -> OperationResult {
    OperationResult {
        state: OperationState::Settled,
        outcome: Some(Outcome::Executed),
        result_code: Some(1000),
        svtrid: None,
        evidence: None,
        replied_at: None,
        settled_at: Some(noon()),
    }
}

#[tokio::test]
async fn a_verdict_that_is_given_up_is_written_whole_or_not_at_all() {
    on_each_database(async |database| {
        let shop = Shop::open(&database).await;
        let (store, witness, account) = (&shop.store, &shop.witness, &shop.account);
        let journalled = async |name: &str| -> Option<Operation> {
            witness.unfinished_operation("here", "domain", name).await.unwrap()
        };
        let work = async |name: &str| {
            let operation = operation(account, name);
            witness.begin_operation(&operation, None).await.unwrap();
            let domain = domain(account, name);
            let event = registered(&domain);
            store.commit_operation(operation.id, executed(), DomainChange::Insert(domain), event).await
        };
        let check = async |name: &str| {
            let unfinished = journalled(name).await.is_some();
            let parsed = eppgate_model::DomainName::parse(name).unwrap();
            let row = witness.domain(account.tenant_id, &parsed).await.unwrap();
            let news = witness.claim_news(noon(), 10).await.unwrap();
            match row {
                Some(row) => {
                    assert!(!unfinished);
                    assert_eq!(witness.events(account.tenant_id, row.id, None, 2).await.unwrap().len(), 1);
                    assert_eq!(news.len(), 1);
                }
                None => assert!(news.is_empty(), "{news:?}"),
            }
        };
        Box::pin(shop.give_up_everywhere(work, check)).await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_is_given_up_leaves_no_transaction_open() {
    on_each_database(async |database| {
        let shop = Shop::open(&database).await;
        let (store, account) = (&shop.store, &shop.account);
        let nothing = async |_: &str| {};
        let attempt = |hash: &str| {
            let mut key_hash = [0; 32];
            key_hash.copy_from_slice(&hash.as_bytes()[..32]);
            Attempt { id: AttemptId::new(), key_hash, seal: SealKey([0; 32]), earlier: Vec::new() }
        };
        let claim = |attempt: &Attempt| KeyClaim {
            tenant_id: account.tenant_id,
            key_hash: attempt.key_hash,
            fingerprint: [0; 32],
            attempt_id: attempt.id,
        };

        shop.give_up_everywhere(
            async |name| {
                let attempt = attempt(name);
                store.claim_key(claim(&attempt), noon()).await?;
                store.begin_operation(&operation(account, name), Some(&attempt)).await?;
                store.keep_answer(account.tenant_id, &attempt, Vec::new()).await
            },
            nothing,
        )
        .await;
        shop.give_up_everywhere(
            async |name| {
                let domain = domain(account, name);
                store.insert_domain(&domain).await?;
                store.update_domain(&domain, domain.version).await
            },
            nothing,
        )
        .await;
        shop.give_up_everywhere(
            async |name| {
                let held = store.acquire_lease("test", name, noon(), Duration::seconds(1)).await?;
                store.release_lease(&held.unwrap(), noon()).await
            },
            nothing,
        )
        .await;
        shop.give_up_everywhere(async |_| store.adopt_orphans(noon()).await.map(drop), nothing).await;
        shop.give_up_everywhere(async |_| store.due_unknown(noon(), 10).await.map(drop), nothing).await;
    })
    .await;
}
