//! The journal keeps its promises on each database.

use eppgate_model::token::Actor;
use eppgate_model::{Domain, DomainEvent};

use super::*;
use crate::DomainChange;
use crate::fixtures::{domain, noon, on_each_database, operation};

fn executed() -> OperationResult {
    OperationResult {
        state: OperationState::Settled,
        outcome: Some(Outcome::Executed),
        result_code: Some(1000),
        svtrid: Some("SV-1".to_owned()),
        evidence: None,
        replied_at: Some(noon()),
        settled_at: Some(noon()),
    }
}

fn registered(domain: &Domain) -> Option<DomainEvent> {
    Some(DomainEvent::new(domain, "registered", &Actor::System, serde_json::json!({}), noon()))
}

#[tokio::test]
async fn one_operation_at_a_time_is_unfinished_on_a_name() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        for state in UNFINISHED {
            let first = Operation { state, ..operation(&account, "a.example") };
            store.begin_operation(&first, None).await.unwrap();
            let second = operation(&account, "a.example");
            let refused = store.begin_operation(&second, None).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::UnfinishedOperation))), "{refused:?}");
            let found = store.unfinished_operation("here", "domain", "a.example").await.unwrap();
            assert_eq!(found.as_ref(), Some(&first));
            assert_eq!(store.unfinished_operation("here", "host", "a.example").await.unwrap(), None);

            store.commit_operation(first.id, executed(), DomainChange::None, None).await.unwrap();
            assert_eq!(store.unfinished_operation("here", "domain", "a.example").await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn verdict_row_and_history_are_written_together_or_not_at_all() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let taken = domain(&account, "taken.example");
        store.insert_domain(&taken).await.unwrap();
        let operation = operation(&account, "taken.example");
        store.begin_operation(&operation, None).await.unwrap();

        let again = domain(&account, "taken.example");
        let change = DomainChange::Insert(again.clone());
        let refused = store.commit_operation(operation.id, executed(), change, registered(&again)).await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::DomainExists))), "{refused:?}");
        let still = store.operation(account.tenant_id, operation.id).await.unwrap();
        assert_eq!(still, Some(operation.clone()));

        let change = DomainChange::Update(taken.clone());
        store.commit_operation(operation.id, executed(), change, registered(&taken)).await.unwrap();
        let settled = store.operation(account.tenant_id, operation.id).await.unwrap().unwrap();
        assert_eq!((settled.state, settled.outcome), (OperationState::Settled, Some(Outcome::Executed)));
        assert_eq!((settled.result_code, settled.svtrid.as_deref()), (Some(1000), Some("SV-1")));
        let row = store.domain(account.tenant_id, &taken.name).await.unwrap().unwrap();
        assert_eq!(row.version, taken.version + 1);
        assert_eq!(store.events(account.tenant_id, taken.id, None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn only_the_first_verdict_counts() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let operation = operation(&account, "a.example");
        store.begin_operation(&operation, None).await.unwrap();
        let domain = domain(&account, "a.example");
        let change = DomainChange::Insert(domain.clone());
        store.commit_operation(operation.id, executed(), change, registered(&domain)).await.unwrap();

        let change = DomainChange::Update(domain.clone());
        let late = store.commit_operation(operation.id, executed(), change, registered(&domain)).await;
        assert!(matches!(late, Err(Error::Conflict(Conflict::AlreadySettled))), "{late:?}");
        let late = store.mark_unknown(operation.id, noon()).await;
        assert!(matches!(late, Err(Error::Conflict(Conflict::AlreadySettled))), "{late:?}");
        assert_eq!(store.domain(account.tenant_id, &domain.name).await.unwrap(), Some(domain));
    })
    .await;
}

#[tokio::test]
async fn who_comes_late_does_not_decide_on_what_the_registry_has_taken() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let operation = operation(&account, "a.example");
        store.begin_operation(&operation, None).await.unwrap();
        let open = || OperationResult {
            state: OperationState::Answered,
            outcome: None,
            settled_at: None,
            ..executed()
        };
        let domain = domain(&account, "a.example");
        let change = DomainChange::Insert(domain.clone());
        store.commit_operation(operation.id, open(), change, registered(&domain)).await.unwrap();

        let refused = OperationResult { outcome: Some(Outcome::Refused), result_code: None, ..executed() };
        for late in [refused, open(), executed()] {
            let again = DomainChange::Insert(domain.clone());
            let late = store.commit_operation(operation.id, late, again, None).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::AlreadySettled))), "{late:?}");
        }
        let answered =
            store.answered_operation(account.tenant_id, ("domain", "a.example"), operation.kind).await;
        assert_eq!(answered.unwrap().map(|answered| answered.id), Some(operation.id));
        store.decide_domain(DomainChange::Update(domain), None, (operation.id, executed())).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_restart_turns_what_was_sent_into_unknown_and_what_was_queued_into_not_sent() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let sent = operation(&account, "sent.example");
        store.begin_operation(&sent, None).await.unwrap();
        let queued = Operation {
            state: OperationState::Queued,
            sent_at: None,
            ..operation(&account, "queued.example")
        };
        store.begin_operation(&queued, None).await.unwrap();
        let also_sent = Operation {
            state: OperationState::Queued,
            sent_at: None,
            ..operation(&account, "also-sent.example")
        };
        store.begin_operation(&also_sent, None).await.unwrap();
        store.mark_sent(also_sent.id, noon()).await.unwrap();
        store.close().await.unwrap();

        let store = database.open().await;
        let now = noon() + Duration::seconds(5);
        assert_eq!(store.adopt_orphans(now).await.unwrap(), 2);
        let queued = store.operation(account.tenant_id, queued.id).await.unwrap().unwrap();
        assert_eq!((queued.state, queued.outcome), (OperationState::Settled, Some(Outcome::NotSent)));
        let due = store.due_unknown(now, 10).await.unwrap();
        let due: Vec<_> = due.iter().map(|operation| (operation.id, operation.state)).collect();
        assert_eq!(due, [(sent.id, OperationState::Unknown), (also_sent.id, OperationState::Unknown)]);
    })
    .await;
}

#[tokio::test]
async fn a_due_operation_is_claimed_by_one_worker_until_its_lease_is_over() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let mut ids = Vec::new();
        for number in 0..6 {
            let operation = operation(&account, &format!("n{number}.example"));
            store.begin_operation(&operation, None).await.unwrap();
            store.mark_unknown(operation.id, noon()).await.unwrap();
            ids.push(operation.id);
        }
        let (one, two) = tokio::join!(store.due_unknown(noon(), 3), store.due_unknown(noon(), 10));
        let mut claimed: Vec<_> = [one.unwrap(), two.unwrap()].concat();
        claimed.sort_by_key(|operation| operation.id);
        assert_eq!(claimed.iter().map(|operation| operation.id).collect::<Vec<_>>(), ids);
        assert!(claimed.iter().all(|operation| operation.attempts == 1));

        store.reschedule(ids[0], noon() + Duration::hours(1)).await.unwrap();
        assert_eq!(store.due_unknown(noon(), 10).await.unwrap(), []);
        let again = store.due_unknown(noon() + LEASE, 10).await.unwrap();
        assert_eq!(again.iter().map(|operation| operation.id).collect::<Vec<_>>(), ids[1..]);
    })
    .await;
}

#[tokio::test]
async fn a_sent_command_is_left_alone_until_its_sender_must_be_dead() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let operation = operation(&account, "a.example");
        store.begin_operation(&operation, None).await.unwrap();
        let almost = noon() + SENT_GRACE - Duration::microseconds(1);
        assert_eq!(store.due_unknown(almost, 10).await.unwrap(), []);
        let due = store.due_unknown(noon() + SENT_GRACE, 10).await.unwrap();
        assert_eq!(due.first().map(|operation| operation.state), Some(OperationState::Unknown));
    })
    .await;
}

#[tokio::test]
async fn an_operation_is_its_tenants_alone() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let operation = operation(&account, "a.example");
        store.begin_operation(&operation, None).await.unwrap();
        assert_eq!(store.operation(TenantId::new(), operation.id).await.unwrap(), None);
        let stray = Operation { id: OperationId::new(), tenant_id: TenantId::new(), ..operation };
        let refused = store.begin_operation(&stray, None).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_command_on_a_version_that_is_gone_is_not_journalled() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let domain = domain(&account, "a.example");
        store.insert_domain(&domain).await.unwrap();
        let seen = |version| Seen { object: "domain", id: domain.id.uuid(), version };
        let late = operation(&account, "a.example");
        for wrong in [seen(2), Seen { object: "host", ..seen(1) }, Seen { object: "odd", ..seen(1) }] {
            let refused = store.begin_operation_on(wrong, &late, None, None).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::StaleVersion))), "{refused:?}");
        }
        assert_eq!(store.operation(account.tenant_id, late.id).await.unwrap(), None);

        let first = operation(&account, "a.example");
        store.begin_operation_on(seen(1), &first, None, None).await.unwrap();
        let second = store.begin_operation_on(seen(1), &late, None, None).await;
        assert!(matches!(second, Err(Error::Conflict(Conflict::UnfinishedOperation))), "{second:?}");
    })
    .await;
}
