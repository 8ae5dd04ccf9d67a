//! How long a caller's request is away at registries: what is left of its whole time is the gateway's own.
//!
//! The request carries an [`Away`] with it, through [`Away::scope`], and every [`Registry`](crate::Registry) that works for
//! it says when it begins and ends. What goes on side by side is counted once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Away;
}

/// The time that one request is away. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Away(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// How many commands wait or are in flight.
    out: usize,
    since: Option<Instant>,
    total: Duration,
    trip: Option<Trip>,
}

/// What a request went to a registry for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trip {
    /// Only to ask.
    Read,
    /// Also to change something.
    Transform,
}

/// A command that is under way, until it is dropped.
pub(crate) struct Out(Option<Away>);

impl Away {
    /// That of the request which this task works for.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` for the request.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// How long it was away so far, and for what; none when it never was.
    #[must_use]
    pub fn spent(&self) -> Option<(Trip, Duration)> {
        let state = self.lock();
        let until_now = state.since.map(|since| since.elapsed()).unwrap_or_default();
        state.trip.map(|trip| (trip, state.total + until_now))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Out {
    pub(crate) fn begin(changes: bool) -> Self {
        let away = Away::current();
        if let Some(away) = &away {
            let mut state = away.lock();
            state.out += 1;
            state.since.get_or_insert_with(Instant::now);
            if changes || state.trip.is_none() {
                state.trip = Some(if changes { Trip::Transform } else { Trip::Read });
            }
        }
        Self(away)
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Some(away) = &self.0 {
            let mut state = away.lock();
            state.out -= 1;
            if state.out == 0
                && let Some(since) = state.since.take()
            {
                state.total += since.elapsed();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    async fn trip(changes: bool, length: Duration) {
        let _out = Out::begin(changes);
        sleep(length).await;
    }

    #[tokio::test(start_paused = true)]
    async fn trips_side_by_side_are_counted_once_and_pauses_between_them_not_at_all() {
        let away = Away::default();
        let work = async {
            tokio::join!(trip(false, 2 * SECOND), trip(false, 3 * SECOND));
            sleep(5 * SECOND).await;
            let carried = Away::current().unwrap();
            tokio::spawn(carried.scope(trip(true, SECOND))).await.unwrap();
        };
        away.clone().scope(work).await;
        assert_eq!(away.spent(), Some((Trip::Transform, 4 * SECOND)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_leaves_was_not_away_and_nobody_needs_to_ask() {
        let away = Away::default();
        away.clone().scope(sleep(SECOND)).await;
        assert_eq!(away.spent(), None);
        trip(true, SECOND).await;
    }
}
