//! A deleted domain comes back: by request and report, whatever becomes of the replies.

use serde_json::{Value, json};

use crate::support::{TestGateway, expect};

impl TestGateway {
    /// A domain that was deleted too late to be purged at once.
    async fn deleted(&self, name: &str) -> Value {
        self.registered(name).await;
        self.control("POST", "/clock", Some(json!({ "advance": "P10D" }))).await;
        assert_eq!(self.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
        let deleted = self.call("GET", &format!("domains/{name}"), None).await.body["data"].clone();
        assert_eq!(deleted["state"], "redemption", "{deleted}");
        assert!(deleted["deletion_scheduled_at"].is_string());
        deleted
    }

    async fn charged_for_restoring(&self, name: &str) -> usize {
        let ledger = self.control("GET", "/ledger", None).await.body;
        let charges = ledger["entries"].as_array().unwrap().iter();
        charges.filter(|charge| charge["name"] == name && charge["command"] == "restore").count()
    }
}

#[tokio::test]
async fn a_deleted_domain_is_restored_with_its_report() {
    let gateway = TestGateway::start().await;
    gateway.deleted("back.test").await;
    let restored = gateway.call("POST", "domains/back.test/restore", None).await;
    assert_eq!(restored.status, 200, "{restored:?}");
    let domain = &restored.body["data"];
    assert_eq!((&domain["state"], &domain["deletion_scheduled_at"]), (&json!("registered"), &Value::Null));
    let there = gateway.at_registry("back.test").await;
    assert_eq!((&there["rgp_statuses"], &there["purge_at"]), (&json!([]), &Value::Null), "{there}");
    assert_eq!(gateway.history("back.test").await[1..], ["deleted", "restore_requested", "restored"]);
    assert_eq!(gateway.charged_for_restoring("back.test").await, 1);
    expect(&gateway.call("POST", "domains/back.test/restore", None).await, 422, "wrong_state");
    gateway.stop().await;
}

#[tokio::test]
async fn a_lost_restore_is_found_again_and_paid_for_once() {
    let gateway = TestGateway::start().await;
    gateway.deleted("lost.test").await;
    let twice =
        json!({ "match": { "verb": "update", "name": "lost.test" }, "action": "drop_after", "times": 2 });
    gateway.control("POST", "/faults", Some(twice)).await;
    let restored = gateway.call("POST", "domains/lost.test/restore", None).await;
    assert_eq!(
        (restored.status, &restored.body["data"]["state"]),
        (200, &json!("registered")),
        "{restored:?}"
    );
    assert_eq!(gateway.charged_for_restoring("lost.test").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn what_cannot_be_restored_says_until_when_it_is_there() {
    let gateway = TestGateway::start().await;
    gateway.registered("alive.test").await;
    let alive = gateway.call("POST", "domains/alive.test/restore", None).await;
    expect(&alive, 422, "wrong_state");
    assert_eq!(alive.body["detail"], Value::Null);
    gateway.stop().await;
}
