//! Locks and holds, and that the registry has just the statuses that the API shows.

use serde_json::{Value, json};

use crate::support::{TestGateway, expect};

impl TestGateway {
    /// Makes a change of a domain, and gives the statuses that both sides then show.
    async fn statuses(&self, method: &str, path: &str, body: Option<Value>) -> Vec<String> {
        let answer = self.call(method, path, body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
        let domain = &answer.body["data"];
        let mut shown: Vec<String> = serde_json::from_value(domain["epp_statuses"].clone()).unwrap();
        shown.sort();
        let there = self.at_registry(domain["name"].as_str().unwrap()).await;
        let mut there: Vec<String> = serde_json::from_value(there["statuses"].clone()).unwrap();
        there.sort();
        assert_eq!(shown, there, "{method} {path}");
        shown
    }
}

#[tokio::test]
async fn a_lock_is_set_and_lifted_at_the_registry_once_however_often_it_is_asked() {
    let gateway = TestGateway::start().await;
    gateway.registered("locked.test").await;
    for (path, status) in [
        ("domains/locked.test/transfer_lock", "clientTransferProhibited"),
        ("domains/locked.test/delete_lock", "clientDeleteProhibited"),
        ("domains/locked.test/update_lock", "clientUpdateProhibited"),
    ] {
        let before = gateway.log_of("locked.test").await.len();
        assert_eq!(gateway.statuses("POST", path, None).await, [status, "inactive"]);
        let contacts = gateway.log_of("locked.test").await.len();
        assert!(contacts > before);
        assert_eq!(gateway.statuses("POST", path, None).await, [status, "inactive"]);
        assert_eq!(gateway.log_of("locked.test").await.len(), contacts, "{path}: set already");
        assert_eq!(gateway.statuses("DELETE", path, None).await, ["inactive"]);
        let contacts = gateway.log_of("locked.test").await.len();
        assert_eq!(gateway.statuses("DELETE", path, None).await, ["inactive"]);
        assert_eq!(gateway.log_of("locked.test").await.len(), contacts, "{path}: not set any more");
        expect(&gateway.call("POST", &path.replace("locked", "unknown"), None).await, 404, "not_found");
    }
    let told = gateway.history("locked.test").await;
    assert_eq!(told[1..3], ["transfer_lock_applied", "transfer_lock_released"]);
    assert_eq!(told.len(), 7, "{told:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_domain_locked_against_updates_takes_none_but_the_unlocking() {
    let gateway = TestGateway::start().await;
    gateway.registered("frozen.test").await;
    gateway.statuses("POST", "domains/frozen.test/delete_lock", None).await;
    gateway.statuses("POST", "domains/frozen.test/update_lock", None).await;
    let contacts = gateway.log_of("frozen.test").await.len();
    let ds = json!({ "ds_records": [{ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB" }] });
    for (method, path, body) in [
        ("POST", "update_nameservers", Some(json!({ "nameservers": ["ns1.dns.example"] }))),
        ("POST", "update_ds_records", Some(ds)),
        ("DELETE", "ds_records", None),
        ("POST", "transfer_lock", None),
        ("DELETE", "delete_lock", None),
        ("POST", "apply_hold", None),
        ("POST", "auth_code/rotate", None),
    ] {
        let refused = gateway.call(method, &format!("domains/frozen.test/{path}"), body).await;
        expect(&refused, 422, "update_prohibited");
    }
    expect(&gateway.call("DELETE", "domains/frozen.test", None).await, 422, "delete_prohibited");
    assert_eq!(gateway.log_of("frozen.test").await.len(), contacts, "the registry was not even asked");
    let lifted = gateway.statuses("DELETE", "domains/frozen.test/update_lock", None).await;
    assert_eq!(lifted, ["clientDeleteProhibited", "inactive"]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_hold_for_an_inaccurate_contact_comes_and_goes_and_leaves_locks_alone() {
    let gateway = TestGateway::start().await;
    gateway.registered("held.test").await;
    let held = gateway.statuses("POST", "domains/held.test/apply_hold", None).await;
    assert_eq!(held, ["clientHold", "clientTransferProhibited", "inactive"]);
    let domain = gateway.call("GET", "domains/held.test", None).await.body["data"].clone();
    assert_eq!((&domain["state"], &domain["hold_reason"]), (&json!("on_hold"), &json!("contact_inaccuracy")));
    let contacts = gateway.log_of("held.test").await.len();
    gateway.statuses("POST", "domains/held.test/apply_hold", None).await;
    assert_eq!(gateway.log_of("held.test").await.len(), contacts);
    for path in ["transfer_lock", "update_lock", "renew", "update_nameservers"] {
        let body = (path == "update_nameservers").then(|| json!({ "nameservers": ["ns1.dns.example"] }));
        let refused = gateway.call("POST", &format!("domains/held.test/{path}"), body).await;
        expect(&refused, 422, "wrong_state");
    }
    assert_eq!(gateway.statuses("POST", "domains/held.test/release_hold", None).await, ["inactive"]);
    expect(&gateway.call("POST", "domains/held.test/release_hold", None).await, 422, "wrong_state");

    gateway.statuses("POST", "domains/held.test/transfer_lock", None).await;
    gateway
        .statuses("POST", "domains/held.test/apply_hold", Some(json!({ "reason": "contact_inaccuracy" })))
        .await;
    let released = gateway.statuses("POST", "domains/held.test/release_hold", None).await;
    assert_eq!(released, ["clientTransferProhibited", "inactive"], "the registrar's own lock stays");
    let refused =
        gateway.call("POST", "domains/held.test/apply_hold", Some(json!({ "reason": "spite" }))).await;
    expect(&refused, 422, "unprocessable_entity");
    gateway.stop().await;
}

#[tokio::test]
async fn the_hold_of_a_dispute_is_asked_of_the_registry_and_never_made_up() {
    let gateway = TestGateway::start().await;
    gateway.registered("disputed.test").await;
    let contacts = gateway.log_of("disputed.test").await.len();
    for _ in 0..2 {
        let asked = gateway
            .call("POST", "domains/disputed.test/apply_hold", Some(json!({ "reason": "dispute" })))
            .await;
        expect(&asked, 422, "registry_error");
    }
    let domain = gateway.call("GET", "domains/disputed.test", None).await.body["data"].clone();
    assert_eq!((&domain["state"], &domain["epp_statuses"]), (&json!("registered"), &json!(["inactive"])));
    assert_eq!(gateway.history("disputed.test").await, ["registered", "hold_requested"]);
    assert_eq!(gateway.log_of("disputed.test").await.len(), contacts);
    gateway.stop().await;
}

#[tokio::test]
async fn what_happens_at_expiry_is_chosen_by_the_registrar() {
    let gateway = TestGateway::start().await;
    let registered = gateway.registered("ends.test").await;
    assert_eq!(registered["auto_renewal"]["mode"], "DEFAULT");
    let contacts = gateway.log_of("ends.test").await.len();
    for (mode, enabled) in
        [("AUTORENEW", true), ("AUTOEXPIRE", false), ("AUTOEXPIRE", false), ("RENEWONCE", true)]
    {
        let set = gateway.call("PUT", "domains/ends.test/auto_renewal", Some(json!({ "mode": mode }))).await;
        let set = &set.body["data"]["auto_renewal"];
        assert_eq!((&set["mode"], &set["enabled"]), (&json!(mode), &json!(enabled)));
    }
    let wrong = gateway.call("PUT", "domains/ends.test/auto_renewal", Some(json!({ "mode": "never" }))).await;
    expect(&wrong, 422, "unprocessable_entity");
    assert_eq!(gateway.history("ends.test").await.len(), 4);
    assert_eq!(gateway.log_of("ends.test").await.len(), contacts);
    gateway.stop().await;
}
