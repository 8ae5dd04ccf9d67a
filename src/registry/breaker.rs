//! Holds commands back from a registry that is in trouble, and finds out when it is well again.
//!
//! The state engine is `failsafe::StateMachine` with a policy of our own. Around it stands what that engine leaves open:
//! it would let every caller through while half open and count results from before a trip, and its clock cannot be
//! paused. So here commands pass only while closed, results carry the epoch they were admitted in, the timer is
//! tokio's, and the supervisor's own probe, never a customer's command, decides a half-open breaker.
//!
//! Above the engine stands a mode, if one is set: by an operator, by a maintenance window, by refused credentials.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use failsafe::StateMachine;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::chance::Chance;
use crate::error::{Error, ErrorKind};
use crate::maintenance::{Calendar, Maintenance, MaintenanceError, Meanwhile};
use crate::metrics::{Metrics, wall_clock};
use crate::state::BreakerState;
use crate::trip::{Policy, Recent, Seen, Weighing, Weight};

/// The breaker of one registry account.
#[derive(Debug)]
pub(crate) struct Breaker {
    inner: Mutex<Inner>,
    recent: Recent,
    phase: watch::Sender<Phase>,
    /// Whether the engine knows of no failure that a success would end: then one more success is only counted.
    is_calm: AtomicBool,
    metrics: Arc<Metrics>,
    chance: Chance,
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
    weighing: Weighing,
    /// Stands above the engine.
    mode: Option<Mode>,
    /// Whether the registry has refused the credentials; so it stays when an operator's word has run out.
    latched: bool,
    /// Why it does.
    cause: Option<String>,
    calendar: Calendar,
    /// How often the engine opened since it was last closed.
    openings: u32,
    open_until: Instant,
    /// When a connection was lost that counted.
    lost_at: Option<Instant>,
    last_trouble: Option<String>,
}

#[derive(Debug, Clone, Copy)]
struct Mode {
    state: BreakerState,
    until: Option<Instant>,
    meanwhile: Meanwhile,
}

impl From<BreakerState> for Mode {
    fn from(state: BreakerState) -> Self {
        Self { state, until: None, meanwhile: Meanwhile::Reject }
    }
}

impl Inner {
    /// What stands above the engine once an operator's word does no more.
    fn beneath(&self) -> Option<Mode> {
        self.latched.then(|| BreakerState::AuthLatched.into())
    }
}

impl Breaker {
    pub(crate) fn new(metrics: Arc<Metrics>, chance: Chance) -> Self {
        let (seen, weighing, recent) = (Seen::default(), Weighing::default(), Recent::new());
        let engine = StateMachine::new(Policy::new(weighing.clone(), recent.clone()), seen.clone());
        let phase = Phase { state: BreakerState::Closed, epoch: 0 };
        Self {
            inner: Mutex::new(Inner {
                engine,
                seen,
                weighing,
                mode: None,
                latched: false,
                cause: None,
                calendar: Calendar::default(),
                openings: 0,
                open_until: Instant::now(),
                lost_at: None,
                last_trouble: None,
            }),
            recent,
            phase: watch::Sender::new(phase),
            is_calm: AtomicBool::new(true),
            metrics,
            chance,
        }
    }

    /// The epoch a command is admitted in.
    pub(crate) fn admit(&self) -> Result<u64, Error> {
        let Phase { state, epoch } = *self.phase.borrow();
        if state.passes() {
            return Ok(epoch);
        }
        self.metrics.breaker_rejected.increment(1);
        Err(self.rejection())
    }

    /// What commands are refused with while the breaker is not closed.
    pub(crate) fn rejection(&self) -> Error {
        if self.state() == BreakerState::Maintenance {
            let retry_after = self.retry_after().unwrap_or(SOON);
            return ErrorKind::Maintenance { retry_after }.not_sent();
        }
        let cause = self.cause().unwrap_or_else(|| "no cause was recorded".into());
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
            BreakerState::Closed | BreakerState::Disabled => None,
            BreakerState::HalfOpen => Some(SOON),
            BreakerState::Open => Some((self.lock().open_until - Instant::now()).max(SOON)),
            BreakerState::ForcedOpen
            | BreakerState::Drained
            | BreakerState::Maintenance
            | BreakerState::AuthLatched => {
                let until = self.lock().mode.and_then(|mode| mode.until);
                Some(until.map_or(OPEN_MOST, |until| (until - Instant::now()).max(SOON)))
            }
        }
    }

    /// Until when a command may wait for the end of a maintenance; none when it is refused at once.
    pub(crate) fn holds_until(&self) -> Option<Instant> {
        let mode = self.lock().mode.filter(|mode| mode.meanwhile == Meanwhile::Hold)?;
        mode.until
    }

    /// Why commands are held back, in words that name no host and no secret.
    pub(crate) fn cause(&self) -> Option<String> {
        let inner = self.lock();
        let of_mode = inner.mode.and(inner.cause.as_ref());
        of_mode.or(inner.last_trouble.as_ref()).cloned()
    }

    /// The last hard failure, in words that name no host and no secret.
    pub(crate) fn last_trouble(&self) -> Option<String> {
        self.lock().last_trouble.clone()
    }

    /// The registry did what it should.
    pub(crate) fn succeed(&self, epoch: u64) {
        let is_usual = *self.phase.borrow() == Phase { state: BreakerState::Closed, epoch };
        if is_usual && self.is_calm.load(Ordering::Acquire) {
            return self.recent.count_good();
        }
        self.record(epoch, "probe", |inner| {
            inner.engine.on_success();
            self.is_calm.store(true, Ordering::Release);
        });
    }

    /// The registry can be reached, which says little of what it does with commands: it ends a row of failures, but no
    /// trouble that is known.
    pub(crate) fn is_reached(&self, epoch: u64) {
        if self.state() == BreakerState::Closed {
            self.succeed(epoch);
        }
    }

    /// The registry failed.
    pub(crate) fn fail(&self, epoch: u64, trouble: &dyn Display) {
        self.weigh(epoch, Weight::Hard, trouble);
    }

    /// A connection of this age was lost with commands on their way. However many are lost together, that is one failure:
    /// a front end that is restarted ends them all, and what becomes of the next ones shows whether there is more to it.
    pub(crate) fn lose(&self, epoch: u64, born: Instant, trouble: &dyn Display) {
        let now = Instant::now();
        let mut inner = self.lock();
        let is_news = inner.lost_at.is_none_or(|at| born >= at || now >= at + TOGETHER);
        if is_news {
            inner.lost_at = Some(now);
            drop(inner);
            self.fail(epoch, trouble);
        }
    }

    /// The registry said that it could not do one command: alone that is no trouble, often it is.
    pub(crate) fn fail_softly(&self, epoch: u64, trouble: &dyn Display) {
        self.weigh(epoch, Weight::Soft, trouble);
    }

    /// The registry did what it should, but so slowly that many such commands are trouble.
    pub(crate) fn succeed_slowly(&self, epoch: u64) {
        self.weigh(epoch, Weight::Slow, &"the registry is slow");
    }

    fn weigh(&self, epoch: u64, weight: Weight, trouble: &dyn Display) {
        self.record(epoch, weight.as_str(), |inner| {
            self.is_calm.store(false, Ordering::Release);
            inner.last_trouble = Some(trouble.to_string());
            inner.weighing.set(weight);
            inner.engine.on_error();
        });
    }

    /// The registry refuses the credentials.
    pub(crate) fn latch(&self, trouble: &dyn Display) {
        {
            let mut inner = self.lock();
            inner.latched = true;
            inner.last_trouble = Some(trouble.to_string());
        }
        self.set(BreakerState::AuthLatched.into(), "credentials", None);
    }

    /// There are other credentials.
    pub(crate) fn unlatch(&self) {
        let mut inner = self.lock();
        inner.latched = false;
        if inner.mode.is_some_and(|mode| mode.state == BreakerState::AuthLatched) {
            inner.mode = None;
            inner.engine.reset();
            self.tend(&mut inner, Instant::now());
            self.publish(&mut inner, "credentials");
        }
    }

    /// An operator holds commands back, until a time if one is given.
    pub(crate) fn force_open(&self, reason: String, until: Option<Instant>) {
        self.set(Mode { until, ..BreakerState::ForcedOpen.into() }, OPERATOR, Some(reason));
    }

    /// An operator holds commands back, and sends the sessions home.
    pub(crate) fn drain(&self, reason: String) {
        self.set(BreakerState::Drained.into(), OPERATOR, Some(reason));
    }

    /// An operator takes back what an operator held back; what else does so stays.
    pub(crate) fn release(&self) {
        let mut inner = self.lock();
        let is_ours = |mode: Mode| matches!(mode.state, BreakerState::ForcedOpen | BreakerState::Drained);
        if inner.mode.is_some_and(is_ours) {
            inner.mode = inner.beneath();
            self.tend(&mut inner, Instant::now());
            self.publish(&mut inner, OPERATOR);
        }
    }

    /// An operator lets commands pass whatever happens. Refused credentials still latch.
    pub(crate) fn disable(&self) {
        self.lock().latched = false;
        self.set(BreakerState::Disabled.into(), OPERATOR, None);
    }

    /// An operator lets commands pass, whatever held them back, a maintenance that goes on included.
    pub(crate) fn reset(&self) {
        let mut inner = self.lock();
        inner.mode = None;
        inner.latched = false;
        inner.engine.reset();
        let now = Instant::now();
        inner.calendar.forget_begun(now);
        self.tend(&mut inner, now);
        self.publish(&mut inner, OPERATOR);
    }

    /// The registry will be worked on.
    pub(crate) fn schedule(&self, one: Maintenance) -> Result<(), MaintenanceError> {
        let now = Instant::now();
        let mut inner = self.lock();
        inner.calendar.add(one, now)?;
        self.tend(&mut inner, now);
        Ok(())
    }

    /// The registry is not being worked on, nor will be. Tells whether it was known to.
    pub(crate) fn cancel(&self, id: &str) -> bool {
        let mut inner = self.lock();
        let was_known = inner.calendar.remove(id);
        self.tend(&mut inner, Instant::now());
        was_known
    }

    /// As [`cancel`](Self::cancel), for all.
    pub(crate) fn cancel_all(&self) {
        let mut inner = self.lock();
        inner.calendar.clear();
        self.tend(&mut inner, Instant::now());
    }

    /// The maintenances that are to come or go on.
    pub(crate) fn maintenances(&self) -> Vec<Maintenance> {
        let mut inner = self.lock();
        inner.calendar.pass(Instant::now());
        inner.calendar.list().to_vec()
    }

    /// The share of failures within the last seconds.
    pub(crate) fn failure_ratio(&self) -> f64 {
        self.recent.failure_ratio()
    }

    fn set(&self, mode: Mode, why: &'static str, cause: Option<String>) {
        let mut inner = self.lock();
        inner.cause = cause;
        inner.mode = Some(mode);
        self.publish(&mut inner, why);
        // The time may have changed where the state has not.
        self.phase.send_modify(|_| {});
    }

    /// Follows the clock: begins and ends maintenance windows and what has been set until some time. Never returns.
    pub(crate) async fn keep_time(&self) {
        let mut phase = self.phase.subscribe();
        loop {
            let _ = phase.borrow_and_update();
            let next = self.tick(Instant::now());
            tokio::select! {
                biased;
                _ = phase.changed() => {}
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            }
        }
    }

    /// Does what is due; gives when something will be due again.
    fn tick(&self, now: Instant) -> Option<Instant> {
        let mut inner = self.lock();
        if let Some(Mode { state, until: Some(until), .. }) = inner.mode
            && state != BreakerState::Maintenance
            && until <= now
        {
            inner.mode = inner.beneath();
        }
        inner.calendar.pass(now);
        self.begin_or_end_maintenance(&mut inner, now);
        self.publish(&mut inner, "time");
        let is_held = inner.mode.is_some_and(|mode| mode.state != BreakerState::Maintenance);
        let start = inner.calendar.next(now).filter(|_| !is_held);
        let end = inner.mode.and_then(|mode| mode.until);
        start.into_iter().chain(end).min()
    }

    /// Makes a change of the calendar felt, and has the clock followed from there.
    fn tend(&self, inner: &mut Inner, now: Instant) {
        self.begin_or_end_maintenance(inner, now);
        self.phase.send_modify(|_| {});
    }

    /// What else holds commands back is not overruled: a maintenance begins when that is over, if there is any left of it.
    fn begin_or_end_maintenance(&self, inner: &mut Inner, now: Instant) {
        let is_held = inner.mode.is_some_and(|mode| mode.state != BreakerState::Maintenance);
        if !is_held {
            match inner.calendar.going_on(now) {
                Some((until, meanwhile)) => {
                    let state = BreakerState::Maintenance;
                    inner.mode = Some(Mode { state, until: Some(until), meanwhile });
                    self.publish(inner, MAINTENANCE);
                }
                None if inner.mode.is_some() => self.recover(inner),
                None => {}
            }
        }
        let is_now = inner.mode.is_some_and(|mode| mode.state == BreakerState::Maintenance);
        self.metrics.maintenance(is_now, inner.calendar.next(now));
    }

    /// After a maintenance the registry has to prove that it is well, and not to all its clients in the same moment.
    fn recover(&self, inner: &mut Inner) {
        inner.mode = None;
        inner.weighing.set(Weight::Trip);
        inner.engine.on_error();
        self.publish(inner, MAINTENANCE);
    }

    /// Waits until commands pass; gives the epoch.
    pub(crate) async fn closed(&self) -> u64 {
        self.reached(BreakerState::passes).await
    }

    /// Waits until the state is another than in this epoch.
    pub(crate) async fn left(&self, epoch: u64) {
        // The breaker holds the sender.
        let _ = self.phase.subscribe().wait_for(|phase| phase.epoch != epoch).await;
    }

    /// Waits until commands do not pass.
    pub(crate) async fn not_closed(&self) {
        self.reached(|state| !state.passes()).await;
    }

    /// Waits until a probe is due and makes the breaker half open; gives the epoch to report the probe's result in.
    pub(crate) async fn probe_due(&self) -> u64 {
        let mut phase = self.phase.subscribe();
        loop {
            let is_open = phase.borrow_and_update().state == BreakerState::Open;
            let open_until = self.lock().open_until;
            tokio::select! {
                biased;
                _ = phase.changed() => {}
                () = sleep_until(open_until), if is_open => {
                    if let Some(epoch) = self.half_open() {
                        return epoch;
                    }
                }
            }
        }
    }

    /// The registry, which could not be reached, can be: the next probe need not wait.
    pub(crate) fn hurry(&self) {
        let mut inner = self.lock();
        if self.state() == BreakerState::Open {
            inner.open_until = Instant::now();
            self.metrics.breaker_open_until.set(wall_clock(inner.open_until));
            self.phase.send_modify(|_| {});
        }
    }

    fn half_open(&self) -> Option<u64> {
        let mut inner = self.lock();
        let permitted = inner.mode.is_none() && inner.engine.is_call_permitted();
        self.publish(&mut inner, "time");
        let phase = *self.phase.borrow();
        (permitted && phase.state == BreakerState::HalfOpen).then_some(phase.epoch)
    }

    /// Has `act` know the state, now and whenever something about it has changed. Never returns.
    pub(crate) async fn follow(&self, mut act: impl FnMut(BreakerState)) {
        let mut phase = self.phase.subscribe();
        loop {
            let state = phase.borrow_and_update().state;
            act(state);
            // The breaker holds the sender.
            let _ = phase.changed().await;
        }
    }

    async fn reached(&self, wanted: impl Fn(BreakerState) -> bool) -> u64 {
        let mut phase = self.phase.subscribe();
        let phase = phase.wait_for(|phase| wanted(phase.state)).await;
        phase.expect("the breaker holds the sender").epoch
    }

    /// Tells the engine, unless the result comes from an earlier epoch or the state is set by hand.
    fn record(&self, epoch: u64, why: &'static str, tell: impl FnOnce(&mut Inner)) {
        let mut inner = self.lock();
        if self.epoch() == epoch && inner.mode.is_none() {
            tell(&mut inner);
            let why = if self.state() == BreakerState::HalfOpen { "probe" } else { why };
            self.publish(&mut inner, why);
        }
    }

    /// Makes a change of state known, and for what reason. Under the lock, so that changes are seen in their order.
    fn publish(&self, inner: &mut Inner, why: &'static str) {
        let mut state = inner.mode.map_or_else(|| inner.seen.state(), |mode| mode.state);
        let Phase { state: before, epoch } = *self.phase.borrow();
        if state == before {
            return;
        }
        if state == BreakerState::HalfOpen && before != BreakerState::Open {
            // Something held commands back while a probe ran, whose result is out of date now: another is needed.
            inner.weighing.set(Weight::Trip);
            inner.engine.on_error();
            state = inner.seen.state();
        }
        match state {
            BreakerState::Open => {
                let longest = OPEN_FIRST.saturating_mul(1 << inner.openings.min(10)).min(OPEN_MOST);
                inner.open_until = Instant::now() + self.chance.between(longest / 2, longest);
                inner.openings += 1;
            }
            BreakerState::Closed => inner.openings = 0,
            _ => {}
        }
        let open_until = if state == BreakerState::Open { wall_clock(inner.open_until) } else { 0.0 };
        self.metrics.breaker_open_until.set(open_until);
        self.phase.send_replace(Phase { state, epoch: epoch + 1 });
        self.metrics.breaker_moved(state, why);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reasons for a change of state, as words in metrics; the others stand where they arise.
const OPERATOR: &str = "operator";
const MAINTENANCE: &str = "maintenance";
/// Connections that were there when another was lost, and are lost within this time, are lost together with it.
const TOGETHER: Duration = Duration::from_millis(250);
/// How long the first opening lasts; each further one twice as long.
const OPEN_FIRST: Duration = Duration::from_secs(1);
/// How long an opening lasts at most.
const OPEN_MOST: Duration = Duration::from_secs(60);
/// A probe has its result by then; no shorter wait is worth a header.
const SOON: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
