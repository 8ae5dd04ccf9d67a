//! Registries that differ as real ones do, behind one API: what the gateway sends to each is what that one takes, and
//! valid by its schemas.

use std::collections::HashMap;
use std::time::Duration;

use eppgate::app::{App, owner_token};
use eppgate::config;
use eppgate_epp::ext::namestore::NamestoreExt;
use eppgate_epp::{Command, host};
use eppgate_model::Clock;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_registry::{Class, Credentials, Profile, Registry, Request, TlsIdentity};
use eppgate_sandbox::{Character, DEFAULT_PASSWORD, Pki, PkiPaths, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Answer, HOUR, config, rate_card, registry, send};

/// A gateway to one registry of each character, where every TLD is sold on `payment_assured`.
pub(crate) struct World {
    app: App,
    sandboxes: HashMap<&'static str, Sandbox>,
    token: String,
    _dir: TempDir,
}

/// Name, profile, TLDs.
const CHARACTERS: [(&str, &str, &[&str]); 4] = [
    ("generic", "generic", &["example", "app"]),
    ("dotcom", "verisign", &["com", "net"]),
    ("ccnordic", "iis", &["se", "nu"]),
    ("legacy", "sandbox-legacy", &["test"]),
];

impl World {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let mut sandboxes = HashMap::new();
        let (mut registries, mut tlds) = (Vec::new(), Vec::new());
        for (name, profile, zones) in CHARACTERS {
            let sandbox = Sandbox::start(eppgate_sandbox::Config {
                character: Character::named(name).unwrap(),
                validate: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/xsd").into()),
                ..eppgate_sandbox::Config::new(name, zones, pki.clone())
            });
            let sandbox = sandbox.await.unwrap();
            registries.push(registry(name, profile, sandbox.address(), &pki));
            tlds.extend(zones.iter().map(|zone| config::Tld {
                tld: (*zone).to_owned(),
                registry: name.to_owned(),
                account: Some("primary".to_owned()),
                accreditation: Accreditation::NonIcann,
                policy: config::Policy::default(),
            }));
            host_objects(&sandbox, profile, zones[0], &pki).await;
            sandboxes.insert(name, sandbox);
        }
        let tenant = config::Tenant {
            id: None,
            name: "Demo".to_owned(),
            slug: "demo".to_owned(),
            owner: "owner@demo.test".to_owned(),
            rate_card: tlds.iter().flat_map(|tld| rate_card(&tld.tld)).collect(),
            tlds,
        };
        let app = App::start(config(dir.path(), registries, vec![tenant]), Clock::system()).await.unwrap();
        let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
        let token = owner_token(app.gateway(), &app.tenants()[0], scopes, HOUR).await.unwrap();
        Self { app, sandboxes, token, _dir: dir }
    }

    pub(crate) async fn stop(self) {
        self.app.shutdown(Duration::from_secs(10)).await;
        for sandbox in self.sandboxes.into_values() {
            sandbox.stop().await;
        }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let target = format!("/api/v1/tenants/{}/{path}", self.app.tenants()[0].tenant_id);
        let authorization = format!("Bearer {}", self.token);
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.app.address(), method, &target, &headers, body.as_bytes()).await
    }

    /// The data of a call that must succeed.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.call(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body["data"].clone()
    }

    pub(crate) async fn control(&self, registry: &str, path: &str) -> Value {
        let answer = send(self.sandboxes[registry].control_address(), "GET", path, &[], b"").await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    /// The verbs of the commands on a name, each of which the registry has carried out.
    pub(crate) async fn said(&self, registry: &str, name: &str) -> Vec<String> {
        let log = self.control(registry, "/log").await;
        let about = log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name);
        let verb = |entry: &Value| {
            let code = entry["code"].as_u64().unwrap();
            assert!(code < 2000 || (code == 2303 && entry["verb"] == "info"), "{entry}");
            entry["verb"].as_str().unwrap().to_owned()
        };
        about.map(verb).collect()
    }
}

/// Makes the hosts that the tests delegate to, where hosts are objects.
async fn host_objects(sandbox: &Sandbox, profile: &str, zone: &str, pki: &PkiPaths) {
    let profile = Profile::builtin(profile).unwrap();
    let product = profile.product(zone).map(ToOwned::to_owned);
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let registry = Registry::start(eppgate_registry::Config {
        name: "hosts".to_owned(),
        profile,
        address: sandbox.address().to_string(),
        credentials: Credentials { client_id: "registrar-b".to_owned(), password: DEFAULT_PASSWORD.into() },
        tls: TlsIdentity {
            ca: Some(read(&pki.ca)),
            certificates: read(&pki.client_cert),
            key: read(&pki.client_key).into(),
            server_name: None,
        },
    })
    .unwrap();
    for number in 1..=3 {
        let create = host::Create { name: format!("ns{number}.dns.org"), addresses: Vec::new() };
        let mut command = Command::new(&create);
        if let Some(sub_product) = product.clone() {
            command = command.with(&NamestoreExt { sub_product });
        }
        let command = command.finish(&format!("HOST-{number}")).unwrap();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        let request = Request { command, class: Class::Interactive, tenant: 0, deadline };
        registry.execute(request).await.unwrap();
    }
    registry.drain(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn every_call_is_said_as_each_registry_wants_it() {
    let world = World::start().await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("life.{}", zones[0]);
        let name = name.as_str();
        let path = |tail: &str| format!("domains/{name}{tail}");
        let checked =
            world.done("POST", "domains/check", json!({ "name": name, "fee_commands": ["create", "renew"] }));
        let checked = checked.await;
        assert_eq!(checked["status"], "available", "{registry}: {checked}");
        let fees = if matches!(registry, "generic" | "legacy") { 2 } else { 0 };
        assert_eq!(checked["fees"].as_array().unwrap().len(), fees, "{registry}: {checked}");

        let hosts = json!({ "nameservers": ["ns1.dns.org", "ns2.dns.org"] });
        let create = json!({ "name": name, "payment_assured": true, "nameservers": hosts["nameservers"] });
        let created = world.done("POST", "domains", create).await;
        assert_eq!(created["state"], "registered", "{registry}: {created}");
        world.done("POST", &path("/renew"), json!({})).await;
        let moved = json!({ "nameservers": ["ns2.dns.org", "ns3.dns.org"] });
        world.done("POST", &path("/update_nameservers"), moved).await;
        let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
        world.done("POST", &path("/update_ds_records"), json!({ "ds_records": [record] })).await;
        world.done("POST", &path("/auth_code/rotate"), Value::Null).await;
        let same = world.done("POST", &path("/reconcile"), Value::Null).await;
        assert_eq!(same["nameservers"], json!(["ns2.dns.org", "ns3.dns.org"]), "{registry}");
        assert_eq!(same["ds_records"], json!([record_with_life(&record)]), "{registry}");
        world.done("DELETE", &path("/ds_records"), Value::Null).await;

        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        assert_eq!(there["sponsor"], "registrar-a", "{registry}: {there}");
        assert_eq!(world.call("DELETE", &path(""), Value::Null).await.status, 204, "{registry}");

        let said = world.said(registry, name).await;
        assert_eq!(said.join(" "), SAID, "{registry}");
    }
    world.stop().await;
}

/// Each change of what only an info tells is followed by one.
const SAID: &str = "check create info renew update info update update info update delete info";

fn record_with_life(record: &Value) -> Value {
    let mut record = record.clone();
    record["max_sig_life"] = Value::Null;
    record
}

#[tokio::test]
async fn names_of_all_of_them_are_checked_in_one_call_each_by_its_own_rules() {
    let world = World::start().await;
    let names = ["a.app", "a.com", "a.net", "b.com", "a.se", "a.nu", "a.test", "taken.net"];
    let body = json!({ "names": names, "fee_commands": ["create", "restore"] });
    let results = world.done("POST", "domains/check", body).await["results"].clone();
    for (name, result) in names.iter().zip(results.as_array().unwrap()) {
        let status = if name.starts_with("taken") { "unavailable" } else { "available" };
        assert_eq!((result["name"].as_str(), result["status"].as_str()), (Some(*name), Some(status)));
    }
    // Names of two products never share a command.
    let log = world.control("dotcom", "/log").await;
    let checks = log["entries"].as_array().unwrap().iter().filter(|entry| entry["verb"] == "check");
    let mut asked: Vec<&str> = checks.map(|entry| entry["name"].as_str().unwrap()).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["a.com b.com", "a.net taken.net"]);
    world.stop().await;
}

#[tokio::test]
async fn a_name_beyond_ascii_tells_its_language_where_that_is_wanted() {
    let world = World::start().await;
    let create = |name: &str, language: Value| json!({ "name": name, "payment_assured": true, "idn_language": language });
    for call in
        [("domains", create("bücher.com", Value::Null)), ("domains/check", json!({ "name": "bücher.com" }))]
    {
        let missing = world.call("POST", call.0, call.1).await;
        assert_eq!(missing.status, 422, "{missing:?}");
        assert!(missing.body["details"]["idn_language"].is_array(), "{missing:?}");
    }
    let checked = json!({ "name": "bücher.com", "idn_language": "GER" });
    assert_eq!(world.done("POST", "domains/check", checked).await["status"], "available");
    for (name, language) in [
        ("bücher.com", json!("GER")),
        ("bücher.app", json!("de")),
        ("bücher.se", Value::Null),
        ("ascii.com", json!("GER")),
    ] {
        let created = world.done("POST", "domains", create(name, language)).await;
        assert_eq!(created["state"], "registered", "{name}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_registry_of_one_session_is_never_asked_for_a_second() {
    let world = World::start().await;
    let create =
        |name: &'static str| world.done("POST", "domains", json!({ "name": name, "payment_assured": true }));
    let check = |name: &'static str| world.done("POST", "domains/check", json!({ "name": name }));
    let (a, b, c) = tokio::join!(create("a.test"), create("b.test"), check("c.test"));
    assert_eq!((&a["state"], &b["state"]), (&json!("registered"), &json!("registered")));
    assert_eq!(c["status"], "available");
    let sessions = world.control("legacy", "/sessions").await;
    assert_eq!(sessions["accounts"]["registrar-a"]["highest"], 1, "{sessions}");
    world.stop().await;
}

#[tokio::test]
async fn a_deletion_is_taken_back_as_each_registry_has_it() {
    let world = World::start().await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("back.{}", zones[0]);
        let path = |tail: &str| format!("domains/{name}{tail}");
        world.done("POST", "domains", json!({ "name": name, "payment_assured": true })).await;
        let control = world.sandboxes[registry].control_address();
        let later = send(control, "POST", "/clock", &[], br#"{"advance": "P10D"}"#).await;
        assert_eq!(later.status, 200, "{later:?}");
        assert_eq!(world.call("DELETE", &path(""), Value::Null).await.status, 204, "{registry}");
        assert_eq!(world.done("GET", &path(""), Value::Null).await["state"], "redemption", "{registry}");
        let back = world.done("POST", &path("/restore"), json!({})).await;
        assert_eq!(back["state"], "registered", "{registry}: {back}");
        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        assert!(!there.to_string().contains("pendingDelete"), "{registry}: {there}");
    }
    world.stop().await;
}
