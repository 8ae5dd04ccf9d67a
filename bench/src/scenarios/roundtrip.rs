//! `roundtrip`: what the gateway adds to one `domain:check`.
//!
//! Both sides ask the same sandbox for names nobody asked for before, each caller one at a time: the direct client
//! over an EPP session per caller, the gateway's callers over HTTP, sharing the sessions of its pool. With one
//! caller the ratio is the price of the hop; with many it also shows what sharing sessions costs or saves.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::closed::{Names, Side, Turns, take_turns};
use crate::program::Program;
use crate::program::dev::Dev;
use crate::report::progress::Progress;
use crate::report::{Plot, Report};
use crate::samples::Samples;
use crate::sides::direct::Direct;

/// How long, and with how many callers.
#[derive(Args)]
pub(crate) struct Settings {
    /// Seconds to measure each side with each number of callers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=3600))]
    seconds: u16,

    /// Numbers of callers, measured one after the other
    #[arg(long, default_values_t = [1, 16], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=100))]
    concurrency: Vec<u16>,
}

/// Measures both sides with each number of callers.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { seconds, concurrency } = settings;
    let turns = Turns { warm_up: WARM_UP, length: ROUND, count: usize::from(seconds) * ROUNDS_PER_SECOND };
    let chosen = json!({ "seconds": seconds, "concurrency": concurrency, "rounds": turns.count, "registry": REGISTRY });
    let mut report = Report::new("roundtrip", ABOUT, chosen, &program.version);
    let dev = Dev::start(program).await?;
    let (account, tld) = dev.other_account(REGISTRY)?;
    let names = Names::under(tld);
    let mut medians = Vec::new();

    for callers in concurrency.iter().copied().map(usize::from) {
        let step = format!("roundtrip, {callers} at a time");
        progress.step(&step);
        let mut direct = Side::new(Direct::open(&account, callers).await?);
        let mut gateway = Side::new(dev.access().open(callers).await?);
        let tell = |text: &str| progress.tick(&format!("{step}: {text}"));
        take_turns(&mut [&mut direct, &mut gateway], turns, &names, tell).await?;

        let (direct, gateway) = (direct.finish().await?, gateway.finish().await?);
        for (side, samples) in [(DIRECT, &direct), (GATEWAY, &gateway)] {
            report.expect_no_error(side, samples);
            report.figures.push(samples.row(side, callers));
        }
        report.ratios.push(Samples::ratios([GATEWAY, DIRECT], callers, &gateway, &direct));
        let [added_p50, added_p99] =
            [0.5, 0.99].map(|part| gateway.quantile_us(part).median - direct.quantile_us(part).median);
        if callers == 1 {
            let ratio = gateway.quantile_us(0.5).median / direct.quantile_us(0.5).median;
            report.at_most(
                format!(
                    "p50 of one caller, over direct (adds {added_p50:.0} µs to p50, {added_p99:.0} µs to p99)"
                ),
                2.0,
                ratio,
                "x",
            );
        }
        medians.push([direct, gateway].map(|samples| samples.quantile_us(0.5).median));
    }
    dev.stop().await?;
    let series = |at: usize| medians.iter().map(|pair| pair[at]).collect();
    report.plots.push(Plot::bars(
        "roundtrip",
        "p50 of one domain:check, µs",
        concurrency.iter().map(|callers| format!("{callers} at a time")).collect(),
        vec![(DIRECT.to_owned(), series(0)), (GATEWAY.to_owned(), series(1))],
    ));
    Ok(report)
}

const ABOUT: &str = "One domain:check at a time by each caller: an EPP client on its own sessions, and HTTP through the \
                     gateway, on a registry that answers at once.";
const DIRECT: &str = "direct";
const GATEWAY: &str = "gateway";
/// The registry that keeps to the RFCs and has no habits of its own.
const REGISTRY: &str = "generic";
const ROUNDS_PER_SECOND: usize = 4;
const ROUND: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_secs(1);
