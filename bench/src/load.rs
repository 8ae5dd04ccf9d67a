//! Drives the callers of one side for a while and keeps what they saw.
//!
//! Closed loop: a caller sends its next request when it has the answer to the last, so a side's throughput is what
//! its callers can get, not what was offered. Scenarios give the sides short rounds in turns: whatever the machine
//! does meanwhile hits both alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// Someone who asks one thing at a time.
pub(crate) trait Caller: Send + Sized + 'static {
    /// Asks for one name and fails unless the answer says that it is available.
    fn check(&mut self, name: &str) -> impl Future<Output = Result<()>> + Send;

    /// Takes leave, so that what it held at the other end is free again.
    fn close(self) -> impl Future<Output = Result<()>> + Send;
}

/// One side of a comparison: its callers, and what they have measured.
pub(crate) struct Side<C> {
    callers: Vec<C>,
    samples: Samples,
}

/// What some callers saw in some time.
pub(crate) struct Samples {
    /// Nanoseconds from the request to the understood answer, of those that succeeded.
    pub(crate) latency: Histogram<u64>,
    pub(crate) errors: u64,
    pub(crate) first_error: Option<String>,
    pub(crate) elapsed: Duration,
}

/// Names under one TLD, each given once in a run: no side gains by an answer it has had before.
pub(crate) struct Names {
    tld: String,
    next: AtomicU64,
}

impl<C: Caller> Side<C> {
    pub(crate) fn new(callers: Vec<C>) -> Self {
        Self { callers, samples: Samples::new() }
    }

    /// Lets every caller ask until `length` has passed. A caller that meets an error stops until the next round.
    pub(crate) async fn round(&mut self, length: Duration, names: &Arc<Names>) -> Result<()> {
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for mut caller in self.callers.drain(..) {
            let names = Arc::clone(names);
            running.spawn(async move {
                let samples = drive(&mut caller, begun + length, &names).await;
                (caller, samples)
            });
        }
        while let Some(finished) = running.join_next().await {
            let (caller, samples) = finished.context("a caller panicked")?;
            self.callers.push(caller);
            self.samples.add(samples)?;
        }
        self.samples.elapsed += begun.elapsed();
        Ok(())
    }

    /// Forgets the times measured so far: they were the warm-up's. Its errors count.
    pub(crate) fn forget_times(&mut self) {
        self.samples.latency.reset();
        self.samples.elapsed = Duration::ZERO;
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

impl Samples {
    pub(crate) fn new() -> Self {
        Self {
            latency: Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are in order"),
            errors: 0,
            first_error: None,
            elapsed: Duration::ZERO,
        }
    }

    fn add(&mut self, other: Self) -> Result<()> {
        self.latency.add(other.latency)?;
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
        self.elapsed += other.elapsed;
        Ok(())
    }
}

impl Names {
    pub(crate) fn under(tld: &str) -> Arc<Self> {
        Arc::new(Self { tld: tld.to_owned(), next: AtomicU64::new(0) })
    }

    fn fresh(&self) -> String {
        format!("bench{:08}.{}", self.next.fetch_add(1, Ordering::Relaxed), self.tld)
    }
}

async fn drive<C: Caller>(caller: &mut C, end: Instant, names: &Names) -> Samples {
    let mut samples = Samples::new();
    while Instant::now() < end {
        let name = names.fresh();
        let asked = Instant::now();
        let outcome = timeout(CHECK_DEADLINE, caller.check(&name)).await;
        let nanos = u64::try_from(asked.elapsed().as_nanos()).unwrap_or(LONGEST);
        let error = match outcome {
            Ok(Ok(())) => {
                samples.latency.saturating_record(nanos);
                continue;
            }
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("no answer about {name} within {CHECK_DEADLINE:?}"),
        };
        samples.errors += 1;
        samples.first_error = Some(error);
        break;
    }
    samples
}

const CHECK_DEADLINE: Duration = Duration::from_secs(10);
/// In nanoseconds, and above every deadline.
const LONGEST: u64 = 60_000_000_000;

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
        async fn check(&mut self, _: &str) -> Result<()> {
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

    #[tokio::test(start_paused = true)]
    async fn a_round_counts_what_each_caller_got_in_its_time() -> Result<()> {
        let mut side = Side::new(vec![scripted(10, None), scripted(20, None)]);
        let names = Names::under("example");
        side.round(Duration::from_millis(100), &names).await?;
        side.round(Duration::from_millis(100), &names).await?;
        let samples = side.finish().await?;
        assert_eq!((samples.latency.len(), samples.errors), (30, 0));
        assert_eq!(samples.elapsed, Duration::from_millis(200));
        let slowest = Duration::from_nanos(samples.latency.max());
        assert!((20..=21).contains(&slowest.as_millis()), "{slowest:?}");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_counted_and_ends_the_callers_round_only() -> Result<()> {
        let mut side = Side::new(vec![scripted(10, Some(3)), scripted(10, None)]);
        side.round(Duration::from_millis(100), &Names::under("example")).await?;
        let samples = side.finish().await?;
        assert_eq!((samples.latency.len(), samples.errors), (12, 1));
        assert_eq!(samples.first_error.as_deref(), Some("refused"));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_never_answers_is_an_error() -> Result<()> {
        let mut side = Side::new(vec![scripted(3_600_000, None)]);
        side.round(Duration::from_millis(100), &Names::under("example")).await?;
        assert_eq!(side.finish().await?.errors, 1);
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
