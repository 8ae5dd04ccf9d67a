//! `Idempotency-Key` as callers see it: what is sent again is done once, whatever became of the first answer.

use chrono::Duration;
use eppgate_model::Clock;
use eppgate_model::token::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::databases::on_each_database;
use crate::outcome::once;
use crate::support::{Answer, JSON, TestGateway, expect, send};

const REPLAYED: &str = "idempotent-replayed";

impl TestGateway {
    /// A call with a key.
    async fn keyed(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.keyed_raw(&self.token, &[key], method, path, &body).await
    }

    async fn keyed_raw(&self, token: &str, keys: &[&str], method: &str, path: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("Authorization", authorization.as_str()), JSON];
        headers.extend(keys.iter().map(|key| ("Idempotency-Key", *key)));
        let target = format!("/api/v1/tenants/{}/{path}", self.demo().tenant_id);
        send(self.app.address(), method, &target, &headers, body.as_bytes()).await
    }

    async fn create_keyed(&self, key: &str, name: &str) -> Answer {
        self.keyed(key, "POST", "domains", Some(create(name))).await
    }

    /// Sends a request again as a client would, until it knows.
    async fn until_known(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        for _ in 0..100 {
            let answer = self.keyed(key, method, path, body.clone()).await;
            if !matches!(answer.status, 409 | 504) {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{method} {path} is never known");
    }

    /// The registry carries a command out, its reply is lost, and it says nothing to any look until the caller has
    /// been told that the outcome is unknown.
    async fn lost(&self, verb: &str, key: &str, method: &str, path: &str, body: Option<Value>) {
        self.fault(verb, "a.test", "drop_after").await;
        let mute = json!({ "match": { "verb": "info", "name": "a.test" }, "action": "result", "code": 2400,
                           "times": 1000 });
        self.control("POST", "/faults", Some(mute)).await;
        let unknown = self.keyed(key, method, path, body).await;
        expect(&unknown, 504, "registry_timeout");
        assert_eq!(unknown.body["detail"]["outcome"], "unknown");
        self.control("DELETE", "/faults", None).await;
    }
}

fn create(name: &str) -> Value {
    json!({ "name": name, "payment_assured": true })
}

#[tokio::test]
async fn the_same_request_again_has_the_answer_of_the_first() {
    on_each_database(async |url| {
        let gateway = TestGateway::start_on(Some(url), Clock::system()).await;
        let first = gateway.create_keyed("order-1", "a.test").await;
        assert_eq!((first.status, first.header(REPLAYED)), (201, Some("false")), "{first:?}");
        let reordered = r#"{ "payment_assured" : true, "name" : "a.test" }"#;
        for body in [create("a.test").to_string().as_str(), reordered] {
            let again = gateway.keyed_raw(&gateway.token, &["order-1"], "POST", "domains", body).await;
            assert_eq!((again.status, again.header(REPLAYED)), (201, Some("true")), "{again:?}");
            assert_eq!((&again.text, again.header("content-type")), (&first.text, Some("application/json")));
        }
        assert_eq!(gateway.effects("a.test").await, once("created"));

        let keyless = gateway.call("POST", "domains", Some(create("a.test"))).await;
        expect(&keyless, 422, "domain_unavailable");
        assert_eq!(keyless.header(REPLAYED), None);
        let read = gateway.keyed("order-1", "GET", "domains/a.test", None).await;
        assert_eq!((read.status, read.header(REPLAYED)), (200, None));
        gateway.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_is_one_requests_and_one_tenants() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.create_keyed("order-1", "a.test").await.status, 201);
    for (method, path, body) in [
        ("POST", "domains", Some(create("b.test"))),
        ("POST", "domains/a.test/renew", None),
        ("DELETE", "domains/a.test", None),
    ] {
        let refused = gateway.keyed("order-1", method, path, body).await;
        expect(&refused, 409, "idempotency_key_in_use");
        assert_eq!(refused.body, json!({ "error": "idempotency_key_in_use" }));
    }
    let token = gateway.token_of(gateway.other(), &[Scope::Write], crate::support::HOUR).await;
    let target = format!("/api/v1/tenants/{}/domains", gateway.other().tenant_id);
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str()), JSON, ("Idempotency-Key", "order-1")];
    let body = create("theirs.test").to_string();
    let theirs = send(gateway.app.address(), "POST", &target, &headers, body.as_bytes()).await;
    assert_eq!((theirs.status, theirs.header(REPLAYED)), (201, Some("false")), "{theirs:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_malformed_key_is_refused_before_anything_is_done() {
    let gateway = TestGateway::start().await;
    let long = "k".repeat(201);
    for keys in [&["two words"][..], &["a/b"], &[""], &[&long], &["a", "a"]] {
        let body = create("a.test").to_string();
        let refused = gateway.keyed_raw(&gateway.token, keys, "POST", "domains", &body).await;
        expect(&refused, 400, "malformed_idempotency_key");
    }
    assert_eq!(gateway.effects("a.test").await, (Vec::new(), 0));
    gateway.stop().await;
}

#[tokio::test]
async fn a_rule_that_said_no_says_so_again_but_who_may_not_ask_is_not_remembered() {
    let gateway = TestGateway::start().await;
    let refused = gateway.create_keyed("order-1", "a.example").await;
    expect(&refused, 422, "quote_required");
    let again = gateway.create_keyed("order-1", "a.example").await;
    assert_eq!((&again.body, again.header(REPLAYED)), (&refused.body, Some("true")));

    let reader = gateway.token_of(gateway.demo(), &[Scope::Read], crate::support::HOUR).await;
    let body = create("b.test").to_string();
    for (token, status) in [(reader.as_str(), 403), ("nonsense", 401)] {
        let refused = gateway.keyed_raw(token, &["order-2"], "POST", "domains", &body).await;
        assert_eq!((refused.status, refused.header(REPLAYED)), (status, None), "{refused:?}");
    }
    assert_eq!(gateway.create_keyed("order-2", "b.test").await.status, 201);
    let peeked = gateway.keyed_raw(&reader, &["order-2"], "POST", "domains", &body).await;
    expect(&peeked, 403, "insufficient_scope");
    gateway.stop().await;
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    on_each_database(async |url| {
        let gateway = TestGateway::start_on(Some(url), Clock::system()).await;
        let slow = json!({ "match": { "verb": "create" }, "action": "delay", "delay": "300ms" });
        gateway.control("POST", "/faults", Some(slow)).await;
        let answers = join_all((0..12).map(|_| gateway.create_keyed("order-1", "a.test"))).await;
        let originals = answers.iter().filter(|answer| answer.header(REPLAYED) == Some("false"));
        assert_eq!(originals.map(|answer| answer.status).collect::<Vec<_>>(), [201]);
        for answer in answers.iter().filter(|answer| answer.header(REPLAYED).is_none()) {
            expect(answer, 409, "idempotency_key_in_use");
            assert_eq!(answer.body["detail"], json!({ "in_flight": true }));
        }
        assert_eq!(gateway.effects("a.test").await, once("created"));
        gateway.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_kept_for_24_hours() {
    let clock = Clock::manual(Clock::system().now());
    let gateway = TestGateway::start_at(clock.clone()).await;
    let token = gateway.token_of(gateway.demo(), &[Scope::Write], crate::support::HOUR * 72).await;
    let body = create("a.test").to_string();
    let create = || gateway.keyed_raw(&token, &["order-1"], "POST", "domains", &body);
    assert_eq!(create().await.status, 201);
    clock.advance(Duration::hours(24) - Duration::seconds(1));
    let kept = create().await;
    assert_eq!((kept.status, kept.header(REPLAYED)), (201, Some("true")), "{kept:?}");
    clock.advance(Duration::seconds(1));
    let anew = create().await;
    assert_eq!((anew.status, anew.header(REPLAYED)), (422, Some("false")), "{anew:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_finds_the_answer_when_they_come_back() {
    let gateway = TestGateway::start().await;
    let slow = json!({ "match": { "verb": "create" }, "action": "delay", "delay": "300ms" });
    gateway.control("POST", "/faults", Some(slow)).await;
    let body = create("a.test").to_string();
    let request = format!(
        "POST /api/v1/tenants/{}/domains HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: order-1\r\nContent-Length: {}\r\n\r\n{body}",
        gateway.demo().tenant_id,
        gateway.token,
        body.len()
    );
    let mut caller = TcpStream::connect(gateway.app.address()).await.unwrap();
    caller.write_all(request.as_bytes()).await.unwrap();
    while gateway.log_of("a.test").await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(caller);
    let answer = gateway.until_known("order-1", "POST", "domains", Some(create("a.test"))).await;
    assert_eq!((answer.status, answer.header(REPLAYED)), (201, Some("true")), "{answer:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn what_was_not_done_may_be_tried_again_under_its_key_and_nothing_else() {
    let gateway = TestGateway::start().await;
    gateway.fault("create", "a.test", "drop_before").await;
    let lost = gateway.create_keyed("order-1", "a.test").await;
    expect(&lost, 503, "registry_unavailable");
    expect(&gateway.create_keyed("order-1", "b.test").await, 409, "idempotency_key_in_use");
    let again = gateway.create_keyed("order-1", "a.test").await;
    assert_eq!((again.status, again.header(REPLAYED)), (201, Some("false")), "{again:?}");
    assert_eq!(gateway.effects("a.test").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn what_was_done_without_an_answer_is_answered_when_it_is_sent_again() {
    on_each_database(async |url| {
        let gateway = TestGateway::start_on(Some(url), Clock::system()).await;
        gateway.lost("create", "create", "POST", "domains", Some(create("a.test"))).await;
        let created = gateway.until_known("create", "POST", "domains", Some(create("a.test"))).await;
        assert_eq!((created.status, created.header(REPLAYED)), (201, Some("false")), "{created:?}");
        let year = |answer: &Answer| answer.body["data"]["expires_at"].as_str().unwrap()[..4].to_owned();
        let next = (year(&created).parse::<i32>().unwrap() + 1).to_string();

        gateway.lost("renew", "renew", "POST", "domains/a.test/renew", None).await;
        let renewed = gateway.until_known("renew", "POST", "domains/a.test/renew", None).await;
        assert_eq!((renewed.status, year(&renewed)), (200, next), "{renewed:?}");

        gateway.lost("delete", "delete", "DELETE", "domains/a.test", None).await;
        assert_eq!(gateway.until_known("delete", "DELETE", "domains/a.test", None).await.status, 204);
        assert_eq!(gateway.effects("a.test").await.0, ["created", "renewed", "deleted"]);
        gateway.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_create_that_was_executed_after_it_was_given_up_is_found_when_it_is_sent_again() {
    on_each_database(async |url| {
        let gateway = TestGateway::start_on(Some(url), Clock::system()).await;
        gateway.fault("create", "a.test", "drop_after").await;
        // To the looks it is as if it had not been executed yet.
        let hidden = json!({ "match": { "verb": "info", "name": "a.test" }, "action": "result",
                             "code": 2303, "times": 100 });
        gateway.control("POST", "/faults", Some(hidden)).await;
        expect(&gateway.create_keyed("order-1", "a.test").await, 503, "registry_unavailable");
        gateway.control("DELETE", "/faults", None).await;

        let found = gateway.create_keyed("order-1", "a.test").await;
        assert_eq!((found.status, &found.body["data"]["state"]), (201, &json!("registered")), "{found:?}");
        assert_eq!(gateway.effects("a.test").await, once("created"));
        assert_eq!(gateway.history("a.test").await, ["registered"]);
        gateway.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_shown_again_with_its_key_and_is_nowhere_in_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secrets.db");
    let url = format!("sqlite://{}", file.display());
    let gateway = TestGateway::start_on(Some(&url), Clock::system()).await;
    gateway.registered("a.test").await;
    let rotate = "domains/a.test/auth_code/rotate";
    let shown = gateway.keyed("rotation-of-a-1", "POST", rotate, None).await;
    let again = gateway.keyed("rotation-of-a-1", "POST", rotate, None).await;
    assert_eq!((&again.body, again.header(REPLAYED)), (&shown.body, Some("true")), "{again:?}");

    // Here the answer was never kept: the code is in the journal, sealed.
    gateway.lost("update", "rotation-of-a-2", "POST", rotate, None).await;
    let told = gateway.until_known("rotation-of-a-2", "POST", rotate, None).await;
    let codes = [&shown, &told].map(|answer| answer.body["data"]["auth_code"].as_str().unwrap().to_owned());
    assert_ne!(codes[0], codes[1]);
    assert_eq!(gateway.effects("a.test").await.0, ["created", "updated", "updated"]);

    gateway.stop().await;
    let bytes = std::fs::read(file).unwrap();
    for secret in [codes[0].as_str(), &codes[1], "rotation-of-a"] {
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "{secret}");
    }
    assert!(bytes.windows(6).any(|part| part == b"a.test"), "the file is the database");
}
