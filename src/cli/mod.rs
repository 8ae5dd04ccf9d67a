//! The command line. The only place that prints; everything else logs.

mod check_config;
mod dev;
mod migrate;
mod sandbox;
mod serve;
mod token;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// An EPP gateway and connection pooler: domain commands over HTTP, run over pooled EPP sessions.
#[derive(Debug, Parser)]
#[command(name = "eppgate", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start sandbox registries and a gateway to them, ready to curl
    Dev(dev::Args),
    /// Run the gateway
    Serve(serve::Args),
    /// Run a stand-alone sandbox registry
    Sandbox(sandbox::Args),
    /// Tell everything that is wrong with a configuration
    CheckConfig(check_config::Args),
    /// Bring the database's tables up to date
    Migrate(migrate::Args),
    /// Make an access token for a tenant's owner
    Token(token::Args),
}

/// Runs the command that the arguments name.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr();
    match execute(cli.command) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers()).enable_all().build()?;
    let done = ExitCode::SUCCESS;
    runtime.block_on(async {
        match command {
            Command::Dev(args) => dev::run(args).await.map(|()| done),
            Command::Serve(args) => serve::run(args).await.map(|()| done),
            Command::Sandbox(args) => sandbox::run(args).await.map(|()| done),
            Command::CheckConfig(args) => check_config::run(&args),
            Command::Migrate(args) => migrate::run(args).await.map(|()| done),
            Command::Token(args) => token::run(args).await.map(|()| done),
        }
    })
}

/// One worker fewer than there are cores: the kernel's side of so much network, and the database's threads, need one
/// too. On two cores that halves the time of a request, which else wanders between workers. `TOKIO_WORKER_THREADS`
/// says otherwise.
fn workers() -> usize {
    let told = std::env::var("TOKIO_WORKER_THREADS").ok().and_then(|told| told.parse().ok());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    told.unwrap_or(cores - 1).max(1)
}

/// `RUST_LOG` says how much. People get lines, collectors get JSON.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        log.with_target(false).init();
    } else {
        log.json().init();
    }
}

/// Waits for an interrupt (Ctrl-C) or a termination request.
async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("draining");
    Ok(())
}

/// A little more than the service's own deadline, so that whoever waits gets an answer.
const DRAIN: Duration = Duration::from_secs(30);
