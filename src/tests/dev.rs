//! `eppgate dev` as a newcomer meets it: a process that comes up by itself, survives a kill and goes down when told.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::support::{Answer, send};

struct Dev {
    process: Child,
    ready: Value,
    /// Kept open, so that the process can go on printing.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Dev {
    /// Comes back when the welcome is printed, which is after the ready file is there.
    async fn start(dir: &Path) -> Self {
        let ready_file = dir.join("ready.json");
        let mut process = Command::new(env!("CARGO_BIN_EXE_eppgate"))
            .args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"])
            .arg("--state-dir")
            .arg(dir.join("state"))
            .arg("--ready-file")
            .arg(&ready_file)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut curls = 0;
        while curls < 3 {
            let line = output.next_line().await.unwrap().expect("dev says more before it ends");
            curls += u32::from(line.starts_with("curl "));
        }
        let ready = serde_json::from_slice(&std::fs::read(&ready_file).unwrap()).unwrap();
        Self { process, ready, _output: output }
    }

    async fn call(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        self.call_with(token, method, path, body, ("Accept", "*/*")).await
    }

    async fn call_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &str,
        header: (&str, &str),
    ) -> Answer {
        let target = format!("/api/v1/tenants/{}/{path}", self.ready["tenant_id"].as_str().unwrap());
        let authorization = format!("Bearer {token}");
        let json = ("Content-Type", "application/json");
        let headers = [("Authorization", authorization.as_str()), json, header];
        send(address(&self.ready["base_url"]), method, &target, &headers, body.as_bytes()).await
    }

    fn token(&self) -> String {
        self.ready["access_token"].as_str().unwrap().to_owned()
    }
}

fn address(url: &Value) -> std::net::SocketAddr {
    url.as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_was_registered_survives_a_kill_and_a_termination_request_ends_it_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Dev::start(dir.path()).await;
    check_contract(&first.ready);
    let token = first.token();
    let body = r#"{"name":"hello.se","years":1,"payment_assured":true}"#;
    let registered = first.call(&token, "POST", "domains", body).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    first.process.kill().await.unwrap();

    let mut second = Dev::start(dir.path()).await;
    for key in ["tenant_id", "user", "oauth_client", "operator_token", "api_key", "pki"] {
        assert_eq!(first.ready[key], second.ready[key], "{key}");
    }
    let kept = second.call(&token, "GET", "domains/hello.se", "").await;
    assert_eq!((kept.status, &kept.body), (200, &registered.body), "{kept:?}");
    // Its TLDs are as the registries have them.
    let tld = second.call(&token, "GET", "tld_associations/se", "").await.body["data"]["config"].clone();
    let told =
        ["auto_renews", "auto_renewal_grace_period_days", "transfer_pending_days"].map(|key| &tld[key]);
    assert_eq!(told, [&json!(true), &json!(45), &json!(0)], "{tld}");
    let control = address(&second.ready["registries"][2]["control_url"]);
    let object = send(control, "GET", "/objects/domains/hello.se", &[], b"").await;
    assert_eq!(object.status, 200, "{object:?}");

    let id = second.process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(second.process.wait().await.unwrap().success());
}

fn check_contract(ready: &Value) {
    for key in [
        "base_url",
        "operator_url",
        "metrics_url",
        "tenant_id",
        "access_token",
        "operator_token",
        "api_key",
        "directory_token",
        "mail_dir",
    ] {
        assert!(ready[key].is_string(), "{key}");
    }
    for (object, keys) in [
        ("user", ["email", "password"].as_slice()),
        ("oauth_client", &["client_id", "client_secret"]),
        ("pki", &["ca_pem", "client_cert_pem", "client_key_pem"]),
    ] {
        assert!(keys.iter().all(|key| ready[object][key].is_string()), "{object}");
    }
    let registries = ready["registries"].as_array().unwrap();
    let names: Vec<_> = registries.iter().map(|registry| (&registry["name"], &registry["tlds"])).collect();
    assert_eq!(
        json!(names),
        json!([
            ["generic", ["example", "app"]],
            ["dotcom", ["com", "net"]],
            ["ccnordic", ["se", "nu"]],
            ["legacy", ["test"]],
        ])
    );
    for registry in registries {
        for key in ["address", "client_id", "password", "control_url"] {
            assert!(registry[key].is_string(), "{key}");
        }
    }
}

#[tokio::test]
async fn a_kill_in_the_middle_of_a_create_leaves_one_domain_and_one_charge() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Dev::start(dir.path()).await;
    let control = address(&first.ready["registries"][2]["control_url"]);
    // The registry carries it out and never answers.
    let fault = r#"{"match": {"verb": "create", "name": "killed.se"}, "action": "stall"}"#;
    let headers = [("Content-Type", "application/json")];
    assert_eq!(send(control, "POST", "/faults", &headers, fault.as_bytes()).await.status, 201);
    let token = first.token();
    let create = r#"{"name":"killed.se","payment_assured":true}"#;
    let key = ("Idempotency-Key", "order-1");
    {
        let calling = first.call_with(&token, "POST", "domains", create, key);
        let executed = async {
            while send(control, "GET", "/objects/domains/killed.se", &[], b"").await.status != 200 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            answer = calling => panic!("the registry does not answer, but: {answer:?}"),
            () = executed => {}
        }
    }
    first.process.kill().await.unwrap();

    let mut second = Dev::start(dir.path()).await;
    let mut repeated = second.call_with(&token, "POST", "domains", create, key).await;
    for _ in 0..200 {
        if repeated.status != 504 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        repeated = second.call_with(&token, "POST", "domains", create, key).await;
    }
    let state = &repeated.body["data"]["state"];
    assert_eq!((repeated.status, state), (201, &json!("registered")), "{repeated:?}");
    let found = second.call(&token, "GET", "domains/killed.se", "").await;
    assert_eq!((found.status, &found.body), (200, &repeated.body), "{found:?}");
    let again = second.call(&token, "POST", "domains", create).await;
    assert_eq!((again.status, &again.body["error"]), (422, &json!("domain_unavailable")), "{again:?}");
    let control = address(&second.ready["registries"][2]["control_url"]);
    let of = |list: &Value| {
        let entries = list["entries"].as_array().unwrap();
        entries.iter().filter(|one| one["name"] == "killed.se" && one["effect"] != "none").count()
    };
    let (log, ledger) =
        (send(control, "GET", "/log", &[], b"").await, send(control, "GET", "/ledger", &[], b"").await);
    assert_eq!((of(&log.body), of(&ledger.body)), (1, 1));
    second.process.kill().await.unwrap();
}
