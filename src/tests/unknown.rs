//! Operations of unknown outcome, as operators see them and put an end to them.

use serde_json::{Value, json};

use crate::outcome::once;
use crate::pair::{Demo, Other, Pair};
use crate::support::{Answer, JSON, OPERATOR_TOKEN, TestGateway, expect, send, until};

const OPERATIONS: &str = "/operator/v1/operations";

impl TestGateway {
    /// A creation whose reply is lost, at a registry that tells nothing of the name. Gives the operation's id.
    async fn unknown(&self, name: &str, action: &str, body: Value) -> String {
        self.fault("create", name, action).await;
        let silent = json!({ "match": { "verb": "info", "name": name }, "action": "stall", "times": 10_000 });
        self.control("POST", "/faults", Some(silent)).await;
        let lost = self.call("POST", "domains", Some(body)).await;
        expect(&lost, 504, "registry_timeout");
        lost.body["detail"]["operation_id"].as_str().unwrap().to_owned()
    }

    async fn settle(&self, id: &str, outcome: &str, reason: &str) -> Answer {
        let body = json!({ "outcome": outcome, "reason": reason });
        self.operate("POST", &format!("{OPERATIONS}/{id}/settle"), Some(body)).await
    }

    /// The operations of unknown outcome.
    async fn unsettled(&self, query: &str) -> Vec<Value> {
        let listed = self.operate("GET", &format!("{OPERATIONS}{query}"), None).await;
        listed.body["data"].as_array().unwrap_or_else(|| panic!("{listed:?}")).clone()
    }
}

fn assured(name: &str) -> Value {
    json!({ "name": name, "payment_assured": true })
}

#[tokio::test]
async fn an_operation_is_settled_by_hand_as_executed_and_means_what_any_verdict_means() {
    let gateway = TestGateway::start().await;
    let quote = json!({ "fqdn": "hand.example", "operation": "register", "period": 1 });
    let quote = gateway.call("POST", "quotes", Some(quote)).await.body["data"]["quote_id"].clone();
    let register = json!({ "name": "hand.example", "quote_id": quote });
    let id = gateway.unknown("hand.example", "drop_after", register.clone()).await;
    let own = gateway.call("GET", &format!("operations/{id}"), None).await.body["data"].clone();
    assert_eq!((&own["outcome"], &own["evidence"]), (&json!("unknown"), &Value::Null));

    let shown = gateway.operate("GET", &format!("{OPERATIONS}/{id}"), None).await;
    assert_eq!(shown.body["data"]["outcome"], "unknown");
    assert_eq!(shown.body["data"]["request"]["intent"]["create"]["auth_code_hash"], "***", "{shown:?}");
    assert!(!shown.text.contains("sha256:"), "{shown:?}");
    for (query, count) in [("", 1), ("?registry=generic", 1), ("?registry=steady", 0)] {
        assert_eq!(gateway.unsettled(query).await.len(), count, "{query}");
    }

    expect(&gateway.settle(&id, "executed", " ").await, 422, "unprocessable_entity");
    expect(&gateway.settle(&id, "perhaps", "who knows").await, 422, "unprocessable_entity");
    expect(&gateway.settle("nonsense", "executed", "seen").await, 404, "not_found");
    let settled = gateway.settle(&id, "executed", "seen in the registry's portal").await;
    let told = &settled.body["data"];
    assert_eq!((settled.status, &told["outcome"]), (200, &json!("executed")), "{settled:?}");
    assert_eq!(told["evidence"]["operator"], "anna");
    expect(&gateway.settle(&id, "not_executed", "a second thought").await, 409, "operation_settled");

    let own = gateway.call("GET", &format!("operations/{id}"), None).await.body["data"].clone();
    assert_eq!((&own["outcome"], &own["evidence"]["settled_by"]), (&json!("executed"), &json!("operator")));
    assert_eq!(own["evidence"]["reason"], "seen in the registry's portal");
    assert_eq!(own["evidence"]["operator"], Value::Null, "who it was is not for tenants");
    let domain = gateway.call("GET", "domains/hand.example", None).await.body["data"].clone();
    assert_eq!((&domain["state"], &domain["out_of_sync"]), (&json!("registered"), &json!(true)), "{domain}");
    assert_eq!(gateway.history("hand.example").await, ["registered"]);
    assert_eq!(gateway.unsettled("").await, [""; 0]);
    expect(&gateway.call("POST", "domains", Some(register)).await, 422, "quote_consumed");
    assert_eq!(gateway.effects("hand.example").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn an_operation_settled_as_not_executed_gives_all_back_and_may_be_tried_again() {
    let gateway = TestGateway::start().await;
    let quote = json!({ "fqdn": "undone.example", "operation": "register", "period": 1 });
    let quote = gateway.call("POST", "quotes", Some(quote)).await.body["data"]["quote_id"].clone();
    let register = json!({ "name": "undone.example", "quote_id": quote });
    let id = gateway.unknown("undone.example", "drop_before", register.clone()).await;
    expect(&gateway.call("POST", "domains", Some(register.clone())).await, 422, "quote_consumed");
    let settled = gateway.settle(&id, "not_executed", "the registry's staff has looked").await;
    assert_eq!(settled.body["data"]["outcome"], "not_executed", "{settled:?}");
    expect(&gateway.call("GET", "domains/undone.example", None).await, 404, "not_found");
    gateway.control("DELETE", "/faults", None).await;
    assert_eq!(gateway.call("POST", "domains", Some(register)).await.status, 201);
    assert_eq!(gateway.effects("undone.example").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn of_many_verdicts_the_first_counts_whoevers_it_is() {
    let gateway = TestGateway::start().await;
    let id = gateway.unknown("race.test", "drop_after", assured("race.test")).await;
    // The one that looks takes its part, too.
    gateway.control("DELETE", "/faults", None).await;
    let verdict = |number: usize| {
        let outcome = if number.is_multiple_of(2) { "executed" } else { "not_executed" };
        gateway.settle(&id, outcome, "one of many")
    };
    let answers = futures_util::future::join_all((0..12).map(verdict)).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(won.len() <= 1, "{won:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409)), "{answers:?}");
    let outcome =
        gateway.call("GET", &format!("operations/{id}"), None).await.body["data"]["outcome"].clone();
    assert!(won.iter().all(|answer| answer.body["data"]["outcome"] == outcome), "{outcome} {won:?}");
    let there = gateway.call("GET", "domains/race.test", None).await.status;
    assert_eq!(there, if outcome == "executed" { 200 } else { 404 });
    gateway.stop().await;
}

#[tokio::test]
async fn an_operator_has_it_looked_into_again_at_once() {
    let gateway = TestGateway::start().await;
    let id = gateway.unknown("again.test", "drop_after", assured("again.test")).await;
    let path = format!("{OPERATIONS}/{id}/look");
    gateway.control("DELETE", "/faults", None).await;
    until(async || {
        let looked = gateway.operate("POST", &path, None).await;
        looked.status == 200 && looked.body["data"]["outcome"] == "executed"
    })
    .await;
    let own = gateway.call("GET", &format!("operations/{id}"), None).await.body["data"].clone();
    assert_eq!(
        (&own["outcome"], &own["evidence"]["query"]),
        (&json!("executed"), &json!("domain:info")),
        "{own}"
    );
    assert_eq!(gateway.call("GET", "domains/again.test", None).await.body["data"]["state"], "registered");
    assert_eq!(gateway.effects("again.test").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_transfer_is_settled_by_hand_as_any_other_command() {
    let pair = Pair::start().await;
    let code = pair.registered(Other, "asked.test").await;
    pair.fault("transfer", 1, "drop_after").await;
    let silent = json!({ "match": { "verb": "transfer", "nth": 2 }, "action": "stall", "times": 10_000 });
    pair.control("POST", "/faults", Some(silent)).await;
    let lost = pair.call(Demo, "POST", "domains/asked.test/transfer_in", json!({ "auth_code": code })).await;
    expect(&lost, 504, "registry_timeout");
    let id = lost.body["detail"]["operation_id"].as_str().unwrap();
    let verdict = json!({ "outcome": "executed", "reason": "seen in the registry's portal" });
    let authorization = format!("Bearer {OPERATOR_TOKEN}");
    let settled = send(
        pair.app.operator_address(),
        "POST",
        &format!("{OPERATIONS}/{id}/settle"),
        &[("Authorization", authorization.as_str()), JSON],
        verdict.to_string().as_bytes(),
    )
    .await;
    assert_eq!(settled.status, 200, "{settled:?}");
    assert_eq!(pair.transfers(Demo).await, ["in pending asked.test"]);
    pair.control("DELETE", "/faults", None).await;
    assert_eq!(pair.effects("asked.test").await.iter().filter(|one| *one == "transfer_requested").count(), 1);
    pair.stop().await;
}
