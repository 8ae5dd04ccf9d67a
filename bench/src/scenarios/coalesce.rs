//! `coalesce`: how many names are checked in a second when the registry takes only so many commands.
//!
//! Then neither more sessions nor more commands on the way help: only more names in each command do. The peer paces itself
//! to just below the rate, which it would have to learn to do: instant-epp as it is would be refused most of the time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::side::LOCK_STEP;
use crate::closed::{Caller, Names, Rounds, Side, Turns, take_turns};
use crate::program::Program;
use crate::program::sandbox::{RATE_CODE, Sandbox};
use crate::report::progress::Progress;
use crate::report::{Plot, Report, Row};
use crate::sides::direct::Direct;
use crate::sides::pooled::Pool;
use crate::sides::profile::Shape;

/// How many commands, how long.
#[derive(Args)]
pub(crate) struct Settings {
    /// Commands in a second that the registry takes from an account
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=1000))]
    rate: u16,

    /// Rounds of each side, each of 3 s
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
}

/// A session of the peer's, paced.
struct Paced {
    session: Direct,
    pace: Arc<Mutex<Interval>>,
}

impl Caller for Paced {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        self.pace.lock().await.tick().await;
        self.session.check(names).await
    }

    async fn close(self) -> Result<()> {
        self.pace.lock().await.tick().await;
        self.session.close().await
    }
}

/// Measures all sides under the rate.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { rate, rounds } = settings;
    let chosen =
        json!({ "rate": rate, "rounds": rounds, "sessions": SESSIONS, "callers": CALLERS, "rtt_ms": RTT });
    let mut report = Report::new("coalesce", ABOUT, chosen, &program.version);
    progress.step(&format!("coalesce, {rate} commands a second"));
    let sandbox = Sandbox::start(program, 100).await?;
    let (ours, theirs) = (sandbox.our_account(), sandbox.other_account());
    let sessions = Direct::open(&theirs, SESSIONS).await?;
    let shape = Shape { rate: Some(rate.into()), ..Shape::plain(SESSIONS) };
    let single = Pool::start(&ours, &shape)?;
    single.idle(1).await?;
    sandbox.set_latency(RTT).await?;
    sandbox.set_rate(rate.into()).await?;

    let mut pace = interval(Duration::from_secs_f64(1.0 / (f64::from(rate) * CARE)));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let pace = Arc::new(Mutex::new(pace));
    let paced = |session| Paced { session, pace: Arc::clone(&pace) };
    let mut direct = Side::new(sessions.into_iter().map(paced).collect());
    let turns = Turns { warm_up: ROUND, length: ROUND, count: rounds.into() };
    let names = Names::under("example");
    let tell = |text: &str| progress.tick(&format!("coalesce: {text}"));

    // The account's rate is for both pools together, so they run one after the other, each beside the peer.
    let mut off = Side::new(single.askers(SESSIONS));
    take_turns(&mut [&mut direct as &mut dyn Rounds, &mut off], turns, &names, tell).await?;
    let off = off.finish().await?;
    single.close().await;
    let pool = Pool::start(&ours, &Shape { names: NAMES, ..shape })?;
    let mut on = Side::new(pool.askers(CALLERS));
    direct.forget_rounds();
    take_turns(&mut [&mut direct as &mut dyn Rounds, &mut on], turns, &names, tell).await?;
    let (direct, on) = (direct.finish().await?, on.finish().await?);
    pool.close().await;

    let (log, _) = sandbox.log(0).await?;
    let refused = log.iter().filter(|entry| entry.code == RATE_CODE).count();
    sandbox.stop().await?;
    let rates = [&direct, &off, &on].map(|samples| samples.names_per_second().median);
    for ((side, samples), (callers, names)) in SIDES.iter().zip([&direct, &off, &on]).zip([
        (SESSIONS, rates[0]),
        (SESSIONS, rates[1]),
        (CALLERS, rates[2]),
    ]) {
        report.expect_no_error(side, samples);
        report.figures.push(samples.row(side, callers).number("names_per_second", "names/s", names, 1));
    }
    for (side, names) in SIDES[1..].iter().zip(&rates[1..]) {
        let row = Row::new().text("ratio", "ratio", format!("{side} / {LOCK_STEP}"));
        report.ratios.push(row.times("names_per_second", "names/s", names / rates[0]));
    }
    report.target(
        "commands that the registry refused as too many",
        "none".to_owned(),
        refused.to_string(),
        refused == 0,
    );
    report.plots.push(
        Plot::bars(
            "coalesce",
            "names checked in a second",
            vec![format!("{rate} commands/s allowed")],
            SIDES.iter().zip(rates).map(|(side, rate)| ((*side).to_owned(), vec![rate])).collect(),
        )
        .logarithmic(),
    );
    Ok(report)
}

const ABOUT: &str = "Names checked in a second when the registry takes only so many commands from an account. The peer is \
                     paced for its own good.";
const SIDES: [&str; 3] = [LOCK_STEP, "one name a command", "coalesced"];
const SESSIONS: usize = 4;
const NAMES: usize = 50;
/// As many as fill a command for each of the rate's, twice.
const CALLERS: usize = 400;
const RTT: u64 = 20;
const ROUND: Duration = Duration::from_secs(3);
/// The part of the rate that the peer allows itself.
const CARE: f64 = 0.98;
