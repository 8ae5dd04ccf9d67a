//! The life of a domain over HTTP, and that the registry agrees with each answer.

use serde_json::{Value, json};

use crate::support::{TestGateway, expect};

fn ds(digest: &str) -> Value {
    json!({ "key_tag": 12345, "algorithm": 13, "digest_type": 2, "digest": digest })
}

#[tokio::test]
async fn a_domain_lives_from_check_to_deletion_and_the_registry_agrees() {
    let gateway = TestGateway::start().await;
    let check = json!({ "name": "Life.TEST.", "fee_commands": ["create", "restore"], "client_transaction_id": "mine" });
    let checked = gateway.call("POST", "domains/check", Some(check)).await.body["data"].clone();
    assert_eq!((&checked["name"], &checked["status"]), (&json!("life.test"), &json!("available")));
    assert_eq!(checked["client_transaction_id"], "mine");
    assert_eq!(
        checked["fees"][0],
        json!({ "command": "create", "amount": "10.00", "currency": "USD", "period_years": 1, "refundable": null })
    );
    assert_eq!(checked["fees"][1]["period_years"], Value::Null, "{checked}");

    let create = json!({ "name": "life.test", "years": 2, "payment_assured": true, "nameservers": ["NS1.dns.example"] });
    let created = gateway.call("POST", "domains", Some(create)).await;
    assert_eq!(created.status, 201, "{created:?}");
    let domain = &created.body["data"];
    assert_eq!((&domain["state"], &domain["epp_statuses"]), (&json!("registered"), &json!(["ok"])));
    assert_eq!(domain["nameservers"], json!(["ns1.dns.example"]));

    let renewed =
        gateway.call("POST", "domains/life.test/renew", Some(json!({ "years": 1 }))).await.body["data"]
            .clone();
    let year = |domain: &Value| domain["expires_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
    assert_eq!(year(&renewed), year(domain) + 1);
    assert!(renewed["last_renewed_at"].is_string());

    let hosts = json!({ "nameservers": ["ns2.dns.example", "ns3.dns.example"] });
    let delegated = gateway.call("POST", "domains/life.test/update_nameservers", Some(hosts)).await;
    assert_eq!(delegated.body["data"]["nameservers"], json!(["ns2.dns.example", "ns3.dns.example"]));

    let signed = json!({ "ds_records": [ds(&"ab".repeat(32))] });
    let signed =
        gateway.call("POST", "domains/life.test/update_ds_records", Some(signed)).await.body["data"].clone();
    assert_eq!(
        (&signed["dnssec_signed"], &signed["ds_records"][0]["key_tag"]),
        (&json!(true), &json!(12345))
    );
    let there = gateway.at_registry("life.test").await.to_string();
    assert!(there.contains("ns3.dns.example") && there.to_lowercase().contains(&"ab".repeat(32)), "{there}");
    let unsigned = gateway.call("DELETE", "domains/life.test/ds_records", None).await;
    assert_eq!(unsigned.body["data"]["ds_records"], json!([]));

    let rotated = gateway.call("POST", "domains/life.test/auth_code/rotate", None).await;
    assert_eq!(rotated.body["data"]["auth_code"].as_str().map(str::len), Some(16), "{rotated:?}");

    let read = gateway.call("GET", "domains/LIFE.test", None).await;
    assert_eq!(read.body["data"]["expires_at"], renewed["expires_at"]);
    let events = gateway.call("GET", "domains/life.test/events", None).await.body["data"].clone();
    let kinds: Vec<&str> =
        events.as_array().unwrap().iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "registered",
            "renewed",
            "nameservers_updated",
            "ds_records_updated",
            "ds_records_updated",
            "auth_code_rotated"
        ]
    );

    assert_eq!(gateway.call("DELETE", "domains/life.test", None).await.status, 204);
    expect(&gateway.call("GET", "domains/life.test", None).await, 404, "not_found");
    let ledger = gateway.control("GET", "/ledger", None).await.body;
    let charged: Vec<(&str, &str)> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|charge| (charge["command"].as_str().unwrap(), charge["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(charged[..2], [("create", "20.00"), ("renew", "10.00")]);
    assert_eq!(ledger["totals"]["registrar-a"], "0.00", "deleted in the first days: all is given back");
    gateway.stop().await;
}

#[tokio::test]
async fn names_are_checked_in_the_order_asked_and_a_failure_is_its_own_names_only() {
    let gateway = TestGateway::start().await;
    let names = ["z.test", "taken.test", "nobody.sells", "premium-a.test", "z.test"];
    let answer = gateway
        .call("POST", "domains/check", Some(json!({ "names": names, "fee_commands": ["create"] })))
        .await;
    let results = answer.body["data"]["results"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        results.iter().map(|one| (one["name"].as_str().unwrap(), one["status"].as_str().unwrap())).collect();
    let statuses = ["available", "unavailable", "error", "available", "available"];
    assert_eq!(told, names.into_iter().zip(statuses).collect::<Vec<_>>());
    assert_eq!((&results[3]["premium"]["marker"], &results[0]["premium"]), (&json!("premium"), &Value::Null));

    for (body, status, code) in [
        (json!({ "name": "a.test", "names": ["b.test"] }), 422, "unprocessable_entity"),
        (json!({ "names": [] }), 422, "unprocessable_entity"),
        (json!({}), 422, "unprocessable_entity"),
        (json!({ "name": "no dots" }), 422, "unprocessable_entity"),
        (json!({ "names": ["a.test", "-b.test"] }), 422, "unprocessable_entity"),
        (json!({ "name": "a.test", "fee_commands": ["steal"] }), 422, "unprocessable_entity"),
        (
            json!({ "name": "a.test", "fee_commands": ["create"], "fee_period": 0 }),
            422,
            "unprocessable_entity",
        ),
        (json!({ "name": "a.test", "registry_account_id": "x" }), 422, "unprocessable_entity"),
        (json!({ "name": "nobody.sells" }), 422, "tld_not_associated"),
    ] {
        expect(&gateway.call("POST", "domains/check", Some(body)).await, status, code);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn what_the_rules_refuse_never_reaches_the_registry() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    let before = gateway.control("GET", "/log", None).await.body["next"].clone();
    let create = |extra: Value| {
        let mut body = json!({ "name": "new.test", "payment_assured": true });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        ("POST", "domains", Some(body))
    };
    let hosts =
        |list: Value| ("POST", "domains/mine.test/update_nameservers", Some(json!({ "nameservers": list })));
    let records =
        |list: Value| ("POST", "domains/mine.test/update_ds_records", Some(json!({ "ds_records": list })));
    let uuid = "00000000-0000-7000-8000-000000000000";
    let cases = [
        (create(json!({ "payment_assured": false })), "payment_not_assured"),
        (create(json!({ "name": "new.example" })), "quote_required"),
        (create(json!({ "name": "new.example", "quote_id": uuid })), "quote_not_found"),
        (create(json!({ "name": "new.sells" })), "tld_not_associated"),
        (create(json!({ "name": "mine.test" })), "domain_unavailable"),
        (create(json!({ "name": "bad_name.test" })), "unprocessable_entity"),
        (create(json!({ "years": 11 })), "unprocessable_entity"),
        (create(json!({ "nameservers": ["ns1.new.test"] })), "subordinate_host_missing"),
        (create(json!({ "nameservers": ["ns1.mine.test"] })), "subordinate_host_missing"),
        (create(json!({ "nameservers": ["a.b.example", "A.b.example."] })), "duplicate_nameserver"),
        (create(json!({ "nameservers": ["nodots"] })), "invalid_nameservers"),
        (create(json!({ "registry_account_id": uuid })), "registry_account_unavailable"),
        (hosts(json!([])), "empty_nameservers"),
        (hosts(json!(["a.b.example", "a.b.example"])), "duplicate_nameserver"),
        (hosts(json!(["*.b.example"])), "invalid_nameservers"),
        (records(json!([ds("xyz")])), "invalid_ds_records"),
        (records(json!([ds("ab"), ds("AB")])), "duplicate_ds_record"),
        (("POST", "domains/mine.test/renew", Some(json!({ "years": 0 }))), "unprocessable_entity"),
    ];
    for ((method, path, body), code) in cases {
        expect(&gateway.call(method, path, body).await, 422, code);
    }
    for (method, path) in [
        ("GET", "domains/none.test"),
        ("DELETE", "domains/none.test"),
        ("POST", "domains/none.test/reconcile"),
    ] {
        expect(&gateway.call(method, path, None).await, 404, "not_found");
    }
    // The same set again is done without the registry.
    for case in [hosts(json!(["ns1.dns.example"])), hosts(json!(["NS1.dns.example."])), records(json!([]))] {
        assert_eq!(gateway.call(case.0, case.1, case.2).await.status, 200);
    }
    let log = gateway.control("GET", &format!("/log?after={before}"), None).await.body;
    let verbs = log["entries"].as_array().unwrap().iter().map(|entry| entry["verb"].as_str().unwrap());
    // Sessions may still be opening.
    let verbs: Vec<&str> = verbs.filter(|verb| *verb != "login").collect();
    assert_eq!(verbs, ["update", "info"], "the one change, and the look after it");
    gateway.stop().await;
}

#[tokio::test]
async fn the_registrys_refusal_is_told_in_its_own_words() {
    let gateway = TestGateway::start().await;
    let taken =
        gateway.call("POST", "domains", Some(json!({ "name": "taken.test", "payment_assured": true }))).await;
    expect(&taken, 422, "domain_unavailable");
    let premium = gateway
        .call("POST", "domains", Some(json!({ "name": "premium.test", "payment_assured": true })))
        .await;
    expect(&premium, 422, "registry_error");
    assert!(
        premium.body["detail"]["epp_code"].is_u64() && premium.body["detail"]["svtrid"].is_string(),
        "{premium:?}"
    );
    assert_eq!(gateway.control("GET", "/ledger", None).await.body["entries"], json!([]));
    gateway.stop().await;
}

#[tokio::test]
async fn reconciling_takes_over_what_changed_and_tells_it_once() {
    let gateway = TestGateway::start().await;
    gateway.registered("drift.test").await;
    let same = gateway.call("POST", "domains/drift.test/reconcile", None).await.body["data"].clone();
    assert!(same["last_reconciled_at"].is_string(), "{same}");
    // The registry renews by itself when the domain expires.
    gateway.control("POST", "/clock", Some(json!({ "advance": "P366D" }))).await;
    let drifted = gateway.call("POST", "domains/drift.test/reconcile", None).await.body["data"].clone();
    assert_ne!(drifted["expires_at"], same["expires_at"]);
    let events = gateway.call("GET", "domains/drift.test/events", None).await.body["data"].clone();
    let last = events.as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (events.as_array().unwrap().len(), &last["event_type"]),
        (2, &json!("reconciled_with_registry"))
    );
    assert_eq!(last["payload"]["changes"]["expires_at"]["from"], same["expires_at"], "{last}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_list_is_complete_page_by_page_and_filtered_as_asked() {
    let gateway = TestGateway::start().await;
    for number in 0..7 {
        gateway.registered(&format!("page{number}.test")).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = gateway.call("GET", &format!("domains?limit=3{cursor}"), None).await.body;
        seen.extend(
            page["data"].as_array().unwrap().iter().map(|domain| domain["name"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["pagination"]["next_cursor"].as_str() else {
            assert_eq!(page["pagination"]["has_more"], false);
            break;
        };
        assert_eq!(page["pagination"]["has_more"], true);
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, (0..7).map(|number| format!("page{number}.test")).collect::<Vec<_>>());
    for (query, count) in [
        ("name_like=AGE3", 1),
        ("tld=TEST", 7),
        ("tld=example", 0),
        ("state=registered", 7),
        ("state=redemption", 0),
        // A wildcard of the database is a letter like any other.
        ("name_like=%25", 0),
        ("name_like=_age", 0),
    ] {
        let found = gateway.call("GET", &format!("domains?{query}"), None).await;
        assert_eq!(found.body["data"].as_array().map(Vec::len), Some(count), "{query}: {found:?}");
    }
    for query in ["state=asleep", "limit=0", "limit=501", "cursor=!"] {
        expect(&gateway.call("GET", &format!("domains?{query}"), None).await, 422, "unprocessable_entity");
    }
    let other =
        gateway.token_of(gateway.other(), &[eppgate_model::token::Scope::Read], crate::support::HOUR).await;
    let others = gateway.call_as(&other, gateway.other().tenant_id, "GET", "domains", None).await;
    assert_eq!(others.body["data"], json!([]), "no tenant sees another's domains");
    gateway.stop().await;
}
