//! Registries that differ as real ones do, behind one API: what the gateway sends to each is what that one takes, and
//! valid by its schemas.

use serde_json::{Value, json};

use crate::support::send;
use crate::world::{CHARACTERS, World};

#[tokio::test]
async fn every_call_is_said_as_each_registry_wants_it() {
    let world = World::start().await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("life.{}", zones[0]);
        let name = name.as_str();
        let path = |tail: &str| format!("domains/{name}{tail}");
        let checked =
            world.done("POST", "domains/check", json!({ "name": name, "fee_commands": ["create", "renew"] }));
        let checked = checked.await;
        assert_eq!(checked["status"], "available", "{registry}: {checked}");
        let fees = if matches!(registry, "generic" | "legacy") { 2 } else { 0 };
        assert_eq!(checked["fees"].as_array().unwrap().len(), fees, "{registry}: {checked}");

        let hosts = json!({ "nameservers": ["ns1.dns.org", "ns2.dns.org"] });
        let create = json!({ "name": name, "payment_assured": true, "nameservers": hosts["nameservers"] });
        let created = world.done("POST", "domains", create).await;
        assert_eq!(created["state"], "registered", "{registry}: {created}");
        world.done("POST", &path("/renew"), json!({})).await;
        let moved = json!({ "nameservers": ["ns2.dns.org", "ns3.dns.org"] });
        world.done("POST", &path("/update_nameservers"), moved).await;
        let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
        world.done("POST", &path("/update_ds_records"), json!({ "ds_records": [record] })).await;
        world.done("POST", &path("/auth_code/rotate"), Value::Null).await;
        let same = world.done("POST", &path("/reconcile"), Value::Null).await;
        assert_eq!(same["nameservers"], json!(["ns2.dns.org", "ns3.dns.org"]), "{registry}");
        assert_eq!(same["ds_records"], json!([record_with_life(&record)]), "{registry}");
        world.done("DELETE", &path("/ds_records"), Value::Null).await;

        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        assert_eq!(there["sponsor"], "registrar-a", "{registry}: {there}");
        assert_eq!(world.call("DELETE", &path(""), Value::Null).await.status, 204, "{registry}");

        let said = world.said(registry, name).await;
        assert_eq!(said.join(" "), SAID, "{registry}");
    }
    world.stop().await;
}

/// Each change of what only an info tells is followed by one.
const SAID: &str = "check create info renew update info update update info update delete info";

fn record_with_life(record: &Value) -> Value {
    let mut record = record.clone();
    record["max_sig_life"] = Value::Null;
    record
}

#[tokio::test]
async fn names_of_all_of_them_are_checked_in_one_call_each_by_its_own_rules() {
    let world = World::start().await;
    let names = ["a.app", "a.com", "a.net", "b.com", "a.se", "a.nu", "a.test", "taken.net"];
    let body = json!({ "names": names, "fee_commands": ["create", "restore"] });
    let results = world.done("POST", "domains/check", body).await["results"].clone();
    for (name, result) in names.iter().zip(results.as_array().unwrap()) {
        let status = if name.starts_with("taken") { "unavailable" } else { "available" };
        assert_eq!((result["name"].as_str(), result["status"].as_str()), (Some(*name), Some(status)));
    }
    // Names of two products never share a command.
    let log = world.control("dotcom", "/log").await;
    let checks = log["entries"].as_array().unwrap().iter().filter(|entry| entry["verb"] == "check");
    let mut asked: Vec<&str> = checks.map(|entry| entry["name"].as_str().unwrap()).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["a.com b.com", "a.net taken.net"]);
    world.stop().await;
}

#[tokio::test]
async fn a_name_beyond_ascii_tells_its_language_where_that_is_wanted() {
    let world = World::start().await;
    let create = |name: &str, language: Value| json!({ "name": name, "payment_assured": true, "idn_language": language });
    for call in
        [("domains", create("bücher.com", Value::Null)), ("domains/check", json!({ "name": "bücher.com" }))]
    {
        let missing = world.call("POST", call.0, call.1).await;
        assert_eq!(missing.status, 422, "{missing:?}");
        assert!(missing.body["details"]["idn_language"].is_array(), "{missing:?}");
    }
    let checked = json!({ "name": "bücher.com", "idn_language": "GER" });
    assert_eq!(world.done("POST", "domains/check", checked).await["status"], "available");
    for (name, language) in [
        ("bücher.com", json!("GER")),
        ("bücher.app", json!("de")),
        ("bücher.se", Value::Null),
        ("ascii.com", json!("GER")),
    ] {
        let created = world.done("POST", "domains", create(name, language)).await;
        assert_eq!(created["state"], "registered", "{name}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_registry_of_one_session_is_never_asked_for_a_second() {
    let world = World::start().await;
    let create =
        |name: &'static str| world.done("POST", "domains", json!({ "name": name, "payment_assured": true }));
    let check = |name: &'static str| world.done("POST", "domains/check", json!({ "name": name }));
    let (a, b, c) = tokio::join!(create("a.test"), create("b.test"), check("c.test"));
    assert_eq!((&a["state"], &b["state"]), (&json!("registered"), &json!("registered")));
    assert_eq!(c["status"], "available");
    let sessions = world.control("legacy", "/sessions").await;
    assert_eq!(sessions["accounts"]["registrar-a"]["highest"], 1, "{sessions}");
    world.stop().await;
}

#[tokio::test]
async fn a_deletion_is_taken_back_as_each_registry_has_it() {
    let world = World::start().await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("back.{}", zones[0]);
        let path = |tail: &str| format!("domains/{name}{tail}");
        world.done("POST", "domains", json!({ "name": name, "payment_assured": true })).await;
        let control = world.sandboxes[registry].control_address();
        let later = send(control, "POST", "/clock", &[], br#"{"advance": "P10D"}"#).await;
        assert_eq!(later.status, 200, "{later:?}");
        assert_eq!(world.call("DELETE", &path(""), Value::Null).await.status, 204, "{registry}");
        assert_eq!(world.done("GET", &path(""), Value::Null).await["state"], "redemption", "{registry}");
        let back = world.done("POST", &path("/restore"), json!({})).await;
        assert_eq!(back["state"], "registered", "{registry}: {back}");
        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        assert!(!there.to_string().contains("pendingDelete"), "{registry}: {there}");
    }
    world.stop().await;
}
