//! A gateway to one registry of each character.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use eppgate::app::{App, owner_token};
use eppgate::config::{self, Config};
use eppgate_epp::ext::namestore::NamestoreExt;
use eppgate_epp::{Command, host};
use eppgate_model::Clock;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_sandbox::{Character, DEFAULT_PASSWORD, Pki, Sandbox, periods};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pair::{Demo, Other, Who};
use crate::support::{Answer, HOUR, JSON, OPERATOR_TOKEN, Past, config, rate_card, registry, send, until};
use crate::time::Time;

/// A gateway to one registry of each character, where every TLD is sold on `payment_assured`: by `demo` with the account
/// `registrar-a`, by `other` with `registrar-b`.
pub(crate) struct World {
    app: App,
    pub(crate) sandboxes: HashMap<&'static str, Sandbox>,
    tokens: [String; 2],
    /// As the gateway knows them.
    registries: Vec<config::Registry>,
    _dir: TempDir,
}

/// Name, profile, TLDs.
pub(crate) const CHARACTERS: [(&str, &str, &[&str]); 4] = [
    ("generic", "generic", &["example", "app"]),
    ("dotcom", "verisign", &["com", "net"]),
    ("ccnordic", "iis", &["se", "nu"]),
    ("legacy", "sandbox-legacy", &["test"]),
];

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    /// With clocks that only a test moves.
    pub(crate) async fn timed() -> (Self, Time) {
        let clock = Clock::manual(Utc::now().trunc_subsecs(0));
        let world = Self::start_at(clock.clone()).await;
        let controls = world.sandboxes.values().map(Sandbox::control_address).collect();
        let time = Time::of(&world.app, clock, controls, "world").await;
        (world, time)
    }

    async fn start_at(clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let mut sandboxes = HashMap::new();
        let mut registries = Vec::new();
        for (name, profile, zones) in CHARACTERS {
            let sandbox = Sandbox::start(eppgate_sandbox::Config {
                character: Character::named(name).unwrap(),
                validate: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/xsd").into()),
                ..eppgate_sandbox::Config::new(name, zones, pki.clone())
            });
            let sandbox = sandbox.await.unwrap();
            let mut there = registry(name, profile, sandbox.address(), &pki);
            there.accounts.push(config::Account {
                name: "second".to_owned(),
                client_id: "registrar-b".to_owned(),
                password: DEFAULT_PASSWORD.into(),
            });
            host_objects(&there, zones[0]).await;
            registries.push(there);
            sandboxes.insert(name, sandbox);
        }
        let tenants = vec![tenant("demo", "primary"), tenant("other", "second")];
        let config = config(dir.path(), registries.clone(), tenants);
        // Messages are read when a test says so.
        let timeouts = config::Timeouts { poll: HOUR, ..config.timeouts };
        let app = App::start(Config { timeouts, ..config }, clock).await.unwrap();
        let tokens = [token(&app, 0).await, token(&app, 1).await];
        Self { app, sandboxes, tokens, registries, _dir: dir }
    }

    pub(crate) async fn stop(self) {
        self.app.shutdown(Duration::from_secs(10)).await;
        for sandbox in self.sandboxes.into_values() {
            sandbox.stop().await;
        }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call_as(Demo, method, path, body).await
    }

    pub(crate) async fn call_as(&self, who: Who, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(who, &[], method, path, body).await
    }

    /// A call with further headers.
    pub(crate) async fn call_with(
        &self,
        who: Who,
        headers: &[(&str, &str)],
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let index = usize::from(who == Other);
        let target = format!("/api/v1/tenants/{}", self.app.tenants()[index].tenant_id);
        let target = if path.is_empty() { target } else { format!("{target}/{path}") };
        let authorization = format!("Bearer {}", self.tokens[index]);
        let headers = [&[("Authorization", authorization.as_str()), JSON], headers].concat();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.app.address(), method, &target, &headers, body.as_bytes()).await
    }

    /// The data of a call that must succeed.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        self.done_as(Demo, method, path, body).await
    }

    pub(crate) async fn done_as(&self, who: Who, method: &str, path: &str, body: Value) -> Value {
        let answer = self.call_as(who, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body["data"].clone()
    }

    /// A domain's history, by the kinds of its events.
    pub(crate) async fn history(&self, who: Who, name: &str) -> Vec<String> {
        let events = self.done_as(who, "GET", &format!("domains/{name}/events"), Value::Null).await;
        let kind = |event: &Value| event["event_type"].as_str().unwrap().to_owned();
        events.as_array().unwrap().iter().map(kind).collect()
    }

    /// Has the message queues at a registry read until they are empty: one side's answer is the other's message.
    pub(crate) async fn poll(&self, registry: &str) {
        while self.operate("POST", &format!("registries/{registry}/poll")).await["messages"] != 0 {}
        // A worker may be at one of them.
        until(async || {
            let received = self.operate("GET", "poll_messages?state=received").await;
            received.as_array().unwrap().iter().all(|one| !one["note"].is_null())
        })
        .await;
    }

    /// The data of an operator's call that must succeed.
    pub(crate) async fn operate(&self, method: &str, path: &str) -> Value {
        let authorization = format!("Bearer {OPERATOR_TOKEN}");
        let headers = [("Authorization", authorization.as_str()), JSON];
        let target = format!("/operator/v1/{path}");
        let answer = send(self.app.operator_address(), method, &target, &headers, b"").await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body["data"].clone()
    }

    /// Somebody with the account of `demo` at a registry.
    pub(crate) fn past(&self, registry: &str) -> Past {
        let at = self.registries.iter().find(|known| known.name == registry).unwrap();
        Past::the_gateway(at, "registrar-a")
    }

    pub(crate) async fn control(&self, registry: &str, path: &str) -> Value {
        let answer = send(self.sandboxes[registry].control_address(), "GET", path, &[], b"").await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    /// The replies to so many commands on a name get lost.
    pub(crate) async fn loses(&self, registry: &str, verb: &str, name: &str, times: u32) {
        let matches = json!({ "verb": verb, "name": name });
        self.fault(registry, json!({ "match": matches, "action": "drop_after", "times": times })).await;
    }

    pub(crate) async fn fault(&self, registry: &str, fault: Value) {
        let control = self.sandboxes[registry].control_address();
        let answer = send(control, "POST", "/faults", &[JSON], fault.to_string().as_bytes()).await;
        assert!(answer.status < 300, "{answer:?}");
    }

    /// The commands on a name that a registry logged.
    pub(crate) async fn log_of(&self, registry: &str, name: &str) -> Vec<Value> {
        let log = self.control(registry, "/log").await;
        let about = log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name);
        about.cloned().collect()
    }

    /// The verbs of the commands on a name, each of which the registry has carried out.
    pub(crate) async fn said(&self, registry: &str, name: &str) -> Vec<String> {
        let verb = |entry: &Value| {
            let code = entry["code"].as_u64().unwrap();
            assert!(code < 2000 || (code == 2303 && entry["verb"] == "info"), "{entry}");
            entry["verb"].as_str().unwrap().to_owned()
        };
        self.log_of(registry, name).await.iter().map(verb).collect()
    }

    /// What was paid for a name, by whom and for what.
    pub(crate) async fn charges(&self, registry: &str, name: &str) -> Vec<String> {
        let ledger = self.control(registry, "/ledger").await;
        let of_name = ledger["entries"].as_array().unwrap().iter().filter(|charge| charge["name"] == name);
        let word = |charge: &Value, key: &str| charge[key].as_str().unwrap().to_owned();
        of_name.map(|charge| format!("{} {}", word(charge, "account"), word(charge, "command"))).collect()
    }
}

fn tenant(slug: &str, account: &str) -> config::Tenant {
    let tlds = CHARACTERS.into_iter().flat_map(|(name, _, zones)| {
        zones.iter().map(move |zone| config::Tld {
            tld: (*zone).to_owned(),
            registry: name.to_owned(),
            account: Some(account.to_owned()),
            accreditation: Accreditation::NonIcann,
            policy: policy(),
        })
    });
    config::Tenant {
        id: None,
        name: slug.to_owned(),
        slug: slug.to_owned(),
        owner: format!("owner@{slug}.test"),
        tlds: tlds.collect(),
        rate_card: CHARACTERS
            .iter()
            .flat_map(|(_, _, zones)| *zones)
            .flat_map(|zone| rate_card(zone))
            .collect(),
    }
}

/// What holds at the sandbox, whatever its character.
fn policy() -> config::Policy {
    config::Policy {
        auto_renews: Some(true),
        auto_renewal_grace_period_days: Some(periods::AUTO_RENEW_GRACE),
        add_grace_days: Some(periods::ADD_GRACE),
        redemption_period_days: Some(periods::REDEMPTION),
        pending_delete_days: Some(periods::PENDING_DELETE),
        ..config::Policy::default()
    }
}

/// A token of a tenant's owner, good for as long as a life is.
async fn token(app: &App, tenant: usize) -> String {
    let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
    owner_token(app.gateway(), &app.tenants()[tenant], scopes, HOUR * 24 * 365 * 20).await.unwrap()
}

/// Makes the hosts that the tests delegate to, where hosts are objects.
async fn host_objects(at: &config::Registry, zone: &str) {
    let past = Past::the_gateway(at, "registrar-b");
    let product = at.profile().unwrap().product(zone).map(ToOwned::to_owned);
    for number in 1..=3 {
        let create = host::Create { name: format!("ns{number}.dns.org"), addresses: Vec::new() };
        let mut command = Command::new(&create);
        if let Some(sub_product) = product.clone() {
            command = command.with(&NamestoreExt { sub_product });
        }
        past.try_send(command).await;
    }
    past.end().await;
}
