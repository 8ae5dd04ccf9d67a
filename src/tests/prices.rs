//! Rate cards and quotes: what is promised, to whom, for what, and that it pays once.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::Clock;
use eppgate_model::token::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, HOUR, TestGateway, expect};

impl TestGateway {
    /// A quote, by what differs from one year's registration.
    async fn quote(&self, fqdn: &str, differing: Value) -> Value {
        let answer = self.call("POST", "quotes", Some(ask(fqdn, differing))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["data"].clone()
    }

    async fn buy(&self, name: &str, quote: &Value) -> Answer {
        self.call("POST", "domains", Some(json!({ "name": name, "quote_id": quote["quote_id"] }))).await
    }

    async fn renew(&self, name: &str, years: u8, quote: &Value) -> Answer {
        let body = json!({ "years": years, "quote_id": quote["quote_id"] });
        self.call("POST", &format!("domains/{name}/renew"), Some(body)).await
    }

    /// What the registry charged for a name.
    async fn charges(&self, name: &str) -> Vec<(String, String)> {
        let ledger = self.control("GET", "/ledger", None).await.body;
        let entries = ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        entries.map(|entry| (text(&entry["command"]), text(&entry["amount"]))).collect()
    }
}

fn ask(fqdn: &str, differing: Value) -> Value {
    let mut body = json!({ "fqdn": fqdn, "operation": "register", "period": 1 });
    body.as_object_mut().unwrap().extend(differing.as_object().unwrap().clone());
    body
}

fn refused(answer: &Answer, code: &str) {
    expect(answer, 422, code);
}

#[tokio::test]
async fn the_rate_card_is_shown_whole_and_by_tld() {
    let gateway = TestGateway::start().await;
    let cards = gateway.call("GET", "rate_card", None).await.body["data"].clone();
    let tlds: Vec<&str> =
        cards.as_array().unwrap().iter().map(|card| card["tld"].as_str().unwrap()).collect();
    assert_eq!(tlds, ["example", "test"]);
    let card = gateway.call("GET", "tlds/EXAMPLE/rate_card", None).await.body["data"].clone();
    assert_eq!(card, cards[0]);
    let first = card["entries"][0].clone();
    assert!(first["id"].is_string() && first["inserted_at"].is_string() && first["updated_at"].is_string());
    let told =
        ["tld", "operation", "period", "tier", "premium_class", "amount", "currency"].map(|key| &first[key]);
    assert_eq!(json!(told), json!(["example", "register", 1, "standard", null, "10.0000", "SEK"]));
    let restore = card["entries"].as_array().unwrap().iter().find(|entry| entry["operation"] == "restore");
    assert_eq!(restore.unwrap()["period"], Value::Null);
    refused(&gateway.call("GET", "tlds/sells/rate_card", None).await, "tld_not_associated");
    gateway.stop().await;
}

#[tokio::test]
async fn a_quote_buys_what_it_was_given_for_and_nothing_else() {
    let gateway = TestGateway::start().await;
    let quote = gateway.quote("Mine.Example.", json!({})).await;
    let told = ["fqdn", "tld", "operation", "period", "tier", "premium_class", "amount", "currency"];
    assert_eq!(
        json!(told.map(|key| &quote[key])),
        json!(["mine.example", "example", "register", 1, "standard", null, "10.0000", "SEK"])
    );
    let at = |key: &str| quote[key].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!(at("valid_until") - at("quoted_at"), Duration::hours(1));

    for (fqdn, differing, differs) in [
        ("another.example", json!({}), "fqdn"),
        ("mine.example", json!({ "operation": "renew" }), "operation"),
        ("mine.example", json!({ "operation": "transfer_in" }), "operation"),
        ("mine.example", json!({ "operation": "restore", "period": null }), "operation"),
        ("mine.example", json!({ "period": 2 }), "period"),
    ] {
        let other = gateway.quote(fqdn, differing).await;
        let answer = gateway.buy("mine.example", &other).await;
        refused(&answer, "quote_mismatch");
        assert_eq!(answer.body["detail"]["differs"], differs);
    }
    for unknown in [json!("not-a-uuid"), json!("00000000-0000-7000-8000-000000000000")] {
        refused(&gateway.buy("mine.example", &json!({ "quote_id": unknown })).await, "quote_not_found");
    }
    let (other, read) = (gateway.other(), [Scope::Read, Scope::Write]);
    let token = gateway.token_of(other, &read, HOUR).await;
    let body = json!({ "name": "mine.example", "quote_id": quote["quote_id"] });
    let theirs = gateway.call_as(&token, other.tenant_id, "POST", "domains", Some(body)).await;
    refused(&theirs, "quote_not_found");

    let bought = gateway.buy("mine.example", &quote).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    assert_eq!(
        bought.body["data"]["auto_renewal"]["renewal_fee"],
        Value::Null,
        "it is not renewed by itself"
    );
    let again = gateway.buy("mine.example", &quote).await;
    refused(&again, "quote_consumed");
    let operation = again.body["detail"]["operation_id"].as_str().unwrap();
    let operation = gateway.call("GET", &format!("operations/{operation}"), None).await.body["data"].clone();
    assert_eq!((&operation["outcome"], &operation["name"]), (&json!("executed"), &json!("mine.example")));

    refused(&gateway.call("POST", "domains/mine.example/renew", None).await, "quote_required");
    let quote = gateway.quote("mine.example", json!({ "operation": "renew", "period": 2 })).await;
    refused(&gateway.renew("mine.example", 1, &quote).await, "quote_mismatch");
    let renewed = gateway.renew("mine.example", 2, &quote).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    refused(&gateway.renew("mine.example", 2, &quote).await, "quote_consumed");
    let charged = [("create", "10.00"), ("renew", "20.00")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(gateway.charges("mine.example").await, charged);
    gateway.stop().await;
}

#[tokio::test]
async fn what_cannot_be_quoted_is_told_by_a_code_of_its_own() {
    let gateway = TestGateway::start().await;
    let gold = json!({ "tier": "premium", "premium_class": "premium-gold" });
    for (body, code) in [
        (json!({}), "fqdn_required"),
        (ask(" ", json!({})), "fqdn_required"),
        (ask("no dots", json!({})), "unprocessable_entity"),
        (ask("a.sells", json!({})), "tld_not_associated"),
        (ask("a.example", json!({ "operation": null })), "invalid_operation"),
        (ask("a.example", json!({ "operation": "steal" })), "invalid_operation"),
        (ask("a.example", json!({ "period": null })), "period_not_allowed"),
        (ask("a.example", json!({ "period": 0 })), "period_not_allowed"),
        (ask("a.example", json!({ "period": 11 })), "period_not_allowed"),
        (ask("a.example", json!({ "period": -1 })), "period_not_allowed"),
        (ask("a.example", json!({ "operation": "restore" })), "period_not_allowed"),
        (ask("a.example", json!({ "tier": "premium" })), "premium_class_required"),
        (ask("a.example", json!({ "tier": "premium", "premium_class": "" })), "premium_class_required"),
        (ask("a.example", json!({ "tier": "premium", "premium_class": "tin" })), "premium_class_unknown"),
        (ask("a.example", json!({ "tier": "cheap" })), "unprocessable_entity"),
        (ask("a.example", json!({ "premium_class": "premium-gold" })), "unprocessable_entity"),
        (ask("a.steady", json!({})), "price_not_configured"),
        (ask("a.example", gold), "quote_mismatch"),
        (ask("premium-gold.example", json!({})), "quote_mismatch"),
    ] {
        refused(&gateway.call("POST", "quotes", Some(body.clone())).await, code);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_premium_name_is_sold_at_its_own_price_only_and_its_fee_is_acknowledged() {
    let gateway = TestGateway::start().await;
    let class = |class: &str| json!({ "tier": "premium", "premium_class": class });
    let wrong = gateway.call("POST", "quotes", Some(ask("premium-gold.example", json!({})))).await;
    assert_eq!(wrong.body["detail"], json!({ "differs": "tier", "registry_premium_class": "premium-gold" }));
    let wrong = gateway.call("POST", "quotes", Some(ask("premium-gold.example", class("premium")))).await;
    refused(&wrong, "quote_mismatch");

    let quote = gateway.quote("premium-gold.example", class("premium-gold")).await;
    assert_eq!((&quote["tier"], &quote["amount"]), (&json!("premium"), &json!("250.0000")));
    let bought = gateway.buy("premium-gold.example", &quote).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let mut renewal = class("premium-gold");
    renewal["operation"] = json!("renew");
    let quote = gateway.quote("premium-gold.example", renewal).await;
    assert_eq!(gateway.renew("premium-gold.example", 1, &quote).await.status, 200);
    let charged = [("create", "250.00"), ("renew", "250.00")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(gateway.charges("premium-gold.example").await, charged);

    // Only its first year is dear: later ones cost what they cost for any name.
    let quote = gateway.quote("premium-platinum.example", class("premium-platinum")).await;
    assert_eq!(gateway.buy("premium-platinum.example", &quote).await.status, 201);
    let quote = gateway.quote("premium-platinum.example", json!({ "operation": "renew" })).await;
    assert_eq!(gateway.renew("premium-platinum.example", 1, &quote).await.status, 200);
    gateway.stop().await;
}

#[tokio::test]
async fn a_hundred_callers_with_one_quote_buy_once() {
    let gateway = TestGateway::start().await;
    let quote = gateway.quote("race.example", json!({})).await;
    let answers = {
        let calls = (0..100).map(|_| gateway.buy("race.example", &quote));
        futures_util::future::join_all(calls).await
    };
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        let code = answer.body["error"].as_str().unwrap();
        let known = ["quote_consumed", "operation_in_progress", "domain_unavailable"];
        assert!(known.contains(&code), "{answer:?}");
    }
    assert_eq!(gateway.charges("race.example").await.len(), 1);
    let log = gateway.control("GET", "/log", None).await.body;
    let creates = log["entries"].as_array().unwrap().iter().filter(|entry| entry["verb"] == "create");
    assert_eq!(creates.count(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_price_holds_for_an_hour() {
    let clock = Clock::manual(Utc::now());
    let mut gateway = TestGateway::start_at(clock.clone()).await;
    gateway.token = gateway.token_of(gateway.demo(), &[Scope::Read, Scope::Write], 2 * HOUR).await;
    let (first, second) =
        (gateway.quote("a.example", json!({})).await, gateway.quote("b.example", json!({})).await);
    clock.advance(Duration::hours(1) - Duration::microseconds(1));
    assert_eq!(gateway.buy("a.example", &first).await.status, 201);
    clock.advance(Duration::microseconds(1));
    refused(&gateway.buy("b.example", &second).await, "quote_expired");
    gateway.stop().await;
}

#[tokio::test]
async fn a_quote_comes_back_when_its_operation_fails_and_stays_held_while_nobody_knows() {
    let gateway = TestGateway::start().await;
    let quote = gateway.quote("taken.example", json!({})).await;
    for _ in 0..2 {
        refused(&gateway.buy("taken.example", &quote).await, "domain_unavailable");
    }

    let quote = gateway.quote("held.example", json!({})).await;
    let fault = |verb: &str, action: &str| json!({ "match": { "verb": verb, "name": "held.example" }, "action": action, "times": 4 });
    gateway.control("POST", "/faults", Some(fault("create", "drop_before"))).await;
    let lost = gateway.buy("held.example", &quote).await;
    assert_eq!(
        (lost.status, &lost.body["error"]),
        (503, &json!("registry_unavailable")),
        "settled: not done"
    );
    gateway.control("POST", "/faults", Some(fault("info", "stall"))).await;
    let unknown = gateway.buy("held.example", &quote).await;
    assert_eq!((unknown.status, &unknown.body["error"]), (504, &json!("registry_timeout")), "{unknown:?}");
    let held = gateway.buy("held.example", &quote).await;
    refused(&held, "quote_consumed");
    assert_eq!(held.body["detail"]["operation_id"], unknown.body["detail"]["operation_id"]);
    gateway.stop().await;
}
