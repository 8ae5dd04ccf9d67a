//! What a scenario measures: `eppgate dev` in a process of its own, on free ports, with a state of its own.
//!
//! The release binary is used as a user runs it, not the library: the bench's runtime, allocator and logging stay
//! out of the figures, and both sides of a comparison reach the sandbox from outside its process.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::fs;
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval};

/// A running `eppgate dev`; dropped, it is killed and its state removed.
pub(crate) struct Dev {
    pub(crate) ready: Ready,
    pub(crate) version: String,
    child: Child,
    _state: TempDir,
}

/// What a bench needs of the ready file.
#[derive(Deserialize)]
pub(crate) struct Ready {
    pub(crate) base_url: String,
    pub(crate) tenant_id: String,
    pub(crate) access_token: String,
    pub(crate) pki: Pki,
    registries: Vec<Registry>,
}

/// Where the client's side of the mutual TLS lies.
#[derive(Deserialize)]
pub(crate) struct Pki {
    pub(crate) ca_pem: PathBuf,
    pub(crate) client_cert_pem: PathBuf,
    pub(crate) client_key_pem: PathBuf,
}

/// A sandbox registry and the account that the gateway uses there.
#[derive(Deserialize)]
pub(crate) struct Registry {
    name: String,
    pub(crate) tlds: Vec<String>,
    pub(crate) address: String,
    client_id: String,
    pub(crate) password: String,
}

impl Dev {
    /// Starts `program`, or the `eppgate` beside the bench, and waits until everything in it answers.
    pub(crate) async fn start(program: Option<PathBuf>) -> Result<Self> {
        let program = match program {
            Some(program) => program,
            None => std::env::current_exe()?.with_file_name(format!("eppgate{EXE_SUFFIX}")),
        };
        ensure!(
            program.is_file(),
            "{} is missing: build it with `cargo build --release`, or name one with --eppgate",
            program.display()
        );
        let state = TempDir::with_prefix("eppgate-bench-")?;
        let ready_file = state.path().join("ready.json");
        let log_file = state.path().join("dev.log");
        let log = std::fs::File::create(&log_file)?;
        let mut child = Command::new(&program)
            .args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"])
            .arg("--state-dir")
            .arg(state.path().join("state"))
            .arg("--ready-file")
            .arg(&ready_file)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let ready = ready(&mut child, &ready_file, &log_file).await?;
        Ok(Self { ready, version: version(&program).await?, child, _state: state })
    }

    /// The sandbox registry of this name.
    pub(crate) fn registry(&self, name: &str) -> Result<&Registry> {
        let mut registries = self.ready.registries.iter();
        registries
            .find(|registry| registry.name == name)
            .with_context(|| format!("dev has no registry {name}"))
    }

    /// Ends the process. Its state is thrown away, so there is nothing to drain for.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("cannot stop eppgate dev")
    }
}

impl Registry {
    /// The sandbox's account that the gateway does not use, so that neither side takes the other's sessions.
    pub(crate) fn other_account(&self) -> &'static str {
        if self.client_id == "registrar-a" { "registrar-b" } else { "registrar-a" }
    }
}

async fn ready(child: &mut Child, ready_file: &Path, log_file: &Path) -> Result<Ready> {
    let deadline = Instant::now() + START_DEADLINE;
    let mut poll = interval(START_POLL);
    loop {
        poll.tick().await;
        if let Ok(json) = fs::read(ready_file).await {
            return serde_json::from_slice(&json).context("the ready file is not understood");
        }
        if let Some(status) = child.try_wait()? {
            bail!(refusal(&format!("ended early ({status})"), log_file).await);
        }
        if Instant::now() > deadline {
            bail!(refusal(&format!("is not ready after {START_DEADLINE:?}"), log_file).await);
        }
    }
}

async fn refusal(what: &str, log_file: &Path) -> String {
    let log = fs::read_to_string(log_file).await.unwrap_or_default();
    let from = log.lines().count().saturating_sub(LOG_LINES_SHOWN);
    let last: Vec<&str> = log.lines().skip(from).collect();
    format!("eppgate dev {what}; its last words:\n{}", last.join("\n"))
}

async fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output().await?;
    ensure!(output.status.success(), "{} --version: {}", program.display(), output.status);
    let text = String::from_utf8(output.stdout)?;
    Ok(text.trim().trim_start_matches("eppgate ").to_owned())
}

const START_DEADLINE: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(50);
const LOG_LINES_SHOWN: usize = 20;
