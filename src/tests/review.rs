//! A creation or a renewal that the registry's staff looks at first: what pays for it is held until they have, and then
//! kept or given back, whichever way the gateway hears of it.

use chrono::{SubsecRound, Utc};
use eppgate_epp::Command;
use eppgate_epp::domain::{Chg, Create, Update};
use eppgate_epp::types::{AuthInfo, TransferOp};
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::elsewhere::hear;
use crate::pair::{Demo, Pair};
use crate::support::{Answer, expect, transfer, until};

/// Names in this zone need a quote.
const ZONE: &str = "example";

impl Pair {
    async fn reviews(clock: Clock) -> Self {
        let pair = Self::start_at("generic", "generic", ["test", ZONE], clock).await;
        pair.phase("review").await;
        pair
    }

    async fn phase(&self, phase: &str) {
        self.control("POST", "/phase", Some(json!({ "zone": ZONE, "phase": phase }))).await;
    }

    async fn decide(&self, name: &str, accept: bool) {
        self.control("POST", "/review", Some(json!({ "name": name, "accept": accept }))).await;
    }

    async fn buy(&self, name: &str, quote: &Value) -> Answer {
        self.call(Demo, "POST", "domains", json!({ "name": name, "quote_id": quote })).await
    }

    /// Asks for a name, which is to be looked at; gives the quote that pays for it and the operation.
    async fn asks(&self, name: &str) -> (Value, String) {
        let quote = self.quote(Demo, name, "register").await;
        let asked = self.buy(name, &quote).await;
        assert_eq!(
            (asked.status, &asked.body["data"]["state"]),
            (201, &json!("pending_create")),
            "{asked:?}"
        );
        let events = self.done(Demo, "GET", &format!("domains/{name}/events"), Value::Null).await;
        let operation = events[0]["payload"]["operation_id"].as_str().unwrap().to_owned();
        assert_eq!(self.standing(&operation).await, ["answered", "pending"].map(Value::from));
        (quote, operation)
    }

    async fn standing(&self, operation: &str) -> [Value; 2] {
        let operation = self.done(Demo, "GET", &format!("operations/{operation}"), Value::Null).await;
        [operation["state"].clone(), operation["outcome"].clone()]
    }

    /// Leaves a message for the account that the names are asked for with.
    async fn news(&self, data: &str) {
        let message = json!({ "account": "registrar-b", "msg": "news", "data": data });
        self.control("POST", "/poll", Some(message)).await;
    }

    async fn state(&self, name: &str) -> Value {
        self.call(Demo, "GET", &format!("domains/{name}"), Value::Null).await.body["data"]["state"].clone()
    }
}

fn create(name: &str, code: &str) -> Command {
    Command::new(&Create {
        name: name.to_owned(),
        period: None,
        ns: None,
        registrant: None,
        contacts: Vec::new(),
        auth_info: AuthInfo::pw(code),
    })
}

#[tokio::test]
async fn a_creation_that_is_refused_after_a_review_gives_its_quote_back() {
    let pair = Pair::reviews(Clock::system()).await;
    let (quote, operation) = pair.asks("no.example").await;
    expect(&pair.buy("no.example", &quote).await, 422, "quote_consumed");
    pair.decide("no.example", false).await;
    pair.poll().await;
    assert_eq!(pair.standing(&operation).await, ["settled", "refused"].map(Value::from));
    assert_eq!(pair.state("no.example").await, Value::Null);
    let failed = pair.done(Demo, "GET", "domains?state=failed", Value::Null).await;
    assert_eq!(failed[0]["name"], "no.example");
    // The quote buys the name once it can be had.
    pair.phase("open").await;
    let bought = pair.buy("no.example", &quote).await;
    assert_eq!((bought.status, &bought.body["data"]["state"]), (201, &json!("registered")), "{bought:?}");
    assert_eq!(
        pair.charges("no.example").await,
        ["registrar-b create", "registrar-b refusal", "registrar-b create"]
    );
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_that_is_accepted_after_a_review_is_paid_once() {
    let pair = Pair::reviews(Clock::system()).await;
    let (quote, operation) = pair.asks("yes.example").await;
    pair.decide("yes.example", true).await;
    pair.poll().await;
    assert_eq!(pair.state("yes.example").await, "registered");
    assert_eq!(pair.standing(&operation).await, ["settled", "executed"].map(Value::from));
    assert_eq!(pair.history(Demo, "yes.example").await, ["registration_pending", "registered"]);
    expect(&pair.buy("yes.example", &quote).await, 422, "quote_consumed");
    assert_eq!(pair.charges("yes.example").await, ["registrar-b create"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_whose_reply_is_lost_waits_for_its_review_as_well() {
    let pair = Pair::reviews(Clock::system()).await;
    pair.control("POST", "/faults", Some(json!({ "match": { "verb": "create" }, "action": "drop_after" })))
        .await;
    let (_, operation) = pair.asks("lost.example").await;
    pair.decide("lost.example", false).await;
    pair.poll().await;
    assert_eq!(pair.standing(&operation).await, ["settled", "not_executed"].map(Value::from));
    assert_eq!(pair.effects("lost.example").await, ["created"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_whose_message_never_comes_is_looked_at() {
    let clock = Clock::manual(Utc::now().trunc_subsecs(0));
    let mut pair = Pair::reviews(clock).await;
    let (_, operation) = pair.asks("silent.example").await;
    // The message is somebody else's: it is taken off the queue and nobody acts on it.
    pair.control(
        "POST",
        "/faults",
        Some(json!({ "match": { "verb": "poll" }, "action": "result", "code": 2400, "times": 1000 })),
    )
    .await;
    pair.decide("silent.example", true).await;
    for _ in 0..3 {
        pair.later(chrono::Duration::hours(2)).await;
        until(async || pair.state("silent.example").await != Value::Null).await;
    }
    until(async || pair.state("silent.example").await == "registered").await;
    assert_eq!(pair.standing(&operation).await, ["settled", "executed"].map(Value::from));
    pair.stop().await;
}

#[tokio::test]
async fn a_message_about_an_earlier_creation_ends_no_other() {
    let pair = Pair::reviews(Clock::system()).await;
    let (_, first) = pair.asks("again.example").await;
    pair.decide("again.example", false).await;
    pair.poll().await;
    let (quote, second) = pair.asks("again.example").await;
    // The registry tells of the first once more.
    let first = pair.done(Demo, "GET", &format!("operations/{first}"), Value::Null).await;
    pair.news(&format!(
        r#"<d:panData xmlns:d="urn:ietf:params:xml:ns:domain-1.0" xmlns="urn:ietf:params:xml:ns:epp-1.0">
        <d:name paResult="0">again.example</d:name><d:paTRID><clTRID>{}</clTRID><svTRID>S</svTRID></d:paTRID>
        <d:paDate>2026-01-01T00:00:00Z</d:paDate></d:panData>"#,
        first["cltrid"].as_str().unwrap(),
    ))
    .await;
    pair.poll().await;
    assert_eq!(pair.state("again.example").await, "pending_create");
    assert_eq!(pair.standing(&second).await, ["answered", "pending"].map(Value::from));
    pair.decide("again.example", true).await;
    pair.poll().await;
    assert_eq!(pair.standing(&second).await, ["settled", "executed"].map(Value::from));
    expect(&pair.buy("again.example", &quote).await, 422, "quote_consumed");
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_that_another_was_preferred_to_is_not_paid_however_that_is_heard_of() {
    let pair = Pair::reviews(Clock::system()).await;
    let (quote, operation) = pair.asks("theirs.example").await;
    pair.decide("theirs.example", false).await;
    pair.phase("open").await;
    // What the registry has to say of it is heard by somebody else, and somebody else has the name.
    let (us, them) = (pair.past("registrar-b"), pair.past("registrar-a"));
    hear(&us).await;
    them.send(create("theirs.example", "theirs-Code-1")).await;
    us.end().await;
    them.end().await;
    pair.news(
        r#"<d:infData xmlns:d="urn:ietf:params:xml:ns:domain-1.0"><d:name>theirs.example</d:name></d:infData>"#,
    )
    .await;
    pair.poll().await;
    assert_eq!(pair.standing(&operation).await, ["settled", "refused"].map(Value::from));
    let failed = pair.done(Demo, "GET", "domains?state=failed", Value::Null).await;
    assert_eq!(failed[0]["name"], "theirs.example");
    // The quote is there, and the name is not.
    expect(&pair.buy("theirs.example", &quote).await, 422, "domain_unavailable");
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_that_was_refused_is_not_taken_for_done_when_the_name_is_there_later() {
    let pair = Pair::reviews(Clock::system()).await;
    pair.control("POST", "/faults", Some(json!({ "match": { "verb": "create" }, "action": "drop_after" })))
        .await;
    let (quote, operation) = pair.asks("later.example").await;
    pair.decide("later.example", false).await;
    pair.poll().await;
    // Somebody has it registered with the same account, under no code that would tell the two apart.
    pair.phase("open").await;
    let us = pair.past("registrar-b");
    us.send(create("later.example", "")).await;
    us.end().await;
    expect(&pair.buy("later.example", &quote).await, 422, "domain_unavailable");
    assert_eq!(pair.standing(&operation).await, ["settled", "not_executed"].map(Value::from));
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_that_is_heard_of_only_when_the_domain_moves_on_is_paid() {
    let pair = Pair::reviews(Clock::system()).await;
    let (quote, operation) = pair.asks("moves.example").await;
    // Somebody else hears that it is registered, and gives its code away.
    let us = pair.past("registrar-b");
    pair.decide("moves.example", true).await;
    hear(&us).await;
    let chg = Some(Chg { registrant: None, auth_info: Some(AuthInfo::pw("moves-Code-1")) });
    let update = Update { name: "moves.example".to_owned(), chg, ..Update::default() };
    us.send(Command::new(&update)).await;
    let them = pair.past("registrar-a");
    them.send(transfer(TransferOp::Request, "moves.example", Some("moves-Code-1"))).await;
    us.send(transfer(TransferOp::Approve, "moves.example", None)).await;
    us.end().await;
    them.end().await;
    pair.poll().await;
    until(async || pair.standing(&operation).await[0] == "settled").await;
    assert_eq!(pair.standing(&operation).await, ["settled", "executed"].map(Value::from));
    expect(&pair.buy("moves.example", &quote).await, 422, "quote_consumed");
    pair.stop().await;
}

#[tokio::test]
async fn a_creation_that_its_registry_never_speaks_of_again_is_ended_by_an_operator() {
    let pair = Pair::reviews(Clock::system()).await;
    for (name, outcome, state, told) in [
        ("kept.example", "executed", json!("registered"), "registered"),
        ("lost.example", "not_executed", Value::Null, "registration_failed"),
    ] {
        let (quote, operation) = pair.asks(name).await;
        let path = format!("operations/{operation}/settle");
        let word = json!({ "outcome": outcome, "reason": "the registry says so on the telephone" });
        let settled = pair.operate_with("POST", &path, word.clone()).await;
        assert_eq!((settled.status, &settled.body["data"]["state"]), (200, &json!("settled")), "{settled:?}");
        expect(&pair.operate_with("POST", &path, word).await, 409, "operation_settled");
        assert_eq!(pair.state(name).await, state, "{name}");
        if outcome == "executed" {
            assert_eq!(pair.history(Demo, name).await, ["registration_pending", told]);
            expect(&pair.buy(name, &quote).await, 422, "quote_consumed");
        } else {
            // The quote is there again: the registry is asked, and says that somebody has the name.
            expect(&pair.buy(name, &quote).await, 422, "domain_unavailable");
        }
        assert_eq!(pair.charges(name).await, ["registrar-b create"]);
    }
    pair.stop().await;
}

impl Pair {
    /// Has a domain and asks for its renewal, which is to be looked at; gives the quote that pays for it and the operation.
    async fn asks_for_more(&self, name: &str) -> (Value, String) {
        let quote = self.quote(Demo, name, "renew").await;
        let asked = self.renew(name, &quote).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        let shown = &asked.body["data"];
        assert!(shown["epp_statuses"].to_string().contains("pendingRenew"), "{shown}");
        assert_eq!(shown["last_renewed_at"], Value::Null, "{shown}");
        let events = self.done(Demo, "GET", &format!("domains/{name}/events"), Value::Null).await;
        let last = events.as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["event_type"], "renewal_pending", "{last}");
        let operation = last["payload"]["operation_id"].as_str().unwrap().to_owned();
        assert_eq!(self.standing(&operation).await, ["answered", "pending"].map(Value::from));
        (quote, operation)
    }

    async fn renew(&self, name: &str, quote: &Value) -> Answer {
        self.call(Demo, "POST", &format!("domains/{name}/renew"), json!({ "quote_id": quote })).await
    }

    /// A domain in a zone whose renewals are looked at.
    async fn with_domain(name: &str, clock: Clock) -> Self {
        let pair = Self::start_at("generic", "generic", ["test", ZONE], clock).await;
        let quote = pair.quote(Demo, name, "register").await;
        assert_eq!(pair.buy(name, &quote).await.status, 201);
        pair.phase("review").await;
        pair
    }

    async fn expiry(&self, name: &str) -> Value {
        self.done(Demo, "GET", &format!("domains/{name}"), Value::Null).await["expires_at"].clone()
    }

    /// Whether the domain ends, by the gateway and the registry alike, so many years after that time.
    async fn ends_later(&self, name: &str, before: &Value, years: i64) -> bool {
        let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<Utc>>().unwrap();
        let there = self.at_registry(name).await["expires"].clone();
        let here = time(&self.expiry(name).await);
        (here - time(before)).num_days() / 365 == years && (here - time(&there)).num_seconds() == 0
    }
}

#[tokio::test]
async fn a_renewal_that_is_refused_after_a_review_gives_its_quote_back() {
    let name = "no.example";
    let pair = Pair::with_domain(name, Clock::system()).await;
    let before = pair.expiry(name).await;
    let (quote, operation) = pair.asks_for_more(name).await;
    let other = pair.quote(Demo, name, "renew").await;
    let again = pair.renew(name, &other).await;
    assert_eq!((again.status, &again.body["error"]), (409, &json!("operation_in_progress")), "{again:?}");
    // Nothing is to be seen of it, and that says nothing.
    pair.done(Demo, "POST", &format!("domains/{name}/reconcile"), Value::Null).await;
    assert_eq!(pair.standing(&operation).await, ["answered", "pending"].map(Value::from));
    pair.decide(name, false).await;
    pair.poll().await;
    assert_eq!(pair.standing(&operation).await, ["settled", "refused"].map(Value::from));
    assert!(pair.ends_later(name, &before, 0).await);
    let shown = pair.done(Demo, "GET", &format!("domains/{name}"), Value::Null).await;
    assert!(!shown["epp_statuses"].to_string().contains("pendingRenew"), "{shown}");
    // The quote renews once it can be done.
    pair.phase("open").await;
    assert_eq!(pair.renew(name, &quote).await.status, 200);
    assert!(pair.ends_later(name, &before, 1).await);
    let told = pair.history(Demo, name).await;
    assert_eq!(told, ["registered", "renewal_pending", "renewal_failed", "renewed"]);
    let paid = ["create", "renew", "refusal", "renew"].map(|command| format!("registrar-b {command}"));
    assert_eq!(pair.charges(name).await, paid);
    pair.stop().await;
}

#[tokio::test]
async fn a_renewal_that_is_accepted_after_a_review_is_paid_once() {
    for by_look in [false, true] {
        let name = "yes.example";
        let pair = Pair::with_domain(name, Clock::system()).await;
        let before = pair.expiry(name).await;
        let (quote, operation) = pair.asks_for_more(name).await;
        pair.decide(name, true).await;
        if by_look {
            pair.done(Demo, "POST", &format!("domains/{name}/reconcile"), Value::Null).await;
        }
        pair.poll().await;
        assert_eq!(pair.standing(&operation).await, ["settled", "executed"].map(Value::from));
        assert!(pair.ends_later(name, &before, 1).await);
        assert_eq!(pair.history(Demo, name).await, ["registered", "renewal_pending", "renewed"], "{by_look}");
        expect(&pair.renew(name, &quote).await, 422, "quote_consumed");
        assert_eq!(pair.charges(name).await, ["registrar-b create", "registrar-b renew"]);
        pair.stop().await;
    }
}

#[tokio::test]
async fn a_renewal_whose_reply_is_lost_waits_for_its_review_as_well() {
    for accept in [true, false] {
        let name = "lost.example";
        let pair = Pair::with_domain(name, Clock::system()).await;
        let before = pair.expiry(name).await;
        pair.fault("renew", 1, "drop_after").await;
        let (_, operation) = pair.asks_for_more(name).await;
        pair.decide(name, accept).await;
        pair.poll().await;
        let outcome = if accept { "executed" } else { "not_executed" };
        assert_eq!(pair.standing(&operation).await, ["settled", outcome].map(Value::from));
        assert!(pair.ends_later(name, &before, i64::from(accept)).await);
        assert_eq!(pair.effects(name).await, ["created", "renewed"]);
        pair.stop().await;
    }
}

#[tokio::test]
async fn a_renewal_that_is_under_review_is_not_made_again_as_the_term_ends() {
    let name = "ends.example";
    let mut pair = Pair::with_domain(name, Clock::manual(Utc::now().trunc_subsecs(0))).await;
    let before = pair.expiry(name).await;
    let (_, operation) = pair.asks_for_more(name).await;
    let wish = json!({ "mode": "AUTORENEW" });
    pair.done(Demo, "PUT", &format!("domains/{name}/auto_renewal"), wish).await;
    pair.days_later(364).await;
    // Time has looked at the domain then.
    until(async || pair.history(Demo, name).await.iter().any(|kind| kind == "expiry_reminder")).await;
    assert!(!pair.history(Demo, name).await.iter().any(|kind| kind == "auto_renewal_failed"));
    pair.decide(name, true).await;
    pair.poll().await;
    assert_eq!(pair.standing(&operation).await, ["settled", "executed"].map(Value::from));
    assert!(pair.ends_later(name, &before, 1).await);
    assert_eq!(pair.charges(name).await, ["registrar-b create", "registrar-b renew"]);
    pair.stop().await;
}
