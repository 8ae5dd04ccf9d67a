//! The API's outside: every answer in the documented envelope, nobody in whom no token lets in, and no tenant in another's.

use std::time::Duration;

use eppgate_model::token::Scope;
use eppgate_model::{OperationId, TenantId};
use serde_json::{Value, json};

use crate::support::{Answer, HOUR, TestGateway, send};

fn check_labels(answer: &Answer) {
    let id = answer.header("x-request-id").unwrap();
    assert!(id.starts_with("req_") && id.len() == 30, "{id}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

/// Method, target, headers, body; status and code of the answer.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str);

#[tokio::test]
async fn a_failure_that_no_handler_saw_is_in_the_envelope_too() {
    let gateway = TestGateway::start().await;
    let authorization = format!("Bearer {}", gateway.token);
    let authorized = ("Authorization", authorization.as_str());
    let json_type = ("Content-Type", "application/json");
    let domains = format!("/api/v1/tenants/{}/domains", gateway.demo().tenant_id);
    let check = format!("{domains}/check");
    let large = vec![b' '; 2 * 1024 * 1024];
    let cases: [Case<'_>; 13] = [
        ("GET", "/", &[], b"", 404, "not_found"),
        ("GET", "/api/v1/nothing", &[], b"", 404, "not_found"),
        ("GET", "/healthz/", &[], b"", 404, "not_found"),
        ("POST", "/healthz", &[], b"", 405, "method_not_allowed"),
        ("PURGE", &domains, &[], b"", 405, "method_not_allowed"),
        ("POST", &check, &[authorized, json_type], b"{", 400, "malformed_request"),
        ("POST", &check, &[authorized, json_type], b"{\"name\":\"\xff.test\"}", 400, "malformed_request"),
        ("GET", &format!("{domains}/%ff.test"), &[authorized], b"", 400, "malformed_request"),
        ("POST", &check, &[authorized], b"{}", 415, "unsupported_media_type"),
        ("POST", &check, &[authorized, json_type], &large, 413, "payload_too_large"),
        ("POST", &check, &[authorized, json_type], b"{\"name\":7}", 422, "unprocessable_entity"),
        ("GET", &format!("{domains}?limit=many"), &[authorized], b"", 422, "unprocessable_entity"),
        ("GET", &format!("{domains}?colour=red"), &[authorized], b"", 422, "unprocessable_entity"),
    ];
    for (method, target, headers, body, status, code) in cases {
        let answer = send(gateway.app.address(), method, target, headers, body).await;
        assert_eq!((answer.status, &answer.body["error"]), (status, &json!(code)), "{method} {target}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{method} {target}");
        assert_eq!(answer.header("allow").is_some(), status == 405, "{method} {target}");
        assert_eq!(answer.body["details"].is_object(), status == 422, "{method} {target}");
        check_labels(&answer);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn only_a_live_token_of_ours_gets_in_and_only_as_far_as_its_scopes() {
    let gateway = TestGateway::start().await;
    let demo = gateway.demo();
    let domains = format!("/api/v1/tenants/{}/domains", demo.tenant_id);
    let expired = gateway.token_of(demo, &[Scope::Read], Duration::ZERO).await;
    let bearer = |token: &str| format!("Bearer {token}");
    let forged = bearer(&format!("{}x", gateway.token));
    let good = bearer(&gateway.token);
    for headers in [
        &[][..],
        &[("Authorization", "Bearer")],
        &[("Authorization", "Bearer not.a.token")],
        &[("Authorization", "Basic b3duZXI6cGFzc3dvcmQ=")],
        &[("Authorization", &forged)],
        &[("Authorization", &bearer(&expired))],
        &[("Authorization", &good), ("Authorization", &good)],
    ] {
        let answer = send(gateway.app.address(), "GET", &domains, headers, b"").await;
        assert_eq!((answer.status, &answer.body), (401, &json!({"error": "unauthorized"})), "{headers:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }

    let reader = gateway.token_of(demo, &[Scope::Read], HOUR).await;
    let writer = gateway.token_of(demo, &[Scope::Write], HOUR).await;
    let directory = gateway.token_of(demo, &[Scope::DirectoryRead], HOUR).await;
    let registration = || Some(json!({"name": "scoped.test", "payment_assured": true}));
    for (token, method, path, body) in [
        (&reader, "POST", "domains", registration()),
        (&reader, "DELETE", "domains/scoped.test", None),
        (&writer, "GET", "domains", None),
        (&directory, "GET", "domains", None),
        (&directory, "POST", "domains", registration()),
    ] {
        let answer = gateway.call_as(token, demo.tenant_id, method, path, body).await;
        assert_eq!(
            (answer.status, answer.body),
            (403, json!({"error": "insufficient_scope"})),
            "{method} {path}"
        );
    }
    assert_eq!(gateway.call_as(&reader, demo.tenant_id, "GET", "domains", None).await.status, 200);
    gateway.stop().await;
}

#[tokio::test]
async fn a_tenant_sees_nothing_of_another() {
    let gateway = TestGateway::start().await;
    let registration = json!({"name": "mine.test", "payment_assured": true});
    let registered = gateway.call("POST", "domains", Some(registration)).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    let both = [Scope::Read, Scope::Write];
    let stranger = gateway.token_of(gateway.other(), &both, HOUR).await;
    let calls = || {
        [
            ("GET", "domains", None),
            ("GET", "domains/mine.test", None),
            ("DELETE", "domains/mine.test", None),
            ("POST", "domains/mine.test/renew", Some(json!({"payment_assured": true}))),
            ("POST", "domains/mine.test/reconcile", None),
            ("POST", "domains/mine.test/update_nameservers", Some(json!({"nameservers": ["ns1.host.net"]}))),
            ("POST", "domains/mine.test/update_ds_records", Some(json!({"ds_records": []}))),
            ("DELETE", "domains/mine.test/ds_records", None),
            ("POST", "domains/mine.test/auth_code/rotate", None),
            ("GET", "domains/mine.test/events", None),
        ]
    };
    for (method, path, body) in calls() {
        let tenant = gateway.demo().tenant_id;
        let answer = gateway.call_as(&stranger, tenant, method, path, body.clone()).await;
        assert_eq!(
            (answer.status, answer.body),
            (403, json!({"error": "tenant_mismatch"})),
            "{method} {path}"
        );
        if path == "domains" {
            continue;
        }
        let own = gateway.other().tenant_id;
        let answer = gateway.call_as(&stranger, own, method, path, body).await;
        assert_eq!((answer.status, answer.body), (404, json!({"error": "not_found"})), "{method} {path}");
    }
    let own = gateway.call_as(&stranger, gateway.other().tenant_id, "GET", "domains", None).await;
    assert_eq!(own.body, json!({"data": [], "pagination": {"next_cursor": null, "has_more": false}}));
    let nowhere = gateway.call_as(&stranger, TenantId::new(), "GET", "domains", None).await;
    assert_eq!((nowhere.status, nowhere.body), (403, json!({"error": "tenant_mismatch"})));
    let operation = gateway.call("GET", &format!("operations/{}", OperationId::new()), None).await;
    assert_eq!((operation.status, operation.body), (404, json!({"error": "not_found"})));
    gateway.stop().await;
}

#[tokio::test]
async fn probes_and_metrics_tell_how_it_is_without_a_token() {
    let gateway = TestGateway::start().await;
    let public = gateway.app.address();
    assert_eq!(send(public, "GET", "/healthz", &[], b"").await.status, 200);
    let health = send(public, "GET", "/health", &[], b"").await;
    assert_eq!(health.status, 200);
    assert_eq!(health.body["database"]["status"], "ok");
    assert_eq!(health.body["registries"][0]["name"], "generic");
    assert_eq!(health.body["registries"][0]["circuit_breaker"], "closed");
    assert_eq!(send(public, "GET", "/metrics", &[], b"").await.status, 404);

    let metrics = send(gateway.app.operator_address(), "GET", "/metrics", &[], b"").await;
    assert_eq!(metrics.status, 200);
    for name in [
        "eppgate_build_info{",
        "eppgate_sessions{",
        "eppgate_breaker_state{",
        "eppgate_http_requests_total{route=\"/healthz\",method=\"GET\",status_class=\"2xx\"}",
        "eppgate_http_request_duration_seconds_bucket{",
    ] {
        assert!(metrics.text.contains(name), "{name} in\n{}", metrics.text);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_domain_lives_its_life_over_http() {
    let gateway = TestGateway::start().await;
    let check = json!({"names": ["life.test", "taken-one.test", "life.nowhere"], "fee_commands": ["create"],
                       "client_transaction_id": "t-1"});
    let checked = gateway.call("POST", "domains/check", Some(check)).await;
    let results = &checked.body["data"]["results"];
    assert_eq!((checked.status, &results[0]["status"]), (200, &json!("available")), "{checked:?}");
    assert_eq!(results[0]["client_transaction_id"], "t-1");
    assert_eq!(results[0]["fees"][0]["command"], "create");
    assert!(results[0]["fees"][0]["amount"].is_string());
    assert_eq!((&results[1]["status"], &results[2]["status"]), (&json!("unavailable"), &json!("error")));

    let registration = json!({"name": "Life.TEST.", "years": 2, "payment_assured": true,
                              "nameservers": ["ns1.host.net", "ns2.host.net"]});
    let registered = gateway.call("POST", "domains", Some(registration.clone())).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    check_domain(&registered.body["data"]);
    let again = gateway.call("POST", "domains", Some(registration)).await;
    assert_eq!((again.status, &again.body["error"]), (422, &json!("domain_unavailable")));

    let expiry = |answer: &Answer| answer.body["data"]["expires_at"].as_str().unwrap().to_owned();
    let renewed =
        gateway.call("POST", "domains/life.test/renew", Some(json!({"payment_assured": true}))).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    assert!(expiry(&renewed) > expiry(&registered));

    let servers = json!({"nameservers": ["ns3.host.net"]});
    let updated = gateway.call("POST", "domains/life.test/update_nameservers", Some(servers)).await;
    assert_eq!(updated.body["data"]["nameservers"], json!(["ns3.host.net"]), "{updated:?}");
    let record = json!({"key_tag": 12345, "algorithm": 13, "digest_type": 2, "digest": "ab".repeat(32)});
    let signed = gateway
        .call("POST", "domains/life.test/update_ds_records", Some(json!({"ds_records": [record]})))
        .await;
    assert_eq!(signed.body["data"]["dnssec_signed"], true, "{signed:?}");
    let unsigned = gateway.call("DELETE", "domains/life.test/ds_records", None).await;
    assert_eq!(unsigned.body["data"]["ds_records"], json!([]), "{unsigned:?}");
    let rotated = gateway.call("POST", "domains/life.test/auth_code/rotate", None).await;
    assert!(rotated.body["data"]["auth_code"].as_str().unwrap().len() >= 8, "{rotated:?}");
    let reconciled = gateway.call("POST", "domains/life.test/reconcile", None).await;
    assert_eq!(
        (reconciled.status, &reconciled.body["data"]["out_of_sync"]),
        (200, &json!(false)),
        "{reconciled:?}"
    );

    let listed = gateway.call("GET", "domains?state=registered&tld=test&name_like=LIF", None).await;
    assert_eq!(listed.body["data"][0]["name"], "life.test", "{listed:?}");
    let events = gateway.call("GET", "domains/life.test/events", None).await;
    assert_eq!(events.body["data"][0]["event_type"], "registered", "{events:?}");
    assert!(events.body["data"].as_array().unwrap().len() >= 4, "{events:?}");

    let deleted = gateway.call("DELETE", "domains/life.test", None).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""), "{deleted:?}");
    let gone = gateway.call("GET", "domains/life.test", None).await;
    assert_eq!(gone.status, 404, "{gone:?}");
    let ledger = gateway.control("GET", "/ledger", None).await;
    assert!(ledger.text.contains("life.test"), "{ledger:?}");
    gateway.stop().await;
}

/// Every documented key is there, whatever its value.
fn check_domain(domain: &Value) {
    for key in [
        "acceptance",
        "auto_renewal",
        "deletion_scheduled_at",
        "epp_statuses",
        "expires_at",
        "hold_reason",
        "id",
        "inserted_at",
        "last_reconciled_at",
        "last_renewed_at",
        "name",
        "nameservers",
        "out_of_sync",
        "registered_at",
        "registry_account",
        "registry_account_id",
        "state",
        "tenant_id",
        "tld",
        "transfer_lock_until",
        "unicode_name",
        "updated_at",
        "ds_records",
        "dnssec_signed",
    ] {
        assert!(domain.get(key).is_some(), "{key} in {domain}");
    }
    for key in ["enabled", "grace_period_days", "mode", "opt_out_url", "renewal_fee"] {
        assert!(domain["auto_renewal"].get(key).is_some(), "{key} in {domain}");
    }
    assert_eq!((&domain["name"], &domain["state"]), (&json!("life.test"), &json!("registered")));
    assert!(domain["registered_at"].as_str().unwrap().ends_with('Z'), "{domain}");
}
