//! What operators see and do, on their own listener and with their own token.

use std::time::Duration;

use chrono::{SubsecRound, TimeDelta, Utc};
use eppgate_model::clock::shown;
use serde_json::{Value, json};

use crate::support::{Answer, OPERATOR_TOKEN, TestGateway, send, until};

const GENERIC: &str = "/operator/v1/registries/generic";
const PRIMARY: &str = "/operator/v1/registries/generic/accounts/primary";

impl TestGateway {
    async fn primary(&self) -> Value {
        self.operate("GET", PRIMARY, None).await.body["data"].take()
    }

    async fn check(&self, name: &str) -> Answer {
        self.call("POST", "domains/check", Some(json!({ "name": name }))).await
    }

    async fn sessions_at_registry(&self) -> u64 {
        let sessions = self.control("GET", "/sessions", None).await.body;
        sessions["accounts"]["registrar-a"]["open"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn only_an_operators_token_gets_in_and_probes_need_none() {
    let gateway = TestGateway::start().await;
    let address = gateway.app.operator_address();
    let (tenants, almost) =
        (format!("Bearer {}", gateway.token), format!("Bearer {}", OPERATOR_TOKEN.to_uppercase()));
    for (method, path) in [
        ("GET", "/operator/v1/registries"),
        ("GET", PRIMARY),
        ("POST", "/operator/v1/registries/generic/pause"),
        ("POST", "/operator/v1/registries/nowhere/drain"),
        ("DELETE", "/operator/v1/registries/generic/accounts/primary/sessions/1"),
    ] {
        for headers in [&[][..], &[("Authorization", &tenants)], &[("Authorization", &almost)]] {
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|&(name, value)| (name, &value[..])).collect();
            let refused = send(address, method, path, &headers, b"").await;
            assert_eq!((refused.status, &refused.body), (401, &json!({"error": "unauthorized"})), "{path}");
        }
    }
    for path in ["/healthz", "/metrics"] {
        assert_eq!(send(address, "GET", path, &[], b"").await.status, 200, "{path}");
    }
    let public = format!("Bearer {OPERATOR_TOKEN}");
    let elsewhere = send(gateway.app.address(), "GET", GENERIC, &[("Authorization", &public)], b"").await;
    assert_eq!(elsewhere.status, 404, "the API's own listener knows nothing of it");
    gateway.stop().await;
}

#[tokio::test]
async fn what_there_is_not_is_told_in_the_envelope() {
    let gateway = TestGateway::start().await;
    let nonsense = json!({"for": "soon"});
    let both = json!({"until": "2100-01-01T00:00:00Z", "for": "1h"});
    let far = json!({"until": "2100-01-01T00:00:00Z"});
    let over = json!({"until": "2000-01-01T00:00:00Z"});
    for (method, path, body, status, code) in [
        ("GET", "/operator/v1/registries/nowhere".to_owned(), None, 404, "not_found"),
        ("POST", format!("{GENERIC}/accounts/second/pause"), None, 404, "not_found"),
        ("DELETE", format!("{PRIMARY}/sessions/0"), None, 404, "not_found"),
        ("DELETE", format!("{PRIMARY}/sessions/first"), None, 404, "not_found"),
        ("DELETE", format!("{GENERIC}/maintenance/none"), None, 404, "not_found"),
        ("GET", "/operator/v1".to_owned(), None, 404, "not_found"),
        ("DELETE", GENERIC.to_owned(), None, 405, "method_not_allowed"),
        ("POST", format!("{GENERIC}/breaker/open"), Some(nonsense), 422, "unprocessable_entity"),
        ("POST", format!("{GENERIC}/maintenance"), Some(both), 422, "unprocessable_entity"),
        ("POST", format!("{GENERIC}/maintenance"), Some(far), 422, "unprocessable_entity"),
        ("POST", format!("{GENERIC}/maintenance"), Some(over), 422, "unprocessable_entity"),
        ("POST", format!("{GENERIC}/maintenance"), Some(json!({})), 422, "unprocessable_entity"),
    ] {
        let answer = gateway.operate(method, &path, body).await;
        assert_eq!((answer.status, &answer.body["error"]), (status, &json!(code)), "{method} {path}");
        assert_eq!(answer.body["details"].is_object(), status == 422, "{answer:?}");
        assert!(answer.header("x-request-id").is_some());
    }
    gateway.stop().await;
}

#[tokio::test]
async fn every_account_is_shown_with_its_sessions_queue_limits_and_breaker() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.check("seen.test").await.status, 200);
    let all = gateway.operate("GET", "/operator/v1/registries", None).await;
    let names: Vec<&Value> =
        all.body["data"].as_array().unwrap().iter().map(|one| &one["registry"]).collect();
    assert_eq!((all.status, names), (200, vec![&json!("generic"), &json!("steady")]));
    let one = gateway.operate("GET", GENERIC, None).await.body["data"].take();
    assert_eq!((&one["registry"], one["accounts"].as_array().unwrap().len()), (&json!("generic"), 1));

    let account = gateway.primary().await;
    assert_eq!((&account["account"], &account["client_id"]), (&json!("primary"), &json!("registrar-a")));
    let breaker = &account["breaker"];
    assert_eq!((&breaker["state"], &breaker["mode"]), (&json!("closed"), &json!("automatic")));
    assert_eq!((&breaker["retry_at"], &breaker["failure_ratio"]), (&Value::Null, &json!(0.0)));
    assert_eq!(account["queue"]["waiting"], 0);
    let classes: Vec<&Value> =
        account["queue"]["classes"].as_array().unwrap().iter().map(|one| &one["class"]).collect();
    assert_eq!(json!(classes), json!(["interactive", "background", "bulk"]));
    assert!(account["client_certificate_not_after"].as_str().unwrap().ends_with('Z'), "{account}");
    let session = &account["sessions"]["open"][0];
    for key in ["id", "age_seconds", "commands", "in_flight", "idle_seconds"] {
        assert!(session[key].is_number(), "{key} in {session}");
    }
    assert!(!all.text.contains("sandbox-password"));
    gateway.stop().await;
}

#[tokio::test]
async fn while_paused_commands_wait_and_go_on_when_told() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.check("before.test").await.status, 200);
    let paused = gateway.operate("POST", &format!("{PRIMARY}/pause"), None).await;
    assert_eq!((paused.status, &paused.body["data"]["paused"]), (200, &json!(true)));
    let resume = async {
        until(async || gateway.primary().await["queue"]["waiting"] == 1).await;
        let log = gateway.control("GET", "/log", None).await;
        assert!(!log.text.contains("waits.test"));
        gateway.operate("POST", &format!("{GENERIC}/resume"), None).await
    };
    let (checked, resumed) = tokio::join!(gateway.check("waits.test"), resume);
    assert_eq!((checked.status, resumed.status), (200, 200), "{checked:?}");
    assert_eq!(resumed.body["data"]["accounts"][0]["paused"], false);
    gateway.stop().await;
}

#[tokio::test]
async fn a_drain_leaves_no_session_and_a_resume_brings_them_back() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.check("before.test").await.status, 200);
    let why = json!({"reason": "the registry moves"});
    let drained = gateway.operate("POST", &format!("{GENERIC}/drain"), Some(why)).await;
    let account = &drained.body["data"]["accounts"][0];
    assert_eq!(account["sessions"]["open"], json!([]), "{drained:?}");
    assert_eq!(account["breaker"]["state"], "drained");
    assert_eq!(account["breaker"]["cause"], "the registry moves");
    until(async || gateway.sessions_at_registry().await == 0).await;
    let refused = gateway.check("during.test").await;
    assert_eq!((refused.status, &refused.body["error"]), (503, &json!("registry_unavailable")));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(gateway.operate("POST", &format!("{GENERIC}/resume"), None).await.status, 200);
    assert_eq!(gateway.check("after.test").await.status, 200);
    gateway.stop().await;
}

#[tokio::test]
async fn the_breaker_obeys_until_it_is_reset() {
    let gateway = TestGateway::start().await;
    let word = json!({"reason": "it lies", "for": "10m"});
    let opened = gateway.operate("POST", &format!("{GENERIC}/breaker/open"), Some(word)).await;
    let breaker = &opened.body["data"]["accounts"][0]["breaker"];
    assert_eq!((&breaker["mode"], &breaker["cause"]), (&json!("forced_open"), &json!("it lies")));
    assert!(breaker["retry_at"].as_str().unwrap().ends_with('Z'));
    let refused = gateway.check("held.test").await;
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(refused.status == 503 && (500..=600).contains(&wait), "{refused:?}");
    for (word, state, mode) in [("close", "disabled", "disabled"), ("reset", "closed", "automatic")] {
        let told = gateway.operate("POST", &format!("{PRIMARY}/breaker/{word}"), None).await;
        let breaker = &told.body["data"]["breaker"];
        assert_eq!((&breaker["state"], &breaker["mode"]), (&json!(state), &json!(mode)));
        assert_eq!(gateway.check("passes.test").await.status, 200);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_maintenance_is_announced_held_for_and_called_off() {
    let gateway = TestGateway::start().await;
    let path = format!("{GENERIC}/maintenance");
    let day = |ahead| shown((Utc::now() + TimeDelta::days(ahead)).trunc_subsecs(0));
    let (begin, end) = (day(30), day(31));
    let later = json!({"from": begin, "until": end, "meanwhile": "hold"});
    let later = gateway.operate("POST", &path, Some(later)).await;
    let now = gateway.operate("POST", &path, Some(json!({"for": "1h"}))).await;
    assert_eq!((later.status, now.status), (201, 201), "{later:?} {now:?}");
    let listed = gateway.operate("GET", &path, None).await.body["data"].take();
    assert_eq!((&listed[0]["active"], &listed[0]["meanwhile"]), (&json!(true), &json!("reject")));
    assert_eq!((&listed[1]["from"], &listed[1]["until"]), (&json!(begin), &json!(end)));
    assert_eq!(listed[1]["id"], later.body["data"]["id"]);

    let refused = gateway.check("worked-on.test").await;
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(refused.status == 503 && (3500..=3600).contains(&wait), "{refused:?}");
    let id = now.body["data"]["id"].as_str().unwrap();
    assert_eq!(gateway.operate("DELETE", &format!("{path}/{id}"), None).await.status, 204);
    assert_eq!(gateway.operate("DELETE", &format!("{path}/{id}"), None).await.status, 404);
    until(async || gateway.check("well-again.test").await.status == 200).await;
    gateway.stop().await;
}

#[tokio::test]
async fn one_session_is_ended_and_another_comes() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.check("before.test").await.status, 200);
    let sessions = gateway.primary().await["sessions"]["open"].take();
    let id = sessions[0]["id"].as_u64().unwrap();
    for (id, query) in [(id, ""), (id + 1, "?now=true")] {
        let path = format!("{PRIMARY}/sessions/{id}");
        until(async || gateway.operate("DELETE", &format!("{path}{query}"), None).await.status == 204).await;
        until(async || {
            let open = gateway.primary().await["sessions"]["open"].take();
            open.as_array().unwrap().iter().all(|session| session["id"] != id)
        })
        .await;
    }
    assert_eq!(gateway.check("after.test").await.status, 200);
    let reconnected = gateway.operate("POST", &format!("{GENERIC}/reconnect"), None).await;
    assert_eq!(reconnected.status, 200);
    until(async || {
        let log = gateway.control("GET", "/log", None).await;
        let logins = log.body["entries"].as_array().unwrap().iter().filter(|one| one["verb"] == "login");
        logins.count() > 3
    })
    .await;
    tokio::time::timeout(Duration::from_secs(60), gateway.stop()).await.unwrap();
}
