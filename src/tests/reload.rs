//! A configuration taken over while everything runs: what has not changed is not touched, and what has changed costs no
//! request.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use eppgate::config::{self, Config};
use eppgate_model::tenant::Accreditation;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::support::{Answer, TestGateway, send, until};

/// What somebody does to a configuration.
type Edit<'a> = &'a dyn Fn(&mut Config);
type Once = Box<dyn FnOnce(&mut Config)>;

const RELOAD: &str = "/operator/v1/reload";

impl TestGateway {
    async fn reload_with(&self, edit: impl FnOnce(&mut Config)) -> Answer {
        edit(&mut self.config.lock().unwrap());
        self.operate("POST", RELOAD, None).await
    }

    async fn session_ids(&self) -> Vec<u64> {
        let path = "/operator/v1/registries/generic/accounts/primary";
        let account = self.operate("GET", path, None).await.body["data"].take();
        let open = account["sessions"]["open"].as_array().unwrap();
        open.iter().map(|session| session["id"].as_u64().unwrap()).collect()
    }

    /// The sessions that are open when one works and another is ready. A command that waits for longer than a moment, as
    /// under load, has had one more opened, which stays.
    async fn begun_sessions(&self) -> Vec<u64> {
        until(async || self.session_ids().await.len() >= 2).await;
        self.session_ids().await
    }

    /// Whether these sessions are open still.
    async fn keeps(&self, sessions: &[u64]) -> bool {
        let open = self.session_ids().await;
        sessions.iter().all(|id| open.contains(id))
    }

    async fn is_checked(&self, name: &str) -> bool {
        self.call("POST", "domains/check", Some(json!({ "name": name }))).await.status == 200
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_touched() {
    let gateway = TestGateway::start().await;
    assert!(gateway.is_checked("before.test").await);
    let before = gateway.begun_sessions().await;
    let reloaded = gateway.reload_with(|_| {}).await;
    assert_eq!(reloaded.status, 200, "{reloaded:?}");
    let data = &reloaded.body["data"];
    assert_eq!(data["unchanged"], json!(["generic/primary", "steady/primary"]));
    for nothing in ["added", "removed", "changed", "needs_restart"] {
        assert_eq!(data[nothing], json!([]), "{nothing}");
    }
    assert!(gateway.is_checked("after.test").await);
    assert!(gateway.keeps(&before).await, "{before:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn sessions_are_replaced_under_load_within_the_limit_and_no_request_fails() {
    let gateway = TestGateway::start().await;
    let busy = AtomicBool::new(true);
    let caller = async |caller: usize| {
        let mut number = 0;
        while busy.load(Ordering::Relaxed) {
            let name = format!("busy-{caller}-{number}.test");
            let answer = gateway.call("POST", "domains/check", Some(json!({ "name": name }))).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            number += 1;
        }
        number
    };
    let reloads = async {
        let mut changed = Vec::new();
        let profile = gateway.dir.path().join("other.toml");
        let generic = include_str!("../registry/profiles/generic.toml");
        std::fs::write(&profile, generic.replace("limit = 8 ", "limit = 4 ")).unwrap();
        let (next, other) = (gateway.next.clone(), profile.display().to_string());
        let certificate = |config: &mut Config| {
            (config.registries[0].cert, config.registries[0].key) = (next.client_cert, next.client_key);
        };
        let profile = |config: &mut Config| config.registries[0].profile = other;
        let edits: [Once; 2] = [Box::new(certificate), Box::new(profile)];
        for edit in edits {
            until(async || !gateway.session_ids().await.is_empty()).await;
            let last = gateway.session_ids().await.into_iter().max().unwrap();
            let reloaded = gateway.reload_with(edit).await;
            changed.push(reloaded.body["data"]["changed"].clone());
            until(async || {
                let ids = gateway.session_ids().await;
                !ids.is_empty() && ids.into_iter().all(|id| id > last)
            })
            .await;
        }
        busy.store(false, Ordering::Relaxed);
        changed
    };
    let callers = futures_util::future::join_all((0..6).map(caller));
    let (done, changed) = tokio::join!(callers, reloads);
    assert_eq!(changed, [json!(["generic/primary"]), json!(["generic/primary"])]);
    assert!(done.into_iter().sum::<usize>() > 0);
    let sessions = gateway.control("GET", "/sessions", None).await.body;
    assert!(sessions["accounts"]["registrar-a"]["highest"].as_u64().unwrap() <= 8, "{sessions}");
    let log = gateway.control("GET", "/log", None).await.body;
    let refused = |entry: &&Value| entry["code"].as_u64().is_some_and(|code| code >= 2000);
    assert_eq!(log["entries"].as_array().unwrap().iter().find(refused), None);
    gateway.stop().await;
}

#[tokio::test]
async fn with_a_mistake_anywhere_everything_stays_as_it_is() {
    let gateway = TestGateway::start().await;
    assert!(gateway.is_checked("before.test").await);
    let before = gateway.begun_sessions().await;
    let right = gateway.config.lock().unwrap().clone();
    let nowhere = |config: &mut Config| config.registries[1].address = "nowhere".to_owned();
    let no_key = |config: &mut Config| config.registries[1].key = "/no/such.key".into();
    let other_key = |config: &mut Config| config.registries[1].key = gateway.next.client_key.clone();
    let other_terms =
        |config: &mut Config| config.tenants[0].tlds[0].accreditation = Accreditation::IcannAccredited;
    let edits: [(Edit<'_>, &str); 4] = [
        (&nowhere, "steady.address"),
        (&no_key, "/no/such.key"),
        (&other_key, "steady"),
        (&other_terms, "the TLD test"),
    ];
    for (edit, told) in edits {
        let refused = gateway.reload_with(|config| {
            *config = right.clone();
            // It would be taken over, if it were not for the mistake.
            config.registries[0].cert = gateway.next.client_cert.clone();
            config.registries[0].key = gateway.next.client_key.clone();
            config.operators.clear();
            edit(config);
        });
        let refused = refused.await;
        assert_eq!((refused.status, &refused.body["error"]), (422, &json!("configuration_refused")));
        let problems = refused.body["detail"]["problems"].to_string();
        assert!(problems.contains(told) && !problems.contains("sandbox-password"), "{told} in {problems}");
    }
    assert!(gateway.is_checked("after.test").await);
    assert!(gateway.keeps(&before).await, "{before:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn registries_tlds_tenants_and_operators_come_and_go() {
    let gateway = TestGateway::start().await;
    assert!(gateway.is_checked("any.steady").await);
    let all = gateway.config.lock().unwrap().clone();
    let removed = gateway.reload_with(|config| {
        config.registries.truncate(1);
        for tenant in &mut config.tenants {
            tenant.tlds.retain(|tld| tld.registry == "generic");
        }
    });
    let removed = removed.await;
    assert_eq!(removed.body["data"]["removed"], json!(["steady/primary"]), "{removed:?}");
    assert!(!gateway.is_checked("any.steady").await);
    assert!(gateway.is_checked("any.test").await);
    assert_eq!(gateway.operate("GET", "/operator/v1/registries/steady", None).await.status, 404);

    let added = gateway.reload_with(|config| {
        *config = all.clone();
        let third = config::Tenant { slug: "third".to_owned(), ..config.tenants[0].clone() };
        config.tenants.push(third);
        config.timeouts.deadline *= 2;
        config.operators[0].token = "another token for operators, long enough".into();
    });
    let added = added.await;
    assert_eq!(added.body["data"]["added"], json!(["steady/primary"]), "{added:?}");
    assert_eq!(added.body["data"]["unchanged"], json!(["generic/primary"]));
    assert_eq!(added.body["data"]["needs_restart"], json!(["timeouts"]));
    until(async || gateway.is_checked("any.steady").await).await;
    assert_eq!(gateway.operate("POST", RELOAD, None).await.status, 401, "the old token is worth nothing");
    gateway.stop().await;
}

#[tokio::test]
async fn a_hangup_has_the_file_read_anew() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("eppgate.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let right = configuration(dir.path());
    write(&right);
    let mut process = Command::new(env!("CARGO_BIN_EXE_eppgate"))
        .args(["serve", "--config"])
        .arg(&file)
        .env("RUST_LOG", "info")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
    let address = loop {
        let line: Value = serde_json::from_str(&log.next_line().await.unwrap().unwrap()).unwrap();
        if let Some(address) = line["fields"]["operator_address"].as_str() {
            break address.parse().unwrap();
        }
    };
    // It goes on telling, and must be listened to.
    let listening = tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
    let success = async |value: u8| {
        let line = format!("eppgate_config_last_reload_success {value}");
        send(address, "GET", "/metrics", &[], b"").await.text.lines().any(|known| known == line)
    };
    let id = process.id().unwrap().to_string();
    let hang_up =
        async || assert!(Command::new("kill").args(["-HUP", &id]).status().await.unwrap().success());
    assert!(success(1).await);
    write("nonsense");
    hang_up().await;
    until(async || success(0).await).await;
    write(&right);
    hang_up().await;
    until(async || success(1).await).await;
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(process.wait().await.unwrap().success());
    listening.await.unwrap();
}

/// Of a gateway without registries.
fn configuration(dir: &Path) -> String {
    format!(
        "listen = '127.0.0.1:0'\noperator_listen = '127.0.0.1:0'\ndatabase_url = 'sqlite://{}'\n\
         [tokens]\nsecret = '0123456789abcdef0123456789abcdef'\n",
        dir.join("eppgate.db").display()
    )
}
