//! Whole lives at each registry, by the clocks of all of them: what a domain comes to is the same everywhere, and each
//! registry is told so in its own way, once.

use serde_json::{Value, json};

use crate::pair::{Demo, Other, Who};
use crate::support::expect;
use crate::time::{Time, at, days, hours};
use crate::world::{CHARACTERS, World};

/// A world, and the domain of one label in the first zone of each of its registries.
struct Lives {
    world: World,
    time: Time,
    /// Registry and name.
    domains: Vec<(&'static str, String)>,
}

impl Lives {
    async fn start(label: &str) -> Self {
        let (world, time) = World::timed().await;
        let domain =
            |(registry, _, zones): (&'static str, _, &[&str])| (registry, format!("{label}.{}", zones[0]));
        Self { world, time, domains: CHARACTERS.into_iter().map(domain).collect() }
    }

    /// One domain after the other.
    fn each(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.domains.iter().map(|(registry, name)| (*registry, name.as_str()))
    }

    /// Does the same to each domain; what has become of them.
    async fn all(&self, method: &str, tail: &str, body: Value) -> Vec<Value> {
        let mut done = Vec::new();
        for (_, name) in self.each() {
            done.push(self.world.done(method, &format!("domains/{name}{tail}"), body.clone()).await);
        }
        done
    }

    /// Waits until something is so of each domain.
    async fn each_is(&self, is_so: impl Fn(&Value) -> bool) {
        for (_, name) in self.each() {
            self.time.until(async || is_so(&self.domain(name).await)).await;
        }
    }

    /// A live domain; null when there is none.
    async fn domain(&self, name: &str) -> Value {
        self.world.call("GET", &format!("domains/{name}"), Value::Null).await.body["data"].clone()
    }

    /// The commands that did something to a domain, with what they carried beside the name of the product, which comes last
    /// wherever there are products. None was refused but for its code.
    async fn told(&self, registry: &str, name: &str) -> Vec<String> {
        let log = self.world.log_of(registry, name).await;
        let mut told = Vec::new();
        for entry in &log {
            let (verb, effect) = (entry["verb"].as_str().unwrap(), entry["effect"].as_str().unwrap());
            let is_done = entry["code"].as_u64().unwrap() < 2000;
            assert!(is_done || verb == "info" || entry["code"] == 2202, "{registry}: {entry}");
            let carried = entry["extensions"].as_array().cloned().unwrap_or_default();
            let mut carried: Vec<&str> = carried.iter().map(|one| one.as_str().unwrap()).collect();
            let product = carried.pop_if(|last| *last == "namestoreExt-1.1:namestoreExt");
            assert_eq!(product.is_some(), registry == "dotcom", "{registry}: {entry}");
            if effect != "none" {
                told.push([&[verb, effect], &carried[..]].concat().join(" "));
            }
        }
        told
    }

    /// The end of the term, which is the same for each of the domains but for what a slow machine makes of it.
    async fn expires(&self) -> Value {
        let mut expires = Value::Null;
        for (_, name) in self.each() {
            let its = self.domain(name).await["expires_at"].clone();
            expires = if expires.is_null() || at(&its) > at(&expires) { its } else { expires };
        }
        expires
    }
}

#[tokio::test]
async fn a_domain_lives_from_its_registration_to_its_purge_at_each_registry() {
    let lives = Lives::start("whole").await;
    let world = &lives.world;
    let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
    for (registry, name) in lives.each() {
        let hosts = ["ns1.dns.org", "ns2.dns.org"];
        let create = json!({ "name": name, "payment_assured": true, "nameservers": hosts });
        let created = world.done("POST", "domains", create).await;
        assert_eq!(created["state"], "registered", "{registry}: {created}");
        assert_eq!(created["auto_renewal"]["enabled"], true, "{registry}: {created}");
    }
    lives.all("POST", "/update_ds_records", json!({ "ds_records": [record] })).await;

    // Renewed by hand, and then by the registry as the term ends.
    let expires = lives.expires().await;
    lives.all("POST", "/renew", json!({})).await;
    lives.time.pass_to(&expires, hours(1)).await;
    let expires = lives.expires().await;
    lives.time.pass_to(&expires, hours(1)).await;
    lives.each_is(|domain| at(&domain["expires_at"]) > lives.time.now()).await;

    // It is not to be renewed, and then it is after all: what the registry has added is not bought again.
    lives.all("PUT", "/auto_renewal", json!({ "mode": "AUTOEXPIRE" })).await;
    let expires = lives.expires().await;
    lives.time.pass_to(&expires, hours(1)).await;
    lives.each_is(|domain| domain["state"] == "expired").await;
    lives.time.pass(days(3)).await;
    for renewed in lives.all("POST", "/renew", json!({})).await {
        assert_eq!(renewed["state"], "registered", "{renewed}");
        assert!(at(&renewed["expires_at"]) > lives.time.now(), "{renewed}");
    }

    // It goes while the registry still gives its own renewal's money back, and comes back as it was.
    let expires = lives.expires().await;
    lives.time.pass_to(&expires, days(43)).await;
    lives.each_is(|domain| domain["state"] == "expired").await;
    lives.time.pass_to(&expires, days(44) + hours(6)).await;
    lives.each_is(|domain| domain["state"] == "redemption").await;
    lives.time.pass(days(3)).await;
    for restored in lives.all("POST", "/restore", json!({})).await {
        assert_eq!(restored["state"], "registered", "{restored}");
        assert_eq!(restored["deletion_scheduled_at"], Value::Null, "{restored}");
    }
    for same in lives.all("POST", "/reconcile", Value::Null).await {
        assert_eq!(same["nameservers"], json!(["ns1.dns.org", "ns2.dns.org"]), "{same}");
        assert_eq!(same["ds_records"][0]["digest"], record["digest"], "{same}");
        assert!(at(&same["expires_at"]) > lives.time.now(), "{same}");
    }

    // It is deleted by hand, and is gone.
    lives.time.pass(days(10)).await;
    for (registry, name) in lives.each() {
        let path = format!("domains/{name}");
        assert_eq!(world.call("DELETE", &path, Value::Null).await.status, 204, "{registry}");
        let deleted = lives.domain(name).await;
        assert_eq!(deleted["state"], "redemption", "{registry}: {deleted}");
        let left = at(&deleted["deletion_scheduled_at"]) - lives.time.now();
        assert_eq!(left.num_days(), 35, "{registry}: {deleted}");
    }
    lives.time.pass(days(31)).await;
    lives.each_is(|domain| domain["state"] == "pending_delete").await;
    for (registry, name) in lives.each() {
        let late = world.call("POST", &format!("domains/{name}/restore"), json!({})).await;
        expect(&late, 422, "wrong_state");
        let history = world.history(Demo, name).await;
        let restored =
            if matches!(registry, "generic" | "dotcom") { &["restore_requested"][..] } else { &[] };
        let told = [&LIVED, restored, &["restored", "deleted", "pending_delete"]].concat();
        assert_eq!(history, told, "{registry}");
    }
    lives.time.pass(days(5)).await;
    lives.each_is(Value::is_null).await;
    let purged = world.done("GET", "domains?state=purged", Value::Null).await;
    assert_eq!(purged.as_array().map(Vec::len), Some(CHARACTERS.len()), "{purged}");

    for (registry, name) in lives.each() {
        let restore: &[&str] = match registry {
            "ccnordic" => &["update restored iis-1.2:update"],
            "legacy" => &["update restored rgp-1.0:update"],
            _ => &["update restore_requested rgp-1.0:update", "update restored rgp-1.0:update"],
        };
        let before =
            ["create created", "update updated secDNS-1.1:update", "renew renewed", "delete deleted"];
        let told = [&before, restore, &["delete deleted"]].concat();
        assert_eq!(lives.told(registry, name).await, told, "{registry}");
        // Taking a deletion back costs nothing where it is only a wish.
        let restored = if registry == "ccnordic" { &[][..] } else { &["restore"] };
        let charged = ["create", "renew", "autorenew", "autorenew", "autorenew", "delete"];
        let charged = [&charged, restored].concat();
        let charged: Vec<String> = charged.iter().map(|what| format!("registrar-a {what}")).collect();
        assert_eq!(world.charges(registry, name).await, charged, "{registry}");
        // The name is free for anybody.
        let again = json!({ "name": name, "payment_assured": true });
        assert_eq!(world.done_as(Other, "POST", "domains", again).await["state"], "registered", "{registry}");
    }
    lives.world.stop().await;
}

#[tokio::test]
async fn a_domain_goes_from_one_account_to_the_other_and_back_at_each_registry() {
    let lives = Lives::start("move").await;
    let world = &lives.world;
    let rotate = async |who: Who, name: &str| {
        let path = format!("domains/{name}/auth_code/rotate");
        world.done_as(who, "POST", &path, Value::Null).await["auth_code"].clone()
    };
    let ask = async |who: Who, name: &str, code: &Value| {
        let path = format!("domains/{name}/transfer_in");
        let asked = world.call_as(who, "POST", &path, json!({ "auth_code": code })).await;
        assert_eq!(asked.status, 202, "{name}: {asked:?}");
    };
    let transfers = async |who: Who, name: &str| {
        let all = world.done_as(who, "GET", "transfers", Value::Null).await;
        let of_name = all.as_array().unwrap().iter().filter(|one| one["domain_name"] == name);
        let word = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let told = |one: &Value| format!("{} {}", word(one, "direction"), word(one, "state"));
        of_name.map(told).collect::<Vec<_>>()
    };
    // What has come stays for a while; then its lock goes by itself.
    let unlocked = async |who: Who| {
        lives.time.pass(days(61)).await;
        for (_, name) in lives.each() {
            lives
                .time
                .until(async || world.history(who, name).await.contains(&"transfer_lock_lapsed".to_owned()))
                .await;
        }
    };

    // There, as nobody minds.
    for (registry, name) in lives.each() {
        world.done_as(Other, "POST", "domains", json!({ "name": name, "payment_assured": true })).await;
        let code = rotate(Other, name).await;
        ask(Demo, name, &code).await;
        world.poll(registry).await;
        assert_eq!(transfers(Demo, name).await, ["in completed"], "{registry}");
        assert_eq!(transfers(Other, name).await, ["out completed"], "{registry}");
        let here = lives.domain(name).await;
        assert_eq!(here["state"], "registered", "{registry}: {here}");
        assert!(here["epp_statuses"].to_string().contains("clientTransferProhibited"), "{registry}: {here}");
        let path = format!("domains/{name}/transfer_in");
        let early = world.call_as(Other, "POST", &path, json!({ "auth_code": code })).await;
        expect(&early, 422, "auth_code_invalid");
    }

    // Back, as somebody decides, where the registry asks.
    unlocked(Demo).await;
    world.done("PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    for (registry, name) in lives.each() {
        let code = rotate(Demo, name).await;
        ask(Other, name, &code).await;
        world.poll(registry).await;
        if registry != "ccnordic" {
            assert_eq!(transfers(Demo, name).await, ["out pending", "in completed"], "{registry}");
            let reject = format!("domains/{name}/reject_transfer_out");
            world.done("POST", &reject, json!({ "reason": "evidence_of_fraud" })).await;
            world.poll(registry).await;
            assert_eq!(transfers(Other, name).await, ["in rejected", "out completed"], "{registry}");
            ask(Other, name, &code).await;
            world.poll(registry).await;
            world.done("POST", &format!("domains/{name}/approve_transfer_out"), Value::Null).await;
            world.poll(registry).await;
        }
        assert_eq!(transfers(Other, name).await[0], "in completed", "{registry}");
        assert_eq!(transfers(Demo, name).await[0], "out completed", "{registry}");
        assert_eq!(lives.domain(name).await, Value::Null, "{registry}");
    }

    // There again, as nobody says anything.
    unlocked(Other).await;
    world.done_as(Other, "PATCH", "", json!({ "transfer_out_mode": "explicit" })).await;
    for (_, name) in lives.each() {
        let code = rotate(Other, name).await;
        ask(Demo, name, &code).await;
    }
    lives.time.pass(days(6)).await;
    for (registry, name) in lives.each() {
        lives.time.until(async || transfers(Demo, name).await[0] == "in completed").await;
        world.poll(registry).await;
        assert_eq!(transfers(Other, name).await[0], "out completed", "{registry}");
        let told = lives.told(registry, name).await;
        assert_eq!(told.join(", "), if registry == "ccnordic" { MOVED_AT_ONCE } else { MOVED }, "{registry}");
        let charged =
            ["registrar-b create", "registrar-a transfer", "registrar-b transfer", "registrar-a transfer"];
        assert_eq!(world.charges(registry, name).await, charged, "{registry}");
    }
    assert_eq!(world.operate("GET", "poll_messages").await, json!([]));
    lives.world.stop().await;
}

#[tokio::test]
async fn a_life_whose_every_reply_is_lost_is_lived_once_at_each_registry() {
    let lives = Lives::start("lost").await;
    let world = &lives.world;
    let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
    for (registry, name) in lives.each() {
        for verb in ["create", "renew", "update", "delete"] {
            world.loses(registry, verb, name, 1000).await;
        }
        let create = json!({ "name": name, "payment_assured": true, "nameservers": ["ns1.dns.org"] });
        let created = world.call("POST", "domains", create).await;
        assert_eq!(created.status, 201, "{registry}: {created:?}");
    }
    let servers = json!({ "nameservers": ["ns2.dns.org", "ns3.dns.org"] });
    lives.all("POST", "/update_nameservers", servers).await;
    lives.all("POST", "/update_ds_records", json!({ "ds_records": [record] })).await;
    lives.all("POST", "/renew", json!({})).await;
    lives.all("POST", "/transfer_lock", Value::Null).await;
    lives.all("DELETE", "/transfer_lock", Value::Null).await;
    lives.time.pass(days(10)).await;
    for (registry, name) in lives.each() {
        let deleted = world.call("DELETE", &format!("domains/{name}"), Value::Null).await;
        assert_eq!(deleted.status, 204, "{registry}: {deleted:?}");
    }
    for restored in lives.all("POST", "/restore", json!({})).await {
        assert_eq!(restored["state"], "registered", "{restored}");
        assert_eq!(restored["nameservers"], json!(["ns2.dns.org", "ns3.dns.org"]), "{restored}");
    }
    for (registry, name) in lives.each() {
        let rotate = format!("domains/{name}/auth_code/rotate");
        let code = world.done("POST", &rotate, Value::Null).await["auth_code"].clone();
        world.loses(registry, "transfer", name, 1).await;
        let path = format!("domains/{name}/transfer_in");
        let asked = world.call_as(Other, "POST", &path, json!({ "auth_code": code })).await;
        assert_eq!(asked.status, 202, "{registry}: {asked:?}");
        world.loses(registry, "transfer", name, 1).await;
        world.poll(registry).await;
        let come = world.done_as(Other, "GET", &format!("domains/{name}"), Value::Null).await;
        assert_eq!(come["state"], "registered", "{registry}: {come}");
    }
    for (registry, name) in lives.each() {
        let restore: &[&str] = match registry {
            "ccnordic" => &["restored iis-1.2:update"],
            "legacy" => &["restored rgp-1.0:update"],
            _ => &["restore_requested rgp-1.0:update", "restored rgp-1.0:update"],
        };
        let transfer: &[&str] =
            if registry == "ccnordic" { &["transferred"] } else { &["transfer_requested", "transferred"] };
        let before =
            ["created", "updated", "updated secDNS-1.1:update", "renewed", "updated", "updated", "deleted"];
        let done = [&before, restore, &["updated"], transfer, &["updated"]].concat();
        let told = lives.told(registry, name).await;
        let told: Vec<&str> = told.iter().map(|told| told.split_once(' ').unwrap().1).collect();
        assert_eq!(told, done, "{registry}");
        let restored = if registry == "ccnordic" { &[][..] } else { &["registrar-a restore"] };
        let paid = ["registrar-a create", "registrar-a renew"];
        let paid = [&paid, restored, &["registrar-b transfer"]].concat();
        assert_eq!(world.charges(registry, name).await, paid, "{registry}");
    }
    lives.world.stop().await;
}

#[tokio::test]
async fn what_a_registry_does_not_renew_in_time_is_bought_once_at_each_registry() {
    let lives = Lives::start("late").await;
    let world = &lives.world;
    for (_, name) in lives.each() {
        world.done("POST", "domains", json!({ "name": name, "payment_assured": true })).await;
    }
    lives.all("PUT", "/auto_renewal", json!({ "mode": "AUTORENEW" })).await;
    let expires = lives.expires().await;
    lives.time.pass_to(&expires, days(-1)).await;
    lives.time.work().await;
    for (registry, name) in lives.each() {
        assert_eq!(lives.told(registry, name).await, ["create created"], "{registry}: its registry does it");
    }

    // By the gateway's clock the registries are late: they are waited for, but not for ever.
    lives.time.pass_here(days(1) + hours(1));
    lives.each_is(|domain| domain["state"] == "expired").await;
    lives.time.pass_here(days(2));
    lives.each_is(|domain| domain["state"] == "registered").await;
    lives.time.pass(days(5)).await;
    lives.time.work().await;
    for (registry, name) in lives.each() {
        assert_eq!(lives.told(registry, name).await, ["create created", "renew renewed"], "{registry}");
        let paid = ["registrar-a create", "registrar-a renew"];
        assert_eq!(world.charges(registry, name).await, paid, "{registry}");
        let domain = lives.domain(name).await;
        assert!(at(&domain["expires_at"]) > lives.time.now(), "{registry}: {domain}");
        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        assert_eq!(at(&there["expires"]), at(&domain["expires_at"]), "{registry}");
    }
    lives.world.stop().await;
}

#[tokio::test]
async fn a_domain_that_moves_soon_after_its_renewal_is_not_paid_for_twice_at_each_registry() {
    let lives = Lives::start("soon").await;
    let world = &lives.world;
    let mut expires = Value::Null;
    for (_, name) in lives.each() {
        let create = json!({ "name": name, "payment_assured": true });
        expires = world.done_as(Other, "POST", "domains", create).await["expires_at"].clone();
    }
    lives.time.pass_to(&expires, hours(1)).await;
    for (registry, name) in lives.each() {
        let renewed = "auto_renewed".to_owned();
        lives.time.until(async || world.history(Other, name).await.contains(&renewed)).await;
        let rotate = format!("domains/{name}/auth_code/rotate");
        let code = world.done_as(Other, "POST", &rotate, Value::Null).await["auth_code"].clone();
        let path = format!("domains/{name}/transfer_in");
        let asked = world.call("POST", &path, json!({ "auth_code": code })).await;
        assert_eq!(asked.status, 202, "{registry}: {asked:?}");
        world.poll(registry).await;

        // The registry takes its own renewal back, for the year that comes with the transfer.
        let paid =
            ["registrar-b create", "registrar-b autorenew", "registrar-b autorenew", "registrar-a transfer"];
        assert_eq!(world.charges(registry, name).await, paid, "{registry}");
        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        let here = lives.domain(name).await;
        assert_eq!(at(&there["expires"]), at(&here["expires_at"]), "{registry}: {here}");
        assert_eq!(here["state"], "registered", "{registry}: {here}");
    }
    // Nothing is due of it any more, on either side.
    lives.time.pass(days(50)).await;
    lives.time.work().await;
    for (registry, name) in lives.each() {
        assert_eq!(world.charges(registry, name).await.len(), 4, "{registry}");
        assert_eq!(lives.domain(name).await["state"], "registered", "{registry}");
        assert_eq!(world.call_as(Other, "GET", &format!("domains/{name}"), Value::Null).await.status, 404);
    }
    lives.world.stop().await;
}

/// Until it is brought back.
const LIVED: [&str; 10] = [
    "registered",
    "ds_records_updated",
    "renewed",
    "auto_renewed",
    "auto_renewal_changed",
    "expired",
    "renewed",
    "expired",
    "expiry_reminder",
    "deleted",
];

/// Each update sets a code, lifts the lock of a transfer that is long over, or secures what has come.
const MOVED: &str = "create created, update updated, \
     transfer transfer_requested, transfer transferred, update updated, \
     update updated, update updated, transfer transfer_requested, transfer transfer_rejected, \
     transfer transfer_requested, transfer transferred, update updated, \
     update updated, update updated, transfer transfer_requested, update updated";

/// Where whoever shows the code has the domain.
const MOVED_AT_ONCE: &str = "create created, update updated, transfer transferred, update updated, \
     update updated, update updated, transfer transferred, update updated, \
     update updated, update updated, transfer transferred, update updated";
