//! `idle`: what a session costs that waits.
//!
//! Each side opens its sessions in a fresh process, waits until they are at rest, and tells by how much its heap and its
//! resident memory have grown: all of it, with what the process needs once, over the number of sessions.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::side::LOCK_STEP;
use crate::program::Program;
use crate::program::sandbox::Sandbox;
use crate::report::progress::Progress;
use crate::report::{Plot, Report, Row};
use crate::sides::direct::Direct;
use crate::sides::pooled::Pool;
use crate::sides::profile::Shape;
use crate::sides::{Account, Pki};
use crate::{heap, machine};

/// How many.
#[derive(Args)]
pub(crate) struct Settings {
    /// Numbers of sessions
    #[arg(long, default_values_t = [100, 1000, 5000], value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=15_000))]
    sessions: Vec<u32>,
}

/// Opens sessions, tells what they take, and ends: one side with one number, in a process of its own.
#[derive(Args)]
pub(crate) struct Hold {
    #[arg(long)]
    side: Holder,
    #[arg(long)]
    sessions: usize,
    #[arg(long)]
    address: String,
    /// The folder of certificates and keys
    #[arg(long)]
    pki: std::path::PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Holder {
    Pooled,
    Peer,
}

/// In bytes, for all sessions together.
#[derive(Serialize, Deserialize)]
struct Held {
    heap: u64,
    resident: u64,
    seconds: f64,
}

/// Measures both sides with each number of sessions.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { sessions } = settings;
    let mut report = Report::new("idle", ABOUT, json!({ "sessions": sessions }), &program.version);
    allow_many_files();
    let most = sessions.iter().max().copied().unwrap_or(0) as usize;
    let sandbox = Sandbox::start(program, most + 10).await?;
    let mut heaps = Vec::new();
    for sessions in sessions.iter().map(|&sessions| sessions as usize) {
        let mut both = Vec::new();
        for (holder, side) in [(Holder::Pooled, POOLED), (Holder::Peer, LOCK_STEP)] {
            progress.step(&format!("idle, {sessions} sessions, {side}"));
            let Held { heap, resident, seconds } = hold(&sandbox, holder, sessions).await?;
            let each = |bytes: u64| bytes as f64 / 1024.0 / sessions as f64;
            report.figures.push(
                Row::new()
                    .text("side", "side", side)
                    .count("sessions", "sessions", sessions as u64)
                    .number("heap_kib", "heap KiB/session", each(heap), 1)
                    .number("resident_kib", "RSS KiB/session", each(resident), 1)
                    .number("seconds", "opened in s", seconds, 1),
            );
            both.push(each(heap));
        }
        report.at_most(format!("heap of an idle session, of {sessions}"), 20.0, both[0], " KiB");
        heaps.push(both);
    }
    sandbox.stop().await?;
    report.plots.push(Plot::bars(
        "idle",
        "heap of an idle session, KiB",
        sessions.iter().map(|sessions| format!("{sessions} sessions")).collect(),
        vec![
            (POOLED.to_owned(), heaps.iter().map(|both| both[0]).collect()),
            (LOCK_STEP.to_owned(), heaps.iter().map(|both| both[1]).collect()),
        ],
    ));
    Ok(report)
}

/// Runs this program for one side.
async fn hold(sandbox: &Sandbox, holder: Holder, sessions: usize) -> Result<Held> {
    let account = match holder {
        Holder::Pooled => sandbox.our_account(),
        Holder::Peer => sandbox.other_account(),
    };
    let side = if holder == Holder::Pooled { "pooled" } else { "peer" };
    let output = Command::new(std::env::current_exe()?)
        .args(["hold", "--side", side, "--sessions", &sessions.to_string()])
        .args(["--address", &account.address, "--pki"])
        .arg(sandbox.folder())
        .kill_on_drop(true)
        .output()
        .await?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{side}: {}: {told}", output.status);
    let deadline = Instant::now() + PATIENCE;
    while sandbox.sessions().await?.get(account.client_id).is_some_and(|open| *open > 0) {
        ensure!(Instant::now() < deadline, "the registry still has sessions of {side}");
        sleep(LOOK).await;
    }
    serde_json::from_slice(&output.stdout).context("what a side takes")
}

impl Hold {
    /// Opens them, and prints what they take.
    #[expect(clippy::print_stdout, reason = "the process that started this one reads it")]
    pub(crate) async fn run(self) -> Result<()> {
        let Self { side, sessions, address, pki } = self;
        let client_id = if side == Holder::Pooled { "registrar-a" } else { "registrar-b" };
        let password = "sandbox-password".to_owned();
        let account = Account { address, client_id, password, pki: Pki::in_folder(&pki) };
        let (heap, resident, begun) = (heap::in_use(), machine::resident()?, Instant::now());
        let grown = |seconds| {
            let resident = machine::resident()?.saturating_sub(resident);
            anyhow::Ok(Held { heap: heap::in_use().saturating_sub(heap), resident, seconds })
        };
        let held = match side {
            Holder::Pooled => {
                let pool = Pool::start(&account, &Shape { spares: sessions - 1, ..Shape::plain(sessions) })?;
                pool.idle(sessions).await?;
                let seconds = begun.elapsed().as_secs_f64();
                sleep(REST).await;
                let held = grown(seconds)?;
                ensure!(pool.open_sessions() == sessions, "not all sessions stayed");
                held
            }
            Holder::Peer => {
                let open = Direct::open(&account, sessions).await?;
                let seconds = begun.elapsed().as_secs_f64();
                sleep(REST).await;
                let held = grown(seconds)?;
                drop(open);
                held
            }
        };
        println!("{}", serde_json::to_string(&held)?);
        Ok(())
    }
}

/// Each session is an open file, here and in the registry's process, which takes this limit over. Where it cannot be
/// raised, opening sessions says so.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

const ABOUT: &str =
    "What an idle session takes, all in: TLS, buffers, task, and its share of what its side needs once.";
const POOLED: &str = "registry crate";
/// Until what opening needed is given back.
const REST: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);
