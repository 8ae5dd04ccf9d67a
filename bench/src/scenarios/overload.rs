//! `overload`: what becomes of requests when three times as many come as the registry can take.
//!
//! What can be served should be, each after about the same time, and the rest should be told so at once. The peers are a
//! pool of lock-step sessions of the same number, as a back end would have it: a caller waits for a free session, and
//! gives up after a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::side::LOCK_STEP;
use crate::closed::{Caller, Names, Rounds, Side};
use crate::open::{Ended, Outcome, offer};
use crate::program::Program;
use crate::program::sandbox::Sandbox;
use crate::program::serve::{Serve, Upstream};
use crate::report::progress::Progress;
use crate::report::{Plot, Report, Row};
use crate::samples::Spread;
use crate::sides::direct::Direct;
use crate::sides::gateway::{Access, Gateway, expect_available};
use crate::sides::profile::Shape;

/// How much, how long.
#[derive(Args)]
pub(crate) struct Settings {
    /// What is offered, in terms of what can be served
    #[arg(long, default_value_t = 3.0)]
    times: f64,

    /// Rounds of each side, each of 5 s
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
}

/// What one side did in one round.
struct Tally {
    goodput: f64,
    p50_ms: f64,
    p99_ms: f64,
    refused: usize,
    refusal_p99_ms: f64,
    failed: Option<String>,
    failures: usize,
}

/// Measures what can be served, then offers more.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { times, rounds } = settings;
    ensure!((1.0..=20.0).contains(&times), "--times is from 1 to 20");
    let chosen = json!({ "times": times, "rounds": rounds, "sessions": SESSIONS, "rtt_ms": RTT, "queue": QUEUE,
                         "peer_patience_ms": PATIENCE.as_millis() });
    let mut report = Report::new("overload", ABOUT, chosen, &program.version);
    let sandbox = Sandbox::start(program, 100).await?;
    let upstream = Upstream {
        name: "sandbox",
        tld: "example",
        account: sandbox.our_account(),
        shape: Shape { queue: QUEUE, ..Shape::plain(SESSIONS) },
    };
    let serve = Serve::start(program, &[upstream]).await?;
    let direct = Direct::open(&sandbox.other_account(), SESSIONS).await?;
    sandbox.set_latency(RTT).await?;

    let names = Names::under("example");
    let lines = Arc::new(Lines { access: serve.access(), idle: Mutex::default() });
    let peer = Arc::new(Peer { sessions: Mutex::new(direct), free: Semaphore::new(SESSIONS) });
    // Enough callers to keep every session busy, and no more.
    let mut closed = Side::new(serve.access().open(2 * SESSIONS).await?);
    progress.step("overload: warming up");
    closed.round(WARM_UP, &names).await?;
    closed.forget_rounds();

    let (mut ours, mut theirs, mut offered) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        progress.step(&format!("overload, round {round} of {rounds}: what can be served"));
        closed.round(CLOSED_ROUND, &names).await?;
        let rate = times * closed.last_rate();
        offered.push(rate);
        progress.step(&format!("overload, round {round} of {rounds}: {rate:.0} requests a second"));
        ours.push(Tally::of(&offer(rate, ROUND, || ask_gateway(Arc::clone(&lines), names.fresh())).await?));
        theirs.push(Tally::of(&offer(rate, ROUND, || ask_peer(Arc::clone(&peer), names.fresh())).await?));
    }
    let closed = closed.finish().await?;
    report.expect_no_error("closed loop", &closed);
    serve.stop().await?;
    sandbox.stop().await?;

    let capacity = closed.requests_per_second().median;
    for (side, tallies) in [(GATEWAY, &ours), (LOCK_STEP, &theirs)] {
        add(&mut report, side, capacity, Spread::of(offered.iter().copied()).median, tallies);
    }
    let of = |figure: fn(&Tally) -> f64| Spread::of(ours.iter().map(figure)).median;
    report.at_least(
        "goodput, of what can be served",
        95.0,
        of(|tally| tally.goodput) / capacity * 100.0,
        " %",
    );
    report.at_most("p99 over p50 of those served", 1.5, of(|tally| tally.p99_ms / tally.p50_ms), "x");
    report.at_most("p99 of a refusal", 20.0, of(|tally| tally.refusal_p99_ms), " ms");
    let series = |figure: fn(&Tally) -> f64| {
        let each = |tallies: &[Tally]| Spread::of(tallies.iter().map(figure)).median;
        [&ours, &theirs].map(|tallies| each(tallies))
    };
    let [p50, p99, refusal] =
        [series(|tally| tally.p50_ms), series(|tally| tally.p99_ms), series(|tally| tally.refusal_p99_ms)];
    let side = |at: usize| vec![p50[at], p99[at], refusal[at]];
    report.plots.push(
        Plot::bars(
            "overload",
            &format!("{times} times what can be served: ms until the answer"),
            vec!["p50, served".to_owned(), "p99, served".to_owned(), "p99, refused".to_owned()],
            vec![(GATEWAY.to_owned(), side(0)), (LOCK_STEP.to_owned(), side(1))],
        )
        .logarithmic(),
    );
    Ok(report)
}

fn add(report: &mut Report, side: &'static str, capacity: f64, offered: f64, tallies: &[Tally]) {
    let of = |figure: fn(&Tally) -> f64| Spread::of(tallies.iter().map(figure));
    let goodput = of(|tally| tally.goodput);
    let failures: usize = tallies.iter().map(|tally| tally.failures).sum();
    report.figures.push(
        Row::new()
            .text("side", "side", side)
            .number("capacity", "capacity/s", capacity, 0)
            .number("offered", "offered/s", offered, 0)
            .number("goodput", "served/s", goodput.median, 0)
            .text("spread", "spread", goodput.percent())
            .number("goodput_percent", "of capacity, %", goodput.median / capacity * 100.0, 1)
            .number("p50_ms", "p50 ms", of(|tally| tally.p50_ms).median, 1)
            .number("p99_ms", "p99 ms", of(|tally| tally.p99_ms).median, 1)
            .times("p99_over_p50", "p99/p50", of(|tally| tally.p99_ms / tally.p50_ms).median)
            .count("refused", "refused", tallies.iter().map(|tally| tally.refused as u64).sum::<u64>())
            .number("refusal_p99_ms", "refusal p99 ms", of(|tally| tally.refusal_p99_ms).median, 1)
            .count("failures", "failures", failures as u64),
    );
    if let Some(failure) = tallies.iter().find_map(|tally| tally.failed.as_ref()) {
        report.fault(format!("{side}: {failures} requests failed, the first: {failure}"));
    }
}

impl Tally {
    /// Of the time after the queue has filled.
    fn of(ended: &[Ended]) -> Self {
        let steady = || ended.iter().filter(|one| one.due >= FILLING);
        let times = |outcome: &Outcome| {
            let mut times: Vec<f64> = steady()
                .filter(|one| one.outcome == *outcome)
                .map(|one| one.took.as_secs_f64() * 1e3)
                .collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let (served, refused) = (times(&Outcome::Served), times(&Outcome::Refused));
        // Those that end within the round: what is still waiting at its end is served after it.
        let within = |one: &&Ended| (FILLING..ROUND).contains(&(one.due + one.took));
        let good = ended.iter().filter(|one| one.outcome == Outcome::Served).filter(within).count();
        let failed = || {
            ended.iter().filter_map(|one| match &one.outcome {
                Outcome::Failed(why) => Some(why.clone()),
                _ => None,
            })
        };
        Self {
            goodput: good as f64 / (ROUND - FILLING).as_secs_f64(),
            p50_ms: quantile(&served, 50),
            p99_ms: quantile(&served, 99),
            refused: refused.len(),
            refusal_p99_ms: quantile(&refused, 99),
            failures: failed().count(),
            failed: failed().next(),
        }
    }
}

/// Of sorted values; of none, 0.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Connections to the gateway, as many as are needed at a time.
pub(super) struct Lines {
    pub(super) access: Access,
    pub(super) idle: Mutex<Vec<Gateway>>,
}

pub(super) async fn ask_gateway(lines: Arc<Lines>, name: String) -> Outcome {
    let outcome = async {
        let idle = lines.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut line = match idle {
            Some(line) => line,
            None => lines.access.connect().await?,
        };
        let reply = line.ask(&name).await?;
        lines.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        if reply.status.as_u16() == 503 && reply.has_retry_after {
            return Ok(Outcome::Refused);
        }
        expect_available(&reply, &name)?;
        anyhow::Ok(Outcome::Served)
    };
    outcome.await.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")))
}

/// A pool of sessions: whoever waits longest gets the next one.
struct Peer {
    sessions: Mutex<Vec<Direct>>,
    free: Semaphore,
}

async fn ask_peer(peer: Arc<Peer>, name: String) -> Outcome {
    let Ok(Ok(_place)) = timeout(PATIENCE, peer.free.acquire()).await else {
        return Outcome::Refused;
    };
    let session = peer.sessions.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let Some(mut session) = session else {
        return Outcome::Failed("a session was lost".to_owned());
    };
    match session.check(&[name]).await {
        Ok(()) => {
            peer.sessions.lock().unwrap_or_else(PoisonError::into_inner).push(session);
            Outcome::Served
        }
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

const ABOUT: &str = "Three times as many requests as the registry can take: how many are served, how evenly, and how soon \
                     the others know.";
const GATEWAY: &str = "gateway";
const SESSIONS: usize = 4;
const RTT: u64 = 20;
/// Commands that may wait: half a second's worth.
const QUEUE: usize = 100;
/// How long a caller of the peers waits for a session.
const PATIENCE: Duration = Duration::from_secs(2);
const ROUND: Duration = Duration::from_secs(5);
/// Until then queues fill, and times grow.
const FILLING: Duration = Duration::from_millis(2500);
const CLOSED_ROUND: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(due_ms: u64, took_ms: u64, outcome: Outcome) -> Ended {
        Ended { due: Duration::from_millis(due_ms), took: Duration::from_millis(took_ms), outcome }
    }

    #[test]
    fn a_tally_counts_what_ends_in_the_steady_part_of_a_round() {
        let tally = Tally::of(&[
            ended(0, 100, Outcome::Served),
            ended(2400, 200, Outcome::Served),
            ended(3000, 500, Outcome::Served),
            ended(3100, 600, Outcome::Served),
            ended(3200, 1, Outcome::Refused),
            ended(4900, 500, Outcome::Served),
            ended(4950, 1, Outcome::Failed("odd".into())),
        ]);
        assert_eq!(tally.goodput, 3.0 / 2.5);
        assert_eq!((tally.p50_ms, tally.p99_ms, tally.refusal_p99_ms), (500.0, 600.0, 1.0));
        assert_eq!((tally.refused, tally.failures, tally.failed.as_deref()), (1, 1, Some("odd")));
    }
}
