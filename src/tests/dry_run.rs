//! `Dry-Run: 1`: what would be done is told, and nothing is.

use eppgate_epp::types::TransferOp;
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair, Who};
use crate::support::{Answer, TestGateway, expect, send, transfer};

impl TestGateway {
    async fn with(&self, header: (&str, &str), method: &str, path: &str, body: Option<Value>) -> Answer {
        let target = format!("/api/v1/tenants/{}/{path}", self.demo().tenant_id);
        let authorization = format!("Bearer {}", self.token);
        let headers =
            [("Authorization", authorization.as_str()), ("Content-Type", "application/json"), header];
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        send(self.app.address(), method, &target, &headers, body.as_bytes()).await
    }

    pub(crate) async fn dry_run(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.with(("Dry-Run", "1"), method, path, body).await
    }

    /// What the registry was told to do since then, by object and verb, and up to where that goes.
    async fn told_since(&self, seq: u64) -> (Vec<String>, u64) {
        let log = self.control("GET", &format!("/log?after={seq}"), None).await.body;
        let entries = log["entries"].as_array().unwrap();
        let last = entries.last().map_or(seq, |entry| entry["seq"].as_u64().unwrap());
        let word = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
        let changes = entries.iter().filter(|entry| entry["effect"] != "none");
        (changes.map(|entry| format!("{}:{}", word(entry, "object"), word(entry, "verb"))).collect(), last)
    }

    /// All that the gateway shows of what it has.
    async fn all(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in ["domains", "contacts", "hosts"] {
            all.push(self.call("GET", path, None).await.body);
        }
        for domain in all[0]["data"].as_array().unwrap().clone() {
            let path = format!("domains/{}/events", domain["name"].as_str().unwrap());
            all.push(self.call("GET", &path, None).await.body);
        }
        all
    }
}

/// The commands of a plan, by object and verb as the registry would log them.
fn commands(plan: &Answer) -> Vec<String> {
    assert_eq!((plan.status, &plan.body["data"]["dry_run"]), (200, &json!(true)), "{plan:?}");
    let commands = plan.body["data"]["commands"].as_array().unwrap().iter();
    let verb = |command: &Value| match command["kind"].as_str().unwrap() {
        "restore" => "update".to_owned(),
        kind => kind.to_owned(),
    };
    commands.map(|command| format!("{}:{}", command["object"].as_str().unwrap(), verb(command))).collect()
}

fn jane() -> Value {
    json!({ "handle": "jane", "name": "Jane Doe", "email": "jane@dns.example", "phone": "+46812345678",
            "street": ["Gatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE" })
}

#[tokio::test]
async fn what_a_dry_run_lists_is_what_the_real_one_then_sends() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.call("POST", "contacts", Some(jane())).await.status, 201);
    let register = json!({ "name": "dry.test", "payment_assured": true, "nameservers": ["ns1.dns.example"],
                           "registrant_handle": "jane" });
    let ds = json!({ "ds_records": [{ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "ab".repeat(32) }] });
    let host = json!({ "name": "ns1.dry.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    let moved = json!({ "ip_addresses": { "v4": ["192.0.2.2"] } });
    let calls: [(&str, &str, Option<Value>, &[&str]); 23] = [
        ("POST", "domains", Some(register), &["contact:create", "domain:create"]),
        ("POST", "domains/dry.test/renew", None, &["domain:renew"]),
        (
            "POST",
            "domains/dry.test/update_nameservers",
            Some(json!({ "nameservers": ["ns2.dns.example"] })),
            &["domain:update"],
        ),
        // Nothing differs, and nothing is sent.
        (
            "POST",
            "domains/dry.test/update_nameservers",
            Some(json!({ "nameservers": ["ns2.dns.example"] })),
            &[],
        ),
        ("POST", "domains/dry.test/update_ds_records", Some(ds), &["domain:update"]),
        ("DELETE", "domains/dry.test/ds_records", None, &["domain:update"]),
        (
            "POST",
            "domains/dry.test/update_contacts",
            Some(json!({ "admin_handle": "jane" })),
            &["domain:update"],
        ),
        ("PATCH", "contacts/jane", Some(json!({ "city": "Lund" })), &["contact:update"]),
        ("POST", "domains/dry.test/auth_code/rotate", None, &["domain:update"]),
        ("POST", "domains/dry.test/transfer_lock", None, &["domain:update"]),
        ("DELETE", "domains/dry.test/transfer_lock", None, &["domain:update"]),
        ("POST", "domains/dry.test/apply_hold", None, &["domain:update"]),
        ("POST", "domains/dry.test/release_hold", None, &["domain:update"]),
        ("PUT", "domains/dry.test/auto_renewal", Some(json!({ "mode": "AUTOEXPIRE" })), &[]),
        ("POST", "domains/dry.test/reconcile", None, &[]),
        ("POST", "hosts", Some(host), &["host:create"]),
        ("PATCH", "hosts/ns1.dry.test", Some(moved), &["host:update"]),
        ("POST", "hosts/ns1.dry.test/rename", Some(json!({ "new_name": "ns2.dry.test" })), &["host:update"]),
        ("DELETE", "hosts/ns2.dry.test", None, &["host:delete"]),
        (
            "POST",
            "contacts",
            Some(json!({ "handle": "joe", "name": "Joe", "email": "joe@dns.example",
            "city": "Lund", "country": "SE" })),
            &[],
        ),
        ("DELETE", "contacts/joe", None, &[]),
        ("DELETE", "domains/dry.test", None, &["domain:delete"]),
        ("POST", "domains/dry.test/restore", None, &["domain:update", "domain:update"]),
    ];
    for (method, path, body, expected) in calls {
        if method == "DELETE" && path == "domains/dry.test" {
            // Else it would be gone at once.
            gateway.control("POST", "/clock", Some(json!({ "advance": "P10D" }))).await;
        }
        let (before, (_, seq)) = (gateway.all().await, gateway.told_since(0).await);
        let plan = gateway.dry_run(method, path, body.clone()).await;
        assert_eq!(commands(&plan), expected, "{method} {path}");
        assert_eq!(gateway.told_since(seq).await.0, [""; 0], "{method} {path}: the registry hears nothing");
        assert_eq!(gateway.all().await, before, "{method} {path}: nothing is another");
        let real = gateway.call(method, path, body).await;
        assert!(real.status < 300, "{method} {path}: {real:?}");
        assert_eq!(gateway.told_since(seq).await.0, expected, "{method} {path}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_plan_tells_the_fee_and_masks_secrets_and_leaves_the_quote_as_it_is() {
    let gateway = TestGateway::start().await;
    let quote = json!({ "fqdn": "paid.example", "operation": "register", "period": 1 });
    let quote = gateway.call("POST", "quotes", Some(quote)).await.body["data"]["quote_id"].clone();
    let register = json!({ "name": "paid.example", "quote_id": quote });
    for _ in 0..2 {
        let plan = gateway.dry_run("POST", "domains", Some(register.clone())).await;
        assert_eq!(commands(&plan), ["domain:create"]);
        let plan = &plan.body["data"];
        assert_eq!(plan["fee"], json!({ "amount": "10.0000", "currency": "SEK" }));
        let command = &plan["commands"][0];
        assert_eq!(
            json!(["registry", "account", "object", "name"].map(|key| &command[key])),
            json!(["generic", "primary", "domain", "paid.example"])
        );
        let xml = command["xml"].as_str().unwrap();
        assert!(xml.contains("paid.example") && xml.contains("authInfo>***<"), "{xml}");
        let rules = plan["checks"].as_array().unwrap().iter().map(|check| check["rule"].as_str().unwrap());
        let rules: Vec<&str> = rules.collect();
        assert!(rules.contains(&"payment") && rules.contains(&"no_unfinished_operation"), "{rules:?}");
    }
    assert_eq!(gateway.call("POST", "domains", Some(register.clone())).await.status, 201);
    expect(&gateway.dry_run("POST", "domains", Some(register)).await, 422, "quote_consumed");
    let renewal =
        gateway.call("POST", "domains", Some(json!({ "name": "free.test", "payment_assured": true })));
    assert_eq!(renewal.await.status, 201);
    let plan = gateway.dry_run("POST", "domains/free.test/renew", Some(json!({ "years": 2 }))).await;
    assert_eq!(plan.body["data"]["fee"], json!({ "amount": "20.0000", "currency": "SEK" }), "{plan:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_dry_run_that_would_fail_answers_as_the_real_one() {
    let gateway = TestGateway::start().await;
    gateway.registered("rules.test").await;
    gateway.call("POST", "domains/rules.test/update_lock", None).await;
    let names = |names: Value| Some(json!({ "nameservers": names }));
    for (method, path, body) in [
        ("POST", "domains", Some(json!({ "name": "rules.test", "payment_assured": true }))),
        ("POST", "domains", Some(json!({ "name": "new.test" }))),
        ("POST", "domains", Some(json!({ "name": "new.example" }))),
        ("POST", "domains", Some(json!({ "name": "new.nowhere", "payment_assured": true }))),
        ("POST", "domains", Some(json!({ "years": 1 }))),
        ("POST", "domains/none.test/renew", None),
        ("POST", "domains/rules.test/renew", Some(json!({ "years": 99 }))),
        ("POST", "domains/rules.test/update_nameservers", names(json!(["ns1.dns.example"]))),
        ("POST", "domains/rules.test/transfer_lock", None),
        ("POST", "domains/rules.test/restore", None),
        ("POST", "domains/rules.test/release_hold", None),
        ("POST", "domains/rules.test/apply_hold", Some(json!({ "reason": "dispute" }))),
        ("DELETE", "hosts/ns1.rules.test", None),
        ("POST", "hosts", Some(json!({ "name": "ns1.rules.test" }))),
        ("POST", "contacts", Some(json!({ "name": "nobody" }))),
    ] {
        let history = gateway.history("rules.test").await;
        let dry = gateway.dry_run(method, path, body.clone()).await;
        assert_eq!(gateway.history("rules.test").await, history, "{method} {path}");
        let real = gateway.call(method, path, body).await;
        assert!(real.status >= 400, "{method} {path}: {real:?}");
        assert_eq!((dry.status, &dry.body), (real.status, &real.body), "{method} {path}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_dry_run_is_asked_for_in_one_way_where_there_is_one_and_takes_no_key() {
    let gateway = TestGateway::start().await;
    let register = json!({ "name": "keyed.test", "payment_assured": true });
    for value in ["yes", "0", "true", "", "1, 1"] {
        let answer = gateway.with(("Dry-Run", value), "POST", "domains", Some(register.clone())).await;
        expect(&answer, 400, "malformed_dry_run");
    }
    let quote = json!({ "fqdn": "keyed.example", "operation": "register", "period": 1 });
    expect(&gateway.dry_run("POST", "quotes", Some(quote)).await, 400, "dry_run_not_supported");
    let headers = [
        ("Authorization", format!("Bearer {}", crate::support::OPERATOR_TOKEN)),
        ("Dry-Run", "1".to_owned()),
    ];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let path = "/operator/v1/registries/generic/pause";
    let paused = send(gateway.app.operator_address(), "POST", path, &headers, b"").await;
    expect(&paused, 400, "dry_run_not_supported");
    // What changes nothing is done as ever.
    let checked = gateway.dry_run("POST", "domains/check", Some(json!({ "name": "keyed.test" }))).await;
    assert_eq!(checked.body["data"]["status"], "available", "{checked:?}");
    assert_eq!(gateway.dry_run("GET", "domains", None).await.body["data"], json!([]));

    let target = format!("/api/v1/tenants/{}/domains", gateway.demo().tenant_id);
    let authorization = format!("Bearer {}", gateway.token);
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "one-key"),
        ("Dry-Run", "1"),
    ];
    let body = register.to_string();
    for (headers, status, replayed) in
        [(&headers[..], 200, None), (&headers[..3], 201, Some("false")), (&headers[..3], 201, Some("true"))]
    {
        let answer = send(gateway.app.address(), "POST", &target, headers, body.as_bytes()).await;
        assert_eq!((answer.status, answer.header("idempotent-replayed")), (status, replayed), "{answer:?}");
    }
    gateway.stop().await;
}

impl Pair {
    /// All that both tenants see of transfers and domains, and what the registry has done for them.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for who in [Demo, Other] {
            for path in ["transfers", "domains", "contacts"] {
                all.push(self.done(who, "GET", path, Value::Null).await);
            }
        }
        let log = self.control("GET", "/log", None).await;
        let effects = log["entries"].as_array().unwrap().iter().filter(|entry| entry["effect"] != "none");
        all.extend(effects.cloned());
        all.push(self.control("GET", "/ledger", None).await);
        all
    }

    /// Has a call thought through, which must change nothing, and gives its plan, once what it lists is `expected`.
    async fn thought_through(&self, who: Who, path: &str, body: Value, expected: &[&str]) -> Value {
        let before = self.everything().await;
        let plan = self.dry_run(who, "POST", path, body).await;
        assert_eq!(commands(&plan), expected, "{path}");
        assert_eq!(self.everything().await, before, "{path}: nothing is another");
        plan.body["data"].clone()
    }
}

/// The last command of a plan as it would be sent, and the rules that were looked at.
fn last_of(plan: &Value) -> (String, Vec<&str>) {
    let xml = plan["commands"].as_array().unwrap().last().unwrap()["xml"].as_str().unwrap();
    let rules = plan["checks"].as_array().unwrap().iter().map(|check| check["rule"].as_str().unwrap());
    (xml.to_owned(), rules.collect())
}

#[tokio::test]
async fn each_step_of_a_transfer_can_be_thought_through() {
    let pair = Pair::start().await;
    let contact = pair.done(Demo, "POST", "contacts", jane()).await;
    pair.done(Other, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    let code = pair.registered(Other, "paid.example").await;
    let quote = pair.quote(Demo, "paid.example", "transfer_in").await;
    let ask = json!({ "auth_code": code, "registrant_handle": contact["handle"], "quote_id": quote });
    let path = "domains/paid.example/transfer_in";
    let steps = ["contact:create", "domain:transfer"];
    let plan = pair.thought_through(Demo, path, ask.clone(), &steps).await;
    assert_eq!(plan["fee"], json!({ "amount": "10.0000", "currency": "SEK" }), "{plan}");
    let (xml, rules) = last_of(&plan);
    assert!(xml.contains("op=\"request\"") && xml.contains("authInfo>***<"), "{xml}");
    assert!(!plan.to_string().contains(code.as_str().unwrap()), "the code is nowhere: {plan}");
    assert!(rules.contains(&"payment") && rules.contains(&"no_unfinished_operation"), "{rules:?}");
    // What would be refused is refused, and the quote is still good.
    let without = json!({ "auth_code": code, "quote_id": quote });
    expect(&pair.dry_run(Demo, "POST", path, without).await, 422, "registrant_handle_required");
    let asked = pair.call(Demo, "POST", path, ask.clone()).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    pair.poll().await;

    let cancel = asked.body["data"]["pending_transfer"]["id"].as_str().unwrap();
    let cancel = format!("transfers/{cancel}/cancel");
    let (approve, reject) =
        ("domains/paid.example/approve_transfer_out", "domains/paid.example/reject_transfer_out");
    let reason = json!({ "reason": "court_order" });
    for (who, path, body, op) in [
        (Demo, cancel.as_str(), Value::Null, "op=\"cancel\""),
        (Other, approve, Value::Null, "op=\"approve\""),
        (Other, reject, reason.clone(), "op=\"reject\""),
    ] {
        let plan = pair.thought_through(who, path, body, &["domain:transfer"]).await;
        let (xml, rules) = last_of(&plan);
        assert!(xml.contains(op) && xml.contains("paid.example"), "{xml}");
        assert_eq!(plan["fee"], Value::Null, "{plan}");
        assert!(rules.contains(&"action_allowed") && rules.contains(&"no_unfinished_operation"), "{rules:?}");
    }
    for (who, path, body) in [
        (Demo, path, ask.clone()),
        (Demo, approve, Value::Null),
        (Other, cancel.as_str(), Value::Null),
        (Other, reject, Value::Null),
        (Other, reject, json!({ "reason": "we_like_it" })),
    ] {
        let dry = pair.dry_run(who, "POST", path, body.clone()).await;
        let real = pair.call(who, "POST", path, body).await;
        assert!(real.status >= 400, "{path}: {real:?}");
        assert_eq!((dry.status, &dry.body), (real.status, &real.body), "{path}");
    }

    // It has ended, and only the registry knows: what would be done now is told by its word, and nothing is taken over.
    pair.done(Other, "POST", reject, reason).await;
    assert_eq!(pair.transfers(Demo).await, ["in pending paid.example"]);
    let other = pair.quote(Demo, "paid.example", "transfer_in").await;
    let again = json!({ "auth_code": code, "registrant_handle": contact["handle"], "quote_id": other });
    pair.thought_through(Demo, path, again.clone(), &["domain:transfer"]).await;
    assert_eq!(pair.call(Demo, "POST", path, again).await.status, 202);
    pair.poll().await;
    pair.done(Other, "POST", approve, Value::Null).await;
    pair.poll().await;
    assert_eq!(pair.charges("paid.example").await, ["registrar-a create", "registrar-b transfer"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_way_between_two_accounts_is_thought_through_without_going_it() {
    let pair = Pair::start().await;
    pair.done(Demo, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    let code = pair.registered(Demo, "mine.test").await;
    let path = "domains/mine.test/transfer_in";
    let plan = pair.thought_through(Demo, path, json!({ "auth_code": code }), &["domain:transfer"]).await;
    assert_eq!(
        (&plan["commands"][0]["account"], &plan["fee"]["amount"]),
        (&json!("second"), &json!("10.0000"))
    );
    pair.asked(Demo, "mine.test", &code).await;
    let approve = "domains/mine.test/approve_transfer_out";
    let plan = pair.thought_through(Demo, approve, Value::Null, &["domain:transfer"]).await;
    assert_eq!(plan["commands"][0]["account"], "primary");
    // It has gone there, and only the registry knows: it is still on its way here until that is taken over.
    let past = pair.past("registrar-a");
    past.send(transfer(TransferOp::Approve, "mine.test", None)).await;
    past.end().await;
    let ask = json!({ "auth_code": code });
    let before = pair.everything().await;
    expect(&pair.dry_run(Demo, "POST", path, ask.clone()).await, 422, "domain_in_transfer");
    assert_eq!(pair.everything().await, before, "nothing is another");
    expect(&pair.call(Demo, "POST", path, ask).await, 422, "domain_within_transfer_lock");
    assert_eq!(pair.transfers(Demo).await, ["in completed mine.test"]);
    assert_eq!(pair.at_registry("mine.test").await["sponsor"], "registrar-b");
    pair.stop().await;
}

#[tokio::test]
async fn a_dry_run_asks_how_a_transfer_stands_and_follows_nothing_up() {
    let clock = Clock::manual(chrono::Utc::now());
    let mut pair = Pair::start_at("generic", "generic", ["test", "example"], clock).await;
    pair.done(Demo, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    pair.done(Other, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    let code = pair.registered(Demo, "mine.test").await;
    pair.asked(Demo, "mine.test", &code).await;
    let past = pair.past("registrar-a");
    past.send(transfer(TransferOp::Approve, "mine.test", None)).await;
    past.end().await;
    let asked = async || {
        let log = pair.control("GET", "/log", None).await;
        let of_name = log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == "mine.test");
        of_name.map(|entry| entry["verb"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = asked().await;
    let ask = json!({ "auth_code": code });
    expect(
        &pair.dry_run(Demo, "POST", "domains/mine.test/transfer_in", ask).await,
        422,
        "domain_in_transfer",
    );
    // Whose it is, and no more: what has come is not looked at to be taken over.
    assert_eq!(asked().await[before.len()..], ["transfer", "info"]);

    // One that has left is gone for a dry run as it is for the real one.
    let code = pair.registered(Other, "late.test").await;
    pair.asked(Demo, "late.test", &code).await;
    pair.poll().await;
    pair.days_later(6).await;
    let approve = "domains/late.test/approve_transfer_out";
    let dry = pair.dry_run(Other, "POST", approve, Value::Null).await;
    expect(&dry, 404, "not_found");
    let real = pair.call(Other, "POST", approve, Value::Null).await;
    assert_eq!((dry.status, &dry.body), (real.status, &real.body));
    pair.stop().await;
}
