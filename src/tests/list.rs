//! Lists of domains over HTTP: what each filter lets through, both ways of paging, and what is refused.

use std::time::Duration;

use chrono::TimeDelta;
use eppgate_model::Clock;
use eppgate_model::token::Scope;
use serde_json::{Value, json};

use crate::support::{TestGateway, expect};

async fn names(gateway: &TestGateway, query: &str) -> Vec<String> {
    let answer = gateway.call("GET", &format!("domains?{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    let data = answer.body["data"].as_array().unwrap().clone();
    data.iter().map(|domain| domain["name"].as_str().unwrap().to_owned()).collect()
}

async fn register(gateway: &TestGateway, name: &str, more: Value) {
    let mut body = json!({ "name": name, "payment_assured": true });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = gateway.call("POST", "domains", Some(body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let gateway = TestGateway::start().await;
    let person = json!({
        "handle": "jane", "name": "Jane Doe", "email": "jane@example.test", "phone": "+46701740605",
        "street": ["Storgatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE",
    });
    let created = gateway.call("POST", "contacts", Some(person)).await;
    assert_eq!(created.status, 201, "{created:?}");
    register(&gateway, "alpha.test", json!({ "nameservers": ["ns1.dns.example"] })).await;
    register(&gateway, "beta.steady", json!({ "registrant_handle": "jane", "years": 2 })).await;
    register(&gateway, "b\u{fc}cher.test", json!({})).await;
    let renewed = gateway.call("POST", "domains/alpha.test/renew", Some(json!({ "years": 1 }))).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    let updated = renewed.body["data"]["updated_at"].as_str().unwrap();

    let idn = "xn--bcher-kva.test";
    let (alpha, beta) = ("alpha.test", "beta.steady");
    for (query, found) in [
        (String::new(), vec![alpha, beta, idn]),
        ("state=registered&tld=TEST".to_owned(), vec![alpha, idn]),
        ("state=on_hold".to_owned(), vec![]),
        ("tld=.steady".to_owned(), vec![beta]),
        ("name_like=TA.".to_owned(), vec![beta]),
        ("name_like=B%C3%BCch".to_owned(), vec![]),
        ("unicode_name_like=B%C3%9Cch".to_owned(), vec![idn]),
        ("unicode_name_like=bu%CC%88ch".to_owned(), vec![idn]),
        (format!("updated_after={updated}"), vec![alpha]),
        (format!("updated_before={updated}"), vec![beta, idn, alpha]),
        ("expires_within_days=400".to_owned(), vec![idn]),
        ("renewed_within_days=1".to_owned(), vec![alpha]),
        ("in_grace=true".to_owned(), vec![]),
        ("in_grace=false".to_owned(), vec![alpha, beta, idn]),
        ("in_redemption=true".to_owned(), vec![]),
        ("in_redemption=false".to_owned(), vec![alpha, beta, idn]),
        ("nameserver=NS1.DNS.Example.".to_owned(), vec![alpha]),
        ("nameserver=ns2.dns.example".to_owned(), vec![]),
        ("out_of_sync=true".to_owned(), vec![]),
        ("out_of_sync=false".to_owned(), vec![alpha, beta, idn]),
        ("registrant_verification_state=pending_verification".to_owned(), vec![beta]),
        ("registrant_verification_state=active".to_owned(), vec![]),
        ("order_by=name&order=desc".to_owned(), vec![idn, beta, alpha]),
        ("order_by=registered_at".to_owned(), vec![alpha, beta, idn]),
        ("order_by=expires_at&order=asc".to_owned(), vec![idn, alpha, beta]),
        ("order_by=updated_at".to_owned(), vec![beta, idn, alpha]),
        ("order_by=last_renewed_at&order=desc&limit=1".to_owned(), vec![alpha]),
        ("order=desc".to_owned(), vec![alpha, beta, idn]),
        ("offset=1".to_owned(), vec![beta, idn]),
    ] {
        let mut listed = names(&gateway, &query).await;
        if query.starts_with("order_by=expires_at") {
            // Two expire in the same year, at almost the same time.
            listed.truncate(1);
            assert_eq!(listed, found[..1], "{query}");
            continue;
        }
        assert_eq!(listed, found, "{query}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn both_ways_of_paging_show_everything_once() {
    let gateway = TestGateway::start().await;
    let all: Vec<String> = (0..5).map(|number| format!("n{number}.test")).collect();
    for name in &all {
        gateway.registered(name).await;
    }
    for filter in ["", "updated_after=2020-01-01T00:00:00Z", "tld=test"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("domains?{filter}&limit=2{cursor}");
            let page = gateway.call("GET", &query, None).await.body;
            seen.extend(page["data"].as_array().unwrap().iter().map(|domain| domain["name"].clone()));
            let next = page["pagination"]["next_cursor"].clone();
            assert_eq!(page["pagination"], json!({ "next_cursor": next, "has_more": !next.is_null() }));
            match next.as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(seen), json!(all), "{filter}");
    }

    let page = gateway.call("GET", "domains?offset=3&limit=2&order_by=name", None).await.body;
    assert_eq!(page["pagination"], json!({ "offset": 3, "limit": 2, "total": 5, "has_more": false }));
    assert_eq!(page["data"][0]["name"], "n3.test");
    let page = gateway.call("GET", "domains?order_by=name&limit=4", None).await.body;
    assert_eq!(page["pagination"], json!({ "offset": 0, "limit": 4, "total": 5, "has_more": true }));
    let page = gateway.call("GET", "domains?offset=9", None).await.body;
    assert_eq!(page["pagination"], json!({ "offset": 9, "limit": 100, "total": 5, "has_more": false }));

    // Of both, the cursor wins.
    let first = gateway.call("GET", "domains?limit=2", None).await.body;
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap().to_owned();
    let both = gateway.call("GET", &format!("domains?limit=2&offset=0&cursor={cursor}"), None).await.body;
    assert_eq!((&both["data"][0]["name"], both["pagination"].get("offset")), (&json!("n2.test"), None));

    // A cursor is of the list that gave it out.
    for other in [format!("order_by=name&cursor={cursor}"), format!("expires_within_days=9&cursor={cursor}")]
    {
        let answer = gateway.call("GET", &format!("domains?{other}"), None).await;
        expect(&answer, 422, "unprocessable_entity");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_named_and_refused() {
    let gateway = TestGateway::start().await;
    for (query, field) in [
        ("state=sold", "state"),
        ("tld=a..b", "tld"),
        ("tld=%00", "tld"),
        ("name_like=", "name_like"),
        ("name_like=%00", "name_like"),
        ("unicode_name_like=%00", "unicode_name_like"),
        ("updated_after=yesterday", "updated_after"),
        ("updated_before=2026-01-01", "updated_before"),
        ("expires_within_days=0", "expires_within_days"),
        ("expires_within_days=-1", "expires_within_days"),
        ("expires_within_days=4000000000", "expires_within_days"),
        ("renewed_within_days=x", "renewed_within_days"),
        ("renewed_within_days=0", "renewed_within_days"),
        ("in_grace=maybe", "in_grace"),
        ("in_redemption=1", "in_redemption"),
        ("nameserver=nodots", "nameserver"),
        ("nameserver=*.b.example", "nameserver"),
        ("out_of_sync=yes", "out_of_sync"),
        ("registrant_verification_state=odd", "registrant_verification_state"),
        ("order_by=tld", "order_by"),
        ("order_by=name&order=up", "order"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("offset=-1", "offset"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("colour=red", "colour"),
    ] {
        let answer = gateway.call("GET", &format!("domains?{query}"), None).await;
        expect(&answer, 422, "unprocessable_entity");
        assert!(answer.body["details"][field].is_array(), "{query}: {answer:?}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn windows_follow_the_clock() {
    let clock = Clock::manual(chrono::Utc::now());
    let mut gateway = TestGateway::start_at(clock.clone()).await;
    let scopes = [Scope::Read, Scope::Write];
    gateway.token = gateway.token_of(gateway.demo(), &scopes, Duration::from_hours(24 * 500)).await;
    gateway.registered("soon.test").await;
    assert_eq!(names(&gateway, "expires_within_days=360").await, Vec::<String>::new());
    clock.advance(TimeDelta::days(10));
    assert_eq!(names(&gateway, "expires_within_days=360").await, ["soon.test"]);
    clock.advance(TimeDelta::days(400));
    assert_eq!(names(&gateway, "expires_within_days=36525").await, Vec::<String>::new(), "it is past due");
    gateway.stop().await;
}
