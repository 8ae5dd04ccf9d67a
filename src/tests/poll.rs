//! Messages of registries: kept before they are acknowledged, acted on once, and left to people when nobody knows what they
//! say.

use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{expect, until};

const DOMAIN: &str = r#"xmlns:domain="urn:ietf:params:xml:ns:domain-1.0""#;

impl Pair {
    async fn messages(&self, state: &str) -> Vec<Value> {
        let listed = self.operate("GET", &format!("poll_messages?state={state}")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        listed.body["data"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_message_that_is_shown_again_after_a_restart_is_acknowledged_and_acted_on_once() {
    let pair = Pair::start().await;
    let code = pair.registered(Other, "twice.test").await;
    pair.asked(Demo, "twice.test", &code).await;
    // The acknowledgement never arrives, however often it is sent.
    let never = json!({ "match": { "verb": "poll", "nth": 2 }, "action": "drop_before", "times": 100 });
    pair.control("POST", "/faults", Some(never)).await;
    let cut = pair.operate("POST", "registries/generic/accounts/second/poll").await;
    assert!(cut.status >= 500, "{cut:?}");
    assert_eq!(pair.messages("all").await.len(), 1, "it is kept all the same");
    let pair = pair.restarted().await;
    pair.control("DELETE", "/faults", None).await;
    // Whoever acts on a message, the poll or a worker: what follows from it may be another message.
    until(async || {
        pair.poll().await;
        let effects = pair.effects("twice.test").await.join(" ");
        effects == "created updated transfer_requested transferred updated"
    })
    .await;
    let kept = pair.messages("all").await;
    let transfers = kept.iter().filter(|one| one["kind"] == "transfer" && one["account"] == "second");
    assert_eq!(transfers.count(), 1, "{kept:?}");
    assert!(kept.iter().all(|one| one["state"] == "done"), "{kept:?}");
    assert_eq!(pair.transfers(Other).await, ["out completed twice.test"]);
    pair.stop().await;
}

#[tokio::test]
async fn what_nobody_knows_is_kept_without_secrets_and_left_to_people() {
    let pair = Pair::start().await;
    let strange = r#"<x:news xmlns:x="urn:x"><x:authInfo><x:pw>s3cret</x:pw></x:authInfo></x:news>"#;
    pair.message(strange, "").await;
    pair.message("", "").await;
    pair.poll().await;
    let dead = pair.messages("dead").await;
    let kinds: Vec<&Value> = dead.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["words", "unknown"], "{dead:?}");
    assert_eq!(dead[0]["text"], "news");
    let path = format!("poll_messages/{}", dead[1]["id"].as_str().unwrap());
    let whole = pair.operate("GET", &path).await;
    let raw = whole.body["data"]["raw"].as_str().unwrap();
    assert!(raw.contains("urn:x") && raw.contains("***") && !raw.contains("s3cret"), "{raw}");

    let again = pair.operate("POST", &format!("{path}/retry")).await;
    assert_eq!((again.status, &again.body["data"]["state"]), (200, &json!("received")), "{again:?}");
    pair.poll().await;
    until(async || pair.messages("dead").await.len() == 2).await;
    let away = pair.operate("POST", &format!("{path}/dismiss")).await;
    assert_eq!((away.status, &away.body["data"]["state"]), (200, &json!("dismissed")), "{away:?}");
    expect(&pair.operate("POST", &format!("{path}/dismiss")).await, 422, "wrong_state");
    assert_eq!(pair.messages("dead").await.len(), 1);
    expect(&pair.operate("GET", "poll_messages/none").await, 404, "not_found");
    expect(&pair.operate("GET", "poll_messages?state=lost").await, 422, "unprocessable_entity");
    pair.stop().await;
}

#[tokio::test]
async fn little_money_is_noted_with_each_tld_that_is_paid_from_the_account() {
    let pair = Pair::start_at("dotcom", "verisign", ["com", "net"], Clock::system()).await;
    let of =
        async |who, tld: &str| pair.done(who, "GET", &format!("tld_associations/{tld}"), Value::Null).await;
    let id = of(Demo, "com").await["id"].clone();
    let path = format!("tld_associations/{}/notifications", id.as_str().unwrap());
    let wrong = json!({ "low_balance_notification_email": "nobody" });
    expect(&pair.call(Demo, "PATCH", &path, wrong).await, 422, "unprocessable_entity");
    let mail = json!({ "low_balance_notification_email": "money@demo.test" });
    expect(&pair.call(Other, "PATCH", &path, mail.clone()).await, 404, "not_found");
    pair.done(Demo, "PATCH", &path, mail).await;

    let balance = json!({ "account": "registrar-a", "balance": "90.00", "threshold": "100.00" });
    pair.control("POST", "/balance", Some(balance)).await;
    pair.poll().await;
    // What another process has written shows when what is remembered has had its time.
    let config = of(Demo, "com").await["config"].clone();
    assert_eq!(config["low_balance_notification_email"], "money@demo.test");
    assert_eq!(
        (&config["current_credit"], &config["current_credit_threshold"]),
        (&json!("90.00"), &json!("100.00"))
    );
    assert!(config["last_low_balance_warning_at"].is_string(), "{config}");
    assert_eq!(config["last_low_balance_critical_at"], Value::Null);
    assert_eq!(of(Other, "net").await["config"]["current_credit"], "90.00");
    assert_eq!(of(Other, "com").await["config"]["current_credit"], Value::Null);

    let balance = json!({ "account": "registrar-a", "balance": "20.00", "threshold": "100.00" });
    pair.control("POST", "/balance", Some(balance)).await;
    pair.poll().await;
    let later = of(Demo, "com").await["config"].clone();
    assert!(later["last_low_balance_critical_at"].is_string(), "{later}");
    assert_eq!(later["last_low_balance_warning_at"], config["last_low_balance_warning_at"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_renewal_by_the_registry_is_taken_over_and_told_in_the_history() {
    let pair = Pair::start().await;
    pair.registered(Demo, "years.test").await;
    let before = pair.done(Demo, "GET", "domains/years.test", Value::Null).await;
    pair.control("POST", "/clock", Some(json!({ "advance": "P1Y1D" }))).await;
    let renewed = format!("<domain:renData {DOMAIN}><domain:name>years.test</domain:name></domain:renData>");
    pair.message(&renewed, "").await;
    pair.message(&renewed, "").await;
    pair.poll().await;
    let after = pair.done(Demo, "GET", "domains/years.test", Value::Null).await;
    let year = |domain: &Value| domain["expires_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
    assert_eq!(year(&after), year(&before) + 1);
    assert!(after["last_renewed_at"].is_string(), "{after}");
    assert_eq!(pair.history(Demo, "years.test").await[2..], ["auto_renewed"]);
    assert_eq!(pair.messages("done").await.len(), 2);
    pair.stop().await;
}

#[tokio::test]
async fn a_maintenance_that_is_announced_is_kept_to() {
    let pair = Pair::start().await;
    let (start, end) =
        (chrono::Utc::now() + chrono::Duration::days(1), chrono::Utc::now() + chrono::Duration::days(2));
    let announced = format!(
        r#"<m:infData xmlns:m="urn:ietf:params:xml:ns:epp:maintenance-1.0"><m:item><m:id>work-7</m:id>
        <m:pollType>create</m:pollType><m:systems><m:system><m:name>EPP</m:name><m:impact>full</m:impact></m:system>
        </m:systems><m:environment type="production"/><m:start>{}</m:start><m:end>{}</m:end><m:reason>planned</m:reason>
        <m:crDate>{}</m:crDate></m:item></m:infData>"#,
        start.to_rfc3339(),
        end.to_rfc3339(),
        start.to_rfc3339(),
    );
    pair.message(&announced, "").await;
    pair.poll().await;
    let planned = pair.operate("GET", "registries/generic/accounts/primary/maintenance").await;
    assert_eq!(planned.body["data"][0]["id"], "work-7", "{planned:?}");
    pair.stop().await;
}

#[tokio::test]
async fn a_message_about_a_domain_that_is_as_it_was_or_not_ours_changes_nothing() {
    let pair = Pair::start().await;
    pair.registered(Demo, "same.test").await;
    let (there, ours) = ("urn:ietf:params:xml:ns:changePoll-1.0", "same.test");
    pair.control("POST", "/clock", Some(json!({ "advance": "P10D" }))).await;
    pair.done(Demo, "GET", "domains/same.test", Value::Null).await;
    let shown = format!("<domain:infData {DOMAIN}><domain:name>{ours}</domain:name></domain:infData>");
    let change = format!(
        r#"<c:changeData xmlns:c="{there}"><c:operation>update</c:operation><c:date>2026-01-01T00:00:00Z</c:date>
        <c:svTRID>S</c:svTRID><c:who>registry</c:who></c:changeData>"#
    );
    pair.message(&shown, &change).await;
    pair.message(&shown.replace(ours, "unknown.test"), &change).await;
    pair.poll().await;
    let done = pair.messages("done").await;
    let notes: Vec<&Value> = done.iter().map(|one| &one["note"]).collect();
    assert_eq!(notes, ["nothing of the kind is pending", "it is as it was"], "{done:?}");
    pair.stop().await;
}
