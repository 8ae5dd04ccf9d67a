//! `failover`: what a lost connection costs, and what becomes of commands that were on their way.
//!
//! Callers check and register names, and then every session is cut: once with the registry still there, once with it out of
//! reach for a second. The registry's own log tells afterwards what was done: who asked for a name that was created must
//! have been told so, or find it at the gateway, and no command may have been sent twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use self::clients::{Client, Peer, Told};
use super::side::LOCK_STEP;
use crate::closed::Names;
use crate::link::Link;
use crate::program::Program;
use crate::program::sandbox::{Logged, Sandbox};
use crate::program::serve::{Serve, Upstream};
use crate::report::progress::Progress;
use crate::report::{Plot, Report, Row};
use crate::samples::Spread;
use crate::sides::Account;
use crate::sides::direct::Direct;
use crate::sides::gateway::{Access, Gateway};
use crate::sides::profile::Shape;

mod clients;

/// How often.
#[derive(Args)]
pub(crate) struct Settings {
    /// Cuts of each kind on each side
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    cuts: u16,
}

/// What happens to the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// They are cut; new ones are welcome.
    Cut,
    /// They are cut, and new ones are refused for a while.
    Outage,
}

/// What one side's callers saw.
#[derive(Default)]
struct Seen {
    /// When the registry could be reached again, after each trouble.
    reachable: Vec<Instant>,
    /// From then, what a caller waited who came at the moment of the trouble, behind all who were there.
    newcomer_ms: Vec<f64>,
    /// When an answer was good.
    good: Vec<Instant>,
    errors: u64,
    creates: Vec<(String, Told)>,
    /// When the trouble was, the last time, and when the registry could be reached again.
    last: Option<(Instant, Instant)>,
}

/// What the registry's log says of one side's names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdict {
    created: u64,
    /// Created, and the caller told that it was not; or the other way round.
    lost: u64,
    /// Commands for a name that was created already by the same caller.
    doubled: u64,
}

/// Measures both sides in both kinds of trouble.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { cuts } = settings;
    let chosen = json!({ "cuts": cuts, "callers": CALLERS, "sessions": SESSIONS, "rtt_ms": RTT,
                         "outage_ms": OUTAGE.as_millis() });
    let mut report = Report::new("failover", ABOUT, chosen, &program.version);
    let sandbox = Sandbox::start(program, 100).await?;
    let (ours, theirs) = (sandbox.our_account(), sandbox.other_account());
    let (our_link, their_link) = (Link::to(&ours.address).await?, Link::to(&theirs.address).await?);
    let account = Account { address: our_link.address.clone(), ..ours };
    let shape = Shape { spares: 1, ..Shape::plain(SESSIONS) };
    let upstream = Upstream { name: "sandbox", tld: "example", account, shape };
    let serve = Serve::start(program, &[upstream]).await?;
    sandbox.set_latency(RTT).await?;
    let theirs = Account { address: their_link.address.clone(), ..theirs };
    let connect_ms = connect_ms(&theirs).await?;

    let names = Names::under("example");
    let mut timelines = Vec::new();
    for trouble in [Trouble::Cut, Trouble::Outage] {
        let tell = |side: &str| progress.step(&format!("failover, {}, {side}", trouble.as_str()));
        tell(GATEWAY);
        let callers = serve.access().open(CALLERS + 1).await?;
        let (_, before) = sandbox.log(0).await?;
        let seen = drive(callers, &our_link, trouble, cuts, &names).await?;
        let (log, before_peer) = sandbox.log(before).await?;
        let verdict = Verdict::of(&seen, &log, Some(&serve.access())).await?;
        timelines.push((format!("{GATEWAY}, {}", trouble.as_str()), seen.timeline()));
        let aim = connect_ms + RTT as f64;
        let found = Spread::of(seen.first_good_ms());
        report.target(
            format!("first good answer, {}", trouble.as_str()),
            format!("within a tenth of a connect and a round trip: {:.0} ms", aim * TENTH),
            format!("{:.0} ms ({:.0} to {:.0})", found.median, found.low, found.high),
            found.median <= aim * TENTH,
        );
        report.target(
            format!("lost and doubled commands, {}", trouble.as_str()),
            "none".to_owned(),
            format!("{} and {} of {}", verdict.lost, verdict.doubled, verdict.created),
            verdict.lost == 0 && verdict.doubled == 0,
        );
        add(&mut report, GATEWAY, trouble, connect_ms, &seen, &verdict);

        tell(LOCK_STEP);
        let callers = Peer::open(&theirs, CALLERS + 1).await?;
        let seen = drive(callers, &their_link, trouble, cuts, &names).await?;
        let (log, _) = sandbox.log(before_peer).await?;
        let verdict = Verdict::of(&seen, &log, None).await?;
        timelines.push((format!("{LOCK_STEP}, {}", trouble.as_str()), seen.timeline()));
        add(&mut report, LOCK_STEP, trouble, connect_ms, &seen, &verdict);
    }
    serve.stop().await?;
    sandbox.stop().await?;
    report.plots.push(Plot::lines(
        "failover",
        "good answers in 0.05 s around the last cut",
        "s",
        timelines,
        vec![(0.0, "all sessions are cut".to_owned())],
    ));
    Ok(report)
}

/// What it takes to connect and log in.
async fn connect_ms(account: &Account) -> Result<f64> {
    let tls = account.pki.client_config()?;
    let mut times = Vec::new();
    for _ in 0..9 {
        let begun = Instant::now();
        let session = Direct::log_in(account, Arc::clone(&tls)).await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        session.log_out().await?;
    }
    Ok(Spread::of(times.into_iter()).median)
}

/// Keeps callers busy while trouble comes again and again. One more caller waits for it.
async fn drive<C: Client>(
    mut callers: Vec<C>,
    link: &Link,
    trouble: Trouble,
    cuts: u16,
    names: &Arc<Names>,
) -> Result<Seen> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut impatient = callers.pop().context("no callers")?;
    let mut busy = JoinSet::new();
    for caller in callers {
        busy.spawn(work(caller, Arc::clone(names), Arc::clone(&stop)));
    }
    let mut seen = Seen::default();
    for _ in 0..cuts {
        sleep(QUIET).await;
        let cut_at = Instant::now();
        let reachable_at = match trouble {
            Trouble::Cut => {
                link.cut();
                cut_at
            }
            Trouble::Outage => {
                link.go_down();
                sleep(OUTAGE).await;
                let reachable_at = Instant::now();
                link.come_back().await;
                reachable_at
            }
        };
        let first_good = async {
            while impatient.check(&names.fresh()).await != Told::Yes {
                sleep(IMPATIENCE).await;
            }
        };
        timeout(RECOVERY, first_good).await.context("no good answer after a cut")?;
        seen.good.push(Instant::now());
        seen.reachable.push(reachable_at);
        seen.newcomer_ms.push(reachable_at.elapsed().as_secs_f64() * 1e3);
        seen.last = Some((cut_at, reachable_at));
    }
    sleep(QUIET).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(done) = busy.join_next().await {
        let Seen { good, errors, creates, .. } = done.context("a caller panicked")?;
        seen.good.extend(good);
        seen.errors += errors;
        seen.creates.extend(creates);
    }
    Ok(seen)
}

/// Checks and creates in turns.
async fn work<C: Client>(mut caller: C, names: Arc<Names>, stop: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    while !stop.load(Ordering::Relaxed) {
        for step in 0..CHECKS_TO_A_CREATE + 1 {
            let name = names.fresh();
            let told = if step < CHECKS_TO_A_CREATE {
                caller.check(&name).await
            } else {
                let told = caller.create(&name).await;
                seen.creates.push((name, told));
                told
            };
            match told {
                Told::Yes => seen.good.push(Instant::now()),
                Told::No | Told::Later => {
                    seen.errors += 1;
                    sleep(IMPATIENCE).await;
                }
            }
        }
    }
    seen
}

fn add(
    report: &mut Report,
    side: &'static str,
    trouble: Trouble,
    connect_ms: f64,
    seen: &Seen,
    verdict: &Verdict,
) {
    let first = Spread::of(seen.first_good_ms());
    let newcomer = Spread::of(seen.newcomer_ms.iter().copied());
    report.figures.push(
        Row::new()
            .text("side", "side", side)
            .text("trouble", "trouble", trouble.as_str())
            .count("cuts", "cuts", seen.reachable.len() as u64)
            .number("connect_ms", "connect ms", connect_ms, 0)
            .number("first_good_ms", "first good answer ms", first.median, 0)
            .number("first_good_most_ms", "at most", first.high, 0)
            .number("newcomer_ms", "behind all others ms", newcomer.median, 0)
            .count("answers", "good answers", seen.good.len() as u64)
            .count("errors", "errors", seen.errors)
            .count("created", "created", verdict.created)
            .count("lost", "lost", verdict.lost)
            .count("doubled", "doubled", verdict.doubled),
    );
}

impl Verdict {
    /// Compares what callers were told with what the registry did. A gateway is asked, too: it may know by now what it
    /// could not tell then.
    async fn of(seen: &Seen, log: &[Logged], gateway: Option<&Access>) -> Result<Self> {
        let mut sent: HashMap<&str, (u64, bool)> = HashMap::new();
        for entry in log.iter().filter(|entry| entry.verb == "create" && entry.object == "domain") {
            let (count, created) = sent.entry(&entry.name).or_default();
            *count += 1;
            *created |= entry.effect == "created";
        }
        let mut gateway = match gateway {
            Some(access) => Some(access.connect().await?),
            None => None,
        };
        let mut verdict = Self::default();
        for (name, told) in &seen.creates {
            let (count, created) = sent.get(name.as_str()).copied().unwrap_or_default();
            verdict.created += u64::from(created);
            verdict.doubled += u64::from(created) * (count - u64::from(created)).min(1);
            let is_known = match (told, &mut gateway) {
                (Told::Yes, _) => true,
                (_, Some(gateway)) if created => settles(gateway, name).await?,
                _ => false,
            };
            verdict.lost += u64::from(is_known != created);
        }
        Ok(verdict)
    }
}

/// Whether the gateway knows of the domain, or finds out.
async fn settles(gateway: &mut Gateway, name: &str) -> Result<bool> {
    let deadline = Instant::now() + SETTLING;
    loop {
        if gateway.look(name).await?.status.is_success() {
            return Ok(true);
        }
        if Instant::now() > deadline {
            return Ok(false);
        }
        sleep(Duration::from_millis(100)).await;
    }
}

impl Seen {
    /// How soon after each trouble the first good answer came, to whomever. One that came within a round trip was on its
    /// way before.
    fn first_good_ms(&self) -> impl Iterator<Item = f64> {
        let first_after = |at: &Instant| {
            let new = self.good.iter().filter(|good| **good >= *at + Duration::from_millis(RTT));
            new.min().map(|first| (*first - *at).as_secs_f64() * 1e3)
        };
        self.reachable.iter().filter_map(first_after)
    }

    /// Good answers in each twentieth of a second around the last cut.
    fn timeline(&self) -> Vec<(f64, f64)> {
        let Some((cut_at, _)) = self.last else { return Vec::new() };
        let mut counts = vec![0.0; (BEFORE + AFTER) * BINS];
        let from = cut_at - Duration::from_secs(BEFORE as u64);
        for good in self.good.iter().filter(|good| **good >= from) {
            let bin = (*good - from).as_millis() as usize * BINS / 1000;
            if let Some(count) = counts.get_mut(bin) {
                *count += 1.0;
            }
        }
        let second = |bin: usize| bin as f64 / BINS as f64 - BEFORE as f64;
        counts.into_iter().enumerate().map(|(bin, count)| (second(bin), count)).collect()
    }
}

impl Trouble {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Outage => "1 s out of reach",
        }
    }
}

const ABOUT: &str = "Every session is cut under load, some commands on their way: how soon answers come again, and what \
                     the registry's own log says of the commands.";
const GATEWAY: &str = "gateway";
const CALLERS: usize = 8;
const SESSIONS: usize = 8;
const CHECKS_TO_A_CREATE: usize = 3;
const RTT: u64 = 20;
const OUTAGE: Duration = Duration::from_secs(1);
/// What two medians of one run may differ by and be taken as the same.
const TENTH: f64 = 1.1;
/// Between troubles.
const QUIET: Duration = Duration::from_millis(1500);
/// Until a caller that was told to come back does.
const IMPATIENCE: Duration = Duration::from_millis(2);
const RECOVERY: Duration = Duration::from_secs(90);
const SETTLING: Duration = Duration::from_secs(30);
/// The timeline's seconds before and after the cut, and its parts of a second.
const BEFORE: usize = 1;
const AFTER: usize = 2;
const BINS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_good_answer_is_one_that_was_not_on_its_way_before() {
        let cut = Instant::now();
        let after = |ms| cut + Duration::from_millis(ms);
        let good = vec![after(1), after(70), after(64), after(2000 + RTT)];
        let seen = Seen { reachable: vec![cut, after(2000)], good, ..Seen::default() };
        assert_eq!(seen.first_good_ms().collect::<Vec<_>>(), [64.0, RTT as f64]);
    }

    fn logged(name: &str, code: u16, effect: &str) -> Logged {
        let (verb, object) = ("create".to_owned(), "domain".to_owned());
        Logged { verb, object, name: name.to_owned(), code, effect: effect.to_owned() }
    }

    #[tokio::test]
    async fn the_registrys_log_convicts_what_was_lost_and_what_was_doubled() {
        let creates = [
            ("told", Told::Yes),
            ("lost", Told::No),
            ("twice", Told::Yes),
            ("never", Told::Later),
            ("made-up", Told::Yes),
        ];
        let creates = creates.map(|(name, told)| (name.to_owned(), told)).to_vec();
        let log = [
            logged("told", 1000, "created"),
            logged("lost", 1000, "created"),
            logged("twice", 1000, "created"),
            logged("twice", 2302, "none"),
        ];
        let verdict = Verdict::of(&Seen { creates, ..Seen::default() }, &log, None).await.unwrap();
        assert_eq!(verdict, Verdict { created: 3, lost: 2, doubled: 1 });
    }
}
