//! Domains on their way between registrars: in and out, by choice and by time, whatever becomes of the replies.

use chrono::DateTime;
use eppgate_epp::types::TransferOp;
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{expect, transfer, until};

impl Pair {
    async fn choose(&self, mode: &str) {
        let chosen = self.done(Other, "PATCH", "", json!({ "transfer_out_mode": mode })).await;
        assert_eq!(chosen["transfer_out_mode"], mode);
    }

    async fn contact(&self) -> Value {
        let contact = json!({
            "name": "Jane Doe", "email": "jane@example.test", "street": ["Storgatan 1"], "city": "Stockholm",
            "country": "SE", "postal_code": "11122", "phone": "+46701740605",
        });
        self.done(Demo, "POST", "contacts", contact).await["handle"].clone()
    }
}

#[tokio::test]
async fn a_domain_comes_from_another_registrar_and_is_the_tenants_own() {
    let pair = Pair::start().await;
    let code = pair.registered(Other, "come.test").await;
    let hosts = json!({ "nameservers": ["ns1.dns.example"] });
    pair.done(Other, "POST", "domains/come.test/update_nameservers", hosts).await;
    let registrant = pair.contact().await;
    let ask = json!({ "auth_code": code, "registrant_handle": registrant });
    let asked = pair.call(Demo, "POST", "domains/come.test/transfer_in", ask).await;
    let data = &asked.body["data"];
    assert_eq!(
        (asked.status, &data["name"], &data["registrant_handle"]),
        (202, &json!("come.test"), &registrant)
    );
    assert!(data.get("id").is_none() && data.get("state").is_none(), "{data}");
    let pending = &data["pending_transfer"];
    assert_eq!((&pending["direction"], &pending["state"]), (&json!("in"), &json!("pending")));
    let time = |value: &Value| DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    // One is of the registry's clock, the other of ours.
    let patience = time(&pending["auto_ack_at"]) - time(&pending["initiated_at"]);
    assert_eq!((patience + chrono::Duration::hours(1)).num_days(), 5);
    assert_eq!(pair.call(Demo, "GET", "domains/come.test", Value::Null).await.status, 404);
    let path = format!("transfers/{}", pending["id"].as_str().unwrap());
    assert_eq!(pair.done(Demo, "GET", &path, Value::Null).await["state"], "pending");
    assert_eq!(pair.call(Other, "GET", &path, Value::Null).await.status, 404);

    pair.poll().await;
    let completed = pair.done(Demo, "GET", &path, Value::Null).await;
    assert_eq!(completed["state"], "completed", "{completed}");
    let domain = pair.done(Demo, "GET", "domains/come.test", Value::Null).await;
    assert_eq!((&domain["state"], &domain["registrant_handle"]), (&json!("registered"), &registrant));
    assert_eq!(domain["nameservers"], json!(["ns1.dns.example"]));
    assert_eq!((&domain["out_of_sync"], &domain["id"]), (&json!(false), &completed["domain_id"]));
    assert_eq!((time(&domain["transfer_lock_until"]) - time(&completed["completed_at"])).num_days(), 60);
    let there = pair.at_registry("come.test").await;
    assert_eq!(there["sponsor"], "registrar-a", "{there}");
    assert!(there["statuses"].to_string().contains("clientTransferProhibited"), "{there}");
    assert!(there["registrant"].as_str().is_some_and(|id| id.starts_with('c')), "{there}");
    assert_eq!(pair.history(Demo, "come.test").await, ["transferred_in", "transfer_in_secured"]);
    let locked = pair.call(Demo, "DELETE", "domains/come.test/transfer_lock", Value::Null).await;
    expect(&locked, 422, "domain_within_transfer_lock");

    assert_eq!(pair.call(Other, "GET", "domains/come.test", Value::Null).await.status, 404);
    assert_eq!(pair.transfers(Other).await, ["out completed come.test"]);
    assert_eq!(pair.charges("come.test").await, ["registrar-b create", "registrar-a transfer"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_wrong_code_moves_nothing_and_says_so() {
    let pair = Pair::start().await;
    pair.registered(Other, "safe.test").await;
    let ask = json!({ "auth_code": "wrong-Code-1" });
    let asked = pair.call(Demo, "POST", "domains/safe.test/transfer_in", ask).await;
    expect(&asked, 422, "auth_code_invalid");
    let none = pair.call(Demo, "POST", "domains/safe.test/transfer_in", json!({})).await;
    expect(&none, 422, "unprocessable_entity");
    let unknown = json!({ "auth_code": "x", "registrant_handle": "nobody" });
    let unknown = pair.call(Demo, "POST", "domains/safe.test/transfer_in", unknown).await;
    expect(&unknown, 422, "contact_not_found");
    assert_eq!(pair.transfers(Demo).await, [""; 0]);
    pair.poll().await;
    assert_eq!(pair.transfers(Other).await, [""; 0]);
    pair.stop().await;
}

#[tokio::test]
async fn who_decides_themselves_rejects_for_a_reason_or_approves_and_the_quote_pays_once() {
    let pair = Pair::start().await;
    pair.choose("explicit").await;
    let code = pair.registered(Other, "paid.example").await;
    let (path, registrant) = ("domains/paid.example/transfer_in", pair.contact().await);
    let ask =
        |quote: &Value| json!({ "auth_code": code, "registrant_handle": registrant, "quote_id": quote });
    expect(&pair.call(Demo, "POST", path, ask(&Value::Null)).await, 422, "quote_required");
    let quote = pair.quote(Demo, "paid.example", "transfer_in").await;
    let without = json!({ "auth_code": code, "quote_id": quote });
    expect(&pair.call(Demo, "POST", path, without).await, 422, "registrant_handle_required");
    assert_eq!(pair.call(Demo, "POST", path, ask(&quote)).await.status, 202);
    let again = pair.quote(Demo, "paid.example", "transfer_in").await;
    expect(&pair.call(Demo, "POST", path, ask(&again)).await, 422, "domain_in_transfer");
    pair.poll().await;
    assert_eq!(pair.transfers(Other).await, ["out pending paid.example"]);

    let reject = "domains/paid.example/reject_transfer_out";
    expect(&pair.call(Other, "POST", reject, Value::Null).await, 422, "transfer_nack_reason_required");
    let wrong = json!({ "reason": "we_like_it" });
    expect(&pair.call(Other, "POST", reject, wrong).await, 422, "transfer_nack_reason_invalid");
    let kept = pair.done(Other, "POST", reject, json!({ "reason": "evidence_of_fraud" })).await;
    assert_eq!(kept["state"], "registered", "{kept}");
    assert!(!kept["epp_statuses"].to_string().contains("pendingTransfer"), "{kept}");
    let out = &pair.done(Other, "GET", "transfers?direction=out&state=rejected", Value::Null).await[0];
    assert_eq!(
        (&out["nack_reason"], &out["explicit_decision"]),
        (&json!("evidence_of_fraud"), &json!("rejected"))
    );
    pair.poll().await;
    assert_eq!(pair.transfers(Demo).await, ["in rejected paid.example"]);

    assert_eq!(pair.call(Demo, "POST", path, ask(&quote)).await.status, 202, "the quote was given back");
    pair.poll().await;
    let approve = "domains/paid.example/approve_transfer_out";
    let gone = pair.done(Other, "POST", approve, Value::Null).await;
    assert_eq!(gone["state"], "transferred_out");
    expect(&pair.call(Other, "POST", approve, Value::Null).await, 404, "not_found");
    pair.poll().await;
    assert_eq!(pair.transfers(Demo).await[0], "in completed paid.example");
    let spent = pair.call(Demo, "POST", "domains/another.example/transfer_in", ask(&quote)).await;
    expect(&spent, 422, "quote_consumed");
    assert_eq!(pair.charges("paid.example").await, ["registrar-a create", "registrar-b transfer"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_transfer_is_called_off_as_long_as_nobody_has_agreed() {
    let pair = Pair::start().await;
    pair.choose("explicit").await;
    let code = pair.registered(Other, "off.test").await;
    let cancel =
        |asked: &Value| format!("transfers/{}/cancel", asked["pending_transfer"]["id"].as_str().unwrap());
    let first = pair.asked(Demo, "off.test", &code).await;
    pair.poll().await;
    let out = pair.done(Other, "GET", "transfers", Value::Null).await[0]["id"].clone();
    let out = format!("transfers/{}/cancel", out.as_str().unwrap());
    expect(&pair.call(Other, "POST", &out, Value::Null).await, 422, "wrong_direction");
    assert_eq!(pair.call(Demo, "POST", &cancel(&first), Value::Null).await.status, 204);
    expect(&pair.call(Demo, "POST", &cancel(&first), Value::Null).await, 422, "wrong_state");
    expect(&pair.call(Other, "POST", &cancel(&first), Value::Null).await, 404, "not_found");
    pair.poll().await;
    assert_eq!(pair.transfers(Demo).await, ["in cancelled off.test"]);
    assert_eq!(pair.transfers(Other).await, ["out cancelled off.test"]);
    let kept = pair.history(Other, "off.test").await;
    assert_eq!(kept[2..], ["transfer_out_requested", "transfer_out_cancelled"]);

    let second = pair.asked(Demo, "off.test", &code).await;
    pair.poll().await;
    pair.done(Other, "POST", "domains/off.test/approve_transfer_out", Value::Null).await;
    expect(&pair.call(Demo, "POST", &cancel(&second), Value::Null).await, 422, "cancel_too_late");
    assert_eq!(pair.transfers(Demo).await[0], "in completed off.test");
    pair.stop().await;
}

#[tokio::test]
async fn no_command_of_a_transfer_is_sent_twice_when_its_reply_is_lost() {
    let pair = Pair::start().await;
    pair.choose("explicit").await;
    let code = pair.registered(Other, "lost.test").await;
    pair.fault("transfer", 1, "drop_after").await;
    let asked = pair.asked(Demo, "lost.test", &code).await;
    pair.poll().await;
    pair.fault("transfer", 1, "drop_after").await;
    pair.done(Other, "POST", "domains/lost.test/reject_transfer_out", json!({ "reason": "court_order" }))
        .await;
    pair.poll().await;
    let first = format!("transfers/{}", asked["pending_transfer"]["id"].as_str().unwrap());
    assert_eq!(pair.done(Demo, "GET", &first, Value::Null).await["state"], "rejected");

    let asked = pair.asked(Demo, "lost.test", &code).await;
    pair.fault("transfer", 1, "drop_after").await;
    let cancel = format!("transfers/{}/cancel", asked["pending_transfer"]["id"].as_str().unwrap());
    assert_eq!(pair.call(Demo, "POST", &cancel, Value::Null).await.status, 204);

    pair.asked(Demo, "lost.test", &code).await;
    pair.poll().await;
    pair.fault("transfer", 1, "drop_after").await;
    pair.done(Other, "POST", "domains/lost.test/approve_transfer_out", Value::Null).await;
    pair.poll().await;
    let all = pair.transfers(Demo).await;
    assert_eq!(all, ["in completed lost.test", "in cancelled lost.test", "in rejected lost.test"]);
    assert_eq!(
        pair.effects("lost.test").await.join(" "),
        "created updated transfer_requested transfer_rejected transfer_requested transfer_cancelled \
         transfer_requested transferred updated"
    );
    assert_eq!(pair.charges("lost.test").await, ["registrar-b create", "registrar-a transfer"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_domain_goes_from_one_account_of_a_tenant_to_another() {
    let pair = Pair::start().await;
    let code = pair.registered(Demo, "mine.test").await;
    let before = pair.done(Demo, "GET", "domains/mine.test", Value::Null).await;
    let asked = pair.asked(Demo, "mine.test", &code).await;
    assert_eq!((&asked["id"], &asked["state"]), (&before["id"], &json!("registered")));
    assert_eq!(asked["registry_account_id"], before["registry_account_id"]);
    let to = asked["pending_transfer"]["registry_account_id"].clone();
    assert_ne!(to, before["registry_account_id"]);

    pair.poll().await;
    let after = pair.done(Demo, "GET", "domains/mine.test", Value::Null).await;
    assert_eq!((&after["id"], &after["registry_account_id"]), (&before["id"], &to));
    assert_eq!(pair.at_registry("mine.test").await["sponsor"], "registrar-b");
    let told = pair.history(Demo, "mine.test").await;
    assert_eq!(told[2..], ["transfer_in_requested", "transferred_in", "transfer_in_secured"]);
    assert_eq!(pair.transfers(Demo).await, ["in completed mine.test"]);
    let back = json!({ "auth_code": "whatever" });
    let locked = pair.call(Demo, "POST", "domains/mine.test/transfer_in", back).await;
    expect(&locked, 422, "domain_within_transfer_lock");
    pair.stop().await;
}

#[tokio::test]
async fn what_nobody_answers_and_no_message_tells_of_is_found_out_when_its_time_is_over() {
    let clock = Clock::manual(chrono::Utc::now());
    let mut pair = Pair::start_at("generic", "generic", ["test", "example"], clock).await;
    let code = pair.registered(Other, "silent.test").await;
    pair.asked(Demo, "silent.test", &code).await;
    pair.days_later(6).await;
    until(async || {
        // What could not be done at once is tried again later.
        pair.moment_later();
        pair.transfers(Demo).await == ["in completed silent.test"]
    })
    .await;
    assert_eq!(pair.charges("silent.test").await, ["registrar-b create", "registrar-a transfer"]);
    assert_eq!(pair.call(Other, "GET", "domains/silent.test", Value::Null).await.status, 404);
    // The messages that come late change nothing.
    pair.poll().await;
    let domain = pair.done(Demo, "GET", "domains/silent.test", Value::Null).await;
    assert_eq!(domain["state"], "registered", "{domain}");
    assert_eq!(pair.transfers(Demo).await, ["in completed silent.test"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_domain_comes_as_each_registry_has_it() {
    for (name, profile, zones) in [
        ("dotcom", "verisign", ["com", "net"]),
        ("ccnordic", "iis", ["se", "nu"]),
        ("legacy", "sandbox-legacy", ["test", "old"]),
    ] {
        let pair = Pair::start_at(name, profile, zones, Clock::system()).await;
        let domain = format!("move.{}", zones[0]);
        let code = pair.registered(Other, &domain).await;
        pair.asked(Demo, &domain, &code).await;
        pair.poll().await;
        assert_eq!(pair.transfers(Demo).await, [format!("in completed {domain}")], "{name}");
        assert_eq!(pair.transfers(Other).await, [format!("out completed {domain}")], "{name}");
        assert_eq!(pair.history(Demo, &domain).await, ["transferred_in", "transfer_in_secured"], "{name}");
        let there = pair.at_registry(&domain).await;
        assert_eq!(there["sponsor"], "registrar-a", "{name}: {there}");
        let dead = pair.operate("GET", "poll_messages").await.body;
        assert_eq!(dead["data"], json!([]), "{name}");
        pair.stop().await;
    }
}

#[tokio::test]
async fn a_request_is_answered_as_long_as_the_registry_waits_for_it() {
    let clock = Clock::manual(chrono::Utc::now());
    let mut pair = Pair::start_at("generic", "generic", ["test", "example"], clock).await;
    pair.choose("explicit").await;
    let answers = [
        ("domains/late.test/approve_transfer_out", Value::Null),
        ("domains/late.test/reject_transfer_out", json!({ "reason": "court_order" })),
    ];
    let code = pair.registered(Other, "late.test").await;
    pair.asked(Demo, "late.test", &code).await;
    pair.poll().await;
    // By what the registry has said, it has let the domain go; whether it has, it does not say yet.
    pair.ahead(chrono::Duration::days(6)).await;
    for (path, body) in &answers {
        expect(&pair.call(Other, "POST", path, body.clone()).await, 422, "wrong_state");
    }
    assert_eq!(pair.transfers(Other).await, ["out pending late.test"]);
    // Where it cannot be asked, that is what is told.
    let down = json!({ "match": { "verb": "transfer" }, "action": "result", "code": 2400, "times": 1000 });
    pair.control("POST", "/faults", Some(down)).await;
    for (path, body) in &answers {
        expect(&pair.call(Other, "POST", path, body.clone()).await, 502, "registry_bad_response");
    }
    pair.control("DELETE", "/faults", None).await;

    // It has gone by itself.
    pair.control("POST", "/clock", Some(json!({ "advance": "P6D" }))).await;
    for (path, body) in &answers {
        expect(&pair.call(Other, "POST", path, body.clone()).await, 404, "not_found");
    }
    until(async || pair.transfers(Other).await == ["out completed late.test"]).await;
    assert_eq!(pair.at_registry("late.test").await["sponsor"], "registrar-a");
    assert_eq!(pair.effects("late.test").await[..3], ["created", "updated", "transfer_requested"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_domain_that_has_come_meanwhile_is_not_asked_for_again() {
    let pair = Pair::start().await;
    pair.choose("explicit").await;
    let code = pair.registered(Other, "here.test").await;
    pair.asked(Demo, "here.test", &code).await;
    let past = pair.past("registrar-b");
    past.send(transfer(TransferOp::Approve, "here.test", None)).await;
    past.end().await;
    let again = pair.call(Demo, "POST", "domains/here.test/transfer_in", json!({ "auth_code": code })).await;
    expect(&again, 422, "domain_within_transfer_lock");
    assert_eq!(pair.done(Demo, "GET", "domains/here.test", Value::Null).await["state"], "registered");
    let log = pair.control("GET", "/log", None).await;
    let refused = log["entries"].as_array().unwrap().iter().filter(|entry| entry["code"] == 2106).count();
    assert_eq!((refused, pair.transfers(Demo).await), (0, vec!["in completed here.test".to_owned()]));
    pair.stop().await;
}
