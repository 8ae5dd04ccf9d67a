//! Keeps the account within its command rate: a token bucket that everything draws from, logins, logouts and keepalives
//! too.
//!
//! A command leaves the queue only with a token in hand. What has to go out in time (a keepalive, a login) books one: it
//! draws the next token that comes, before any command, and in the moment it is written, since an account that draws early
//! and writes late has more in one window than it may. When the registry says that it was too much all the same, the rate is
//! halved, and grows back slowly; where no rate is known, that is how one is found.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::metrics::Metrics;
use crate::profile::Rate;
use crate::snapshot::LimiterView;

/// The command rate of one account.
#[derive(Debug)]
pub(crate) struct Limiter {
    bucket: Mutex<Option<Bucket>>,
    /// Whether there is a bucket: most accounts have none, and need not ask for it.
    is_limited: AtomicBool,
    /// Tokens that go before those of commands.
    booked: AtomicUsize,
    /// Nanoseconds of waiting that are not counted yet: the metric counts whole seconds.
    uncounted: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Limiter {
    pub(crate) fn new(rate: &Rate, metrics: Arc<Metrics>) -> Self {
        let limiter = Self {
            bucket: Mutex::new(None),
            is_limited: AtomicBool::new(false),
            booked: AtomicUsize::new(0),
            uncounted: AtomicU64::new(0),
            metrics,
        };
        limiter.set(rate);
        limiter
    }

    /// Another rate from now on. What was drawn already stays drawn.
    pub(crate) fn set(&self, rate: &Rate) {
        let mut bucket = self.lock();
        let before = bucket.take();
        *bucket = Bucket::new(rate, Instant::now());
        if let (Some(now), Some(before)) = (&mut *bucket, before) {
            now.tokens = now.tokens.min(before.tokens);
        }
        self.is_limited.store(bucket.is_some(), Ordering::Release);
    }

    /// Draws a token for a command, or tells when there will be one. `waiting` commands wait for theirs.
    pub(crate) fn draw(&self, waiting: usize) -> Result<(), Instant> {
        let Some(mut guard) = self.limited() else { return Ok(()) };
        let Some(bucket) = &mut *guard else { return Ok(()) };
        let (drawn, waited) = bucket.draw(self.booked.load(Ordering::Relaxed), Instant::now());
        self.metrics.ratelimit_tokens.set(bucket.tokens_to_show());
        drop(guard);
        if let Some(waited) = waited {
            self.count(waited.saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX)));
        }
        drawn
    }

    /// Gives back the token of a command that was not sent.
    pub(crate) fn give_back(&self) {
        if let Some(Some(bucket)) = self.limited().as_deref_mut() {
            bucket.tokens += 1.0;
        }
    }

    /// Books a token.
    pub(crate) fn book(self: &Arc<Self>) -> Booking {
        self.booked.fetch_add(1, Ordering::Relaxed);
        Booking { limiter: Arc::clone(self) }
    }

    /// Waits for a token before any command does, and draws it.
    pub(crate) async fn token(self: &Arc<Self>) {
        let mut booking = self.book();
        while let Err(at) = booking.draw() {
            sleep_until(at).await;
        }
    }

    /// The registry said that it was too much.
    pub(crate) fn exceeded(&self) {
        if let Some(bucket) = &mut *self.lock() {
            bucket.exceeded(Instant::now());
        }
    }

    /// Whether commands have to keep to a rate now.
    pub(crate) fn is_paced(&self) -> bool {
        self.limited().is_some_and(|bucket| bucket.as_ref().is_some_and(|bucket| bucket.rate.is_some()))
    }

    /// When a command can go, with so many before it; none where it can go at any time.
    pub(crate) fn turn_of(&self, before: impl FnOnce() -> usize) -> Option<Instant> {
        let mut guard = self.limited()?;
        let before = before() + self.booked.load(Ordering::Relaxed);
        guard.as_mut().map(|bucket| bucket.turn_of(before, Instant::now()))
    }

    /// The pace, as an operator sees it; none when no limit is known.
    pub(crate) fn view(&self) -> Option<LimiterView> {
        let now = Instant::now();
        self.lock().as_mut().map(|bucket| bucket.view(now))
    }

    fn count(&self, waited: Duration) {
        let nanos = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX / 2);
        let whole = self.uncounted.fetch_add(nanos, Ordering::Relaxed).saturating_add(nanos) / SECOND;
        if whole > 0 {
            self.uncounted.fetch_sub(whole * SECOND, Ordering::Relaxed);
            self.metrics.ratelimit_wait.increment(whole);
        }
    }

    /// The bucket, if there is one.
    fn limited(&self) -> Option<MutexGuard<'_, Option<Bucket>>> {
        self.is_limited.load(Ordering::Acquire).then(|| self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bucket>> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to the next token; given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Booking {
    limiter: Arc<Limiter>,
}

impl Booking {
    /// Draws the token, or tells when there will be one.
    pub(crate) fn draw(&mut self) -> Result<(), Instant> {
        let mut guard = self.limiter.lock();
        let Some(bucket) = &mut *guard else { return Ok(()) };
        bucket.draw(0, Instant::now()).0
    }
}

impl Drop for Booking {
    fn drop(&mut self) {
        self.limiter.booked.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The bucket: plain arithmetic, `now` comes in.
#[derive(Debug)]
struct Bucket {
    tokens: f64,
    burst: f64,
    /// Tokens a second; none as long as no limit is known.
    rate: Option<f64>,
    /// What the rate grows back to.
    top: f64,
    /// Whether the limit was found out, and is not from the profile.
    learnt: bool,
    at: Instant,
    cut_at: Option<Instant>,
    /// Since when commands wait for a token.
    short_since: Option<Instant>,
    recent: Recent,
}

impl Bucket {
    fn new(rate: &Rate, now: Instant) -> Option<Self> {
        let is_known = rate.per_second > 0.0;
        if !is_known && rate.refusals.is_empty() {
            return None;
        }
        let burst = f64::from(rate.burst);
        Some(Self {
            tokens: burst,
            burst,
            rate: is_known.then_some(rate.per_second),
            top: rate.per_second,
            learnt: !is_known,
            at: now,
            cut_at: None,
            short_since: None,
            recent: Recent { since: now, now: 0.0, before: 0.0 },
        })
    }

    /// A token, if there are so many more, or when there will be; and how long commands have waited for it.
    fn draw(&mut self, beside: usize, now: Instant) -> (Result<(), Instant>, Option<Duration>) {
        self.refill(now);
        let Some(rate) = self.rate else {
            self.recent.count(now);
            return (Ok(()), None);
        };
        let needed = 1.0 + beside as f64;
        if self.tokens + SLACK < needed {
            self.short_since.get_or_insert(now);
            return (Err(now + Duration::from_secs_f64((needed - self.tokens) / rate)), None);
        }
        self.tokens -= 1.0;
        (Ok(()), self.short_since.take().map(|since| now - since))
    }

    fn turn_of(&mut self, before: usize, now: Instant) -> Instant {
        self.refill(now);
        let Some(rate) = self.rate else { return now };
        let missing = (before as f64 + 1.0 - self.tokens).max(0.0);
        now + Duration::try_from_secs_f64(missing / rate).unwrap_or(Duration::MAX / 4)
    }

    fn exceeded(&mut self, now: Instant) {
        self.refill(now);
        // One burst of refusals is one piece of news.
        if self.cut_at.is_some_and(|at| now < at + NEWS) {
            return;
        }
        self.cut_at = Some(now);
        if self.rate.is_none() {
            self.top = self.recent.per_second(now).max(LEAST);
            self.burst = 1.0;
        }
        self.rate = Some((self.rate.unwrap_or(self.top) / 2.0).max(self.top / 32.0));
        self.tokens = self.tokens.min(0.0);
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        let Some(rate) = self.rate else { return };
        self.tokens = (self.tokens + rate * passed).min(self.burst);
        let grown = rate + self.top * GROWTH * passed;
        self.rate = match self.learnt {
            // Twice what was once too much, and no complaint: there is no limit any more.
            true if grown >= 2.0 * self.top => None,
            true => Some(grown),
            false => Some(grown.min(self.top)),
        };
    }

    fn view(&mut self, now: Instant) -> LimiterView {
        self.refill(now);
        let is_known = self.rate.is_some() || !self.learnt;
        LimiterView {
            per_second: self.rate,
            ceiling: is_known.then_some(self.top),
            lowered: self.rate.is_some_and(|rate| self.learnt || rate < self.top),
            tokens: self.tokens_to_show(),
        }
    }

    fn tokens_to_show(&self) -> f64 {
        self.tokens.max(0.0)
    }
}

/// How many commands there were lately: in the last whole window, and in this one.
#[derive(Debug)]
struct Recent {
    since: Instant,
    now: f64,
    before: f64,
}

impl Recent {
    fn count(&mut self, now: Instant) {
        self.roll(now);
        self.now += 1.0;
    }

    fn per_second(&mut self, now: Instant) -> f64 {
        self.roll(now);
        self.before.max(self.now) / WINDOW.as_secs_f64()
    }

    fn roll(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.since);
        if passed >= WINDOW {
            self.before = if passed < 2 * WINDOW { self.now } else { 0.0 };
            self.now = 0.0;
            self.since = now;
        }
    }
}

/// Refusals within this time are one.
const NEWS: Duration = Duration::from_secs(1);
/// Over which commands are counted to find out a rate.
const WINDOW: Duration = Duration::from_secs(10);
/// The part of the full rate that a reduced one gains in a second: from half back in a minute, the usual length of
/// registries' own windows.
const GROWTH: f64 = 1.0 / 120.0;
/// The least rate to start from, commands a second.
const LEAST: f64 = 1.0;
/// Rounding.
const SLACK: f64 = 1e-6;
/// Nanoseconds.
const SECOND: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Refusal;

    fn bucket(per_second: f64, burst: u32) -> (Bucket, Instant) {
        let refusals = vec![Refusal { code: 2308, text: None }];
        let rate = Rate { per_second, burst, refusals, ..Rate::default() };
        let now = Instant::now();
        (Bucket::new(&rate, now).unwrap(), now)
    }

    /// How many can be drawn within a time, as fast as possible.
    fn drawn(bucket: &mut Bucket, from: Instant, length: Duration) -> usize {
        let (mut now, mut count) = (from, 0);
        while now < from + length {
            match bucket.draw(0, now).0 {
                Ok(()) => count += 1,
                Err(at) => now = at,
            }
        }
        count
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_then_the_rate_holds() {
        let (mut bucket, start) = bucket(2.0, 5);
        assert_eq!(drawn(&mut bucket, start, Duration::from_millis(1)), 5);
        assert!((19..=20).contains(&drawn(&mut bucket, start, Duration::from_secs(10))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_booked_comes_before_commands_and_costs_nothing_if_it_is_given_up() {
        let rate = Rate { per_second: 1.0, burst: 1, ..Rate::default() };
        let limiter = Arc::new(Limiter::new(&rate, Arc::new(Metrics::new("test"))));
        let start = Instant::now();
        let mut booking = limiter.book();
        assert!(limiter.draw(1).is_err());
        assert!(booking.draw().is_ok());
        drop(booking);
        drop(limiter.book());
        assert_eq!(limiter.draw(1), Err(start + Duration::from_secs(1)));
        limiter.token().await;
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert_eq!(limiter.draw(1), Err(start + Duration::from_secs(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_halves_the_rate_once_and_it_grows_back_to_the_profiles() {
        let (mut bucket, start) = bucket(8.0, 1);
        for _ in 0..5 {
            bucket.exceeded(start);
        }
        assert_eq!(bucket.rate, Some(4.0));
        bucket.refill(start + Duration::from_secs(30));
        assert_eq!(bucket.rate, Some(6.0));
        bucket.refill(start + Duration::from_secs(300));
        assert_eq!(bucket.rate, Some(8.0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_rate_is_found_and_forgotten_when_nobody_complains() {
        let (mut bucket, start) = bucket(0.0, 1);
        for number in 0..400 {
            assert!(bucket.draw(0, start + Duration::from_millis(50) * number).0.is_ok());
        }
        let start = start + Duration::from_secs(20);
        bucket.exceeded(start);
        let per_second = drawn(&mut bucket, start, Duration::from_secs(2)) / 2;
        assert!((9..=11).contains(&per_second), "{per_second}");
        bucket.refill(start + Duration::from_secs(400));
        assert_eq!(bucket.rate, None);
    }
}
