//! The bench: what the gateway costs and what it saves, as ratios against its peers.
//!
//! A scenario is one file in [`scenarios`]. It starts what it measures ([`program`]), opens the callers of each side
//! ([`sides`]), drives them in turns ([`closed`]) and returns a [`report`]. Absolute figures belong to one machine
//! and one moment; the ratios, both sides in one run against one sandbox, are what the scenarios are for.
//! [`codec`] needs none of that: it measures libraries in this process, and is a folder of its own.

mod closed;
mod codec;
mod heap;
mod http;
mod link;
mod machine;
mod open;
mod program;
mod report;
mod samples;
mod scenarios;
mod sides;

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::machine::Watch;
use crate::program::Program;
use crate::report::progress::Progress;
use crate::report::{Report, markdown};
use crate::scenarios::{coalesce, failover, idle, isolation, list, overload, roundtrip, rtt, throughput};

/// Measures the gateway beside its peers and prints the ratios
#[derive(Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    command: Command,

    /// Write every figure to this file as JSON
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,

    /// The gateway to measure [default: the `eppgate` beside this program]
    #[arg(long, global = true, value_name = "PROGRAM")]
    eppgate: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Scenario(Scenario),

    /// One message at a time in this process: the codec, and other XML and EPP libraries
    Codec(codec::Settings),

    /// Everything with its defaults, and a report of it
    All {
        /// The folder for the report
        #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/report"))]
        report: PathBuf,
    },

    /// One side of `idle`, in a process of its own
    #[command(hide = true)]
    Hold(idle::Hold),
}

#[derive(Subcommand)]
enum Scenario {
    /// One domain check at a time by each caller: an EPP client on its own sessions, and HTTP through the gateway
    Roundtrip(roundtrip::Settings),

    /// What one core gets done: the registry crate, a bare loop, and the peers
    Throughput(throughput::Settings),

    /// Names checked in a second at a registry far away
    Rtt(rtt::Settings),

    /// Names checked in a second at a registry that takes only so many commands
    Coalesce(coalesce::Settings),

    /// Memory of sessions that wait
    Idle(idle::Settings),

    /// Every session is cut under load
    Failover(failover::Settings),

    /// More requests than the registry can take
    Overload(overload::Settings),

    /// One registry goes dark beside another
    Isolation(isolation::Settings),

    /// Pages of domains: at the start and at the end, of few and of many
    List(list::Settings),
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
    let Options { command, json, eppgate } = options;
    let json = json.as_deref();
    let progress = Progress::on_stderr();
    match command {
        Command::Scenario(scenario) => {
            let program = Program::find(eppgate).await?;
            let report = scenario.run(&program, &progress).await?;
            show(&report, json)?;
            report.failure().map_or(Ok(()), |failure| bail!(failure))
        }
        Command::Codec(settings) => {
            let outcome = codec::run(settings, &progress).await;
            progress.clear();
            show(&outcome?, json)
        }
        Command::All { report } => all(&Program::find(eppgate).await?, &progress, &report, json).await,
        Command::Hold(hold) => hold.run().await,
    }
}

impl Scenario {
    /// Runs it and notes what the machine did beside it.
    async fn run(self, program: &Program, progress: &Progress) -> Result<Report> {
        let watch = Watch::begin();
        let outcome = match self {
            Self::Roundtrip(settings) => roundtrip::run(program, settings, progress).await,
            Self::Throughput(settings) => throughput::run(program, settings, progress).await,
            Self::Rtt(settings) => rtt::run(program, settings, progress).await,
            Self::Coalesce(settings) => coalesce::run(program, settings, progress).await,
            Self::Idle(settings) => idle::run(program, settings, progress).await,
            Self::Failover(settings) => failover::run(program, settings, progress).await,
            Self::Overload(settings) => overload::run(program, settings, progress).await,
            Self::Isolation(settings) => isolation::run(program, settings, progress).await,
            Self::List(settings) => list::run(program, settings, progress).await,
        };
        progress.clear();
        let mut report = outcome?;
        report.neighbours = Some(watch.end());
        Ok(report)
    }
}

/// Runs every scenario and the codec, and writes the report.
async fn all(program: &Program, progress: &Progress, folder: &Path, json: Option<&Path>) -> Result<()> {
    let mut reports = Vec::new();
    for name in SCENARIOS {
        let Options { command: Command::Scenario(scenario), .. } = Options::parse_from(["bench", name])
        else {
            bail!("{name} is no scenario")
        };
        let report = scenario.run(program, progress).await.context(name)?;
        show(&report, None)?;
        reports.push(report);
    }
    let Command::Codec(settings) = Options::parse_from(["bench", "codec"]).command else {
        bail!("codec is no scenario")
    };
    let codec = codec::run(settings, progress).await;
    progress.clear();
    let codec = codec?;
    show(&codec, None)?;
    markdown::write(folder, &reports, Some(&codec.to_string()))?;
    eprintln!("the report is in {}", folder.display());
    if let Some(path) = json {
        write_json(path, &reports)?;
    }
    let failures: Vec<String> = reports.iter().filter_map(Report::failure).collect();
    if failures.is_empty() { Ok(()) } else { bail!(failures.join("; ")) }
}

#[expect(clippy::print_stdout, reason = "the tables are what the program is run for")]
fn show(report: &(impl Display + Serialize), json: Option<&Path>) -> Result<()> {
    println!("{report}\n");
    json.map_or(Ok(()), |path| write_json(path, report))
}

fn write_json(path: &Path, figures: &impl Serialize) -> Result<()> {
    let json = serde_json::to_vec_pretty(figures)?;
    fs::write(path, json).with_context(|| format!("cannot write {}", path.display()))
}

/// In the order of the report.
const SCENARIOS: [&str; 9] =
    ["roundtrip", "throughput", "rtt", "coalesce", "idle", "failover", "overload", "isolation", "list"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_report_is_one() {
        for name in SCENARIOS {
            let options = Options::try_parse_from(["bench", name]).unwrap();
            assert!(matches!(options.command, Command::Scenario(_)), "{name}");
        }
    }
}
