//! Holds commands back from a registry that is in trouble, and finds out when it is well again.
//!
//! The state engine is `failsafe::StateMachine` with a policy of our own. Around it stands what that engine leaves open:
//! it would let every caller through while half open and count results from before a trip, and its clock cannot be
//! paused. So here commands pass only while closed, results carry the epoch they were admitted in, the timer is
//! tokio's, and the supervisor's own probe, never a customer's command, decides a half-open breaker.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use failsafe::{FailurePolicy, Instrument, StateMachine};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::error::{Error, ErrorKind};
use crate::jitter;
use crate::metrics::Metrics;

/// What a breaker does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Commands pass.
    Closed,
    /// Commands are held back.
    Open,
    /// Commands are held back while a probe runs.
    HalfOpen,
    /// Commands are held back until an operator says otherwise.
    ForcedOpen,
    /// The registry refused the credentials: no more logins, or it would lock the account.
    AuthLatched,
}

impl BreakerState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Closed, Self::Open, Self::HalfOpen, Self::ForcedOpen, Self::AuthLatched];

    /// The word in metrics and status.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
            Self::AuthLatched => "auth_latched",
        }
    }
}

/// The breaker of one registry account.
#[derive(Debug)]
pub(crate) struct Breaker {
    inner: Mutex<Inner>,
    phase: watch::Sender<Phase>,
    metrics: Arc<Metrics>,
}

/// A state, and its number: each change of state begins a new epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Phase {
    state: BreakerState,
    epoch: u64,
}

#[derive(Debug)]
struct Inner {
    engine: StateMachine<Policy, Seen>,
    seen: Seen,
    /// The engine's policy is told here that a failure counts for the ratio only.
    soft: Arc<AtomicBool>,
    /// Set by hand or by refused credentials; stands above the engine.
    mode: Option<BreakerState>,
    /// How often the engine opened since it was last closed.
    openings: u32,
    open_until: Instant,
    last_trouble: Option<String>,
}

impl Breaker {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        let (seen, soft) = (Seen::default(), Arc::new(AtomicBool::new(false)));
        let engine = StateMachine::new(Policy::new(Arc::clone(&soft)), seen.clone());
        let phase = Phase { state: BreakerState::Closed, epoch: 0 };
        Self {
            inner: Mutex::new(Inner {
                engine,
                seen,
                soft,
                mode: None,
                openings: 0,
                open_until: Instant::now(),
                last_trouble: None,
            }),
            phase: watch::Sender::new(phase),
            metrics,
        }
    }

    /// The epoch a command is admitted in.
    pub(crate) fn admit(&self) -> Result<u64, Error> {
        let Phase { state, epoch } = *self.phase.borrow();
        if state == BreakerState::Closed {
            return Ok(epoch);
        }
        Err(self.rejection())
    }

    /// What commands are refused with while the breaker is not closed.
    pub(crate) fn rejection(&self) -> Error {
        let cause = self.last_trouble().unwrap_or_else(|| "no cause was recorded".into());
        let retry_after = self.retry_after().unwrap_or(SOON);
        ErrorKind::BreakerOpen { retry_after, cause }.not_sent()
    }

    pub(crate) fn state(&self) -> BreakerState {
        self.phase.borrow().state
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.phase.borrow().epoch
    }

    /// When commands may pass again; none while they pass.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self.state() {
            BreakerState::Closed => None,
            BreakerState::HalfOpen => Some(SOON),
            BreakerState::Open => Some((self.lock().open_until - Instant::now()).max(SOON)),
            BreakerState::ForcedOpen | BreakerState::AuthLatched => Some(OPEN_MOST),
        }
    }

    /// The last hard failure, in words that name no host and no secret.
    pub(crate) fn last_trouble(&self) -> Option<String> {
        self.lock().last_trouble.clone()
    }

    /// The registry did what it should.
    pub(crate) fn succeed(&self, epoch: u64) {
        self.record(epoch, |inner| inner.engine.on_success());
    }

    /// The registry failed.
    pub(crate) fn fail(&self, epoch: u64, trouble: &dyn Display) {
        self.record(epoch, |inner| {
            inner.last_trouble = Some(trouble.to_string());
            inner.engine.on_error();
        });
    }

    /// The registry said that it could not do one command: alone that is no trouble, often it is.
    pub(crate) fn fail_softly(&self, epoch: u64, trouble: &dyn Display) {
        self.record(epoch, |inner| {
            inner.last_trouble = Some(trouble.to_string());
            inner.soft.store(true, Ordering::Relaxed);
            inner.engine.on_error();
            inner.soft.store(false, Ordering::Relaxed);
        });
    }

    /// The registry refuses the credentials.
    pub(crate) fn latch(&self, trouble: &dyn Display) {
        let mut inner = self.lock();
        inner.last_trouble = Some(trouble.to_string());
        inner.mode = Some(BreakerState::AuthLatched);
        self.publish(&mut inner);
    }

    /// An operator holds commands back.
    pub(crate) fn force_open(&self, reason: String) {
        let mut inner = self.lock();
        inner.last_trouble = Some(reason);
        inner.mode = Some(BreakerState::ForcedOpen);
        self.publish(&mut inner);
    }

    /// An operator lets commands pass, whatever held them back.
    pub(crate) fn reset(&self) {
        let mut inner = self.lock();
        inner.mode = None;
        inner.engine.reset();
        self.publish(&mut inner);
    }

    /// Waits until commands pass; gives the epoch.
    pub(crate) async fn closed(&self) -> u64 {
        self.reached(|state| state == BreakerState::Closed).await
    }

    /// Waits until commands do not pass.
    pub(crate) async fn not_closed(&self) {
        self.reached(|state| state != BreakerState::Closed).await;
    }

    /// Waits until a probe is due and makes the breaker half open; gives the epoch to report the probe's result in.
    pub(crate) async fn probe_due(&self) -> u64 {
        let mut phase = self.phase.subscribe();
        loop {
            let is_open = phase.borrow_and_update().state == BreakerState::Open;
            let open_until = self.lock().open_until;
            tokio::select! {
                _ = phase.changed() => {}
                () = sleep_until(open_until), if is_open => {
                    if let Some(epoch) = self.half_open() {
                        return epoch;
                    }
                }
            }
        }
    }

    fn half_open(&self) -> Option<u64> {
        let mut inner = self.lock();
        let permitted = inner.mode.is_none() && inner.engine.is_call_permitted();
        self.publish(&mut inner);
        let phase = *self.phase.borrow();
        (permitted && phase.state == BreakerState::HalfOpen).then_some(phase.epoch)
    }

    async fn reached(&self, wanted: impl Fn(BreakerState) -> bool) -> u64 {
        let mut phase = self.phase.subscribe();
        let phase = phase.wait_for(|phase| wanted(phase.state)).await;
        phase.expect("the breaker holds the sender").epoch
    }

    /// Tells the engine, unless the result comes from an earlier epoch or the state is set by hand.
    fn record(&self, epoch: u64, tell: impl FnOnce(&mut Inner)) {
        let mut inner = self.lock();
        if self.epoch() == epoch && inner.mode.is_none() {
            tell(&mut inner);
            self.publish(&mut inner);
        }
    }

    /// Makes a change of state known. Under the lock, so that changes are seen in their order.
    fn publish(&self, inner: &mut Inner) {
        let state = inner.mode.unwrap_or_else(|| inner.seen.state());
        let Phase { state: before, epoch } = *self.phase.borrow();
        if state == before {
            return;
        }
        match state {
            BreakerState::Open => {
                let longest = OPEN_FIRST.saturating_mul(1 << inner.openings.min(10)).min(OPEN_MOST);
                inner.open_until = Instant::now() + jitter::between(longest / 2, longest);
                inner.openings += 1;
            }
            BreakerState::Closed => inner.openings = 0,
            _ => {}
        }
        self.phase.send_replace(Phase { state, epoch: epoch + 1 });
        self.metrics.breaker_moved(state);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows the engine's state, which it does not tell by itself.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<AtomicU8>);

impl Seen {
    fn state(&self) -> BreakerState {
        BreakerState::ALL[usize::from(self.0.load(Ordering::Acquire))]
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

/// Trips on failures in a row, or on half of many results within the last seconds.
#[derive(Debug)]
struct Policy {
    soft: Arc<AtomicBool>,
    in_a_row: u32,
    started: Instant,
    seconds: [Second; WINDOW],
}

#[derive(Debug, Clone, Copy, Default)]
struct Second {
    number: u64,
    good: u32,
    bad: u32,
}

impl Policy {
    fn new(soft: Arc<AtomicBool>) -> Self {
        Self { soft, in_a_row: 0, started: Instant::now(), seconds: Default::default() }
    }

    fn current(&mut self) -> &mut Second {
        let number = self.started.elapsed().as_secs();
        let slot = usize::try_from(number % WINDOW as u64).expect("the window is small");
        let second = &mut self.seconds[slot];
        if second.number != number {
            *second = Second { number, ..Second::default() };
        }
        second
    }

    fn too_many(&self) -> bool {
        let now = self.started.elapsed().as_secs();
        let recent = self.seconds.iter().filter(|second| second.number + WINDOW as u64 > now);
        let (good, bad) = recent.fold((0, 0), |(good, bad), second| (good + second.good, bad + second.bad));
        good + bad >= SAMPLES && bad >= good
    }
}

impl FailurePolicy for Policy {
    fn record_success(&mut self) {
        self.in_a_row = 0;
        self.current().good += 1;
    }

    /// The length is not the engine's business: its clock cannot be paused, so the timer is ours.
    fn mark_dead_on_failure(&mut self) -> Option<Duration> {
        self.current().bad += 1;
        if !self.soft.load(Ordering::Relaxed) {
            self.in_a_row += 1;
        }
        (self.in_a_row >= IN_A_ROW || self.too_many()).then_some(Duration::ZERO)
    }

    fn revived(&mut self) {
        self.in_a_row = 0;
        self.seconds = Default::default();
    }
}

/// Hard failures in a row that trip.
const IN_A_ROW: u32 = 5;
/// Seconds over which the ratio is taken.
const WINDOW: usize = 10;
/// Results within the window below which a ratio says nothing.
const SAMPLES: u32 = 20;
/// How long the first opening lasts; each further one twice as long.
const OPEN_FIRST: Duration = Duration::from_secs(1);
/// How long an opening lasts at most.
const OPEN_MOST: Duration = Duration::from_secs(60);
/// A probe has its result by then; no shorter wait is worth a header.
const SOON: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(Arc::new(Metrics::new("test")))
    }

    fn trip(breaker: &Breaker) {
        for _ in 0..IN_A_ROW {
            breaker.fail(breaker.epoch(), &"no greeting");
        }
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_breaker_says_why_and_until_when_and_opens_longer_each_time() {
        let breaker = breaker();
        trip(&breaker);
        let ErrorKind::BreakerOpen { cause, .. } = breaker.admit().unwrap_err().kind else {
            panic!("refused for another reason");
        };
        assert_eq!(cause, "no greeting");
        for round in 0..8 {
            let start = Instant::now();
            let epoch = breaker.probe_due().await;
            let longest = OPEN_FIRST.saturating_mul(1 << round).min(OPEN_MOST);
            let waited = start.elapsed();
            assert!(waited >= longest / 2 && waited <= longest + SOON, "{waited:?}");
            assert!(breaker.admit().is_err());
            breaker.fail(epoch, &"no greeting");
            assert_eq!(breaker.state(), BreakerState::Open);
        }
        let epoch = breaker.probe_due().await;
        breaker.succeed(epoch);
        assert!(breaker.admit().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn results_from_before_a_trip_do_not_count() {
        let breaker = breaker();
        let before = breaker.admit().unwrap();
        trip(&breaker);
        breaker.probe_due().await;
        breaker.succeed(before);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
    }

    #[tokio::test(start_paused = true)]
    async fn soft_failures_trip_by_their_share_only() {
        let breaker = breaker();
        for _ in 0..SAMPLES / 2 {
            breaker.succeed(0);
        }
        for _ in 1..SAMPLES / 2 {
            breaker.fail_softly(0, &"2400");
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        breaker.fail_softly(0, &"2400");
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn old_results_are_forgotten() {
        let breaker = breaker();
        for _ in 1..SAMPLES {
            breaker.fail_softly(0, &"2400");
        }
        tokio::time::advance(Duration::from_secs(WINDOW as u64)).await;
        breaker.fail_softly(0, &"2400");
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn only_an_operator_opens_a_latch() {
        let breaker = breaker();
        breaker.latch(&"wrong password");
        breaker.succeed(breaker.epoch());
        assert_eq!(breaker.state(), BreakerState::AuthLatched);
        breaker.reset();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
