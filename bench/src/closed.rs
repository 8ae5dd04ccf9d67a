//! Closed loop: a caller sends its next request when it has the answer to the last, so a side's throughput is what its
//! callers can get, not what was offered.
//!
//! Scenarios give the sides short rounds in turns: whatever the machine does meanwhile hits all alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::machine::cpu_time;
use crate::samples::{Round, Samples};

/// Someone who asks one thing at a time.
pub(crate) trait Caller: Send + Sized + 'static {
    /// How many names it asks about at once.
    const AT_ONCE: usize = 1;

    /// Asks about these names and fails unless the answer says that each is available.
    fn check(&mut self, names: &[String]) -> impl Future<Output = Result<()>> + Send;

    /// Takes leave, so that what it held at the other end is free again.
    fn close(self) -> impl Future<Output = Result<()>> + Send;
}

/// One side of a comparison: its callers, and what they have measured.
pub(crate) struct Side<C> {
    callers: Vec<C>,
    samples: Samples,
}

/// A side whatever its callers are, for scenarios with many sides.
pub(crate) trait Rounds {
    /// Lets every caller ask until `length` has passed.
    fn round<'s>(&'s mut self, length: Duration, names: &'s Arc<Names>) -> Turn<'s>;

    /// Forgets the rounds so far: they were the warm-up's. Errors count.
    fn forget_rounds(&mut self);
}

/// A round that is under way.
pub(crate) type Turn<'s> = std::pin::Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// Names under one TLD, each given once in a run: no side gains by an answer it has had before.
pub(crate) struct Names {
    tld: String,
    next: AtomicU64,
}

impl<C: Caller> Side<C> {
    pub(crate) fn new(callers: Vec<C>) -> Self {
        Self { callers, samples: Samples::default() }
    }

    /// A caller that meets an error stops until the next round.
    async fn drive(&mut self, length: Duration, names: &Arc<Names>) -> Result<()> {
        let (begun, cpu_before) = (Instant::now(), cpu_time());
        let mut running = JoinSet::new();
        for mut caller in self.callers.drain(..) {
            let names = Arc::clone(names);
            running.spawn(async move {
                let seen = drive(&mut caller, begun + length, &names).await;
                (caller, seen)
            });
        }
        let mut round = Round::new();
        while let Some(finished) = running.join_next().await {
            let (caller, (latencies, error)) = finished.context("a caller panicked")?;
            self.callers.push(caller);
            round.names += (latencies.len() * C::AT_ONCE) as u64;
            latencies.into_iter().for_each(|latency| round.record(latency));
            if let Some(error) = error {
                self.samples.errors += 1;
                self.samples.first_error.get_or_insert(error);
            }
        }
        round.elapsed = begun.elapsed();
        round.cpu = cpu_time() - cpu_before;
        self.samples.rounds.push(round);
        Ok(())
    }

    /// Requests a second in the last round.
    pub(crate) fn last_rate(&self) -> f64 {
        self.samples.rounds.last().map_or(0.0, Round::requests_per_second)
    }

    /// Closes the callers and hands over what they measured.
    pub(crate) async fn finish(self) -> Result<Samples> {
        for caller in self.callers {
            let closed = timeout(CHECK_DEADLINE, caller.close()).await;
            if self.samples.errors == 0 {
                closed.context("no answer to the leave-taking")??;
            }
        }
        Ok(self.samples)
    }
}

impl<C: Caller> Rounds for Side<C> {
    fn round<'s>(&'s mut self, length: Duration, names: &'s Arc<Names>) -> Turn<'s> {
        Box::pin(self.drive(length, names))
    }

    fn forget_rounds(&mut self) {
        self.samples.forget_rounds();
    }
}

/// Rounds of all sides in turns, in an order that changes from turn to turn, after a warm-up of each.
pub(crate) async fn take_turns(
    sides: &mut [&mut dyn Rounds],
    turns: Turns,
    names: &Arc<Names>,
    mut tell: impl FnMut(&str),
) -> Result<()> {
    for (nth, side) in sides.iter_mut().enumerate() {
        tell(&format!("warming up side {}", nth + 1));
        side.round(turns.warm_up, names).await?;
        side.forget_rounds();
    }
    for turn in 0..turns.count {
        tell(&format!("round {} of {}", turn + 1, turns.count));
        for nth in 0..sides.len() {
            let nth = (nth + turn) % sides.len();
            sides[nth].round(turns.length, names).await?;
        }
    }
    Ok(())
}

/// How many rounds, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turns {
    pub(crate) warm_up: Duration,
    pub(crate) length: Duration,
    pub(crate) count: usize,
}

impl Names {
    pub(crate) fn under(tld: &str) -> Arc<Self> {
        Arc::new(Self { tld: tld.to_owned(), next: AtomicU64::new(0) })
    }

    pub(crate) fn fresh(&self) -> String {
        format!("bench{:08}.{}", self.next.fetch_add(1, Ordering::Relaxed), self.tld)
    }
}

/// The latencies until `end`, or until an error, and that.
async fn drive<C: Caller>(caller: &mut C, end: Instant, names: &Names) -> (Vec<Duration>, Option<String>) {
    let mut latencies = Vec::new();
    let mut batch = Vec::with_capacity(C::AT_ONCE);
    while Instant::now() < end {
        batch.clear();
        batch.extend((0..C::AT_ONCE).map(|_| names.fresh()));
        let asked = Instant::now();
        match timeout(CHECK_DEADLINE, caller.check(&batch)).await {
            Ok(Ok(())) => latencies.push(asked.elapsed()),
            Ok(Err(error)) => return (latencies, Some(format!("{error:#}"))),
            Err(_) => {
                let error = format!("no answer about {} within {CHECK_DEADLINE:?}", batch.join(", "));
                return (latencies, Some(error));
            }
        }
    }
    (latencies, None)
}

const CHECK_DEADLINE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use anyhow::bail;
    use tokio::time::sleep;

    use super::*;

    /// Answers after a while, and refuses its n-th name.
    struct Scripted {
        takes: Duration,
        refuses: Option<u64>,
        asked: u64,
    }

    impl Caller for Scripted {
        async fn check(&mut self, _: &[String]) -> Result<()> {
            sleep(self.takes).await;
            self.asked += 1;
            if self.refuses == Some(self.asked) {
                bail!("refused")
            }
            Ok(())
        }

        async fn close(self) -> Result<()> {
            Ok(())
        }
    }

    fn scripted(takes: u64, refuses: Option<u64>) -> Scripted {
        Scripted { takes: Duration::from_millis(takes), refuses, asked: 0 }
    }

    const ROUND: Duration = Duration::from_millis(100);

    #[tokio::test(start_paused = true)]
    async fn a_round_counts_what_each_caller_got_in_its_time() -> Result<()> {
        let mut side = Side::new(vec![scripted(10, None), scripted(20, None)]);
        let names = Names::under("example");
        side.round(ROUND, &names).await?;
        side.round(ROUND, &names).await?;
        let samples = side.finish().await?;
        assert_eq!((samples.requests(), samples.errors), (30, 0));
        assert_eq!(samples.elapsed(), 2 * ROUND);
        assert_eq!(samples.names_per_second().median, 150.0);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_counted_and_ends_the_callers_round_only() -> Result<()> {
        let mut side = Side::new(vec![scripted(10, Some(3)), scripted(10, None)]);
        side.round(ROUND, &Names::under("example")).await?;
        let samples = side.finish().await?;
        assert_eq!((samples.requests(), samples.errors), (12, 1));
        assert_eq!(samples.first_error.as_deref(), Some("refused"));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_never_answers_is_an_error() -> Result<()> {
        let mut side = Side::new(vec![scripted(3_600_000, None)]);
        side.round(ROUND, &Names::under("example")).await?;
        assert_eq!(side.finish().await?.errors, 1);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn the_warm_up_leaves_errors_but_no_times() -> Result<()> {
        let (mut one, mut other) =
            (Side::new(vec![scripted(10, Some(1))]), Side::new(vec![scripted(10, None)]));
        let turns = Turns { warm_up: ROUND, length: ROUND, count: 3 };
        take_turns(&mut [&mut one, &mut other], turns, &Names::under("example"), |_| {}).await?;
        let (one, other) = (one.finish().await?, other.finish().await?);
        assert_eq!((one.rounds.len(), one.errors, one.requests()), (3, 1, 30));
        assert_eq!((other.rounds.len(), other.errors), (3, 0));
        Ok(())
    }

    #[test]
    fn no_name_is_given_twice() {
        let names = Names::under("example");
        let given: HashSet<String> = (0..1000).map(|_| names.fresh()).collect();
        assert_eq!(given.len(), 1000);
        assert!(given.iter().all(|name| name.ends_with(".example")));
    }
}
