//! `isolation`: what one registry's trouble does to another one's answers.
//!
//! Two registries, each asked at a steady rate. One goes dark: its connections stay, and nothing comes back. The peers
//! are a back end with a number of workers for whatever comes, each with a lock-step session to either registry.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use hdrhistogram::Histogram;
use rustls::ClientConfig;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::overload::{Lines, ask_gateway};
use super::side::LOCK_STEP;
use crate::closed::{Caller, Names};
use crate::link::Link;
use crate::open::{Ended, Outcome, offer};
use crate::program::Program;
use crate::program::sandbox::Sandbox;
use crate::program::serve::{Serve, Upstream};
use crate::report::progress::Progress;
use crate::report::{Plot, Report, Row};
use crate::samples::Spread;
use crate::sides::Account;
use crate::sides::direct::Direct;
use crate::sides::profile::Shape;

/// How long.
#[derive(Args)]
pub(crate) struct Settings {
    /// Rounds of each side, each of 4 s before and 4 s after a registry goes dark
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
}

/// What the other registry's callers saw in one phase.
struct Phase {
    p50_ms: f64,
    p99_ms: f64,
    asked: usize,
    failed: usize,
    first_failure: Option<String>,
}

/// Before and after, by round.
#[derive(Default)]
struct Phases {
    before: Vec<Phase>,
    after: Vec<Phase>,
    /// Each request of the last round, by when it was due.
    shape: Vec<(f64, f64)>,
}

/// Measures both sides before and after one registry goes dark.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { rounds } = settings;
    let chosen = json!({ "rounds": rounds, "per_second": RATE, "rtt_ms": RTT, "sessions": SESSIONS, "workers": WORKERS });
    let mut report = Report::new("isolation", ABOUT, chosen, &program.version);
    let (lit, dark) = (Sandbox::start(program, 100).await?, Sandbox::start(program, 100).await?);
    for sandbox in [&lit, &dark] {
        sandbox.set_latency(RTT).await?;
    }
    let (ours, theirs) = (dark.our_account(), dark.other_account());
    let (our_link, their_link) = (Link::to(&ours.address).await?, Link::to(&theirs.address).await?);
    let upstream = |name, tld, account| Upstream {
        name,
        tld,
        account,
        shape: Shape { spares: 1, ..Shape::plain(SESSIONS) },
    };
    let serve = Serve::start(
        program,
        &[
            upstream("lit", LIT, lit.our_account()),
            upstream("dark", DARK, Account { address: our_link.address.clone(), ..ours }),
        ],
    )
    .await?;
    let lines = Arc::new(Lines { access: serve.access(), idle: Mutex::default() });
    let workers =
        Workers::start([lit.other_account(), Account { address: their_link.address.clone(), ..theirs }])
            .await?;

    let (lit_names, dark_names) = (Names::under(LIT), Names::under(DARK));
    let mut sides = [(GATEWAY, Phases::default()), (LOCK_STEP, Phases::default())];
    for round in 1..=rounds {
        for (at, (side, phases)) in sides.iter_mut().enumerate() {
            progress.step(&format!("isolation, round {round} of {rounds}, {side}"));
            let ask = |names: &Names| {
                let name = names.fresh();
                let (lines, workers) = (Arc::clone(&lines), workers.clone());
                async move { if at == 0 { ask_gateway(lines, name).await } else { workers.ask(name).await } }
            };
            let link = if at == 0 { &our_link } else { &their_link };
            settle(&ask, [&lit_names, &dark_names]).await?;
            let trouble = async {
                sleep(PHASE).await;
                link.go_dark();
                sleep(PHASE).await;
                link.come_back().await;
            };
            let both = async {
                tokio::try_join!(
                    offer(RATE, 2 * PHASE, || ask(&lit_names)),
                    offer(RATE, 2 * PHASE, || ask(&dark_names)),
                )
            };
            let (seen, ()) = tokio::join!(both, trouble);
            let (seen, _) = seen?;
            let (before, after): (Vec<Ended>, Vec<Ended>) = seen.into_iter().partition(|one| one.due < PHASE);
            phases.before.push(Phase::of(&before));
            phases.after.push(Phase::of(&after));
            phases.shape = before
                .iter()
                .chain(&after)
                .map(|one| (one.due.as_secs_f64(), one.took.as_secs_f64() * 1e3))
                .collect();
        }
    }
    serve.stop().await?;
    lit.stop().await?;
    dark.stop().await?;
    for (side, phases) in &sides {
        add(&mut report, side, phases);
    }
    let [(_, ours), _] = &sides;
    let failed: usize = ours.before.iter().chain(&ours.after).map(|phase| phase.failed).sum();
    report.target(
        "results of the other registry that changed",
        "none".to_owned(),
        failed.to_string(),
        failed == 0,
    );
    report.at_most("p99 of the other registry, after over before", 1.2, ours.growth(), "x");
    let series = sides.into_iter().map(|(side, phases)| (side.to_owned(), slowest(phases.shape))).collect();
    let marks = vec![(PHASE.as_secs_f64(), "one registry goes dark".to_owned())];
    report.plots.push(
        Plot::lines("isolation", "the other registry's slowest answer in 0.1 s, ms", "s", series, marks)
            .logarithmic(),
    );
    Ok(report)
}

/// Waits until both registries answer again, as after a round in the dark.
async fn settle<F: Future<Output = Outcome>>(ask: &impl Fn(&Names) -> F, names: [&Names; 2]) -> Result<()> {
    let deadline = Instant::now() + RECOVERY;
    for names in names {
        let mut in_a_row = 0;
        while in_a_row < 20 {
            ensure!(Instant::now() < deadline, "a registry does not answer again within {RECOVERY:?}");
            in_a_row = if ask(names).await == Outcome::Served { in_a_row + 1 } else { 0 };
            if in_a_row == 0 {
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    Ok(())
}

fn add(report: &mut Report, side: &'static str, phases: &Phases) {
    for (when, phases) in [("before", &phases.before), ("after", &phases.after)] {
        let of = |figure: fn(&Phase) -> f64| Spread::of(phases.iter().map(figure));
        let p99 = of(|phase| phase.p99_ms);
        report.figures.push(
            Row::new()
                .text("side", "side", side)
                .text("when", "when", when)
                .number("p50_ms", "p50 ms", of(|phase| phase.p50_ms).median, 2)
                .number("p99_ms", "p99 ms", p99.median, 2)
                .text("spread", "spread of p99", p99.percent())
                .count("asked", "asked", phases.iter().map(|phase| phase.asked as u64).sum::<u64>())
                .count("failed", "failed", phases.iter().map(|phase| phase.failed as u64).sum::<u64>())
                .kept("first_failure", json!(phases.iter().find_map(|phase| phase.first_failure.as_ref()))),
        );
    }
    let row = Row::new().text("ratio", "ratio", format!("{side}, after / before"));
    report.ratios.push(row.times("p99", "p99", phases.growth()));
}

impl Phases {
    /// The p99 after over that before, in the median round.
    fn growth(&self) -> f64 {
        let pairs = self.before.iter().zip(&self.after);
        Spread::of(pairs.map(|(before, after)| after.p99_ms / before.p99_ms)).median
    }
}

impl Phase {
    fn of(ended: &[Ended]) -> Self {
        let mut times: Histogram<u64> =
            Histogram::new_with_bounds(1, 120_000_000, 3).expect("the bounds are in order");
        let failures = || {
            ended.iter().filter_map(|one| match &one.outcome {
                Outcome::Served => None,
                Outcome::Refused => Some("refused".to_owned()),
                Outcome::Failed(why) => Some(why.clone()),
            })
        };
        for one in ended {
            times.saturating_record(u64::try_from(one.took.as_micros()).unwrap_or(u64::MAX));
        }
        Self {
            p50_ms: times.value_at_quantile(0.5) as f64 / 1e3,
            p99_ms: times.value_at_quantile(0.99) as f64 / 1e3,
            asked: ended.len(),
            failed: failures().count(),
            first_failure: failures().next(),
        }
    }
}

/// The slowest answer in each tenth of a second.
fn slowest(mut shape: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    shape.sort_by(|one, other| one.0.total_cmp(&other.0));
    let in_tenth = |one: &(f64, f64), other: &(f64, f64)| (one.0 * 10.0).floor() == (other.0 * 10.0).floor();
    let worst = |tenth: &[(f64, f64)]| tenth.iter().map(|one| one.1).fold(0.0, f64::max);
    shape.chunk_by(in_tenth).map(|tenth| (tenth[0].0, worst(tenth))).collect()
}

/// A name, and where the answer goes.
type Question = (String, oneshot::Sender<Outcome>);

/// The peers: workers who take what comes, in order.
#[derive(Clone)]
struct Workers {
    work: mpsc::Sender<Question>,
    _workers: Arc<JoinSet<()>>,
}

impl Workers {
    async fn start(accounts: [Account; 2]) -> Result<Self> {
        let (work, todo) = mpsc::channel::<Question>(WAITING);
        let todo = Arc::new(tokio::sync::Mutex::new(todo));
        let tls = [accounts[0].pki.client_config()?, accounts[1].pki.client_config()?];
        let turns = Arc::new(Semaphore::new(1));
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let mut worker = Worker {
                accounts: accounts.clone(),
                tls: tls.clone(),
                sessions: [None, None],
                logins: Arc::clone(&turns),
            };
            worker.log_in(0).await.context("a worker's session")?;
            worker.log_in(1).await.context("a worker's session")?;
            let todo = Arc::clone(&todo);
            workers.spawn(async move {
                loop {
                    let next = todo.lock().await.recv().await;
                    let Some((name, answer)) = next else { return };
                    // Whoever asked may be gone.
                    let _ = answer.send(worker.check(name).await);
                }
            });
        }
        Ok(Self { work, _workers: Arc::new(workers) })
    }

    async fn ask(&self, name: String) -> Outcome {
        let (answer, answered) = oneshot::channel();
        if self.work.try_send((name, answer)).is_err() {
            return Outcome::Refused;
        }
        answered.await.unwrap_or_else(|_| Outcome::Failed("a worker is gone".to_owned()))
    }
}

/// A session to either registry, opened again when it is lost.
struct Worker {
    accounts: [Account; 2],
    tls: [Arc<ClientConfig>; 2],
    sessions: [Option<Direct>; 2],
    logins: Arc<Semaphore>,
}

impl Worker {
    async fn check(&mut self, name: String) -> Outcome {
        let at = usize::from(name.ends_with(DARK));
        let checked = timeout(COMMAND, async {
            if self.sessions[at].is_none() {
                self.log_in(at).await?;
            }
            let session = self.sessions[at].as_mut().context("no session")?;
            session.check(&[name]).await
        });
        match checked.await {
            Ok(Ok(())) => Outcome::Served,
            Ok(Err(error)) => {
                self.sessions[at] = None;
                Outcome::Failed(format!("{error:#}"))
            }
            Err(_) => {
                self.sessions[at] = None;
                Outcome::Failed("no answer".to_owned())
            }
        }
    }

    /// One at a time, so that not all of them do it at once.
    async fn log_in(&mut self, at: usize) -> Result<()> {
        let _turn = self.logins.acquire().await?;
        self.sessions[at] = Some(Direct::log_in(&self.accounts[at], Arc::clone(&self.tls[at])).await?);
        Ok(())
    }
}

const ABOUT: &str = "Two registries, each asked at a steady rate. One goes dark: its connections stay, and nothing comes \
                     back. What its neighbour's callers see before and after.";
const GATEWAY: &str = "gateway";
/// The TLDs of the two; both sandboxes serve both.
const LIT: &str = "example";
const DARK: &str = "app";
/// Of each registry, a second.
const RATE: f64 = 100.0;
const RTT: u64 = 10;
const SESSIONS: usize = 8;
/// Of the peers: more than the steady rate needs by far.
const WORKERS: usize = 16;
/// Requests that may wait for a worker.
const WAITING: usize = 1000;
/// How long a peer waits for a reply.
const COMMAND: Duration = Duration::from_secs(2);
const PHASE: Duration = Duration::from_secs(4);
const RECOVERY: Duration = Duration::from_secs(60);
