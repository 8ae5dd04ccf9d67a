//! `rtt`: how many names are checked in a second when the registry is far away.
//!
//! A lock-step client gets one answer per session and round trip, whatever its machine can do. What fills that time is
//! many names in one command, which are gathered from callers who know nothing of each other, and several commands on the
//! way at once, where the registry takes that.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::side::{FRESH, LOCK_STEP};
use crate::closed::{Names, Rounds, Side, Turns, take_turns};
use crate::program::Program;
use crate::program::sandbox::Sandbox;
use crate::report::progress::Progress;
use crate::report::{Plot, Report};
use crate::samples::Samples;
use crate::sides::direct::{Bulk, Direct};
use crate::sides::fresh::Fresh;
use crate::sides::pooled::Pool;
use crate::sides::profile::Shape;

/// How far, on how many sessions, how long.
#[derive(Args)]
pub(crate) struct Settings {
    /// Round trips in milliseconds
    #[arg(long, default_values_t = [20, 100], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=1000))]
    rtt: Vec<u16>,

    /// Numbers of sessions
    #[arg(long, default_values_t = [1, 4, 10], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=100))]
    sessions: Vec<u16>,

    /// Rounds of each side, each of 50 round trips but at most 3 s
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
}

/// Measures all sides at each distance with each number of sessions.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { rtt, sessions, rounds } = settings;
    let chosen = json!({ "rtt_ms": rtt, "sessions": sessions, "rounds": rounds, "max_check_names": NAMES,
                         "callers_per_session": CALLERS });
    let mut report = Report::new("rtt", ABOUT, chosen, &program.version);
    let sandbox = Sandbox::start(program, 200).await?;
    for &rtt in &rtt {
        sandbox.set_latency(rtt.into()).await?;
        let mut rates = Vec::new();
        for sessions in sessions.iter().copied().map(usize::from) {
            progress.step(&format!("rtt, {rtt} ms, {sessions} sessions"));
            let samples = measure(&sandbox, rtt, sessions, rounds.into(), progress).await?;
            add(&mut report, rtt, sessions, &samples);
            rates.push(samples.map(|samples| samples.names_per_second().median));
        }
        let series = |at: usize| rates.iter().map(|rates| rates[at]).collect();
        report.plots.push(
            Plot::bars(
                &format!("rtt-{rtt}ms"),
                &format!("names checked in a second, {rtt} ms away"),
                sessions.iter().map(|sessions| format!("{sessions} sessions")).collect(),
                SIDES.iter().enumerate().map(|(at, side)| ((*side).to_owned(), series(at))).collect(),
            )
            .logarithmic(),
        );
    }
    sandbox.stop().await?;
    Ok(report)
}

async fn measure(
    sandbox: &Sandbox,
    rtt: u16,
    sessions: usize,
    rounds: usize,
    progress: &Progress,
) -> Result<[Samples; 5]> {
    let (ours, theirs) = (sandbox.our_account(), sandbox.other_account());
    let rtt = Duration::from_millis(rtt.into());
    let turns = Turns { warm_up: rtt * 8, length: (rtt * 50).min(LONGEST_ROUND), count: rounds };
    let plain = Shape::plain(sessions);
    // One registry account has one pool; the two take turns, as their sessions would.
    let windowed = Pool::start(&ours, &Shape { window: WINDOW, ..plain })?;
    let pooled = Pool::start(&ours, &Shape { names: NAMES, ..plain })?;
    let mut direct = Side::new(Direct::open(&theirs, sessions).await?);
    let bulk = Direct::open(&theirs, sessions).await?;
    let mut bulk = Side::new(bulk.into_iter().map(Bulk::from).collect());
    let mut fresh = Side::new(Fresh::callers(&theirs, sessions)?);
    let mut window = Side::new(windowed.askers(CALLERS * sessions));
    let mut coalesced = Side::new(pooled.askers(CALLERS * sessions));
    let mut sides: [&mut dyn Rounds; 5] = [&mut fresh, &mut direct, &mut window, &mut coalesced, &mut bulk];
    let names = Names::under("example");
    take_turns(&mut sides, turns, &names, |text| progress.tick(&format!("rtt {rtt:?}: {text}"))).await?;
    let samples = [
        fresh.finish().await?,
        direct.finish().await?,
        window.finish().await?,
        coalesced.finish().await?,
        bulk.finish().await?,
    ];
    windowed.close().await;
    pooled.close().await;
    Ok(samples)
}

fn add(report: &mut Report, rtt: u16, sessions: usize, samples: &[Samples; 5]) {
    let callers = [sessions, sessions, CALLERS * sessions, CALLERS * sessions, sessions];
    for ((side, samples), callers) in SIDES.iter().zip(samples).zip(callers) {
        report.expect_no_error(side, samples);
        let names = samples.names_per_second();
        report.figures.push(
            samples
                .row(side, callers)
                .count("rtt_ms", "RTT ms", rtt)
                .count("sessions", "sessions", sessions as u64)
                .number("names_per_second", "names/s", names.median, 0),
        );
    }
    let [fresh, direct, window, coalesced, bulk] =
        samples.each_ref().map(|samples| samples.names_per_second().median);
    for (sides, ratio) in [
        ([SIDES[2], LOCK_STEP], window / direct),
        ([SIDES[3], LOCK_STEP], coalesced / direct),
        ([SIDES[3], SIDES[4]], coalesced / bulk),
        ([LOCK_STEP, FRESH], direct / fresh),
    ] {
        report.ratios.push(
            crate::report::Row::new()
                .text("ratio", "ratio", sides.join(" / "))
                .count("rtt_ms", "RTT ms", rtt)
                .count("sessions", "sessions", sessions as u64)
                .times("names_per_second", "names/s", ratio),
        );
    }
    if sessions == 4 {
        for (at, aim) in [(20, 20.0), (100, 40.0)] {
            if rtt == at {
                report.at_least(
                    format!("names/s over lock-step, {at} ms, 4 sessions"),
                    aim,
                    coalesced / direct,
                    "x",
                );
                report.at_least(
                    format!("the same without coalescing, window {WINDOW}"),
                    6.0,
                    window / direct,
                    "x",
                );
            }
        }
    }
}

const ABOUT: &str = "Names checked in a second when the registry is far away: callers who each ask about one name at a \
                     time, over as many sessions as the peers have.";
const SIDES: [&str; 5] = [FRESH, LOCK_STEP, "window 8", "coalesced", "lock-step, 50 names at once"];
/// Commands on the way on a session of the side without coalescing.
const WINDOW: usize = 8;
/// Names in a check: what the sandbox's profile allows.
const NAMES: usize = 50;
/// Callers for each session of ours: as many as fill two commands, one on its way and one that gathers.
const CALLERS: usize = 2 * NAMES;
const LONGEST_ROUND: Duration = Duration::from_secs(3);
