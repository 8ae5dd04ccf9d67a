//! What a registry has no command for, and what is particular about a TLD: what that means for who asks.

use chrono::Utc;
use eppgate::config::Policy;
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{expect, until};

impl Pair {
    /// At a registry that keeps to the RFCs, where `.test` has this policy.
    async fn under(policy: Policy) -> Self {
        let clock = Clock::manual(Utc::now());
        Self::start_under(policy, "generic", "generic", ["test", "example"], clock).await
    }
}

#[tokio::test]
async fn a_transfer_adds_a_year_where_nothing_is_registered_for_so_little() {
    let pair = Pair::under(Policy { min_years: Some(2), ..Policy::default() }).await;
    let code = pair.registered(Other, "short.test").await;
    let until_when = async || {
        let there = pair.at_registry("short.test").await["expires"].clone();
        there.as_str().unwrap().parse::<chrono::DateTime<Utc>>().unwrap()
    };
    let before = until_when().await;
    let quote = json!({ "fqdn": "short.test", "operation": "register", "period": 1 });
    expect(&pair.call(Demo, "POST", "quotes", quote).await, 422, "period_not_allowed");
    let quote = pair.quote(Demo, "short.test", "transfer_in").await;
    let none = json!({ "auth_code": code, "years": 0 });
    let none = pair.call(Demo, "POST", "domains/short.test/transfer_in", none).await;
    expect(&none, 422, "unprocessable_entity");
    let ask = json!({ "auth_code": code, "quote_id": quote });
    let asked = pair.call(Demo, "POST", "domains/short.test/transfer_in", ask).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    pair.poll().await;
    assert_eq!(pair.transfers(Demo).await, ["in completed short.test"]);
    assert_eq!((until_when().await - before).num_days() / 365, 1);
    pair.stop().await;
}

#[tokio::test]
async fn what_a_registry_has_no_command_for_is_refused_and_never_sent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sparse.toml");
    std::fs::write(&file, SPARSE).unwrap();
    let clock = Clock::manual(Utc::now());
    let mut pair = Pair::start_at("generic", file.to_str().unwrap(), ["test", "example"], clock).await;
    let create = json!({ "name": "sparse.test", "payment_assured": true });
    let created = pair.done(Demo, "POST", "domains", create).await;
    assert_eq!(created["auto_renewal"]["enabled"], true, "{created}");

    let refused = async |who, method: &str, tail: &str, body: Value, what: &str| {
        let answer = pair.call(who, method, &format!("domains/sparse.test{tail}"), body).await;
        expect(&answer, 422, "registry_error");
        let message = format!("the registry does not let registrars {what}");
        assert_eq!(answer.body["detail"], json!({ "epp_code": null, "message": message }), "{tail}");
    };
    refused(Demo, "POST", "/renew", json!({}), "renew").await;
    refused(Demo, "POST", "/auth_code/rotate", Value::Null, "set authorisation codes").await;
    for lock in ["/transfer_lock", "/update_lock", "/delete_lock"] {
        refused(Demo, "POST", lock, Value::Null, "lock or hold domains").await;
    }
    let hold = json!({ "reason": "contact_inaccuracy" });
    refused(Demo, "POST", "/apply_hold", hold, "lock or hold domains").await;
    refused(Other, "POST", "/transfer_in", json!({ "auth_code": "any" }), "ask for transfers").await;
    let actions = pair.done(Demo, "GET", "domains/sparse.test/actions", Value::Null).await;
    for action in ["renew", "rotate_auth_code", "set_transfer_lock", "apply_hold"] {
        assert!(actions.to_string().contains("registry_offers"), "{actions}");
        assert_eq!(actions["actions"][action]["allowed"], false, "{action}: {actions}");
    }

    // It renews by itself, and nothing is sent for that.
    let wish = json!({ "mode": "AUTORENEW" });
    pair.done(Demo, "PUT", "domains/sparse.test/auto_renewal", wish).await;
    pair.days_later(366).await;
    until(async || {
        pair.moment_later();
        pair.history(Demo, "sparse.test").await.last().map(String::as_str) == Some("auto_renewed")
    })
    .await;
    pair.days_later(50).await;
    assert_eq!(pair.call(Demo, "DELETE", "domains/sparse.test", Value::Null).await.status, 204);
    let answer = pair.call(Demo, "POST", "domains/sparse.test/restore", json!({})).await;
    expect(&answer, 422, "registry_error");
    assert_eq!(answer.body["detail"]["message"], "the registry does not let registrars restore");
    assert_eq!(pair.effects("sparse.test").await, ["created", "deleted"]);
    assert_eq!(pair.charges("sparse.test").await, ["registrar-a create", "registrar-a autorenew"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_tld_sets_bounds_to_years_name_servers_signatures_and_languages() {
    let pair = Pair::under(Policy {
        dnssec_supported: Some(false),
        idn_tag_required: Some(true),
        min_years: Some(2),
        max_years: Some(3),
        min_nameservers: Some(1),
        max_nameservers: Some(2),
        ..Policy::default()
    })
    .await;
    let create = async |name: &str, years: Option<u32>, servers: usize, language: Value| {
        let servers: Vec<String> = (1..=servers).map(|n| format!("ns{n}.dns.example")).collect();
        let body = json!({
            "name": name, "payment_assured": true, "years": years, "nameservers": servers, "idn_language": language,
        });
        pair.call(Demo, "POST", "domains", body).await
    };
    for years in [1, 4] {
        let answer = create("bound.test", Some(years), 1, Value::Null).await;
        expect(&answer, 422, "unprocessable_entity");
        assert_eq!(answer.body["details"]["years"], json!(["must be 2 to 3 for .test"]), "{answer:?}");
    }
    for servers in [0, 3] {
        expect(&create("bound.test", None, servers, Value::Null).await, 422, "invalid_nameservers");
    }
    let unnamed = create("b\u{fc}cher.test", None, 1, Value::Null).await;
    assert!(unnamed.body["details"]["idn_language"].is_array(), "{unnamed:?}");
    assert_eq!(create("b\u{fc}cher.test", None, 1, json!("de")).await.status, 201);
    let created = create("bound.test", None, 1, Value::Null).await;
    assert_eq!(created.status, 201, "{created:?}");
    let year = |at: &Value| at.as_str().unwrap()[..4].parse::<i32>().unwrap();
    let data = &created.body["data"];
    assert_eq!(year(&data["expires_at"]), year(&data["registered_at"]) + 2, "the shortest period");

    let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
    let sign = json!({ "ds_records": [record] });
    let signed = pair.call(Demo, "POST", "domains/bound.test/update_ds_records", sign).await;
    expect(&signed, 422, "tld_not_dnssec");
    let quote = json!({ "fqdn": "other.test", "operation": "register", "period": 1 });
    expect(&pair.call(Demo, "POST", "quotes", quote).await, 422, "period_not_allowed");
    assert_eq!(pair.effects("bound.test").await, ["created"]);

    // Elsewhere the usual bounds hold.
    let config = pair.done(Demo, "GET", "tld_associations/test", Value::Null).await["config"].clone();
    assert_eq!((&config["min_years"], &config["dnssec_supported"]), (&json!(2), &json!(false)), "{config}");
    let config = pair.done(Demo, "GET", "tld_associations/example", Value::Null).await["config"].clone();
    assert_eq!((&config["min_years"], &config["dnssec_supported"]), (&json!(1), &json!(true)), "{config}");
    pair.stop().await;
}

#[tokio::test]
async fn what_has_come_may_go_on_at_once_where_nothing_has_to_stay() {
    let mut pair =
        Pair::under(Policy { transfer_lock_days: Some(0), auth_code_days: Some(2), ..Policy::default() })
            .await;
    let code = pair.registered(Other, "on.test").await;
    pair.asked(Demo, "on.test", &code).await;
    pair.poll().await;
    let here = pair.done(Demo, "GET", "domains/on.test", Value::Null).await;
    assert_eq!((&here["state"], &here["transfer_lock_until"]), (&json!("registered"), &Value::Null));
    assert!(!here["epp_statuses"].to_string().contains("clientTransferProhibited"), "{here}");
    let there = pair.at_registry("on.test").await;
    assert!(!there["statuses"].to_string().contains("clientTransferProhibited"), "{there}");
    let code =
        pair.done(Demo, "POST", "domains/on.test/auth_code/rotate", Value::Null).await["auth_code"].clone();
    pair.asked(Other, "on.test", &code).await;
    pair.poll().await;
    assert_eq!(pair.transfers(Other).await[0], "in completed on.test");

    // A code that was told is good for two days.
    pair.done(Other, "POST", "domains/on.test/auth_code/rotate", Value::Null).await;
    let told = |history: &[String]| history.iter().filter(|kind| *kind == "auth_code_rotated").count();
    let before = told(&pair.history(Other, "on.test").await);
    pair.days_later(3).await;
    until(async || {
        pair.moment_later();
        told(&pair.history(Other, "on.test").await) > before
    })
    .await;
    pair.stop().await;
}

/// A registry whose registrars may do little.
const SPARSE: &str = r#"
name = "sparse"

[services]
objects = ["urn:ietf:params:xml:ns:domain-1.0", "urn:ietf:params:xml:ns:contact-1.0", "urn:ietf:params:xml:ns:host-1.0"]
extensions = ["urn:ietf:params:xml:ns:secDNS-1.1", "urn:ietf:params:xml:ns:rgp-1.0"]

[auth_info]
made_by = "registry"

[lifecycle]
renew = false
restore = "none"
transfer = "push"
client_statuses = false
"#;
