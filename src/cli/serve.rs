//! `eppgate serve`: the gateway, as its configuration says; on SIGHUP, as it says then.

use std::path::PathBuf;

use anyhow::Context;
use eppgate::app::App;
use eppgate::config::source;
use eppgate_model::Clock;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file; EPPGATE__SECTION__KEY in the environment goes before it
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let app = App::start_from(move || source::read(&args.config), Clock::system()).await?;
    let reloads = async {
        while hangup.recv().await.is_some() {
            // What comes of it is in the log, and nobody else asks.
            let _ = app.reload("SIGHUP").await;
        }
    };
    tokio::select! {
        told = super::told_to_stop() => told?,
        () = reloads => {}
    }
    app.shutdown(super::DRAIN).await;
    Ok(())
}
