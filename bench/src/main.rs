//! The bench: what the gateway costs, as ratios against its peers.
//!
//! A scenario is one file. It starts what it measures ([`dev`]), opens the callers of each side ([`direct`],
//! [`gateway`]), drives them in turns ([`load`]) and returns a [`report`]. Absolute figures belong to one machine
//! and one moment; the ratios, both sides in one run against one sandbox, are what the scenarios are for.
//! [`codec`] needs none of that: it measures libraries in this process, and is a folder of its own.

mod codec;
mod dev;
mod direct;
mod gateway;
mod load;
mod report;
mod roundtrip;

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::dev::Dev;
use crate::report::Progress;

/// Measures the gateway beside its peers and prints the ratios
#[derive(Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    scenario: Scenario,

    /// Write every figure to this file as JSON
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,

    /// The gateway to measure [default: the `eppgate` beside this program]
    #[arg(long, global = true, value_name = "PROGRAM")]
    eppgate: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Scenario {
    /// One domain check at a time by each caller: an EPP client on its own sessions, and HTTP through the gateway
    Roundtrip(roundtrip::Settings),

    /// One message at a time in this process: the codec, and other XML and EPP libraries
    Codec(codec::Settings),
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    tokio::select! {
        outcome = run(options) => outcome,
        interrupt = tokio::signal::ctrl_c() => {
            interrupt.context("cannot listen for an interrupt")?;
            bail!("interrupted")
        }
    }
}

async fn run(options: Options) -> Result<()> {
    if cfg!(debug_assertions) {
        eprintln!("warning: a debug build measures itself; use cargo run --release");
    }
    let json = options.json.as_deref();
    let progress = Progress::on_stderr();
    match options.scenario {
        Scenario::Roundtrip(settings) => {
            let dev = Dev::start(options.eppgate).await?;
            let outcome = roundtrip::run(&dev, settings, &progress).await;
            progress.clear();
            let report = outcome?;
            dev.stop().await?;
            show(&report, json)?;
            report.failure().map_or(Ok(()), |failure| bail!(failure))
        }
        Scenario::Codec(settings) => {
            let outcome = codec::run(settings, &progress).await;
            progress.clear();
            show(&outcome?, json)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
fn show(report: &(impl Display + Serialize), json: Option<&Path>) -> Result<()> {
    println!("{report}");
    if let Some(path) = json {
        let json = serde_json::to_vec_pretty(report)?;
        fs::write(path, json).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
