//! A domain's life, run by the clocks of both sides: what time brings, what the registrar wishes, what the registry does;
//! each command once, and no charge without one.

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use eppgate::app::App;
use eppgate_epp::{Command, domain};
use eppgate_model::token::Scope;
use eppgate_model::{Clock, DomainName, HostName};
use eppgate_store::{HostChange, Store};
use serde_json::{Value, json};

use crate::databases::POOL;
use crate::support::{HOUR, Past, TestGateway, expect};
use crate::time::{Time, at, days, hours};

/// A gateway and a registry whose clocks are moved together.
struct Life {
    gateway: TestGateway,
    clock: Clock,
    time: Time,
}

impl Life {
    async fn start() -> Self {
        let clock = Clock::manual(Utc::now().trunc_subsecs(0));
        let mut gateway = TestGateway::start_at(clock.clone()).await;
        let both = [Scope::Read, Scope::Write];
        gateway.token = gateway.token_of(gateway.demo(), &both, HOUR * 24 * 365 * 20).await;
        let time = Time::of(&gateway.app, clock.clone(), vec![gateway.control_address()], "life").await;
        Self { gateway, clock, time }
    }

    async fn stop(self) {
        self.gateway.stop().await;
    }

    async fn pass(&self, time: chrono::Duration) {
        self.time.pass(time).await;
    }

    async fn pass_to(&self, moment: &Value, and: chrono::Duration) {
        self.time.pass_to(moment, and).await;
    }

    async fn until(&self, is_so: impl AsyncFnMut() -> bool) {
        self.time.until(is_so).await;
    }

    async fn becomes(&self, name: &str, state: &str) -> Value {
        self.until(async || self.domain(name).await["state"] == state).await;
        self.domain(name).await
    }

    /// A live domain; null when there is none.
    async fn domain(&self, name: &str) -> Value {
        self.gateway.call("GET", &format!("domains/{name}"), None).await.body["data"].clone()
    }

    async fn ends_in(&self, name: &str, mode: &str) -> Value {
        let set = self
            .gateway
            .call("PUT", &format!("domains/{name}/auto_renewal"), Some(json!({ "mode": mode })))
            .await;
        assert_eq!(set.status, 200, "{set:?}");
        set.body["data"].clone()
    }

    async fn done(&self, method: &str, path: &str) -> Value {
        let answer = self.gateway.call(method, path, None).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body["data"].clone()
    }

    /// What the registry has charged for a name, and given back.
    async fn charged(&self, name: &str) -> Vec<String> {
        let ledger = self.gateway.control("GET", "/ledger", None).await.body;
        let of_name = ledger["entries"].as_array().unwrap().iter().filter(|charge| charge["name"] == name);
        of_name.map(|charge| charge["command"].as_str().unwrap().to_owned()).collect()
    }

    async fn count(&self, name: &str, kind: &str) -> usize {
        self.gateway.history(name).await.iter().filter(|told| *told == kind).count()
    }

    /// As the registry's own web site would do it for the same registrar.
    async fn delete_elsewhere(&self, name: &str) {
        let at = self.gateway.config.lock().unwrap().registries[0].clone();
        let past = Past::the_gateway(&at, "registrar-a");
        let deleted = past.send(Command::new(&domain::Delete { name: name.to_owned() })).await;
        assert_eq!(deleted.code().0, 1001);
        past.end().await;
    }

    /// A second way to the gateway's database.
    async fn store(&self) -> Store {
        let url = format!("sqlite://{}", self.gateway.dir.path().join("eppgate.db").display());
        Store::open(&url, POOL).await.unwrap()
    }
}

#[tokio::test]
async fn a_domain_lives_from_its_registration_to_its_purge() {
    let life = Life::start().await;
    let name = "whole.test";
    let registered = life.gateway.registered(name).await;

    // Two reminders, and a renewal by the gateway, two days before the end.
    life.ends_in(name, "AUTORENEW").await;
    let expires = registered["expires_at"].clone();
    for (before, reminders) in [(days(-31), 0), (days(-29), 1), (days(-6), 2)] {
        life.pass_to(&expires, before).await;
        life.until(async || life.count(name, "expiry_reminder").await == reminders).await;
    }
    life.pass_to(&expires, days(-1)).await;
    life.until(async || life.domain(name).await["expires_at"] != expires).await;
    let renewed = life.domain(name).await;
    assert_eq!((&renewed["state"], renewed["last_renewed_at"].is_string()), (&json!("registered"), true));
    assert_eq!(life.charged(name).await, ["create", "renew"]);

    // The registry renews it by itself, which is not wanted: it expires, may still be renewed, and is.
    life.ends_in(name, "AUTOEXPIRE").await;
    let expires = renewed["expires_at"].clone();
    life.pass_to(&expires, hours(1)).await;
    let expired = life.becomes(name, "expired").await;
    assert_eq!(expired["expires_at"], expires, "what the registry has renewed is not ours yet");
    life.pass_to(&expires, days(3)).await;
    life.until(async || life.count(name, "expiry_reminder").await == 3).await;
    let kept = life.done("POST", &format!("domains/{name}/renew")).await;
    assert_eq!(kept["state"], "registered");
    assert_ne!(kept["expires_at"], expires);
    let there = life.gateway.at_registry(name).await["expires"].clone();
    assert_eq!(there.as_str().unwrap()[..10], kept["expires_at"].as_str().unwrap()[..10]);
    assert_eq!(life.charged(name).await, ["create", "renew", "autorenew"], "the year is bought once");

    // It is deleted as its term ends, the registry's renewal is paid back, and it is brought back.
    life.ends_in(name, "AUTODELETE").await;
    life.pass_to(&kept["expires_at"], hours(1)).await;
    let deleted = life.becomes(name, "redemption").await;
    assert!(deleted["deletion_scheduled_at"].is_string());
    life.pass(days(3)).await;
    let restored = life.done("POST", &format!("domains/{name}/restore")).await;
    assert_eq!(
        (&restored["state"], &restored["deletion_scheduled_at"]),
        (&json!("registered"), &Value::Null)
    );
    assert_eq!(life.charged(name).await[3..], ["autorenew", "delete", "restore"]);

    // As the TLD does: the registry's renewal is taken over.
    life.ends_in(name, "DEFAULT").await;
    let expires = restored["expires_at"].clone();
    life.pass_to(&expires, hours(1)).await;
    life.until(async || life.count(name, "auto_renewed").await == 1).await;
    let renewed = life.domain(name).await;
    assert_eq!(renewed["state"], "registered");
    assert_ne!(renewed["expires_at"], expires);

    // It is deleted for good, stage by stage.
    life.pass(days(60)).await;
    let id = renewed["id"].as_str().unwrap().to_owned();
    assert_eq!(life.gateway.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
    assert_eq!(life.domain(name).await["state"], "redemption");
    life.pass(days(31)).await;
    let leaving = life.becomes(name, "pending_delete").await;
    let late = life.gateway.call("POST", &format!("domains/{name}/restore"), None).await;
    expect(&late, 422, "wrong_state");
    assert_eq!(late.body["detail"]["purge_due_at"], leaving["deletion_scheduled_at"]);
    life.pass(days(5)).await;
    life.until(async || life.domain(name).await.is_null()).await;
    let purged = life.gateway.call("GET", "domains?state=purged", None).await.body["data"].clone();
    assert_eq!((&purged[0]["id"], purged.as_array().map(Vec::len)), (&json!(id), Some(1)));

    let effects = life.gateway.effects(name).await.0;
    assert_eq!(effects, ["created", "renewed", "deleted", "restore_requested", "restored", "deleted"]);
    let charged = ["create", "renew", "autorenew", "autorenew", "delete", "restore", "autorenew"];
    assert_eq!(life.charged(name).await, charged);
    life.stop().await;
}

#[tokio::test]
async fn each_mode_ends_a_term_in_its_way() {
    let life = Life::start().await;
    let modes = ["DEFAULT", "AUTORENEW", "RENEWONCE", "AUTOEXPIRE", "AUTODELETE"];
    let name = |mode: &str| format!("{}.test", mode.to_ascii_lowercase());
    let mut expires = Value::Null;
    for mode in modes {
        expires = life.gateway.registered(&name(mode)).await["expires_at"].clone();
        life.ends_in(&name(mode), mode).await;
    }
    life.pass_to(&expires, days(-1)).await;
    for mode in ["AUTORENEW", "RENEWONCE"] {
        life.until(async || life.domain(&name(mode)).await["last_renewed_at"].is_string()).await;
        assert_eq!(life.charged(&name(mode)).await, ["create", "renew"], "{mode}");
    }
    for (was, is) in [("AUTORENEW", "AUTORENEW"), ("RENEWONCE", "DEFAULT"), ("AUTOEXPIRE", "AUTOEXPIRE")] {
        assert_eq!(life.domain(&name(was)).await["auto_renewal"]["mode"], is);
    }

    life.pass_to(&expires, hours(6)).await;
    for (mode, state) in
        modes.into_iter().zip(["registered", "registered", "registered", "expired", "redemption"])
    {
        life.becomes(&name(mode), state).await;
    }
    life.until(async || life.count(&name("DEFAULT"), "auto_renewed").await == 1).await;
    life.pass_to(&expires, days(28)).await;
    life.until(async || life.count(&name("AUTOEXPIRE"), "expiry_reminder").await == 2).await;
    assert_eq!(life.domain(&name("AUTOEXPIRE")).await["state"], "expired");
    life.pass_to(&expires, days(29) + hours(6)).await;
    life.becomes(&name("AUTOEXPIRE"), "redemption").await;
    for (mode, charged) in modes.into_iter().zip([
        &["create", "autorenew"][..],
        &["create", "renew"],
        &["create", "renew"],
        &["create", "autorenew", "delete"],
        &["create", "autorenew", "delete"],
    ]) {
        assert_eq!(life.charged(&name(mode)).await, charged, "{mode}");
    }
    // A change of mind, while it can be restored and after.
    expect(
        &life
            .gateway
            .call("PUT", "domains/autoexpire.test/auto_renewal", Some(json!({ "mode": "AUTORENEW" })))
            .await,
        422,
        "wrong_state",
    );
    life.stop().await;
}

#[tokio::test]
async fn who_wants_it_after_all_has_what_the_registry_renewed_meanwhile() {
    let life = Life::start().await;
    let expires = life.gateway.registered("after-all.test").await["expires_at"].clone();
    life.ends_in("after-all.test", "AUTOEXPIRE").await;
    life.pass_to(&expires, hours(1)).await;
    life.becomes("after-all.test", "expired").await;
    life.ends_in("after-all.test", "AUTORENEW").await;
    life.becomes("after-all.test", "registered").await;
    assert_eq!(life.charged("after-all.test").await, ["create", "autorenew"]);

    // Of two years the registry has given one already.
    let expires = life.domain("after-all.test").await["expires_at"].clone();
    life.ends_in("after-all.test", "AUTOEXPIRE").await;
    life.pass_to(&expires, hours(1)).await;
    life.becomes("after-all.test", "expired").await;
    let body = json!({ "years": 2 });
    let renewed = life.gateway.call("POST", "domains/after-all.test/renew", Some(body)).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    let year = |at: &Value| at.as_str().unwrap()[..4].parse::<i32>().unwrap();
    assert_eq!(year(&renewed.body["data"]["expires_at"]), year(&expires) + 2);
    assert_eq!(life.charged("after-all.test").await, ["create", "autorenew", "autorenew", "renew"]);
    life.stop().await;
}

#[tokio::test]
async fn a_renewal_by_the_gateway_is_paid_by_the_rate_card() {
    let life = Life::start().await;
    for (name, class) in [("plain.example", None), ("premium-gold-ring.example", Some("premium-gold"))] {
        let tier = class.map_or("standard", |_| "premium");
        let ask = json!({ "fqdn": name, "operation": "register", "period": 1, "tier": tier, "premium_class": class });
        let quote = life.gateway.call("POST", "quotes", Some(ask)).await.body["data"]["quote_id"].clone();
        let body = json!({ "name": name, "quote_id": quote });
        let bought = life.gateway.call("POST", "domains", Some(body)).await;
        assert_eq!(bought.status, 201, "{bought:?}");
        let domain = life.ends_in(name, "AUTORENEW").await;
        life.pass_to(&domain["expires_at"], days(-1)).await;
        life.until(async || life.domain(name).await["last_renewed_at"].is_string()).await;
        assert_eq!(life.charged(name).await, ["create", "renew"]);
    }
    life.stop().await;
}

#[tokio::test]
async fn a_renewal_is_not_made_again_by_the_sweep_of_the_next_start() {
    let mut life = Life::start().await;
    let name = "again.test";
    let expires = life.gateway.registered(name).await["expires_at"].clone();
    life.ends_in(name, "AUTORENEW").await;
    // The renewal is carried out and nobody hears of it, until this gateway is gone.
    life.gateway.fault("renew", name, "drop_after").await;
    let silent = json!({ "match": { "verb": "info", "name": name, "nth": 2 }, "action": "drop_before", "times": 1000 });
    life.gateway.control("POST", "/faults", Some(silent)).await;
    life.pass_to(&expires, days(-1)).await;
    while life.gateway.effects(name).await.0 != ["created", "renewed"] {
        life.gateway.app.gateway().attend_domains(&life.time.lease).await.unwrap();
    }
    let config = life.gateway.config.lock().unwrap().clone();
    life.gateway.app.shutdown(Duration::from_secs(10)).await;
    life.gateway.app = App::start(config, life.clock.clone()).await.unwrap();
    life.gateway.control("DELETE", "/faults", None).await;
    let controls = vec![life.gateway.control_address()];
    life.time = Time::of(&life.gateway.app, life.clock.clone(), controls, "next life").await;
    life.until(async || life.domain(name).await["last_renewed_at"].is_string()).await;
    // It is due again and again, and nothing is done.
    for _ in 0..3 {
        life.pass(hours(7)).await;
        life.time.work().await;
    }
    assert_eq!(life.charged(name).await, ["create", "renew"]);
    assert_eq!(life.count(name, "renewed").await, 1);
    life.stop().await;
}

#[tokio::test]
async fn one_bad_domain_keeps_no_other_from_its_turn() {
    let life = Life::start().await;
    let mut expires = Value::Null;
    for name in ["bad.test", "good.test"] {
        expires = life.gateway.registered(name).await["expires_at"].clone();
        life.ends_in(name, "AUTORENEW").await;
    }
    let refused = json!({ "match": { "verb": "renew", "name": "bad.test" }, "action": "result", "code": 2104, "times": 1000 });
    life.gateway.control("POST", "/faults", Some(refused)).await;
    life.pass_to(&expires, days(-1)).await;
    life.until(async || life.domain("good.test").await["last_renewed_at"].is_string()).await;
    life.until(async || life.count("bad.test", "auto_renewal_failed").await >= 1).await;
    // Once its account has money again, it is renewed as well.
    life.gateway.control("DELETE", "/faults", None).await;
    life.pass(hours(7)).await;
    life.until(async || life.domain("bad.test").await["last_renewed_at"].is_string()).await;
    assert_eq!(life.charged("bad.test").await, ["create", "renew"]);
    life.stop().await;
}

#[tokio::test]
async fn a_restore_whose_report_was_lost_is_reported_in_time() {
    let life = Life::start().await;
    let name = "report.test";
    life.gateway.registered(name).await;
    life.pass(days(10)).await;
    assert_eq!(life.gateway.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
    let lost = json!({ "match": { "verb": "update", "name": name, "nth": 2 }, "action": "drop_before" });
    life.gateway.control("POST", "/faults", Some(lost)).await;
    let requested = life.done("POST", &format!("domains/{name}/restore")).await;
    assert_eq!(requested["state"], "pending_restore");
    life.pass(days(1)).await;
    life.becomes(name, "registered").await;
    assert_eq!(life.gateway.at_registry(name).await["rgp_statuses"], json!([]));
    assert_eq!(life.gateway.effects(name).await.0, ["created", "deleted", "restore_requested", "restored"]);
    assert_eq!(life.charged(name).await, ["create", "restore"]);
    life.stop().await;
}

#[tokio::test]
async fn a_difference_made_behind_the_gateways_back_is_told_and_not_taken_over() {
    let life = Life::start().await;
    let name = "drifts.test";
    let known = life.gateway.registered(name).await;
    let sample = async || {
        life.clock.advance(days(2));
        while life.gateway.app.gateway().sample_domains(&life.time.lease).await.unwrap() > 0 {}
    };
    sample().await;
    assert_eq!(life.domain(name).await["out_of_sync"], false);
    // Only the registry's clock goes on, past the end of the term.
    life.gateway.control("POST", "/clock", Some(json!({ "advance": "P366D" }))).await;
    sample().await;
    sample().await;
    let domain = life.domain(name).await;
    assert_eq!((&domain["out_of_sync"], &domain["expires_at"]), (&json!(true), &known["expires_at"]));
    assert_eq!(life.gateway.history(name).await, ["registered", "out_of_sync"]);
    life.done("POST", &format!("domains/{name}/reconcile")).await;
    sample().await;
    assert_eq!(life.domain(name).await["out_of_sync"], false);
    assert_eq!(life.gateway.effects(name).await.0, ["created"]);
    life.stop().await;
}

#[tokio::test]
async fn what_was_set_for_a_time_goes_when_it_is_over() {
    let life = Life::start().await;
    let (locked, wanted) = ("locked.test", "wanted.test");
    let store = life.store().await;
    for (name, by_registrant) in [(locked, false), (wanted, true)] {
        life.gateway.registered(name).await;
        life.done("POST", &format!("domains/{name}/transfer_lock")).await;
        // As a transfer would have left it.
        let tenant = life.gateway.demo().tenant_id;
        let mut domain = store.domain(tenant, &DomainName::parse(name).unwrap()).await.unwrap().unwrap();
        domain.transfer_lock_until = Some(life.clock.now() + days(60));
        domain.upkeep.locked_by_policy = true;
        domain.upkeep.locked_by_registrant = by_registrant;
        domain.upkeep.due_at = domain.transfer_lock_until;
        store.update_domain(&domain, domain.version).await.unwrap();
    }
    life.done("POST", &format!("domains/{wanted}/auth_code/rotate")).await;
    let statuses = async |name| life.domain(name).await["epp_statuses"].to_string();
    life.pass(days(15)).await;
    life.until(async || life.count(wanted, "auth_code_rotated").await == 2).await;
    assert!(statuses(locked).await.contains("clientTransferProhibited"));
    life.pass(days(46)).await;
    for (name, stays) in [(locked, false), (wanted, true)] {
        life.until(async || life.count(name, "transfer_lock_lapsed").await == 1).await;
        assert_eq!(statuses(name).await.contains("clientTransferProhibited"), stays, "{name}");
        let at_registry = life.gateway.at_registry(name).await["statuses"].to_string();
        assert_eq!(at_registry.contains("clientTransferProhibited"), stays, "{at_registry}");
        assert_eq!(life.domain(name).await["transfer_lock_until"], Value::Null);
    }
    store.close().await.unwrap();
    life.stop().await;
}

#[tokio::test]
async fn a_host_that_waits_is_asked_after() {
    let life = Life::start().await;
    life.gateway.registered("waits.test").await;
    let body = json!({ "name": "ns1.waits.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    assert_eq!(life.gateway.call("POST", "hosts", Some(body)).await.status, 201);
    // As a registry leaves it whose staff looks at changes.
    let store = life.store().await;
    let tenant = life.gateway.demo().tenant_id;
    let mut host = store.host(tenant, &HostName::parse("ns1.waits.test").unwrap()).await.unwrap().unwrap();
    host.statuses = vec!["pendingUpdate".to_owned()];
    store.change_host(HostChange::Update(host)).await.unwrap();
    store.close().await.unwrap();
    life.clock.advance(hours(2));
    life.gateway.app.gateway().attend_hosts(&life.time.lease).await.unwrap();
    life.until(async || life.done("GET", "hosts/ns1.waits.test").await["statuses"] == json!(["ok"])).await;
    life.stop().await;
}

#[tokio::test]
async fn a_restore_that_is_not_reported_falls_back_and_can_be_asked_for_again() {
    let life = Life::start().await;
    let name = "late.test";
    life.gateway.registered(name).await;
    life.pass(days(10)).await;
    assert_eq!(life.gateway.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
    let purge_at = life.domain(name).await["deletion_scheduled_at"].clone();
    let reports = json!({ "verb": "update", "name": name, "nth": 2 });
    let refused = json!({ "match": reports, "action": "result", "code": 2306, "times": 1000 });
    life.gateway.control("POST", "/faults", Some(refused)).await;
    let requested = life.done("POST", &format!("domains/{name}/restore")).await;
    assert_eq!(requested["state"], "pending_restore");
    life.pass(days(8)).await;
    let back = life.becomes(name, "redemption").await;
    assert_eq!(life.gateway.history(name).await.last().map(String::as_str), Some("restore_failed"));
    assert!(at(&back["deletion_scheduled_at"]) >= at(&purge_at) + days(8), "its clock stood still: {back}");
    life.gateway.control("DELETE", "/faults", None).await;
    assert_eq!(life.done("POST", &format!("domains/{name}/restore")).await["state"], "registered");
    life.stop().await;
}

#[tokio::test]
async fn a_deletion_by_another_way_is_followed_to_its_end() {
    let life = Life::start().await;
    let name = "elsewhere.test";
    let expires = life.gateway.registered(name).await["expires_at"].clone();
    life.ends_in(name, "AUTORENEW").await;
    life.pass_to(&expires, days(-10)).await;
    life.delete_elsewhere(name).await;
    // A renewal would be lost money: what the registry shows is looked at first.
    life.pass_to(&expires, days(-1)).await;
    life.becomes(name, "redemption").await;
    life.pass(days(60)).await;
    life.until(async || life.domain(name).await.is_null()).await;
    assert_eq!(life.charged(name).await, ["create"]);
    life.stop().await;
}
