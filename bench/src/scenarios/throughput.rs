//! `throughput`: what the registry crate adds to the work of a core.
//!
//! All sides run on one thread and say how many commands it gets done in a second of its time: the registry behind them
//! is another process, and how fast that is does not matter. The bare loop is the least there can be: the same codec and
//! the same TLS, one task for each session, and nothing else.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use tokio::runtime;
use tokio::task::spawn_blocking;

use super::side::{FRESH, LOCK_STEP};
use crate::closed::{Names, Side, Turns, take_turns};
use crate::program::Program;
use crate::program::sandbox::Sandbox;
use crate::report::progress::Progress;
use crate::report::{Plot, Report};
use crate::samples::Samples;
use crate::sides::bare::Bare;
use crate::sides::direct::Direct;
use crate::sides::fresh::Fresh;
use crate::sides::pooled::Pool;
use crate::sides::profile::Shape;

/// How long, and with how many callers.
#[derive(Args)]
pub(crate) struct Settings {
    /// Rounds of each side with each number of callers
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=3600))]
    rounds: u16,

    /// Numbers of callers, measured one after the other
    #[arg(long, default_values_t = [1, 4, 16, 64], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=100))]
    concurrency: Vec<u16>,
}

/// Measures all sides with each number of callers.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { rounds, concurrency } = settings;
    let turns = Turns { warm_up: WARM_UP, length: ROUND, count: rounds.into() };
    let chosen = json!({ "rounds": rounds, "concurrency": concurrency });
    let mut report = Report::new("throughput", ABOUT, chosen, &program.version);
    let sandbox = Sandbox::start(program, 200).await?;
    let mut rates = Vec::new();
    for callers in concurrency.iter().copied().map(usize::from) {
        let step = format!("throughput, {callers} at a time");
        progress.step(&step);
        let (ours, theirs) = (sandbox.our_account(), sandbox.other_account());
        let measured = spawn_blocking(move || {
            let one_thread = runtime::Builder::new_current_thread().enable_all().build()?;
            one_thread.block_on(async {
                let pool = Pool::start(&ours, &Shape::plain(callers))?;
                pool.stretch(callers).await?;
                let mut bare = Side::new(Bare::open(&theirs, callers).await?);
                let mut pooled = Side::new(pool.commanders(callers));
                let mut direct = Side::new(Direct::open(&theirs, callers).await?);
                let mut fresh = Side::new(Fresh::callers(&theirs, callers)?);
                // Sessions of all sides are open during the turns of each: they cost nothing while nobody asks.
                let mut sides: [&mut dyn crate::closed::Rounds; 4] =
                    [&mut bare, &mut pooled, &mut direct, &mut fresh];
                take_turns(&mut sides, turns, &Names::under("example"), |_| {}).await?;
                let sessions = pool.open_sessions();
                let samples = [
                    bare.finish().await?,
                    pooled.finish().await?,
                    direct.finish().await?,
                    fresh.finish().await?,
                ];
                pool.close().await;
                anyhow::Ok((samples, sessions))
            })
        });
        let (samples, sessions) = measured.await.context("the measuring thread panicked")??;
        let per_core = samples.each_ref().map(|samples| 1e6 / samples.cpu_us().median);
        let used = [callers, sessions, callers, callers];
        for (((side, samples), per_core), sessions) in SIDES.iter().zip(&samples).zip(per_core).zip(used) {
            report.expect_no_error(side, samples);
            let row = samples.row(side, callers).count("sessions", "sessions", sessions as u64);
            report.figures.push(row.number("cpu_us", "CPU µs", samples.cpu_us().median, 1).number(
                "requests_per_core_second",
                "requests/core s",
                per_core,
                0,
            ));
        }
        let [bare, pooled, direct, fresh] = per_core;
        for (base, against) in [(BARE, bare), (LOCK_STEP, direct), (FRESH, fresh)] {
            let at = SIDES.iter().position(|side| *side == base).expect("each is a side");
            let row = Samples::ratios([POOLED, base], callers, &samples[1], &samples[at]);
            report.ratios.push(row.times("requests_per_core_second", "requests/core s", pooled / against));
        }
        report.at_least(
            format!("commands a core, over the bare loop, {callers} callers"),
            0.8,
            pooled / bare,
            "x",
        );
        rates.push(per_core);
    }
    sandbox.stop().await?;
    let series = |at: usize| rates.iter().map(|rates| rates[at]).collect();
    report.plots.push(Plot::bars(
        "throughput",
        "domain:check in a second of one core",
        concurrency.iter().map(|callers| format!("{callers} at a time")).collect(),
        SIDES.iter().enumerate().map(|(at, side)| ((*side).to_owned(), series(at))).collect(),
    ));
    Ok(report)
}

const ABOUT: &str = "What one thread gets done: the registry crate by itself, beside a loop that only encodes, writes, \
                     reads and decodes on a task per session, and beside the peers.";
const BARE: &str = "bare loop";
const POOLED: &str = "registry crate";
const SIDES: [&str; 4] = [BARE, POOLED, LOCK_STEP, FRESH];
const ROUND: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_millis(500);
