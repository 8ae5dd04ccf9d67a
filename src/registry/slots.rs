//! How many sessions may be open: as many as the registry allows, or fewer when it says that there are no more.
//!
//! A slot is held until the connection is really closed, so the registry never sees one session too many, whatever is
//! being replaced, reloaded or drained. When the registry refuses a login for the number of sessions, the limit falls to
//! those that are open: somebody else uses the others. It grows back one by one, ever more slowly if that fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::metrics::Metrics;

/// The places for sessions of one account.
#[derive(Debug)]
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    state: Mutex<State>,
    /// Told when the limit has changed.
    changed: Notify,
    shrunk: Notify,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct State {
    /// What the profile says.
    promised: usize,
    /// What the registry seems to grant.
    granted: usize,
    /// Places that are to be given up as soon as they are free.
    owed: usize,
    grow_at: Option<Instant>,
    patience: Duration,
}

impl Slots {
    pub(crate) fn new(limit: usize, metrics: Arc<Metrics>) -> Self {
        let state = State { promised: limit, granted: limit, owed: 0, grow_at: None, patience: FIRST_GROWTH };
        metrics.sessions_limit.set(limit as f64);
        Self {
            free: Arc::new(Semaphore::new(limit)),
            state: Mutex::new(state),
            changed: Notify::new(),
            shrunk: Notify::new(),
            metrics,
        }
    }

    /// A place, held until it is dropped.
    pub(crate) async fn take(&self) -> OwnedSemaphorePermit {
        loop {
            let free = Arc::clone(&self.free).acquire_owned().await;
            let place = free.expect("the semaphore is never closed");
            if let Some(place) = self.confirm(place) {
                return place;
            }
        }
    }

    /// The place, unless the limit has fallen below it.
    pub(crate) fn confirm(&self, place: OwnedSemaphorePermit) -> Option<OwnedSemaphorePermit> {
        let mut state = self.lock();
        if state.owed == 0 {
            return Some(place);
        }
        state.owed -= 1;
        place.forget();
        None
    }

    /// Whether a place is free.
    pub(crate) fn has_free(&self) -> bool {
        self.free.available_permits() > self.lock().owed
    }

    /// How many sessions may be open now.
    pub(crate) fn limit(&self) -> usize {
        self.lock().granted
    }

    /// Waits until the limit changes.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The registry has refused one more than the `open` sessions, those that are being opened included.
    pub(crate) fn refused(&self, open: usize) {
        let mut state = self.lock();
        let granted = state.granted.min(open.max(1));
        self.shrink_to(&mut state, granted);
        let at = Instant::now() + state.patience;
        state.grow_at = Some(at);
        state.patience = (state.patience * 2).min(LAST_GROWTH);
        self.show(&state);
        self.shrunk.notify_one();
    }

    /// The profile says something else.
    pub(crate) fn set(&self, promised: usize) {
        let mut state = self.lock();
        if promised == state.promised {
            return;
        }
        state.promised = promised;
        state.grow_at = None;
        state.patience = FIRST_GROWTH;
        match promised > state.granted {
            true => self.grow_to(&mut state, promised),
            false => self.shrink_to(&mut state, promised),
        }
        self.show(&state);
    }

    /// Lets the limit grow back in time. Never returns.
    pub(crate) async fn grow_back(&self) {
        loop {
            let grow_at = self.lock().grow_at;
            tokio::select! {
                biased;
                () = self.shrunk.notified() => {}
                () = sleep_until(grow_at.unwrap_or_else(Instant::now)), if grow_at.is_some() => {
                    let mut state = self.lock();
                    let granted = (state.granted + 1).min(state.promised);
                    self.grow_to(&mut state, granted);
                    state.grow_at = (granted < state.promised).then(|| Instant::now() + state.patience);
                    if state.grow_at.is_none() {
                        state.patience = FIRST_GROWTH;
                    }
                    self.show(&state);
                }
            }
        }
    }

    fn shrink_to(&self, state: &mut State, granted: usize) {
        let surplus = state.granted - granted;
        state.owed += surplus - self.free.forget_permits(surplus);
        state.granted = granted;
    }

    fn grow_to(&self, state: &mut State, granted: usize) {
        let more = granted - state.granted;
        let forgiven = more.min(state.owed);
        state.owed -= forgiven;
        self.free.add_permits(more - forgiven);
        state.granted = granted;
    }

    fn show(&self, state: &State) {
        self.metrics.sessions_limit.set(state.granted as f64);
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the first attempt to have one session more waits: whoever used ours may have been restarting.
const FIRST_GROWTH: Duration = Duration::from_secs(60);
/// How long attempts wait at most; each one costs a refused login.
const LAST_GROWTH: Duration = Duration::from_secs(16 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(limit: usize) -> Slots {
        Slots::new(limit, Arc::new(Metrics::new("test")))
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_falls_is_kept_by_places_that_are_taken_too() {
        let slots = slots(3);
        let (first, second) = (slots.take().await, slots.take().await);
        slots.set(1);
        assert!(!slots.has_free());
        drop(first);
        assert!(tokio::time::timeout(FIRST_GROWTH, slots.take()).await.is_err());
        drop(second);
        let only = slots.take().await;
        assert!(!slots.has_free());
        slots.set(2);
        assert!(slots.has_free());
        drop(only);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_was_learnt_grows_back_step_by_step() {
        let slots = slots(4);
        slots.refused(2);
        assert_eq!(slots.limit(), 2);
        for (wait, limit) in [(59, 2), (2, 3), (110, 3), (15, 4)] {
            let wait = Duration::from_secs(wait);
            let _ = tokio::time::timeout(wait, slots.grow_back()).await;
            assert_eq!(slots.limit(), limit, "{wait:?}");
        }
    }
}
