//! What can be done to a domain now: told beforehand, and so when it is done.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use eppgate_model::domain::HoldReason;
use eppgate_model::operation::{OperationKind, OperationState};
use eppgate_model::{ClTrid, Domain, DomainName, DomainState, Operation, OperationId};
use eppgate_store::{DomainChange, Pool, Store};
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{TestGateway, expect};

/// How each action is called.
fn calls() -> Vec<(&'static str, &'static str, &'static str, Option<Value>)> {
    let ds = json!({ "ds_records": [{ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "ab".repeat(32) }] });
    vec![
        ("renew", "POST", "/renew", None),
        ("delete", "DELETE", "", None),
        ("restore", "POST", "/restore", None),
        (
            "update_nameservers",
            "POST",
            "/update_nameservers",
            Some(json!({ "nameservers": ["ns1.dns.example"] })),
        ),
        ("update_ds_records", "POST", "/update_ds_records", Some(ds)),
        ("update_contacts", "POST", "/update_contacts", Some(json!({ "admin_handle": "jane" }))),
        ("rotate_auth_code", "POST", "/auth_code/rotate", None),
        ("set_transfer_lock", "POST", "/transfer_lock", None),
        ("clear_transfer_lock", "DELETE", "/transfer_lock", None),
        ("set_update_lock", "POST", "/update_lock", None),
        ("clear_update_lock", "DELETE", "/update_lock", None),
        ("set_delete_lock", "POST", "/delete_lock", None),
        ("clear_delete_lock", "DELETE", "/delete_lock", None),
        ("apply_hold", "POST", "/apply_hold", None),
        ("release_hold", "POST", "/release_hold", None),
        ("reconcile", "POST", "/reconcile", None),
        ("set_auto_renewal", "PUT", "/auto_renewal", Some(json!({ "mode": "AUTOEXPIRE" }))),
        ("transfer_in", "POST", "/transfer_in", Some(json!({ "auth_code": "whatever" }))),
        ("approve_transfer_out", "POST", "/approve_transfer_out", None),
        ("reject_transfer_out", "POST", "/reject_transfer_out", Some(json!({ "reason": "court_order" }))),
    ]
}

/// A domain's row, made to be whatever it is to be.
struct Row {
    store: Store,
    domain: Domain,
}

impl Row {
    async fn of(gateway: &TestGateway, name: &str) -> Self {
        let url = format!("sqlite://{}", gateway.dir.path().join("eppgate.db").display());
        let pool = Pool { connections: 1, statement_timeout: Duration::from_secs(10) };
        let store = Store::open(&url, pool).await.unwrap();
        let name = DomainName::parse(name).unwrap();
        let domain = store.domain(gateway.demo().tenant_id, &name).await.unwrap().unwrap();
        Self { store, domain }
    }

    async fn make(&self, change: impl Fn(&mut Domain)) {
        let Domain { tenant_id, name, .. } = &self.domain;
        let present = self.store.domain(*tenant_id, name).await.unwrap().unwrap();
        let mut domain = Domain { version: present.version, ..self.domain.clone() };
        change(&mut domain);
        self.store.change_domain(DomainChange::Update(domain), None).await.unwrap();
    }
}

/// Compares what is told of each action with what it answers, and counts those that may be done.
async fn agrees(gateway: &TestGateway, what: &str) -> usize {
    let told = gateway.call("GET", "domains/walk.test/actions", None).await;
    assert_eq!(told.status, 200, "{told:?}");
    let actions = &told.body["data"]["actions"];
    // That of calling a transfer off names the transfer, and here there is none.
    assert_eq!(actions.as_object().unwrap().len(), calls().len() + 1, "{actions}");
    let mut allowed = 0;
    for (action, method, path, body) in calls() {
        let (path, entry) = (format!("domains/walk.test{path}"), &actions[action]);
        match entry["blocked_by"].get(0) {
            Some(blocked) => {
                assert_eq!(entry["allowed"], false, "{what}, {action}");
                let answer = gateway.call(method, &path, body).await;
                assert!(answer.status >= 400, "{what}, {action}: {answer:?}");
                assert_eq!(answer.body["error"], blocked["code"], "{what}, {action}: {answer:?} {entry}");
            }
            None => {
                assert_eq!(entry["allowed"], true, "{what}, {action}");
                // Only thought through, so that the domain stays as it is.
                let answer = gateway.dry_run(method, &path, body).await;
                assert_eq!(answer.status, 200, "{what}, {action}: {answer:?}");
                allowed += 1;
            }
        }
    }
    allowed
}

async fn walked() -> (TestGateway, Row) {
    let gateway = TestGateway::start().await;
    let jane = json!({ "handle": "jane", "name": "Jane", "email": "jane@dns.example", "city": "Lund", "country": "SE",
                       "street": ["Gatan 1"], "phone": "+46812345678" });
    assert_eq!(gateway.call("POST", "contacts", Some(jane)).await.status, 201);
    gateway.registered("walk.test").await;
    let row = Row::of(&gateway, "walk.test").await;
    (gateway, row)
}

#[tokio::test]
async fn what_is_told_of_an_action_is_what_it_answers_in_each_state_and_with_each_status() {
    let (gateway, row) = walked().await;
    let statuses: [&[&str]; 6] = [
        &["ok"],
        &["clientUpdateProhibited"],
        &["serverUpdateProhibited", "clientDeleteProhibited"],
        &["serverDeleteProhibited", "clientTransferProhibited"],
        &["clientHold", "clientTransferProhibited"],
        &["serverHold", "serverTransferProhibited"],
    ];
    let states = [
        DomainState::Registered,
        DomainState::OnHold,
        DomainState::Expired,
        DomainState::Redemption,
        DomainState::PendingCreate,
        DomainState::PendingRestore,
        DomainState::PendingDelete,
    ];
    let mut allowed = 0;
    for state in states {
        let reasons: &[Option<HoldReason>] = match state {
            DomainState::OnHold => &[Some(HoldReason::ContactInaccuracy), Some(HoldReason::Dispute)],
            _ => &[None],
        };
        for (statuses, reason) in
            statuses.iter().flat_map(|one| reasons.iter().map(move |reason| (one, *reason)))
        {
            row.make(|domain| {
                domain.state = state;
                domain.hold_reason = reason;
                domain.epp_statuses = statuses.iter().map(|status| (*status).to_owned()).collect();
                let leaves = matches!(state, DomainState::Redemption | DomainState::PendingDelete);
                domain.deletion_scheduled_at = leaves.then(|| Utc::now() + TimeDelta::days(30));
            })
            .await;
            allowed += agrees(&gateway, &format!("{state:?} {statuses:?} {reason:?}")).await;
        }
    }
    assert!(allowed > 60, "{allowed}: some of it is allowed");
    gateway.stop().await;
}

#[tokio::test]
async fn time_hosts_and_unfinished_operations_stand_in_the_way_until_they_are_over() {
    let (gateway, row) = walked().await;
    let until = Utc::now() + TimeDelta::days(60);
    row.make(|domain| {
        domain.epp_statuses = vec!["clientTransferProhibited".to_owned()];
        domain.upkeep.locked_by_policy = true;
        domain.transfer_lock_until = Some(until);
    })
    .await;
    agrees(&gateway, "within the transfer lock").await;
    let actions =
        async || gateway.call("GET", "domains/walk.test/actions", None).await.body["data"]["actions"].take();
    let blocked = actions().await["clear_transfer_lock"]["blocked_by"][0].take();
    assert_eq!(
        json!([blocked["kind"], blocked["name"], blocked["code"]]),
        json!(["timer", "transfer_lock", "domain_within_transfer_lock"])
    );
    assert_eq!(blocked["until"], json!(eppgate_model::clock::shown(until)));

    row.make(|domain| {
        domain.state = DomainState::Redemption;
        domain.deletion_scheduled_at = Some(Utc::now() + TimeDelta::days(2));
    })
    .await;
    agrees(&gateway, "too late to be restored").await;
    let blocked = actions().await["restore"]["blocked_by"][0].take();
    assert_eq!((&blocked["kind"], blocked["until"].is_string()), (&json!("timer"), true), "{blocked}");

    row.make(|_| {}).await;
    let host = json!({ "name": "ns1.walk.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    assert_eq!(gateway.call("POST", "hosts", Some(host)).await.status, 201);
    agrees(&gateway, "with a host below").await;
    let blocked = actions().await["delete"]["blocked_by"][0].take();
    assert_eq!((&blocked["kind"], &blocked["code"]), (&json!("rule"), &json!("subordinate_hosts_exist")));

    let id = OperationId::new();
    let Domain { tenant_id, account_id, binding, name, .. } = row.domain.clone();
    let (now, later) = (Utc::now(), Utc::now() + TimeDelta::days(1));
    let unknown = Operation {
        id,
        cltrid: ClTrid::of(id),
        tenant_id,
        account_id,
        binding,
        kind: OperationKind::Renew,
        object: "domain".to_owned(),
        name: name.to_string(),
        state: OperationState::Unknown,
        request: json!({ "intent": "delete", "actor_type": "system", "actor_id": null }),
        result_code: None,
        svtrid: None,
        outcome: None,
        evidence: None,
        inserted_at: now,
        sent_at: Some(now),
        replied_at: None,
        settled_at: None,
        attempts: 0,
        next_attempt_at: Some(later),
    };
    row.store.begin_operation(&unknown, None).await.unwrap();
    agrees(&gateway, "with an unfinished operation").await;
    let renew = actions().await["renew"]["blocked_by"].take();
    assert_eq!(renew[0]["code"], "operation_in_progress", "{renew}");
    expect(&gateway.call("POST", "domains/walk.test/renew", None).await, 409, "operation_in_progress");
    expect(&gateway.call("GET", "domains/none.test/actions", None).await, 404, "not_found");
    gateway.stop().await;
}

impl Pair {
    /// Compares what is told of the actions of transfers with what they answer, thought through only, and lists those that
    /// may be done. `cancel` is the path that calls a transfer off.
    async fn agrees(&self, name: &str, cancel: &str) -> Vec<&'static str> {
        let told = self.done(Demo, "GET", &format!("domains/{name}/actions"), Value::Null).await;
        let path = |call: &str| format!("domains/{name}/{call}");
        let mut allowed = Vec::new();
        for (action, path, body) in [
            ("transfer_in", path("transfer_in"), json!({ "auth_code": "whatever" })),
            ("cancel_transfer_in", cancel.to_owned(), Value::Null),
            ("approve_transfer_out", path("approve_transfer_out"), Value::Null),
            ("reject_transfer_out", path("reject_transfer_out"), json!({ "reason": "court_order" })),
        ] {
            let (entry, answer) =
                (&told["actions"][action], self.dry_run(Demo, "POST", &path, body.clone()).await);
            match entry["blocked_by"].get(0) {
                Some(blocked) => {
                    assert!(answer.status >= 400, "{action}: {answer:?}");
                    assert_eq!(answer.body["error"], blocked["code"], "{action}: {answer:?} {entry}");
                    let real = self.call(Demo, "POST", &path, body).await;
                    assert_eq!((real.status, &real.body), (answer.status, &answer.body), "{action}");
                }
                None => {
                    assert_eq!(
                        (answer.status, &entry["allowed"]),
                        (200, &json!(true)),
                        "{action}: {answer:?}"
                    );
                    allowed.push(action);
                }
            }
        }
        allowed
    }
}

#[tokio::test]
async fn what_is_told_of_transfers_is_what_they_answer() {
    let pair = Pair::start().await;
    for who in [Demo, Other] {
        pair.done(who, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    }
    let none = format!("transfers/{}/cancel", OperationId::new());
    let code = pair.registered(Demo, "mine.test").await;
    assert_eq!(pair.agrees("mine.test", &none).await, ["transfer_in"]);
    pair.done(Demo, "POST", "domains/mine.test/transfer_lock", Value::Null).await;
    assert_eq!(pair.agrees("mine.test", &none).await, [""; 0]);
    let ask = json!({ "auth_code": code });
    let locked = pair.call(Demo, "POST", "domains/mine.test/transfer_in", ask).await;
    expect(&locked, 422, "transfer_prohibited");
    assert_eq!(pair.effects("mine.test").await, ["created", "updated", "updated"], "nobody has asked for it");
    pair.done(Demo, "DELETE", "domains/mine.test/transfer_lock", Value::Null).await;

    // From one account to the other, both sides are the tenant's.
    let asked = pair.asked(Demo, "mine.test", &code).await;
    let cancel = format!("transfers/{}/cancel", asked["pending_transfer"]["id"].as_str().unwrap());
    let both = ["cancel_transfer_in", "approve_transfer_out", "reject_transfer_out"];
    assert_eq!(pair.agrees("mine.test", &cancel).await, both);
    let told = pair.done(Demo, "GET", "domains/mine.test/actions", Value::Null).await;
    let blocked = &told["actions"]["transfer_in"]["blocked_by"][0];
    assert_eq!(
        (&blocked["code"], &blocked["until"]),
        (&json!("domain_in_transfer"), &asked["pending_transfer"]["auto_ack_at"])
    );
    assert_eq!(pair.call(Demo, "POST", &cancel, Value::Null).await.status, 204);
    assert_eq!(pair.agrees("mine.test", &none).await, ["transfer_in"]);

    // To another registrar.
    pair.asked(Other, "mine.test", &code).await;
    pair.poll().await;
    assert_eq!(pair.transfers(Demo).await[0], "out pending mine.test");
    assert_eq!(pair.agrees("mine.test", &none).await, both[1..]);
    pair.done(Demo, "POST", "domains/mine.test/reject_transfer_out", json!({ "reason": "court_order" }))
        .await;
    assert_eq!(pair.agrees("mine.test", &none).await, ["transfer_in"]);
    pair.stop().await;
}
