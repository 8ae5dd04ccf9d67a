//! Several accounts at one registry: which one a command runs with, and who chooses it.

use std::time::Duration;

use eppgate::app::{App, owner_token};
use eppgate::config;
use eppgate_model::Clock;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_sandbox::{DEFAULT_PASSWORD, Pki, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Answer, HOUR, JSON, config, expect, registry, send};

/// A gateway whose tenant has two accounts at one registry. `.test` is sold by either, `.own` by the second one; another
/// registry, with one account, sells `.one`.
struct Pair {
    app: App,
    sandboxes: [Sandbox; 2],
    token: String,
    _dir: TempDir,
}

impl Pair {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = async |name, zones: &[&str]| {
            Sandbox::start(eppgate_sandbox::Config::new(name, zones, pki.clone())).await.unwrap()
        };
        let sandboxes = [sandbox("pair", &["test", "own"]).await, sandbox("one", &["one"]).await];
        let mut pair = registry("pair", "generic", sandboxes[0].address(), &pki);
        pair.accounts.push(config::Account {
            name: "second".to_owned(),
            client_id: "registrar-b".to_owned(),
            password: DEFAULT_PASSWORD.into(),
        });
        let one = registry("one", "generic", sandboxes[1].address(), &pki);
        let tld = |tld: &str, registry: &str, account: Option<&str>| config::Tld {
            tld: tld.to_owned(),
            registry: registry.to_owned(),
            account: account.map(str::to_owned),
            accreditation: Accreditation::NonIcann,
            policy: config::Policy::default(),
        };
        let tenant = config::Tenant {
            id: None,
            name: "Demo".to_owned(),
            slug: "demo".to_owned(),
            owner: "owner@demo.test".to_owned(),
            rate_card: Vec::new(),
            tlds: vec![
                tld("test", "pair", None),
                tld("own", "pair", Some("second")),
                tld("one", "one", Some("primary")),
            ],
        };
        let config = config(dir.path(), vec![pair, one], vec![tenant]);
        let app = App::start(config, Clock::system()).await.unwrap();
        let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
        let token = owner_token(app.gateway(), &app.tenants()[0], scopes, HOUR).await.unwrap();
        Self { app, sandboxes, token, _dir: dir }
    }

    async fn stop(self) {
        self.app.shutdown(Duration::from_secs(10)).await;
        for sandbox in self.sandboxes {
            sandbox.stop().await;
        }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let target = format!("/api/v1/tenants/{}/{path}", self.app.tenants()[0].tenant_id);
        let authorization = format!("Bearer {}", self.token);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("Authorization", authorization.as_str()), JSON];
        send(self.app.address(), method, &target, &headers, body.as_bytes()).await
    }

    async fn register(&self, name: &str, account: Option<&str>) -> Answer {
        let body = json!({ "name": name, "payment_assured": true, "registry_account_id": account });
        self.call("POST", "domains", body).await
    }

    async fn accounts(&self, query: &str) -> Vec<Value> {
        let answer = self.call("GET", &format!("registry_accounts{query}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["data"].as_array().unwrap().clone()
    }

    /// The ids of `primary` and `second` at the registry with both, and of the other registry's one.
    async fn ids(&self) -> [String; 3] {
        let id = |accounts: &[Value], name: &str| {
            let account = accounts.iter().find(|account| account["name"] == name).unwrap();
            account["id"].as_str().unwrap().to_owned()
        };
        let (pair, one) =
            (self.accounts("?registry_binding=pair").await, self.accounts("?registry_binding=one").await);
        [id(&pair, "primary"), id(&pair, "second"), id(&one, "primary")]
    }

    async fn default(&self, id: &str, verb: &str) -> Answer {
        self.call("POST", &format!("registry_accounts/{id}/{verb}_default"), Value::Null).await
    }

    /// Who the registry says has a name, and who sent each command on it.
    async fn sponsor(&self, name: &str) -> (String, Vec<String>) {
        let control = self.sandboxes[0].control_address();
        let there = send(control, "GET", &format!("/objects/domains/{name}"), &[], b"").await.body;
        let log = send(control, "GET", "/log", &[], b"").await.body;
        let about = log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name);
        let by = about.map(|entry| entry["account"].as_str().unwrap().to_owned());
        (there["sponsor"].as_str().unwrap().to_owned(), by.collect())
    }
}

#[tokio::test]
async fn of_several_accounts_one_must_be_chosen_and_keeps_the_domain() {
    let pair = Pair::start().await;
    let [primary, second, elsewhere] = pair.ids().await;

    let refused = pair.register("a.test", None).await;
    expect(&refused, 422, "registry_account_required");
    let candidates = json!([{ "id": primary, "name": "primary" }, { "id": second, "name": "second" }]);
    assert_eq!(refused.body["meta"], json!({ "candidates": candidates }));
    let checked = pair.call("POST", "domains/check", json!({ "name": "a.test" })).await;
    expect(&checked, 422, "registry_account_required");
    let chosen = json!({ "name": "a.test", "registry_account_id": second });
    let chosen = pair.call("POST", "domains/check", chosen).await;
    assert!(chosen.status == 422 && chosen.body["details"]["registry_account_id"].is_array(), "{chosen:?}");
    expect(&pair.register("a.test", Some(&elsewhere)).await, 422, "registry_binding_mismatch");
    let unknown = "00000000-0000-7000-8000-000000000000";
    expect(&pair.register("a.test", Some(unknown)).await, 422, "registry_account_unavailable");
    expect(&pair.register("a.test", Some("second")).await, 422, "unprocessable_entity");

    let created = pair.register("a.test", Some(&second)).await;
    assert_eq!(created.status, 201, "{created:?}");
    let domain = &created.body["data"];
    assert_eq!(domain["registry_account_id"], second.as_str());
    assert_eq!(
        domain["registry_account"],
        json!({ "id": second, "name": "second", "registry_binding": "pair" })
    );
    // Whatever is chosen for others later.
    assert_eq!(pair.default(&primary, "set").await.status, 200);
    for (path, body) in [("renew", json!({})), ("transfer_lock", Value::Null), ("reconcile", Value::Null)] {
        let done = pair.call("POST", &format!("domains/a.test/{path}"), body).await;
        assert_eq!(done.status, 200, "{done:?}");
    }
    let (sponsor, by) = pair.sponsor("a.test").await;
    assert_eq!(sponsor, "registrar-b");
    assert!(by.len() >= 4 && by.iter().all(|account| account == "registrar-b"), "{by:?}");
    pair.stop().await;
}

#[tokio::test]
async fn the_default_is_taken_where_none_is_named_and_can_be_changed() {
    let pair = Pair::start().await;
    let [primary, second, elsewhere] = pair.ids().await;
    let is_default = async || {
        let accounts = pair.accounts("").await;
        let ids = accounts.iter().filter(|account| account["is_default"] == true);
        ids.map(|account| account["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(is_default().await, Vec::<String>::new());
    // One account is taken as it is, and a TLD may have its own.
    assert_eq!(pair.register("a.one", None).await.body["data"]["registry_account_id"], elsewhere.as_str());
    assert_eq!(pair.register("a.own", None).await.body["data"]["registry_account_id"], second.as_str());

    let set = pair.default(&primary, "set").await;
    assert_eq!((set.status, &set.body["data"]["is_default"]), (200, &json!(true)));
    assert_eq!(pair.register("b.test", None).await.body["data"]["registry_account_id"], primary.as_str());
    pair.default(&second, "set").await;
    assert_eq!(is_default().await, std::slice::from_ref(&second));
    assert_eq!(pair.register("c.test", None).await.body["data"]["registry_account_id"], second.as_str());
    assert_eq!(pair.call("POST", "domains/check", json!({ "name": "d.test" })).await.status, 200);
    // Clearing what is not the default changes nothing.
    assert_eq!(pair.default(&primary, "clear").await.status, 200);
    assert_eq!(is_default().await, std::slice::from_ref(&second));
    let cleared = pair.default(&second, "clear").await;
    assert_eq!((cleared.status, &cleared.body["data"]["is_default"]), (200, &json!(false)));
    expect(&pair.register("d.test", None).await, 422, "registry_account_required");
    for id in ["00000000-0000-7000-8000-000000000000", "second"] {
        expect(&pair.default(id, "set").await, 404, "not_found");
    }
    pair.stop().await;
}

#[tokio::test]
async fn accounts_are_listed_without_what_opens_them() {
    let pair = Pair::start().await;
    let all = pair.accounts("").await;
    assert_eq!(all.len(), 3);
    let mut keys: Vec<&str> = all[0].as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let documented = [
        "id",
        "inserted_at",
        "is_default",
        "name",
        "registry_binding",
        "rotated_at",
        "state",
        "tenant_id",
        "updated_at",
    ];
    assert_eq!(keys, documented);
    assert_eq!(pair.accounts("?registry_binding=pair&state=active").await.len(), 2);
    assert_eq!(pair.accounts("?state=disabled").await.len(), 0);
    for (query, field) in [("?state=odd", "state"), ("?colour=red", "colour")] {
        let answer = pair.call("GET", &format!("registry_accounts{query}"), Value::Null).await;
        assert!(answer.status == 422 && answer.body["details"][field].is_array(), "{answer:?}");
    }
    pair.stop().await;
}
