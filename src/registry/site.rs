//! What all parts of one registry account share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use eppgate_epp::login::Services;
use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::board::Board;
use crate::breaker::Breaker;
use crate::chance::Chance;
use crate::check::{Call, CheckRequest, NameResult};
use crate::demand::Demand;
use crate::error::{Error, ErrorKind};
use crate::job::Job;
use crate::limit::Limiter;
use crate::metrics::Metrics;
use crate::profile::{Profile, Sessions};
use crate::queue::Queue;
use crate::request::{Answer, Request};
use crate::roster::Roster;
use crate::slots::Slots;
use crate::terms::{Passwords, Terms};

/// A registry account's user name and password.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `clID`
    pub client_id: String,
    /// `pw`
    pub password: SecretString,
}

/// What all parts of one registry account share.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) passwords: Passwords,
    terms: ArcSwap<Terms>,
    pub(crate) slots: Slots,
    pub(crate) demand: Demand,
    pub(crate) roster: Arc<Roster>,
    /// One session at a time is replaced for new terms.
    pub(crate) rolling: Semaphore,
    /// Told when there are new terms.
    pub(crate) reloaded: Notify,
    retirements: Mutex<Option<Instant>>,
    pub(crate) limiter: Arc<Limiter>,
    /// How many logins there may be.
    pub(crate) logins: Arc<Limiter>,
    pub(crate) queue: Queue,
    pub(crate) board: Arc<Board>,
    pub(crate) breaker: Breaker,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) ids: Ids,
    pub(crate) chance: Chance,
    /// What the last login agreed on.
    pub(crate) services: ArcSwapOption<Services>,
    /// Told when a session takes no more work.
    pub(crate) retired: Notify,
    /// Cancelled while all sessions are to log out; then replaced.
    pub(crate) recall: ArcSwap<CancellationToken>,
    /// Bounds the commands that wait for the end of a maintenance.
    pub(crate) held: Semaphore,
    /// Everything ends, each session as soon as its commands are answered.
    pub(crate) stop: CancellationToken,
    /// Everything ends now.
    pub(crate) kill: CancellationToken,
    /// The tasks, each session's among them.
    pub(crate) tasks: TaskTracker,
    /// The commands that are not finished.
    pub(crate) open: TaskTracker,
}

impl Site {
    pub(crate) fn new(name: String, profile: Profile, credentials: Credentials, chance: Chance) -> Self {
        let metrics = Arc::new(Metrics::new(&name));
        let limiter = Arc::new(Limiter::new(&profile.rate, Arc::clone(&metrics)));
        Self {
            queue: Queue::new(profile.commands.queue, Arc::clone(&limiter), Arc::clone(&metrics)),
            limiter,
            logins: Arc::new(Limiter::new(&profile.login_rate(), Arc::clone(&metrics))),
            board: Arc::new(Board::new(
                profile.commands.max_check_names,
                Ids::new(&chance),
                Arc::clone(&metrics),
            )),
            breaker: Breaker::new(Arc::clone(&metrics), chance.clone()),
            ids: Ids::new(&chance),
            chance,
            services: ArcSwapOption::empty(),
            retired: Notify::new(),
            recall: ArcSwap::default(),
            held: Semaphore::new(profile.commands.queue),
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
            tasks: TaskTracker::new(),
            open: TaskTracker::new(),
            client_id: credentials.client_id,
            passwords: Passwords::new(credentials.password),
            slots: Slots::new(profile.sessions.limit as usize, Arc::clone(&metrics)),
            demand: Demand::new(profile.sessions.spares as usize),
            roster: Arc::default(),
            rolling: Semaphore::new(1),
            reloaded: Notify::new(),
            retirements: Mutex::new(None),
            terms: ArcSwap::from_pointee(Terms::new(profile)),
            name,
            metrics,
        }
    }

    /// What the account goes by now.
    pub(crate) fn terms(&self) -> Arc<Terms> {
        self.terms.load_full()
    }

    /// Other terms from now on: sessions are replaced one by one.
    pub(crate) fn set_terms(&self, profile: Profile) {
        self.limiter.set(&profile.rate);
        self.logins.set(&profile.login_rate());
        self.queue.set_limit(profile.commands.queue);
        self.board.set_most(profile.commands.max_check_names);
        self.slots.set(profile.sessions.limit as usize);
        self.demand.set_spares(profile.sessions.spares as usize);
        let before = self.terms.swap(Arc::new(Terms::new(profile)));
        before.outdated.cancel();
        self.reloaded.notify_one();
        self.retired.notify_one();
    }

    /// How many sessions may be at work, and how many are kept ready beside them.
    pub(crate) fn shares(&self) -> (usize, usize) {
        let limit = self.slots.limit();
        let spares = (self.terms.load().profile.sessions.spares as usize).min(limit - 1);
        (limit - spares, spares)
    }

    /// When a session that begins now retires for its age: at the latest at `max_age`, and not together with others.
    pub(crate) fn retire_at(&self, sessions: &Sessions) -> Instant {
        let now = Instant::now();
        let spread = sessions.max_age / 5;
        let gap = spread / sessions.limit;
        let earliest = now + (sessions.max_age - spread) + self.chance.between(Duration::ZERO, gap);
        let mut last = self.retirements.lock().unwrap_or_else(PoisonError::into_inner);
        let apart = last.map_or(earliest, |last| earliest.max(last + gap));
        let at = if apart <= now + sessions.max_age { apart } else { earliest };
        *last = Some(at);
        at
    }

    /// The breaker's epoch, for a command that may pass it, or may wait until it does.
    pub(crate) async fn admit(&self, deadline: Instant) -> Result<u64, Error> {
        let refused = match self.breaker.admit() {
            Ok(epoch) => return Ok(epoch),
            Err(refused) => refused,
        };
        let Some(_) = self.breaker.holds_until().filter(|until| *until < deadline) else {
            return Err(refused);
        };
        let _held = self.held.try_acquire().map_err(|_| ErrorKind::QueueFull.not_sent())?;
        timeout_at(deadline, self.breaker.closed()).await.map_err(|_| refused)
    }

    /// Has every session log out as soon as its commands are answered, those included that are being opened.
    pub(crate) fn recall(&self) {
        self.recall.load().cancel();
    }

    /// Sessions may stay again.
    pub(crate) fn readmit(&self) {
        if self.recall.load().is_cancelled() {
            self.recall.store(Arc::default());
        }
    }

    /// Puts back what a session could not do, if commands may still go, or wait until they may.
    pub(crate) fn put_back(&self, job: Job) {
        match self.breaker.admit() {
            Err(refused) if self.breaker.holds_until().is_none() => job.fail(refused),
            _ => self.queue.requeue(job),
        }
    }

    /// Queues a command that was admitted in `epoch`, and waits for its end.
    pub(crate) async fn run(&self, request: Request, epoch: u64, now: Instant) -> Result<Answer, Error> {
        let (job, ticket) = Job::new(request, epoch, now, self.open.token());
        self.queue.push(job);
        ticket.wait().await
    }

    /// Puts names that were admitted in `epoch` on the board, and waits for their answers.
    pub(crate) async fn check(&self, request: CheckRequest, epoch: u64, now: Instant) -> Vec<NameResult> {
        let CheckRequest { names, payload, class, tenant, deadline } = request;
        let call = Call::new(names.len(), (class, tenant, deadline), now);
        for batch in self.board.add(&call, &names, &payload) {
            self.queue.push(Job::check(batch, epoch, now, self.open.token()));
        }
        call.wait(|place| self.board.late(&names[place], &payload, &call)).await
    }
}

/// Transaction ids of the commands that sessions send on their own account.
#[derive(Debug)]
pub(crate) struct Ids {
    prefix: String,
    next: AtomicU64,
}

impl Ids {
    pub(crate) fn new(chance: &Chance) -> Self {
        Self { prefix: format!("EGS-{:016x}", chance.number()), next: AtomicU64::new(1) }
    }

    pub(crate) fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.prefix)
    }
}
