//! What a request makes of the database, wherever its work goes on: how long its statements take, and whether what they
//! write is to last.
//!
//! In a rehearsal every change is made within a transaction that is rolled back. So it meets whatever the real one would
//! meet, a constraint, another's row, a used quote, and leaves nothing behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Usage;
}

/// One request's use of the database. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Usage(Arc<State>);

#[derive(Debug, Default)]
struct State {
    nanos: AtomicU64,
    is_rehearsal: bool,
}

impl Usage {
    /// That of a request which only wants to know what would be.
    #[must_use]
    pub fn rehearsal() -> Self {
        Self(Arc::new(State { nanos: AtomicU64::new(0), is_rehearsal: true }))
    }

    /// That of the request which this task works for.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` for the request.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// How long its statements took, each with its wait for a connection.
    #[must_use]
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.0.nanos.load(Ordering::Relaxed))
    }
}

/// Whether this task's changes are not to last.
pub(crate) fn is_rehearsal() -> bool {
    CURRENT.try_with(|usage| usage.0.is_rehearsal).unwrap_or_default()
}

/// Counts the time of a statement.
pub(crate) fn took(time: Duration) {
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    // Outside of a request nobody asks.
    let _ = CURRENT.try_with(|usage| usage.0.nanos.fetch_add(nanos, Ordering::Relaxed));
}

/// The same for what is no statement by itself.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let done = work.await;
    took(started.elapsed());
    done
}
