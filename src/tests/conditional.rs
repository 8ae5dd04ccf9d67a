//! Conditional requests: tags of versions, changes that depend on them, and answers that a reader has already.

use serde_json::{Value, json};

use crate::support::{Answer, JSON, TestGateway, expect, send};

/// A call with further headers.
async fn call(
    gateway: &TestGateway,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Answer {
    let target = format!("/api/v1/tenants/{}/{path}", gateway.demo().tenant_id);
    let authorization = format!("Bearer {}", gateway.token);
    let mut all = vec![("Authorization", authorization.as_str()), JSON];
    all.extend_from_slice(headers);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(gateway.app.address(), method, &target, &all, body.as_bytes()).await
}

fn tag(answer: &Answer) -> String {
    assert!(answer.status < 300, "{answer:?}");
    answer.header("etag").unwrap_or_else(|| panic!("no tag: {answer:?}")).to_owned()
}

async fn tag_of(gateway: &TestGateway, path: &str) -> String {
    tag(&call(gateway, "GET", path, &[], Value::Null).await)
}

#[tokio::test]
async fn each_answer_that_shows_a_domain_has_the_tag_of_what_it_shows() {
    let gateway = TestGateway::start().await;
    let create = json!({ "name": "a.test", "payment_assured": true });
    let mut last = tag(&call(&gateway, "POST", "domains", &[], create).await);
    assert!(last.starts_with('"') && last.ends_with('"'), "{last}");
    for (method, path, body) in [
        ("POST", "renew", json!({})),
        ("POST", "update_nameservers", json!({ "nameservers": ["ns1.dns.example"] })),
        ("POST", "transfer_lock", Value::Null),
        ("DELETE", "transfer_lock", Value::Null),
        ("PUT", "auto_renewal", json!({ "mode": "AUTOEXPIRE" })),
        ("POST", "apply_hold", json!({ "reason": "contact_inaccuracy" })),
        ("POST", "release_hold", Value::Null),
        ("POST", "reconcile", Value::Null),
    ] {
        assert_eq!(tag_of(&gateway, "domains/a.test").await, last, "before {path}");
        let changed = tag(&call(&gateway, method, &format!("domains/a.test/{path}"), &[], body).await);
        assert_ne!(changed, last, "{path}");
        last = changed;
    }
    // Nothing to change is no change.
    let same = json!({ "nameservers": ["ns1.dns.example"] });
    assert_eq!(tag(&call(&gateway, "POST", "domains/a.test/update_nameservers", &[], same).await), last);
    assert_eq!(tag_of(&gateway, "domains/a.test").await, last);
    gateway.stop().await;
}

#[tokio::test]
async fn a_change_whose_condition_does_not_hold_is_not_sent() {
    let gateway = TestGateway::start().await;
    gateway.registered("a.test").await;
    let path = "domains/a.test/renew";
    let old = tag_of(&gateway, "domains/a.test").await;
    let renewed = call(&gateway, "POST", path, &[("If-Match", &old)], json!({})).await;
    let new = tag(&renewed);

    let commands = gateway.log_of("a.test").await.len();
    let weak = format!("W/{new}");
    for (header, value) in [
        ("If-Match", old.as_str()),
        ("If-Match", "\"other\""),
        ("If-Match", weak.as_str()),
        ("If-None-Match", new.as_str()),
        ("If-None-Match", weak.as_str()),
        ("If-None-Match", "*"),
    ] {
        let refused = call(&gateway, "POST", path, &[(header, value)], json!({})).await;
        expect(&refused, 412, "precondition_failed");
    }
    for value in ["nonsense", "\"a", "\"a\" \"b\"", "*, \"a\"", ""] {
        let refused = call(&gateway, "POST", path, &[("If-Match", value)], json!({})).await;
        expect(&refused, 400, "malformed_request");
    }
    for (method, path) in [("DELETE", "domains/a.test"), ("POST", "domains/a.test/transfer_lock")] {
        let refused = call(&gateway, method, path, &[("If-Match", &old)], Value::Null).await;
        expect(&refused, 412, "precondition_failed");
    }
    assert_eq!(gateway.log_of("a.test").await.len(), commands, "the registry heard of none of it");

    let several = format!("\"other\", {new}");
    let lines = [("If-Match", "\"other\""), ("If-Match", new.as_str())];
    for headers in [&[("If-Match", several.as_str())][..], &lines] {
        let read = call(&gateway, "GET", "domains/a.test", headers, Value::Null).await;
        assert_eq!(tag(&read), new);
    }
    let done = call(&gateway, "POST", path, &[("If-Match", &several)], json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    let done = call(&gateway, "POST", path, &[("If-Match", "*"), ("If-None-Match", &old)], json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_there_meets_no_condition() {
    let gateway = TestGateway::start().await;
    let any = [("If-Match", "*")];
    let create = json!({ "name": "new.test", "payment_assured": true });
    expect(&call(&gateway, "POST", "domains", &any, create).await, 412, "precondition_failed");
    expect(&call(&gateway, "GET", "domains/new.test", &any, Value::Null).await, 404, "not_found");
    assert_eq!(gateway.log_of("new.test").await.len(), 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_reader_who_has_the_newest_is_told_so() {
    let gateway = TestGateway::start().await;
    gateway.registered("a.test").await;
    let tag = tag_of(&gateway, "domains/a.test").await;
    let weak = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), weak.as_str(), "*"] {
        let answer = call(&gateway, "GET", "domains/a.test", &[("If-None-Match", known)], Value::Null).await;
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{known}: {answer:?}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    let answer =
        call(&gateway, "GET", "domains/a.test", &[("If-None-Match", "\"other\"")], Value::Null).await;
    assert_eq!((answer.status, &answer.body["data"]["name"]), (200, &json!("a.test")));
    let answer = call(&gateway, "GET", "domains/a.test", &[("If-None-Match", "x")], Value::Null).await;
    expect(&answer, 400, "malformed_request");
    gateway.stop().await;
}

#[tokio::test]
async fn of_changes_that_start_from_one_version_one_is_made() {
    let gateway = TestGateway::start().await;
    gateway.registered("race.test").await;
    let tag = tag_of(&gateway, "domains/race.test").await;
    let headers = [("If-Match", tag.as_str())];
    let renew = || call(&gateway, "POST", "domains/race.test/renew", &headers, json!({}));
    let (a, b, c, d) = tokio::join!(renew(), renew(), renew(), renew());
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    // While one is under way, the others are told that; afterwards, that it is too late.
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert!(statuses[1..].iter().all(|status| matches!(status, 409 | 412)), "{statuses:?}");
    let renewals = gateway.log_of("race.test").await;
    assert_eq!(renewals.iter().filter(|entry| entry["verb"] == "renew").count(), 1, "{renewals:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_conditional_request_can_be_repeated() {
    let gateway = TestGateway::start().await;
    gateway.registered("a.test").await;
    let tag = tag_of(&gateway, "domains/a.test").await;
    let headers = [("If-Match", tag.as_str()), ("Idempotency-Key", "once")];
    let first = call(&gateway, "POST", "domains/a.test/renew", &headers, json!({})).await;
    assert_eq!(first.status, 200, "{first:?}");
    let again = call(&gateway, "POST", "domains/a.test/renew", &headers, json!({})).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("etag"), first.header("etag"));
    // With another condition it is another request.
    let other = [("If-Match", "*"), ("Idempotency-Key", "once")];
    let other = call(&gateway, "POST", "domains/a.test/renew", &other, json!({})).await;
    expect(&other, 409, "idempotency_key_in_use");
    gateway.stop().await;
}

#[tokio::test]
async fn contacts_and_hosts_have_tags_as_well() {
    let gateway = TestGateway::start().await;
    let person = json!({
        "handle": "jane", "name": "Jane Doe", "email": "jane@example.test", "phone": "+46701740605",
        "street": ["Storgatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE",
    });
    let created = tag(&call(&gateway, "POST", "contacts", &[], person).await);
    assert_eq!(tag_of(&gateway, "contacts/jane").await, created);
    // With a copy at a registry, which is changed first.
    let create = json!({ "name": "a.test", "payment_assured": true, "registrant_handle": "jane" });
    assert_eq!(call(&gateway, "POST", "domains", &[], create).await.status, 201);
    let held = [("If-Match", created.as_str())];
    let moved = call(&gateway, "PATCH", "contacts/jane", &held, json!({ "city": "Kiruna" })).await;
    let moved = tag(&moved);
    assert_ne!(moved, created);
    assert_eq!(tag_of(&gateway, "contacts/jane").await, moved);
    let late = call(&gateway, "PATCH", "contacts/jane", &held, json!({ "city": "Lund" })).await;
    expect(&late, 412, "precondition_failed");
    expect(&call(&gateway, "DELETE", "contacts/jane", &held, Value::Null).await, 412, "precondition_failed");

    let host = json!({ "name": "ns1.a.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    let created = tag(&call(&gateway, "POST", "hosts", &[], host).await);
    assert_eq!(tag_of(&gateway, "hosts/ns1.a.test").await, created);
    let held = [("If-Match", created.as_str())];
    let addresses = |last: u8| json!({ "ip_addresses": { "v4": [format!("192.0.2.{last}")] } });
    let changed = tag(&call(&gateway, "PATCH", "hosts/ns1.a.test", &held, addresses(2)).await);
    assert_ne!(changed, created);
    assert_eq!(tag_of(&gateway, "hosts/ns1.a.test").await, changed);
    let late = call(&gateway, "PATCH", "hosts/ns1.a.test", &held, addresses(3)).await;
    expect(&late, 412, "precondition_failed");
    expect(
        &call(&gateway, "DELETE", "hosts/ns1.a.test", &held, Value::Null).await,
        412,
        "precondition_failed",
    );
    gateway.stop().await;
}

#[tokio::test]
async fn what_no_registry_has_to_change_meets_its_condition_where_it_is_written() {
    let gateway = TestGateway::start().await;
    gateway.registered("a.test").await;
    let host = json!({ "name": "ns1.a.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    let created = tag(&call(&gateway, "POST", "hosts", &[], host).await);
    // So slow that all of them have seen the host before the first takes over what the registry says of it.
    gateway.control("POST", "/latency", Some(json!({ "rtt": "200ms" }))).await;
    let held = [("If-Match", created.as_str())];
    let reconcile = || call(&gateway, "POST", "hosts/ns1.a.test/reconcile", &held, Value::Null);
    let (a, b, c) = tokio::join!(reconcile(), reconcile(), reconcile());
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412], "{a:?} {b:?} {c:?}");
    gateway.stop().await;
}
