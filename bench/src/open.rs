//! Open loop: requests come at their times, whether those before them are answered or not, as the world sends them.
//!
//! A request's time counts from when it was due, so a side that makes the next one late does not hide it.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Served,
    /// Told to come back later.
    Refused,
    Failed(String),
}

/// A request that is over.
#[derive(Debug)]
pub(crate) struct Ended {
    /// When it was due, from the beginning.
    pub(crate) due: Duration,
    pub(crate) took: Duration,
    pub(crate) outcome: Outcome,
}

/// Lets so many requests a second begin for so long, evenly spaced, and waits until all are over.
pub(crate) async fn offer<A, F>(per_second: f64, length: Duration, mut ask: A) -> Result<Vec<Ended>>
where
    A: FnMut() -> F,
    F: Future<Output = Outcome> + Send + 'static,
{
    let begun = Instant::now();
    let mut running = JoinSet::new();
    let mut ended = Vec::new();
    for number in 0u32.. {
        let due = Duration::from_secs_f64(f64::from(number) / per_second);
        if due >= length {
            break;
        }
        sleep_until(begun + due).await;
        let request = ask();
        running.spawn(async move {
            let outcome = request.await;
            Ended { due, took: begun.elapsed().saturating_sub(due), outcome }
        });
        while let Some(over) = running.try_join_next() {
            ended.push(over.context("a request panicked")?);
        }
    }
    while let Some(over) = running.join_next().await {
        ended.push(over.context("a request panicked")?);
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_come_at_their_times_however_slow_the_answers_are() {
        let slow = async || {
            sleep(Duration::from_secs(5)).await;
            Outcome::Served
        };
        let ended = offer(10.0, Duration::from_secs(2), slow).await.unwrap();
        let last = ended.iter().map(|one| one.due).max().unwrap();
        assert_eq!((ended.len(), last), (20, Duration::from_millis(1900)));
        assert!(ended.iter().all(|one| (5000..=5002).contains(&one.took.as_millis())));
    }
}
