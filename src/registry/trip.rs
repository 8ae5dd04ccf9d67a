//! When a breaker trips: the policy that the state engine asks, and its state as it is seen from outside.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use failsafe::{FailurePolicy, Instrument};
use tokio::time::Instant;

use crate::state::BreakerState;

/// Follows the engine's state, which it does not tell by itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<AtomicU8>);

impl Seen {
    pub(crate) fn state(&self) -> BreakerState {
        ENGINE[usize::from(self.0.load(Ordering::Acquire))]
    }

    fn see(&self, state: BreakerState) {
        self.0.store(state as u8, Ordering::Release);
    }
}

impl Instrument for Seen {
    fn on_call_rejected(&self) {}

    fn on_open(&self) {
        self.see(BreakerState::Open);
    }

    fn on_half_open(&self) {
        self.see(BreakerState::HalfOpen);
    }

    fn on_closed(&self) {
        self.see(BreakerState::Closed);
    }
}

/// How much the failure that the engine is told of next counts. Shared by the breaker and the engine's policy, since the
/// engine itself knows only one kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weighing(Arc<AtomicU8>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// In full.
    Hard,
    /// For its share among all results only.
    Soft,
    /// Not as a failure, but as slow.
    Slow,
    /// It is reason enough.
    Trip,
}

impl Weight {
    /// As the reason of a trip, in metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "failures",
            Self::Soft => "refusals",
            Self::Slow => "slow",
            Self::Trip => "maintenance",
        }
    }
}

impl Weighing {
    pub(crate) fn set(&self, weight: Weight) {
        self.0.store(weight as u8, Ordering::Relaxed);
    }

    fn get(&self) -> Weight {
        const ALL: [Weight; 4] = [Weight::Hard, Weight::Soft, Weight::Slow, Weight::Trip];
        ALL[usize::from(self.0.load(Ordering::Relaxed))]
    }
}

/// The results of the last seconds. Shared by the breaker, which shows them, and the engine's policy, which trips on them.
#[derive(Debug, Clone)]
pub(crate) struct Recent(Arc<Mutex<Seconds>>);

#[derive(Debug)]
struct Seconds {
    started: Instant,
    seconds: [Second; WINDOW],
}

#[derive(Debug, Clone, Copy, Default)]
struct Second {
    number: u64,
    good: u32,
    bad: u32,
    slow: u32,
}

impl Recent {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Seconds { started: Instant::now(), seconds: Default::default() })))
    }

    /// The share of failures; none without a result.
    pub(crate) fn failure_ratio(&self) -> f64 {
        let (good, bad, slow) = self.lock().sums();
        f64::from(bad) / f64::from((good + bad + slow).max(1))
    }

    /// One more that did what it should.
    pub(crate) fn count_good(&self) {
        self.count(|second| second.good += 1);
    }

    fn count(&self, add: impl FnOnce(&mut Second)) {
        add(self.lock().current());
    }

    fn are_too_bad(&self) -> bool {
        let (good, bad, slow) = self.lock().sums();
        let all = good + bad + slow;
        all >= SAMPLES && (2 * bad >= all || 5 * slow >= 4 * all)
    }

    fn forget(&self) {
        self.lock().seconds = Default::default();
    }

    fn lock(&self) -> MutexGuard<'_, Seconds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seconds {
    fn current(&mut self) -> &mut Second {
        let number = self.started.elapsed().as_secs();
        let slot = usize::try_from(number % WINDOW as u64).expect("the window is small");
        let second = &mut self.seconds[slot];
        if second.number != number {
            *second = Second { number, ..Second::default() };
        }
        second
    }

    fn sums(&self) -> (u32, u32, u32) {
        let now = self.started.elapsed().as_secs();
        let recent = self.seconds.iter().filter(|second| second.number + WINDOW as u64 > now);
        recent.fold((0, 0, 0), |(good, bad, slow), one| (good + one.good, bad + one.bad, slow + one.slow))
    }
}

/// Trips on failures in a row, on half of many results within the last seconds, or when four of five of them are slow.
#[derive(Debug)]
pub(crate) struct Policy {
    weighing: Weighing,
    recent: Recent,
    in_a_row: u32,
}

impl Policy {
    pub(crate) fn new(weighing: Weighing, recent: Recent) -> Self {
        Self { weighing, recent, in_a_row: 0 }
    }
}

impl FailurePolicy for Policy {
    fn record_success(&mut self) {
        self.in_a_row = 0;
        self.recent.count_good();
    }

    /// The length is not the engine's business: its clock cannot be paused, so the timer is ours.
    fn mark_dead_on_failure(&mut self) -> Option<Duration> {
        let weight = self.weighing.get();
        match weight {
            Weight::Slow => {
                self.in_a_row = 0;
                self.recent.count(|second| second.slow += 1);
            }
            Weight::Soft => self.recent.count(|second| second.bad += 1),
            Weight::Hard | Weight::Trip => {
                self.recent.count(|second| second.bad += 1);
                self.in_a_row += 1;
            }
        }
        let trips = weight == Weight::Trip || self.in_a_row >= IN_A_ROW || self.recent.are_too_bad();
        trips.then_some(Duration::ZERO)
    }

    fn revived(&mut self) {
        self.in_a_row = 0;
        self.recent.forget();
    }
}

/// The states of the engine, numbered as in `BreakerState`.
const ENGINE: [BreakerState; 3] = [BreakerState::Closed, BreakerState::Open, BreakerState::HalfOpen];
/// Hard failures in a row that trip.
pub(crate) const IN_A_ROW: u32 = 5;
/// Seconds over which the ratio is taken.
pub(crate) const WINDOW: usize = 10;
/// Results within the window below which a ratio says nothing.
pub(crate) const SAMPLES: u32 = 20;
