//! What happens at a registry without a command of the gateway's, by the registry itself or past the gateway: it is found,
//! and our side follows.

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use eppgate_epp::domain::{Delete, Update};
use eppgate_epp::ext::rgp::{self, Report, Restore};
use eppgate_epp::poll::Poll;
use eppgate_epp::types::{MixedText, Text, TransferOp};
use eppgate_epp::{Command, ResultCode};
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{HOUR, Past, expect, transfer, until};

impl Pair {
    /// Leaves a message for `registrar-a` that shows a domain.
    async fn shown(&self, name: &str) {
        let ns = "urn:ietf:params:xml:ns:domain-1.0";
        let data = format!(r#"<d:infData xmlns:d="{ns}"><d:name>{name}</d:name></d:infData>"#);
        self.message(&data, "").await;
    }

    /// Demo's domains in a state, by their names.
    async fn in_state(&self, state: &str) -> Vec<String> {
        let listed = self.done(Demo, "GET", &format!("domains?state={state}"), Value::Null).await;
        let name = |domain: &Value| domain["name"].as_str().unwrap().to_owned();
        listed.as_array().unwrap().iter().map(name).collect()
    }

    /// Does what is due, until one of Demo's domains is in a state. The gateway's own worker may be at it as well.
    async fn until_state(&mut self, name: &str, state: &str) -> Value {
        let lease = self.app.gateway().acquire_lease("test", "elsewhere", HOUR * 24 * 1000).await;
        let lease = lease.unwrap().unwrap();
        for _ in 0..200 {
            while self.app.gateway().attend_domains(&lease).await.unwrap() > 0 {}
            let domain = self.call(Demo, "GET", &format!("domains/{name}"), Value::Null).await.body;
            if domain["data"]["state"] == state {
                self.app.gateway().release_lease(&lease).await.unwrap();
                return domain["data"].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.later(chrono::Duration::minutes(2)).await;
        }
        panic!("{name} is never {state}");
    }
}

/// Takes everything off the account's queue.
pub(crate) async fn hear(past: &Past) {
    loop {
        let shown = past.send(Command::poll(&Poll::Req)).await;
        if shown.code() == ResultCode::NO_MESSAGES {
            return;
        }
        past.send(Command::poll(&Poll::Ack(shown.msg_q.unwrap().id))).await;
    }
}

/// A domain that is to be deleted is asked back, and the report is made at once.
async fn restore(past: &Past, name: &str) {
    let by = |restore| {
        let unchanged = Update { name: name.to_owned(), ..Update::default() };
        Command::new(&unchanged).with(&rgp::Update { restore })
    };
    let words = |text: &str| MixedText::Plain(Text::new(text));
    past.send(by(Restore::Request)).await;
    let report = Report {
        pre_data: words("as it was"),
        post_data: words("as it was"),
        del_time: Utc::now(),
        res_time: Utc::now(),
        res_reason: words("by mistake"),
        statements: vec![words("not for ourselves"), words("all of it is true")],
        other: None,
    };
    past.send(by(Restore::Report(Some(Box::new(report))))).await;
}

#[tokio::test]
async fn a_deletion_that_is_taken_back_elsewhere_is_over() {
    let clock = Clock::manual(Utc::now().trunc_subsecs(0));
    let mut pair = Pair::start_at("generic", "generic", ["test", "example"], clock).await;
    let create = json!({ "name": "back.test", "payment_assured": true });
    pair.done(Demo, "POST", "domains", create).await;
    // Else it would be gone at once.
    pair.days_later(10).await;
    assert_eq!(pair.call(Demo, "DELETE", "domains/back.test", Value::Null).await.status, 204);
    let deleted = pair.done(Demo, "GET", "domains/back.test", Value::Null).await;
    assert_eq!(deleted["state"], "redemption");
    let past = pair.past("registrar-a");
    restore(&past, "back.test").await;
    past.end().await;
    let commands = pair.effects("back.test").await;

    // Nobody looks before the registry should give it up.
    pair.days_later(29).await;
    assert_eq!(pair.done(Demo, "GET", "domains/back.test", Value::Null).await["state"], "redemption");
    pair.days_later(2).await;
    let back = pair.until_state("back.test", "registered").await;
    assert_eq!(
        (&back["deletion_scheduled_at"], &back["epp_statuses"]),
        (&Value::Null, &json!(["inactive"])),
        "{back}"
    );
    let told = pair.history(Demo, "back.test").await;
    assert_eq!(told.last().map(String::as_str), Some("restored"), "{told:?}");
    assert_eq!(pair.effects("back.test").await, commands, "nothing was sent for it");
    pair.stop().await;
}

#[tokio::test]
async fn a_domain_that_a_message_tells_of_and_that_is_gone_is_purged() {
    let pair = Pair::start().await;
    for name in ["gone.test", "stays.test"] {
        pair.registered(Demo, name).await;
    }
    let past = pair.past("registrar-a");
    let deleted = past.send(Command::new(&Delete { name: "gone.test".to_owned() })).await;
    assert_eq!(deleted.code(), ResultCode::OK, "it was new, and is gone at once");
    past.end().await;
    for name in ["gone.test", "stays.test"] {
        pair.shown(name).await;
    }
    pair.poll().await;
    assert_eq!(pair.in_state("purged").await, ["gone.test"]);
    assert_eq!(pair.in_state("registered").await, ["stays.test"]);
    assert_eq!(pair.call(Demo, "GET", "domains/gone.test", Value::Null).await.status, 404);
    // The name is free, for us as well.
    pair.registered(Demo, "gone.test").await;
    assert_eq!(pair.in_state("registered").await, ["gone.test", "stays.test"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_domain_that_a_message_tells_of_and_that_another_has_is_given_up() {
    let pair = Pair::start().await;
    let code = pair.registered(Demo, "theirs.test").await;
    let (us, them) = (pair.past("registrar-a"), pair.past("registrar-b"));
    let asked = them.send(transfer(TransferOp::Request, "theirs.test", code.as_str())).await;
    assert_eq!(asked.code(), ResultCode::OK_PENDING);
    us.send(transfer(TransferOp::Approve, "theirs.test", None)).await;
    // What the registry has to say of it is heard by somebody else.
    hear(&us).await;
    hear(&them).await;
    us.end().await;
    them.end().await;
    assert_eq!(pair.in_state("registered").await, ["theirs.test"]);

    pair.shown("theirs.test").await;
    pair.poll().await;
    assert_eq!(pair.in_state("transferred_out").await, ["theirs.test"]);
    assert_eq!(pair.call(Demo, "GET", "domains/theirs.test", Value::Null).await.status, 404);
    assert_eq!(pair.transfers(Demo).await, [""; 0], "no transfer was known");
    let dead = pair.operate("GET", "poll_messages").await.body;
    assert_eq!(dead["data"], json!([]));
    pair.stop().await;
}

#[tokio::test]
async fn the_hosts_below_a_domain_come_with_it() {
    for (name, profile, zones) in
        [("generic", "generic", ["test", "example"]), ("legacy", "sandbox-legacy", ["test", "old"])]
    {
        let pair = Pair::start_at(name, profile, zones, Clock::system()).await;
        let code = pair.registered(Other, "moves.test").await;
        let host = json!({ "name": "ns1.moves.test", "ip_addresses": { "v4": ["192.0.2.1"], "v6": ["2001:db8::1"] } });
        pair.done(Other, "POST", "hosts", host).await;
        let servers = json!({ "nameservers": ["ns1.moves.test", "ns1.dns.example"] });
        pair.done(Other, "POST", "domains/moves.test/update_nameservers", servers).await;
        pair.asked(Demo, "moves.test", &code).await;
        pair.poll().await;
        assert_eq!(pair.transfers(Demo).await, ["in completed moves.test"], "{name}");

        let host = pair.done(Demo, "GET", "hosts/ns1.moves.test", Value::Null).await;
        assert_eq!(
            host["ip_addresses"],
            json!({ "v4": ["192.0.2.1"], "v6": ["2001:db8::1"] }),
            "{name}: {host}"
        );
        // It is the tenant's own now, and can be given other addresses; what the one before had of it is a name.
        let moved = json!({ "ip_addresses": { "v4": ["192.0.2.2"] } });
        let moved = pair.done(Demo, "PATCH", "hosts/ns1.moves.test", moved).await;
        assert_eq!(moved["ip_addresses"]["v4"], json!(["192.0.2.2"]), "{name}: {moved}");
        let before = pair.call(Other, "PATCH", "hosts/ns1.moves.test", json!({ "ip_addresses": {} })).await;
        expect(&before, 422, "not_subordinate");
        let outside = pair.done(Demo, "GET", "hosts/ns1.dns.example", Value::Null).await;
        assert_eq!(outside["ip_addresses"], json!({ "v4": [], "v6": [] }), "{name}: {outside}");
        pair.stop().await;
    }
}

#[tokio::test]
async fn messages_are_taken_off_and_acted_on_by_themselves() {
    let pair = Pair::start().await;
    let pair = pair.restarted_with(|config| config.timeouts.poll = Duration::from_millis(50)).await;
    let code = pair.registered(Other, "quiet.test").await;
    pair.asked(Demo, "quiet.test", &code).await;
    // One account's answer to its message is the other's.
    until(async || pair.transfers(Demo).await == ["in completed quiet.test"]).await;
    assert_eq!(pair.transfers(Other).await, ["out completed quiet.test"]);
    until(async || {
        let received = pair.operate("GET", "poll_messages?state=received").await;
        received.body["data"] == json!([])
    })
    .await;
    let past = pair.past("registrar-a");
    let empty = past.send(Command::poll(&Poll::Req)).await;
    assert_eq!(empty.code(), ResultCode::NO_MESSAGES);
    past.end().await;
    pair.stop().await;
}
