//! Never twice, never lost: what a caller and the registry see when replies go missing.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Answer, TestGateway};

impl TestGateway {
    pub(crate) async fn fault(&self, verb: &str, name: &str, action: &str) {
        let fault = json!({ "match": { "verb": verb, "name": name }, "action": action });
        self.control("POST", "/faults", Some(fault)).await;
    }

    async fn create(&self, name: &str) -> Answer {
        self.call("POST", "domains", Some(json!({ "name": name, "payment_assured": true }))).await
    }

    /// The effects that the registry logged on a name, and the charges for it.
    pub(crate) async fn effects(&self, name: &str) -> (Vec<String>, usize) {
        let of = |list: &Value| -> Vec<Value> {
            list["entries"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|entry| entry["name"] == name)
                .cloned()
                .collect()
        };
        let log = of(&self.control("GET", "/log", None).await.body);
        let effects = log.iter().filter(|entry| entry["effect"] != "none");
        let effects = effects.map(|entry| entry["effect"].as_str().unwrap().to_owned()).collect();
        (effects, of(&self.control("GET", "/ledger", None).await.body).len())
    }

    /// Asks for something again and again until it is so.
    async fn until(&self, path: &str, what: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..200 {
            let answer = self.call("GET", path, None).await;
            if what(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} never became what was expected");
    }
}

pub(crate) fn once(effect: &str) -> (Vec<String>, usize) {
    (vec![effect.to_owned()], 1)
}

#[tokio::test]
async fn a_create_whose_reply_is_lost_is_done_once_charged_once_and_told() {
    let gateway = TestGateway::start().await;
    for (name, action) in [
        ("dropped.test", "drop_after"),
        ("mixed-up.test", "wrong_cltrid"),
        ("noise.test", "garbage"),
        ("cut.test", "truncate"),
    ] {
        gateway.fault("create", name, action).await;
        let created = gateway.create(name).await;
        assert_eq!(
            (created.status, &created.body["data"]["state"]),
            (201, &json!("registered")),
            "{action}: {created:?}"
        );
        assert_eq!(gateway.effects(name).await, once("created"), "{action}");
        let events = gateway.call("GET", &format!("domains/{name}/events"), None).await;
        assert_eq!(events.body["data"].as_array().map(Vec::len), Some(1), "{action}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_create_that_never_arrived_can_be_tried_again() {
    let gateway = TestGateway::start().await;
    gateway.fault("create", "again.test", "drop_before").await;
    let lost = gateway.create("again.test").await;
    assert_eq!((lost.status, &lost.body["error"]), (503, &json!("registry_unavailable")), "{lost:?}");
    assert!(lost.header("retry-after").is_some());
    assert_eq!(gateway.call("GET", "domains/again.test", None).await.status, 404);
    assert_eq!(gateway.create("again.test").await.status, 201);
    assert_eq!(gateway.effects("again.test").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn an_outcome_that_is_not_known_in_time_is_called_so_and_settled_later() {
    let gateway = TestGateway::start().await;
    gateway.fault("create", "late.test", "stall").await;
    // The looks at the name are answered too late as well, until the caller is gone.
    let slow = json!({ "match": { "verb": "info", "name": "late.test" }, "action": "stall", "times": 2 });
    gateway.control("POST", "/faults", Some(slow)).await;
    let late = gateway.create("late.test").await;
    assert_eq!((late.status, &late.body["error"]), (504, &json!("registry_timeout")), "{late:?}");
    assert_eq!(late.body["detail"]["outcome"], "unknown");
    let operation = format!("operations/{}", late.body["detail"]["operation_id"].as_str().unwrap());
    let again = gateway.create("late.test").await;
    if again.status != 422 {
        assert_eq!((again.status, &again.body["error"]), (409, &json!("operation_in_progress")), "{again:?}");
    }
    let settled = gateway.until(&operation, |answer| answer.body["data"]["outcome"] == "executed").await;
    assert_eq!(settled.body["data"]["kind"], "create", "{settled:?}");
    assert_eq!(gateway.call("GET", "domains/late.test", None).await.body["data"]["state"], "registered");
    assert_eq!(gateway.effects("late.test").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn lost_renewals_updates_and_deletions_are_settled_by_what_the_registry_shows() {
    let gateway = TestGateway::start().await;
    let created = gateway.create("busy.test").await.body["data"].clone();
    let year = |domain: &Value| domain["expires_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();

    gateway.fault("renew", "busy.test", "drop_after").await;
    let renewed = gateway.call("POST", "domains/busy.test/renew", None).await;
    assert_eq!((renewed.status, year(&renewed.body["data"])), (200, year(&created) + 1), "{renewed:?}");

    gateway.fault("update", "busy.test", "drop_after").await;
    let hosts = json!({ "nameservers": ["ns1.dns.example"] });
    let updated = gateway.call("POST", "domains/busy.test/update_nameservers", Some(hosts)).await;
    assert_eq!(
        (updated.status, &updated.body["data"]["nameservers"]),
        (200, &json!(["ns1.dns.example"])),
        "{updated:?}"
    );

    gateway.fault("delete", "busy.test", "drop_after").await;
    assert_eq!(gateway.call("DELETE", "domains/busy.test", None).await.status, 204);
    let effects = gateway.effects("busy.test").await.0;
    assert_eq!(effects, ["created", "renewed", "updated", "deleted"]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_failed_command_is_not_taken_as_not_done() {
    let gateway = TestGateway::start().await;
    let failed =
        json!({ "match": { "verb": "create", "name": "failed.test" }, "action": "result", "code": 2400 });
    gateway.control("POST", "/faults", Some(failed)).await;
    let answer = gateway.create("failed.test").await;
    assert_eq!((answer.status, &answer.body["error"]), (503, &json!("registry_unavailable")), "{answer:?}");
    let log = gateway.control("GET", "/log", None).await.body;
    let looks = log["entries"].as_array().unwrap().iter().filter(|entry| entry["verb"] == "info").count();
    assert!(looks > 0, "the registry was asked what became of it");
    gateway.stop().await;
}

#[tokio::test]
async fn many_who_want_one_name_buy_it_once() {
    let gateway = TestGateway::start().await;
    let creates = (0..20).map(|_| gateway.create("wanted.test"));
    let answers = futures_util::future::join_all(creates).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 422)));
    assert_eq!(gateway.effects("wanted.test").await, once("created"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_cancels_nothing_half_done() {
    let gateway = TestGateway::start().await;
    let slow =
        json!({ "match": { "verb": "create", "name": "gone.test" }, "action": "delay", "delay": "300ms" });
    gateway.control("POST", "/faults", Some(slow)).await;
    let body = json!({ "name": "gone.test", "payment_assured": true }).to_string();
    let request = format!(
        "POST /api/v1/tenants/{}/domains HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        gateway.demo().tenant_id,
        gateway.token,
        body.len()
    );
    let mut caller = TcpStream::connect(gateway.app.address()).await.unwrap();
    caller.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(caller);
    gateway.until("domains/gone.test", |answer| answer.status == 200).await;
    assert_eq!(gateway.effects("gone.test").await, once("created"));
    gateway.stop().await;
}
