//! One registry's trouble stays its own, is told at once, and ends by itself.

use serde_json::{Value, json};

use crate::support::{Answer, TestGateway, send, until};

impl TestGateway {
    async fn check_one(&self, name: &str) -> Answer {
        self.call("POST", "domains/check", Some(json!({ "name": name }))).await
    }

    async fn breaker(&self, registry: &str) -> String {
        let health = send(self.app.address(), "GET", "/health", &[], b"").await;
        let of = |one: &&Value| one["name"] == registry;
        let registries = health.body["registries"].as_array().unwrap();
        registries.iter().find(of).unwrap()["circuit_breaker"].as_str().unwrap().to_owned()
    }

    async fn metric(&self, line: &str) -> bool {
        let metrics = send(self.app.operator_address(), "GET", "/metrics", &[], b"").await;
        metrics.text.lines().any(|known| known == line)
    }
}

#[tokio::test]
async fn a_registry_that_stops_is_refused_at_once_and_comes_back_by_itself() {
    let mut gateway = TestGateway::start().await;
    assert_eq!(gateway.check_one("before.test").await.status, 200);
    let address = gateway.stop_registry().await;
    until(async || {
        gateway.check_one("during.test").await;
        gateway.breaker("generic").await == "open"
    })
    .await;
    // While it is probed, it is not called open.
    until(async || gateway.metric(r#"eppgate_breaker_state{registry="generic",state="open"} 1"#).await).await;

    let refused = gateway.check_one("during.test").await;
    assert_eq!(
        (refused.status, &refused.body["error"]),
        (503, &json!("registry_unavailable")),
        "{refused:?}"
    );
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    let create = json!({ "name": "during.test", "payment_assured": true });
    assert_eq!(gateway.call("POST", "domains", Some(create.clone())).await.status, 503);

    let both = json!({ "names": ["during.test", "during.steady"] });
    let both = gateway.call("POST", "domains/check", Some(both)).await.body["data"]["results"].clone();
    assert_eq!((&both[0]["status"], &both[1]["status"]), (&json!("error"), &json!("available")));
    assert_eq!(gateway.breaker("steady").await, "closed");

    gateway.start_registry(address).await;
    until(async || gateway.breaker("generic").await == "closed").await;
    assert_eq!(gateway.call("POST", "domains", Some(create)).await.status, 201);
    let charges = gateway.control("GET", "/ledger", None).await.body["entries"].as_array().unwrap().len();
    assert_eq!(charges, 1, "what was refused was not sent later");
    gateway.stop().await;
}

#[tokio::test]
async fn every_distribution_is_scraped_in_buckets_that_add_up() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.check_one("any.test").await.status, 200);
    let metrics = send(gateway.app.operator_address(), "GET", "/metrics", &[], b"").await.text;
    let kinds: Vec<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert!(kinds.iter().any(|kind| kind.ends_with("histogram")), "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind.ends_with("summary")), "{kinds:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_slow_registry_costs_its_callers_their_deadline_and_no_more() {
    let gateway = TestGateway::start().await;
    let silent = json!({ "match": { "verb": "check", "name": "slow.test" }, "action": "stall" });
    gateway.control("POST", "/faults", Some(silent)).await;
    let slow = gateway.check_one("slow.test").await;
    assert_eq!((slow.status, &slow.body["error"]), (504, &json!("registry_timeout")), "{slow:?}");
    assert_eq!(gateway.check_one("quick.test").await.status, 200, "another session took over");
    gateway.stop().await;
}

#[tokio::test]
async fn a_registry_that_mixes_up_its_replies_gives_nobody_anothers() {
    let gateway = TestGateway::start().await;
    let lying = json!({ "match": { "verb": "check", "name": "mine.test" }, "action": "wrong_cltrid" });
    gateway.control("POST", "/faults", Some(lying)).await;
    let refused = gateway.check_one("mine.test").await;
    assert_eq!(
        (refused.status, &refused.body["error"]),
        (502, &json!("registry_bad_response")),
        "{refused:?}"
    );
    assert_eq!(gateway.check_one("mine.test").await.status, 200);
    gateway.stop().await;
}

#[tokio::test]
async fn a_registry_with_no_session_left_keeps_callers_waiting_only_until_one_is_free() {
    let gateway = TestGateway::start().await;
    let slow = json!({ "match": { "verb": "check" }, "action": "delay", "delay": "30ms", "times": 40 });
    gateway.control("POST", "/faults", Some(slow)).await;
    let checks = (0..40).map(|number| {
        let name = format!("many{number}.test");
        let gateway = &gateway;
        async move { gateway.check_one(&name).await.status }
    });
    assert_eq!(futures_util::future::join_all(checks).await, [200; 40]);
    let sessions = gateway.control("GET", "/sessions", None).await.body;
    let highest = sessions["accounts"]["registrar-a"]["highest"].as_u64().unwrap();
    assert!((2..=8).contains(&highest), "as many sessions as the profile allows and no more: {highest}");
    gateway.stop().await;
}
