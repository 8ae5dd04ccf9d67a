//! `eppgate sandbox`: a registry by itself, and its control API.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Program, Running, folder};
use crate::http::Connection;
use crate::sides::{Account, Pki};

/// A running registry, which keeps its state in memory.
pub(crate) struct Sandbox {
    address: String,
    control: String,
    running: Running,
}

/// A command in the registry's log.
#[derive(Deserialize)]
pub(crate) struct Logged {
    pub(crate) verb: String,
    pub(crate) object: String,
    pub(crate) name: String,
    pub(crate) code: u16,
    pub(crate) effect: String,
}

#[derive(Deserialize)]
struct Page {
    entries: Vec<Logged>,
    next: u64,
    more: bool,
}

impl Sandbox {
    /// Starts the generic one on free ports, with so many sessions for each account.
    pub(crate) async fn start(program: &Program, max_sessions: usize) -> Result<Self> {
        let folder = folder()?;
        let state = folder.path().display().to_string();
        let sessions = max_sessions.to_string();
        let listen = ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];
        let rest = ["--memory", "--state-dir", &state, "--max-sessions", &sessions];
        let args = ["sandbox", "--profile", "generic"].into_iter().chain(listen).chain(rest);
        let mut running = program.start("sandbox", folder, args)?;
        let log = running.folder.path().join(super::LOG);
        let (address, control) = running
            .ready(async || {
                let told = tokio::fs::read_to_string(&log).await?;
                let after = |label: &str| {
                    let line = told.lines().find_map(|line| line.strip_prefix(label))?;
                    Some(line.trim().to_owned())
                };
                Ok(after("EPP over TLS:").zip(after("control API:")))
            })
            .await?;
        Ok(Self { address, control, running })
    }

    /// The account that the gateway's side uses.
    pub(crate) fn our_account(&self) -> Account {
        self.account("registrar-a")
    }

    /// The account that the peers use.
    pub(crate) fn other_account(&self) -> Account {
        self.account("registrar-b")
    }

    fn account(&self, client_id: &'static str) -> Account {
        Account {
            address: self.address.clone(),
            client_id,
            password: "sandbox-password".to_owned(),
            pki: Pki::in_folder(self.running.folder.path()),
        }
    }

    /// Where certificates and keys lie.
    pub(crate) fn folder(&self) -> &Path {
        self.running.folder.path()
    }

    /// What it adds to each reply from now on.
    pub(crate) async fn set_latency(&self, millis: u64) -> Result<()> {
        self.call(Method::POST, "/latency", json!({ "rtt": format!("{millis}ms") })).await.map(drop)
    }

    /// How many commands each account may send in a second from now on; more are refused.
    pub(crate) async fn set_rate(&self, per_second: u32) -> Result<()> {
        let rule = json!({ "per_second": per_second, "code": RATE_CODE });
        self.call(Method::POST, "/rate", rule).await.map(drop)
    }

    /// The commands from number `after` on, and the number of the last one.
    pub(crate) async fn log(&self, mut after: u64) -> Result<(Vec<Logged>, u64)> {
        let mut entries = Vec::new();
        loop {
            let page = self.call(Method::GET, &format!("/log?after={after}"), Value::Null).await?;
            let page: Page = serde_json::from_value(page).context("the registry's log")?;
            entries.extend(page.entries);
            after = page.next;
            if !page.more {
                return Ok((entries, after));
            }
        }
    }

    /// Open sessions by account.
    pub(crate) async fn sessions(&self) -> Result<HashMap<String, u64>> {
        let told = self.call(Method::GET, "/sessions", Value::Null).await?;
        let accounts = told["accounts"].as_object().context("the registry's sessions")?;
        let open =
            |(account, counts): (&String, &Value)| (account.clone(), counts["open"].as_u64().unwrap_or(0));
        Ok(accounts.iter().map(open).collect())
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Result<Value> {
        let authority = self.control.trim_start_matches("http://");
        let mut connection = Connection::open(authority).await.context("the registry's control API")?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = connection.send(method, path, None, body).await?;
        ensure!(reply.status.is_success(), "the control API answers {} to {path}", reply.status);
        Ok(serde_json::from_slice(&reply.body)?)
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }
}

/// What a command too many is answered with.
pub(crate) const RATE_CODE: u16 = 2400;
