//! What answers tell of the way to registries.

use serde_json::json;

use crate::support::{Answer, TestGateway, expect, send};

/// The names and numbers of `Server-Timing`.
fn times(answer: &Answer) -> Vec<(String, f64)> {
    let header = answer.header("server-timing").unwrap_or_default();
    let parts = header.split(", ").filter_map(|part| part.split_once(";dur="));
    parts.map(|(name, millis)| (name.to_owned(), millis.parse().unwrap())).collect()
}

#[tokio::test]
async fn an_answer_that_touched_a_registry_tells_its_result_and_where_the_time_went() {
    let gateway = TestGateway::start().await;
    let slow =
        json!({ "match": { "verb": "create", "name": "told.test" }, "action": "delay", "delay": "120ms" });
    gateway.control("POST", "/faults", Some(slow)).await;
    let body = json!({ "name": "told.test", "payment_assured": true });
    let created = gateway.call("POST", "domains", Some(body)).await;
    // The look after the creation does not hide its result.
    let log = gateway.log_of("told.test").await;
    assert_eq!(
        log.iter().map(|entry| entry["verb"].as_str().unwrap()).collect::<Vec<_>>(),
        ["create", "info"]
    );
    assert_eq!(created.header("epp-result-code"), Some("1000"), "{created:?}");
    assert_eq!(created.header("epp-cltrid"), log[0]["clTRID"].as_str());
    assert_eq!(created.header("epp-svtrid"), log[0]["svTRID"].as_str());
    let times = times(&created);
    assert_eq!(times.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["queue", "epp", "db"]);
    assert!(times[1].1 >= 120.0, "the registry took its time: {times:?}");
    assert!(times[2].1 > 0.0, "{times:?}");

    let read = gateway.call("GET", "domains/told.test", None).await;
    assert_eq!((read.header("epp-result-code"), read.header("server-timing")), (None, None), "{read:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_tells_its_result_and_so_does_what_settled_a_lost_reply() {
    let gateway = TestGateway::start().await;
    let taken = json!({ "name": "premium.test", "payment_assured": true });
    let refused = gateway.call("POST", "domains", Some(taken)).await;
    expect(&refused, 422, "registry_error");
    let code = refused.body["detail"]["epp_code"].to_string();
    assert_eq!(refused.header("epp-result-code"), Some(code.as_str()));
    assert_eq!(refused.header("epp-svtrid"), refused.body["detail"]["svtrid"].as_str());
    assert_eq!(times(&refused).len(), 3);

    gateway.fault("create", "lost.test", "drop_after").await;
    let body = json!({ "name": "lost.test", "payment_assured": true });
    let lost = gateway.call("POST", "domains", Some(body)).await;
    assert_eq!((lost.status, lost.header("epp-result-code")), (201, Some("1000")), "{lost:?}");
    let log = gateway.log_of("lost.test").await;
    let look = log.iter().rfind(|entry| entry["verb"] == "info").unwrap();
    assert_eq!(lost.header("epp-svtrid"), look["svTRID"].as_str(), "the look decided");
    gateway.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_told_again_has_the_result_of_the_first_and_no_times() {
    let gateway = TestGateway::start().await;
    let target = format!("/api/v1/tenants/{}/domains", gateway.demo().tenant_id);
    let authorization = format!("Bearer {}", gateway.token);
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "told-twice"),
    ];
    let body = json!({ "name": "twice.test", "payment_assured": true }).to_string();
    let first = send(gateway.app.address(), "POST", &target, &headers, body.as_bytes()).await;
    let again = send(gateway.app.address(), "POST", &target, &headers, body.as_bytes()).await;
    assert_eq!((first.status, again.header("idempotent-replayed")), (201, Some("true")), "{again:?}");
    for name in ["epp-result-code", "epp-cltrid", "epp-svtrid"] {
        assert!(first.header(name).is_some(), "{name}");
        assert_eq!(first.header(name), again.header(name));
    }
    assert_eq!((times(&first).len(), times(&again).len()), (3, 0));
    gateway.stop().await;
}

#[tokio::test]
async fn the_time_of_each_registry_that_was_asked_at_once_is_told() {
    let gateway = TestGateway::start().await;
    gateway.control("POST", "/latency", Some(json!({ "rtt": "120ms" }))).await;
    // Which of them is asked first is open; the slow one counts in either case.
    for round in 0..8 {
        let names = json!({ "names": [format!("a{round}.test"), format!("a{round}.steady")] });
        let checked = gateway.call("POST", "domains/check", Some(names)).await;
        assert_eq!(checked.status, 200, "{checked:?}");
        let times = times(&checked);
        assert!(times.iter().any(|(name, time)| name == "epp" && *time >= 120.0), "{times:?}");
    }
    gateway.stop().await;
}
