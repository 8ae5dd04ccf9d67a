//! Two tenants that are registrars to each other: whatever one has with the account `registrar-a`, the other has with
//! `registrar-b`.

use std::path::Path;
use std::time::Duration;

use eppgate::app::{App, owner_token};
use eppgate::config::{self, Config};
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_model::{Clock, TenantId};
use eppgate_sandbox::{Character, DEFAULT_PASSWORD, Pki, PkiPaths, Sandbox};
use eppgate_store::{Pool, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Answer, HOUR, JSON, OPERATOR_TOKEN, Past, TIMEOUTS, config, rate_card, registry, send, until,
};

/// A tenant: `demo` sells the first zone with `registrar-a` and the second with `registrar-b`, `other` the other way round.
/// In the second zone a quote is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Demo,
    Other,
}

pub(crate) use Who::{Demo, Other};

/// A gateway with both, and a registry.
pub(crate) struct Pair {
    pub(crate) app: App,
    sandbox: Sandbox,
    config: Config,
    clock: Clock,
    tokens: [String; 2],
    pub(crate) dir: TempDir,
}

impl Pair {
    /// At a registry that keeps to the RFCs.
    pub(crate) async fn start() -> Self {
        Self::start_at("generic", "generic", ["test", "example"], Clock::system()).await
    }

    /// At a registry of this character.
    pub(crate) async fn start_at(name: &str, profile: &str, zones: [&str; 2], clock: Clock) -> Self {
        Self::start_under(config::Policy::default(), name, profile, zones, clock).await
    }

    /// The same, where the first zone has a policy.
    pub(crate) async fn start_under(
        policy: config::Policy,
        name: &str,
        profile: &str,
        zones: [&str; 2],
        clock: Clock,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(eppgate_sandbox::Config {
            character: Character::named(name).unwrap(),
            validate: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/xsd").into()),
            ..eppgate_sandbox::Config::new(name, &zones, pki.clone())
        });
        let sandbox = sandbox.await.unwrap();
        let mut config = pair_config(dir.path(), name, profile, zones, &sandbox, &pki);
        for tenant in &mut config.tenants {
            tenant.tlds[0].policy = policy.clone();
        }
        let app = App::start(config.clone(), clock.clone()).await.unwrap();
        let tokens = tokens(&app).await;
        Self { app, sandbox, config, clock, tokens, dir }
    }

    pub(crate) async fn stop(self) {
        self.app.shutdown(Duration::from_secs(10)).await;
        self.sandbox.stop().await;
    }

    /// Another gateway goes on with what this one has left.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_with(|_| {}).await
    }

    /// The same with another configuration.
    pub(crate) async fn restarted_with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.app.shutdown(Duration::from_secs(10)).await;
        change(&mut self.config);
        let app = App::start(self.config.clone(), self.clock.clone()).await.unwrap();
        let tokens = tokens(&app).await;
        Self { app, tokens, ..self }
    }

    /// Somebody who has an account in hand past the gateway.
    pub(crate) fn past(&self, client_id: &str) -> Past {
        Past::the_gateway(&self.config.registries[0], client_id)
    }

    /// The gateway's clock moves, and with it that of the registry.
    pub(crate) async fn days_later(&mut self, days: i64) {
        self.later(chrono::Duration::days(days)).await;
    }

    /// The same for any time.
    pub(crate) async fn later(&mut self, time: chrono::Duration) {
        let span = format!("PT{}S", time.num_seconds());
        self.control("POST", "/clock", Some(json!({ "advance": span }))).await;
        self.ahead(time).await;
    }

    /// The gateway's clock moves, and that of the registry stays where it is.
    pub(crate) async fn ahead(&mut self, time: chrono::Duration) {
        self.clock.advance(time);
        self.tokens = tokens(&self.app).await;
    }

    /// The gateway's clock moves a little.
    pub(crate) fn moment_later(&self) {
        self.clock.advance(chrono::Duration::seconds(5));
    }

    pub(crate) async fn call(&self, who: Who, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(&[], who, method, path, body).await
    }

    /// A call that is only thought through.
    pub(crate) async fn dry_run(&self, who: Who, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(&[("Dry-Run", "1")], who, method, path, body).await
    }

    /// A call with further headers.
    pub(crate) async fn call_with(
        &self,
        headers: &[(&str, &str)],
        who: Who,
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let index = usize::from(who == Other);
        let target = format!("/api/v1/tenants/{}", self.app.tenants()[index].tenant_id);
        let target = if path.is_empty() { target } else { format!("{target}/{path}") };
        let authorization = format!("Bearer {}", self.tokens[index]);
        let mut all = vec![("Authorization", authorization.as_str()), JSON];
        all.extend_from_slice(headers);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.app.address(), method, &target, &all, body.as_bytes()).await
    }

    /// The data of a call that must succeed.
    pub(crate) async fn done(&self, who: Who, method: &str, path: &str, body: Value) -> Value {
        let answer = self.call(who, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body["data"].clone()
    }

    pub(crate) async fn operate(&self, method: &str, path: &str) -> Answer {
        self.operate_with(method, path, Value::Null).await
    }

    pub(crate) async fn operate_with(&self, method: &str, path: &str, body: Value) -> Answer {
        let authorization = format!("Bearer {OPERATOR_TOKEN}");
        let headers = [("Authorization", authorization.as_str()), JSON];
        let target = format!("/operator/v1/{path}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.app.operator_address(), method, &target, &headers, body.as_bytes()).await
    }

    /// Has both message queues read until they are empty: one side's answer is the other's message.
    pub(crate) async fn poll(&self) {
        let path = format!("registries/{}/poll", self.config.registries[0].name);
        loop {
            let polled = self.operate("POST", &path).await;
            assert_eq!(polled.status, 200, "{polled:?}");
            if polled.body["data"]["messages"] == 0 {
                break;
            }
        }
        // A worker may be at one of them.
        until(async || {
            let received = self.operate("GET", "poll_messages?state=received").await;
            received.body["data"].as_array().unwrap().iter().all(|one| !one["note"].is_null())
        })
        .await;
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = send(self.sandbox.control_address(), method, path, &[JSON], body.as_bytes()).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer.body
    }

    pub(crate) async fn fault(&self, verb: &str, nth: u32, action: &str) {
        let fault = json!({ "match": { "verb": verb, "nth": nth }, "action": action });
        self.control("POST", "/faults", Some(fault)).await;
    }

    /// Leaves a message for `registrar-a`.
    pub(crate) async fn message(&self, data: &str, extension: &str) {
        let part = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
        let message = json!({
            "account": "registrar-a", "msg": "news", "data": part(data), "extension": part(extension),
        });
        self.control("POST", "/poll", Some(message)).await;
    }

    /// A quote that pays for an operation.
    pub(crate) async fn quote(&self, who: Who, name: &str, operation: &str) -> Value {
        let ask = json!({ "fqdn": name, "operation": operation, "period": 1 });
        self.done(who, "POST", "quotes", ask).await["quote_id"].clone()
    }

    /// Registers a name, and gives the code by which it can be had.
    pub(crate) async fn registered(&self, who: Who, name: &str) -> Value {
        let quoted = name.ends_with(&format!(".{}", self.config.tenants[0].tlds[1].tld));
        let quote = if quoted { self.quote(who, name, "register").await } else { Value::Null };
        let create = json!({ "name": name, "payment_assured": true, "quote_id": quote });
        self.done(who, "POST", "domains", create).await;
        let path = format!("domains/{name}/auth_code/rotate");
        self.done(who, "POST", &path, Value::Null).await["auth_code"].clone()
    }

    /// Asks for a name on no more than its code.
    pub(crate) async fn asked(&self, who: Who, name: &str, code: &Value) -> Value {
        let path = format!("domains/{name}/transfer_in");
        let answer = self.call(who, "POST", &path, json!({ "auth_code": code })).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body["data"].clone()
    }

    /// The tenant's transfers, the newest first, as direction, state and name.
    pub(crate) async fn transfers(&self, who: Who) -> Vec<String> {
        let all = self.done(who, "GET", "transfers", Value::Null).await;
        let word = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let told =
            |one: &Value| [word(one, "direction"), word(one, "state"), word(one, "domain_name")].join(" ");
        all.as_array().unwrap().iter().map(told).collect()
    }

    pub(crate) async fn history(&self, who: Who, name: &str) -> Vec<String> {
        let events = self.done(who, "GET", &format!("domains/{name}/events"), Value::Null).await;
        let kind = |event: &Value| event["event_type"].as_str().unwrap().to_owned();
        events.as_array().unwrap().iter().map(kind).collect()
    }

    /// The gateway's database, as another process sees it.
    pub(crate) async fn store(&self) -> Store {
        let url = format!("sqlite://{}", self.dir.path().join("eppgate.db").display());
        let pool = Pool { connections: 1, statement_timeout: Duration::from_secs(10) };
        Store::open(&url, pool).await.unwrap()
    }

    pub(crate) fn tenant_id(&self, who: Who) -> TenantId {
        self.app.tenants()[usize::from(who == Other)].tenant_id
    }

    /// What the registry holds of a name.
    pub(crate) async fn at_registry(&self, name: &str) -> Value {
        self.control("GET", &format!("/objects/domains/{name}"), None).await
    }

    /// What the commands on a name have done, in their order.
    pub(crate) async fn effects(&self, name: &str) -> Vec<String> {
        let log = self.control("GET", "/log", None).await;
        let about = log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name);
        let effects = about.map(|entry| entry["effect"].as_str().unwrap().to_owned());
        effects.filter(|effect| effect != "none").collect()
    }

    /// What was paid for a name, and by whom.
    pub(crate) async fn charges(&self, name: &str) -> Vec<String> {
        let ledger = self.control("GET", "/ledger", None).await;
        let of = ledger["entries"].as_array().unwrap().iter().filter(|charge| charge["name"] == name);
        let word = |charge: &Value, key: &str| charge[key].as_str().unwrap().to_owned();
        of.map(|charge| format!("{} {}", word(charge, "account"), word(charge, "command"))).collect()
    }
}

async fn tokens(app: &App) -> [String; 2] {
    let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
    let token = async |index: usize| owner_token(app.gateway(), &app.tenants()[index], scopes, HOUR).await;
    [token(0).await.unwrap(), token(1).await.unwrap()]
}

fn pair_config(
    dir: &Path,
    name: &str,
    profile: &str,
    zones: [&str; 2],
    sandbox: &Sandbox,
    pki: &PkiPaths,
) -> Config {
    let mut there = registry(name, profile, sandbox.address(), pki);
    there.accounts.push(config::Account {
        name: "second".to_owned(),
        client_id: "registrar-b".to_owned(),
        password: DEFAULT_PASSWORD.into(),
    });
    let tenant = |slug: &str, accounts: [&str; 2]| config::Tenant {
        id: None,
        name: slug.to_owned(),
        slug: slug.to_owned(),
        owner: format!("owner@{slug}.test"),
        tlds: [Accreditation::NonIcann, Accreditation::IcannAccredited]
            .into_iter()
            .enumerate()
            .map(|(index, accreditation)| config::Tld {
                tld: zones[index].to_owned(),
                registry: name.to_owned(),
                account: Some(accounts[index].to_owned()),
                accreditation,
                policy: config::Policy::default(),
            })
            .collect(),
        rate_card: zones.into_iter().flat_map(rate_card).collect(),
    };
    let tenants = vec![tenant("demo", ["primary", "second"]), tenant("other", ["second", "primary"])];
    Config { timeouts: TIMEOUTS, ..config(dir, vec![there], tenants) }
}
