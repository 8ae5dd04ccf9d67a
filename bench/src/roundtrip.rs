//! `roundtrip`: what the gateway adds to one `domain:check`.
//!
//! Both sides ask the same sandbox for names nobody asked for before, each caller one at a time: the direct client
//! over an EPP session per caller, the gateway's callers over HTTP, sharing the sessions of its pool. With one
//! caller the ratio is the price of the hop; with many it also shows what sharing sessions costs or saves.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::dev::Dev;
use crate::direct::Direct;
use crate::gateway::Gateway;
use crate::load::{Names, Side};
use crate::report::{Figures, Progress, Report};

/// How long, and with how many callers.
#[derive(Args)]
pub(crate) struct Settings {
    /// Seconds to measure each side with each number of callers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=3600))]
    seconds: u32,

    /// Numbers of callers, measured one after the other
    #[arg(long, default_values_t = [1, 16], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: Vec<u16>,
}

/// Measures both sides with each number of callers.
pub(crate) async fn run(dev: &Dev, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { seconds, concurrency } = settings;
    let registry = dev.registry(REGISTRY)?;
    let names = Names::under(registry.tlds.first().context("a registry without a TLD")?);
    let rounds = seconds * ROUNDS_PER_SECOND;
    let chosen =
        json!({ "seconds": seconds, "concurrency": concurrency, "rounds": rounds, "registry": REGISTRY });
    let mut report = Report::new("roundtrip", chosen, &dev.version);

    for callers in concurrency.into_iter().map(usize::from) {
        let step = format!("roundtrip, {callers} at a time");
        progress.step(&format!("{step}: warming up"));
        let mut direct = Side::new(Direct::open(dev, registry, callers).await?);
        let mut gateway = Side::new(Gateway::open(dev, callers).await?);
        direct.round(WARM_UP, &names).await?;
        gateway.round(WARM_UP, &names).await?;
        direct.forget_times();
        gateway.forget_times();

        progress.step(&format!("{step}: measuring for {} s", 2 * seconds));
        for round in 0..rounds {
            progress.tick(&format!("{step}: round {} of {rounds}", round + 1));
            if round % 2 == 0 {
                direct.round(ROUND, &names).await?;
                gateway.round(ROUND, &names).await?;
            } else {
                gateway.round(ROUND, &names).await?;
                direct.round(ROUND, &names).await?;
            }
        }
        report.compare(
            Figures::new("direct", callers, direct.finish().await?),
            Figures::new("gateway", callers, gateway.finish().await?),
        );
    }
    Ok(report)
}

/// The registry that keeps to the RFCs and has no habits of its own.
const REGISTRY: &str = "generic";
const ROUNDS_PER_SECOND: u32 = 4;
const ROUND: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_secs(1);
