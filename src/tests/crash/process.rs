//! The gateway as a process that can be killed, and the way in for clients.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use eppgate_sandbox::{DEFAULT_PASSWORD, PkiPaths, Sandbox};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::support::{Answer, try_send};

pub(super) struct Gateway {
    config: PathBuf,
    process: Child,
    doors: [Door; 2],
}

/// Where the clients of a tenant knock: the same place after each restart.
#[derive(Debug, Clone)]
pub(super) struct Door {
    address: SocketAddr,
    tenant: String,
    authorization: String,
}

impl Gateway {
    pub(super) async fn start(dir: &Path, database: &str, registry: &Sandbox, pki: &PkiPaths) -> Self {
        let address = free_address().await;
        let tenants = TENANTS.map(|slug| (slug, uuid::Uuid::now_v7().to_string()));
        let config = dir.join("eppgate.toml");
        std::fs::write(&config, toml(address, database, &tenants, registry, pki)).unwrap();
        let mut doors = Vec::new();
        for (slug, tenant) in tenants {
            let mut token = Command::new(PROGRAM);
            token.args(["token", "--ttl", "1d", "--tenant", slug, "--config"]).arg(&config);
            let token = token.output().await.unwrap();
            assert!(token.status.success(), "{token:?}");
            let authorization = format!("Bearer {}", String::from_utf8(token.stdout).unwrap().trim());
            doors.push(Door { address, tenant, authorization });
        }
        let process = spawn(&config);
        let gateway = Self { config, process, doors: doors.try_into().unwrap() };
        gateway.answers().await;
        gateway
    }

    /// The ways in of the two tenants.
    pub(super) fn doors(&self) -> [Door; 2] {
        self.doors.clone()
    }

    /// SIGKILL, wherever it was; then a new one.
    pub(super) async fn kill_and_restart(&mut self) {
        self.process.kill().await.unwrap();
        self.process = spawn(&self.config);
        self.answers().await;
    }

    pub(super) async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }

    async fn answers(&self) {
        for _ in 0..1_200 {
            if matches!(try_send(self.doors[0].address, "GET", "/healthz", &[], b"").await, Ok(answer) if answer.status == 200)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the gateway does not come up");
    }
}

impl Door {
    /// One request; an error when the answer did not come whole.
    pub(super) async fn call(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> std::io::Result<Answer> {
        let target = format!("/api/v1/tenants/{}/{path}", self.tenant);
        let mut headers =
            vec![("Authorization", self.authorization.as_str()), ("Content-Type", "application/json")];
        headers.extend(key.map(|key| ("Idempotency-Key", key)));
        let body = body.map(Value::to_string).unwrap_or_default();
        try_send(self.address, method, &target, &headers, body.as_bytes()).await
    }
}

fn spawn(config: &Path) -> Child {
    let mut command = Command::new(PROGRAM);
    command.arg("serve").arg("--config").arg(config).env("RUST_LOG", "error").stdout(Stdio::null());
    command.kill_on_drop(true).spawn().unwrap()
}

async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn toml(
    address: SocketAddr,
    database: &str,
    tenants: &[(&str, String); 2],
    registry: &Sandbox,
    pki: &PkiPaths,
) -> String {
    let [(first, first_id), (second, second_id)] = tenants;
    format!(
        r#"
        listen = "{address}"
        operator_listen = "127.0.0.1:0"
        database_url = "{database}"
        instance = "crash"
        [tokens]
        secret = "a secret of the crash test, long enough to sign"
        [timeouts]
        deadline = "6s"
        command = "1500ms"
        settle_grace = "4s"
        poll = "250ms"
        [[registries]]
        name = "crash"
        profile = "generic"
        address = "{registry}"
        ca = "{ca}"
        cert = "{cert}"
        key = "{key}"
        accounts = [
            {{ name = "primary", client_id = "registrar-a", password = "{DEFAULT_PASSWORD}" }},
            {{ name = "second", client_id = "registrar-b", password = "{DEFAULT_PASSWORD}" }},
        ]
        [[tenants]]
        id = "{first_id}"
        name = "Crash"
        slug = "{first}"
        owner = "owner@crash.test"
        tlds = [{{ tld = "test", registry = "crash", account = "primary", accreditation = "non_icann" }}]
        [[tenants]]
        id = "{second_id}"
        name = "Another"
        slug = "{second}"
        owner = "owner@another.test"
        tlds = [{{ tld = "test", registry = "crash", account = "second", accreditation = "non_icann" }}]
        "#,
        registry = registry.address(),
        ca = pki.ca.display(),
        cert = pki.client_cert.display(),
        key = pki.client_key.display(),
    )
}

/// Two registrars: what one has, the other can ask for.
const TENANTS: [&str; 2] = ["crash", "another"];
const PROGRAM: &str = env!("CARGO_BIN_EXE_eppgate");
