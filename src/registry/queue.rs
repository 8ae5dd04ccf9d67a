//! Commands that wait for a session: bounded, the urgent first, fair between tenants, none beyond its deadline.
//!
//! Nor is one taken that could not be answered by then: when more comes than can be done, those at the head have waited
//! nearly as long as they can, and sessions that spend their time on them answer nobody.
//!
//! A command leaves only with a token of the account's command rate. Sessions at work take from here themselves, so a
//! command wakes exactly one task on its way out. When commands wait that no session is free for, [`Queue::pressed`] tells
//! the lanes.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::error::{Error, ErrorKind};
use crate::job::Job;
use crate::limit::Limiter;
use crate::metrics::Metrics;
use crate::request::Class;
use crate::snapshot::QueueView;

/// Commands that wait for a session.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    limit: AtomicUsize,
    /// Whether nothing leaves.
    paused: AtomicBool,
    /// As in the state, for those who only look.
    len: AtomicUsize,
    /// The sessions that wait for a command, by what they take.
    takers: [Takers; 2],
    pressed: Notify,
    /// How long replies take lately, in nanoseconds.
    usual: AtomicU64,
    limiter: Arc<Limiter>,
    metrics: Arc<Metrics>,
}

/// What a session takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Anything,
    /// Its share of commands that change something is in flight.
    Reads,
}

impl Takes {
    fn accepts(self, job: &Job) -> bool {
        self == Self::Anything || !job.frame.verb.is_transform()
    }
}

#[derive(Debug, Default)]
struct State {
    classes: [Fair; Class::ALL.len()],
    len: usize,
    closed: bool,
    weights: HashMap<u128, u32>,
}

impl State {
    /// Class and line of the job that is next.
    fn first(&self, takes: Takes) -> Option<(Class, usize)> {
        Class::ALL.into_iter().find_map(|class| Some((class, self.classes[class as usize].first(takes)?)))
    }

    /// How long the oldest job has waited.
    fn oldest(&self, now: Instant) -> Option<Duration> {
        let lines = self.classes.iter().flat_map(|class| &class.turns);
        lines.filter_map(|line| line.jobs.front()).map(|job| job.waited(now)).max()
    }

    /// How many go before a new one of this class.
    fn before(&self, class: Class) -> usize {
        let more_urgent = &self.classes[..=class as usize];
        more_urgent.iter().flat_map(|class| &class.turns).map(|line| line.jobs.len()).sum()
    }
}

/// What there is for a session.
enum Next {
    Job(Job),
    /// Something, but not before the account's next token.
    Later(Instant),
    Nothing,
}

#[derive(Debug, Default)]
struct Takers {
    count: AtomicUsize,
    arrived: Notify,
}

impl Takers {
    fn are_waiting(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }
}

impl Queue {
    pub(crate) fn new(limit: usize, limiter: Arc<Limiter>, metrics: Arc<Metrics>) -> Self {
        Self {
            state: Mutex::default(),
            limit: AtomicUsize::new(limit),
            paused: AtomicBool::new(false),
            len: AtomicUsize::new(0),
            takers: Default::default(),
            pressed: Notify::new(),
            usual: AtomicU64::new(0),
            limiter,
            metrics,
        }
    }

    /// Adds a job behind those of its class and tenant, or refuses it.
    pub(crate) fn push(&self, job: Job) {
        let is_transform = job.frame.verb.is_transform();
        let refused = {
            let mut state = self.lock();
            if state.len >= self.limit.load(Ordering::Relaxed) {
                self.purge(&mut state);
            }
            match self.objection(&state, &job) {
                None => {
                    self.count(&mut state, job.class, Step::In);
                    state.classes[job.class as usize].push(job);
                    None
                }
                Some(why) => Some((job, why)),
            }
        };
        match refused {
            None => self.announce(is_transform),
            Some((job, why)) => job.fail(why.not_sent()),
        }
    }

    /// Puts a job back at the head, when the session that took it could not do it.
    pub(crate) fn requeue(&self, job: Job) {
        let is_transform = job.frame.verb.is_transform();
        {
            let mut state = self.lock();
            self.count(&mut state, job.class, Step::In);
            state.classes[job.class as usize].push_front(job);
        }
        self.announce(is_transform);
    }

    /// The next job that the session takes, started. Cancel-safe: a job is either returned or still in the queue.
    pub(crate) async fn pop(&self, takes: Takes) -> Job {
        let _taker = Taker::enter(self, takes);
        loop {
            let arrived = self.takers[takes as usize].arrived.notified();
            match self.next(takes) {
                Next::Job(job) => return job,
                Next::Later(at) => sleep_until(at).await,
                Next::Nothing => arrived.await,
            }
        }
    }

    /// As [`pop`](Self::pop), if there is one that may go now.
    pub(crate) fn try_pop(&self, takes: Takes) -> Option<Job> {
        match self.next(takes) {
            Next::Job(job) => Some(job),
            Next::Later(_) | Next::Nothing => None,
        }
    }

    /// A reply took so long.
    pub(crate) fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let usual = match self.usual.load(Ordering::Relaxed) {
            0 => time,
            before => before - before / 8 + time / 8,
        };
        // One of two that come together may be left out: it is an estimate.
        self.usual.store(usual, Ordering::Relaxed);
    }

    /// How long the next reply will take; a quarter more than usual, since they are not all alike.
    fn expected(&self) -> Duration {
        let usual = self.usual.load(Ordering::Relaxed);
        Duration::from_nanos(usual.saturating_add(usual / 4))
    }

    /// Whether a session waits for a command.
    pub(crate) fn has_takers(&self) -> bool {
        self.takers.iter().any(Takers::are_waiting)
    }

    /// Waits until a command came that no session was free for.
    pub(crate) async fn pressed(&self) {
        self.pressed.notified().await;
    }

    /// From now on, so many may wait.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// A tenant's share beside the others': 1 unless it is set.
    pub(crate) fn set_weight(&self, tenant: u128, weight: u32) {
        let mut state = self.lock();
        match weight {
            0 | 1 => state.weights.remove(&tenant),
            _ => state.weights.insert(tenant, weight),
        };
    }

    /// Shows what only a look at the clock tells.
    pub(crate) fn show(&self) {
        let now = Instant::now();
        let oldest = self.lock().oldest(now);
        self.metrics.queue_oldest_age.set(oldest.unwrap_or_default().as_secs_f64());
        self.metrics.queue_limit.set(self.limit.load(Ordering::Relaxed) as f64);
    }

    /// Lets nothing leave until [`resume`](Self::resume).
    pub(crate) fn pause(&self) {
        self.paused.store(true, Ordering::Release);
    }

    /// Lets what waits leave.
    pub(crate) fn resume(&self) {
        self.paused.store(false, Ordering::Release);
        for takers in &self.takers {
            takers.arrived.notify_waiters();
        }
        self.pressed.notify_one();
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// What waits, as an operator sees it.
    pub(crate) fn view(&self) -> QueueView {
        let now = Instant::now();
        let state = self.lock();
        let waiting = |class: Class| {
            let turns = &state.classes[class as usize].turns;
            (class, turns.iter().map(|line| line.jobs.len()).sum(), turns.len())
        };
        QueueView {
            limit: self.limit.load(Ordering::Relaxed),
            oldest: state.oldest(now).unwrap_or_default(),
            classes: Class::ALL.map(waiting).to_vec(),
        }
    }

    /// Takes no more jobs; those that wait are still served.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    /// Refuses all that wait.
    pub(crate) fn refuse(&self, error: &Error) {
        let refused: Vec<Job> = {
            let mut state = self.lock();
            let mut refused = Vec::with_capacity(state.len);
            while let Some(place) = state.first(Takes::Anything) {
                refused.push(self.take(&mut state, place));
            }
            refused
        };
        for job in refused {
            job.fail(error.clone());
        }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// How many have waited since `then`, and not because nothing may leave.
    pub(crate) fn waiting_since(&self, then: Instant) -> usize {
        if self.is_paused() {
            return 0;
        }
        let state = self.lock();
        let lines = state.classes.iter().flat_map(|class| &class.turns);
        let jobs = lines.flat_map(|line| &line.jobs);
        jobs.filter(|job| job.waits_since(then)).count()
    }

    fn next(&self, takes: Takes) -> Next {
        let now = Instant::now();
        loop {
            let mut job = {
                let mut state = self.lock();
                let Some(place) = state.first(takes).filter(|_| !self.is_paused()) else {
                    return Next::Nothing;
                };
                if let Err(at) = self.limiter.draw(state.len) {
                    return Next::Later(at);
                }
                self.take(&mut state, place)
            };
            let expected = self.expected();
            if job.is_hopeless(now, expected) {
                job.fail(ErrorKind::DeadlineInQueue.not_sent());
            } else if job.start(now, expected) {
                return Next::Job(job);
            }
            self.limiter.give_back();
        }
    }

    /// Why a job is not even taken.
    fn objection(&self, state: &State, job: &Job) -> Option<ErrorKind> {
        if state.closed {
            return Some(ErrorKind::Draining);
        }
        if state.len >= self.limit.load(Ordering::Relaxed) {
            return Some(ErrorKind::QueueFull);
        }
        let turn = self.limiter.turn_of(|| state.before(job.class))?;
        let hopeless = job.deadline().is_some_and(|deadline| deadline < turn);
        hopeless.then(|| ErrorKind::RateLimited { retry_after: turn - Instant::now() })
    }

    fn take(&self, state: &mut State, (class, place): (Class, usize)) -> Job {
        let job = state.classes[class as usize].remove(place, &state.weights);
        self.count(state, class, Step::Out);
        job
    }

    /// Removes the jobs that nobody waits for.
    fn purge(&self, state: &mut State) {
        let now = Instant::now();
        for class in Class::ALL {
            for _ in 0..state.classes[class as usize].purge(now) {
                self.count(state, class, Step::Out);
            }
        }
    }

    fn announce(&self, is_transform: bool) {
        let [any, reads] = [0, 1].map(|takes: usize| self.takers[takes].count.load(Ordering::Acquire));
        if self.len() > any + reads || is_transform && any == 0 {
            self.pressed.notify_one();
        }
        self.wake_one(is_transform);
    }

    /// Wakes a session that takes the job: the one that was at work last, so that few are warm and the others can end. One
    /// that is busy comes by itself when it has room.
    fn wake_one(&self, is_transform: bool) {
        let [any, reads] = &self.takers;
        if any.are_waiting() {
            any.arrived.notify_last();
        } else if !is_transform && reads.are_waiting() {
            reads.arrived.notify_last();
        }
    }

    fn count(&self, state: &mut State, class: Class, step: Step) {
        let length = &self.metrics.queue_length[class as usize];
        match step {
            Step::In => {
                state.len += 1;
                length.increment(1.0);
            }
            Step::Out => {
                state.len -= 1;
                length.decrement(1.0);
            }
        }
        self.len.store(state.len, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Step {
    In,
    Out,
}

/// One class: tenants take turns by deficit round robin, where each job costs one; each tenant's jobs keep their order.
#[derive(Debug, Default)]
struct Fair {
    turns: VecDeque<Line>,
    /// Emptied lines, kept for their memory.
    spare: Vec<VecDeque<Job>>,
}

#[derive(Debug)]
struct Line {
    tenant: u128,
    /// How many more jobs it may have taken before others have their turn; set anew when its turn comes.
    credit: u32,
    jobs: VecDeque<Job>,
}

impl Fair {
    fn push(&mut self, job: Job) {
        match self.turns.iter_mut().find(|line| line.tenant == job.tenant) {
            Some(line) => line.jobs.push_back(job),
            None => {
                let line = self.line(job);
                self.turns.push_back(line);
            }
        }
    }

    fn push_front(&mut self, job: Job) {
        match self.turns.iter_mut().find(|line| line.tenant == job.tenant) {
            Some(line) => line.jobs.push_front(job),
            None => {
                let line = self.line(job);
                self.turns.push_front(line);
            }
        }
    }

    /// The line whose first job is taken next. A tenant whose first job is not lets nothing pass it: jobs keep their order.
    fn first(&self, takes: Takes) -> Option<usize> {
        self.turns.iter().position(|line| line.jobs.front().is_some_and(|job| takes.accepts(job)))
    }

    /// Takes the first job of a line. A tenant's turn is over when as many have been taken as it has weight.
    fn remove(&mut self, place: usize, weights: &HashMap<u128, u32>) -> Job {
        let line = &mut self.turns[place];
        let job = line.jobs.pop_front().expect("no line is empty");
        if line.credit == 0 {
            line.credit = weights.get(&line.tenant).copied().unwrap_or(1);
        }
        line.credit -= 1;
        if line.jobs.is_empty() {
            let line = self.turns.remove(place).expect("the place is that of a line");
            if self.spare.len() < SPARE_LINES {
                self.spare.push(line.jobs);
            }
        } else if line.credit == 0 {
            let line = self.turns.remove(place).expect("the place is that of a line");
            self.turns.push_back(line);
        }
        job
    }

    fn purge(&mut self, now: Instant) -> usize {
        let mut purged = 0;
        self.turns.retain_mut(|line| {
            let before = line.jobs.len();
            line.jobs.retain(|job| !job.is_stale(now));
            purged += before - line.jobs.len();
            !line.jobs.is_empty()
        });
        purged
    }

    fn line(&mut self, job: Job) -> Line {
        let mut jobs = self.spare.pop().unwrap_or_default();
        let tenant = job.tenant;
        jobs.push_back(job);
        Line { tenant, credit: 0, jobs }
    }
}

/// A session that waits for a command, counted as long as it does.
struct Taker<'q> {
    queue: &'q Queue,
    takes: Takes,
}

impl<'q> Taker<'q> {
    fn enter(queue: &'q Queue, takes: Takes) -> Self {
        queue.takers[takes as usize].count.fetch_add(1, Ordering::AcqRel);
        Self { queue, takes }
    }
}

impl Drop for Taker<'_> {
    /// A session that waits no longer may have been woken for a job that it did not take, or for one of several.
    fn drop(&mut self) {
        self.queue.takers[self.takes as usize].count.fetch_sub(1, Ordering::AcqRel);
        if self.queue.len() > 0 {
            self.queue.wake_one(false);
        }
    }
}

/// More tenants than these seldom wait at once.
const SPARE_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use eppgate_epp::Command;
    use eppgate_epp::poll::Poll;
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::job::Ticket;
    use crate::profile::Rate;
    use crate::request::Request;

    fn queue(limit: usize) -> Queue {
        let metrics = Arc::new(Metrics::new("test"));
        let limiter = Limiter::new(&Rate::default(), Arc::clone(&metrics));
        Queue::new(limit, Arc::new(limiter), metrics)
    }

    fn job(id: &str, class: Class, tenant: u128) -> (Job, Ticket) {
        let request = Request {
            command: Command::poll(&Poll::Req).finish(id).unwrap(),
            class,
            tenant,
            deadline: Instant::now() + Duration::from_secs(1),
        };
        Job::new(request, 0, Instant::now(), TaskTracker::new().token())
    }

    #[tokio::test(start_paused = true)]
    async fn the_urgent_go_first_and_tenants_take_turns() {
        let queue = queue(10);
        let mut tickets = Vec::new();
        for (id, class, tenant) in [
            ("bulk", Class::Bulk, 1),
            ("a-1", Class::Interactive, 1),
            ("a-2", Class::Interactive, 1),
            ("a-3", Class::Interactive, 1),
            ("b-1", Class::Interactive, 2),
        ] {
            let (job, ticket) = job(id, class, tenant);
            queue.push(job);
            tickets.push(ticket);
        }
        for id in ["a-1", "b-1", "a-2", "a-3", "bulk"] {
            assert_eq!(queue.pop(Takes::Anything).await.frame.cl_trid, id);
        }
        assert_eq!(queue.len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_tenants_turn_is_as_long_as_its_weight_and_its_order_stays() {
        let queue = queue(20);
        queue.set_weight(2, 3);
        let mut tickets = Vec::new();
        for (id, tenant) in
            [("a-1", 1), ("a-2", 1), ("a-3", 1), ("b-1", 2), ("b-2", 2), ("b-3", 2), ("b-4", 2), ("c-1", 3)]
        {
            let (job, ticket) = job(id, Class::Bulk, tenant);
            queue.push(job);
            tickets.push(ticket);
        }
        for id in ["a-1", "b-1", "b-2", "b-3", "c-1", "a-2", "b-4", "a-3"] {
            assert_eq!(queue.pop(Takes::Anything).await.frame.cl_trid, id);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_does_not_pass_its_tenants_transform_but_anothers() {
        let queue = queue(20);
        let delete = eppgate_epp::domain::Delete { name: "example.test".into() };
        let transform = Request {
            command: Command::new(&delete).finish("a-1").unwrap(),
            class: Class::Bulk,
            tenant: 1,
            deadline: Instant::now() + Duration::from_secs(1),
        };
        let (first, _ticket) = Job::new(transform, 0, Instant::now(), TaskTracker::new().token());
        let (behind, _behind) = job("a-2", Class::Bulk, 1);
        let (other, _other) = job("b-1", Class::Bulk, 2);
        for job in [first, behind, other] {
            queue.push(job);
        }
        assert_eq!(queue.pop(Takes::Reads).await.frame.cl_trid, "b-1");
        assert_eq!(queue.pop(Takes::Anything).await.frame.cl_trid, "a-1");
        assert_eq!(queue.pop(Takes::Reads).await.frame.cl_trid, "a-2");
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_waits_for_makes_room() {
        let queue = queue(1);
        let (first, ticket) = job("first", Class::Bulk, 1);
        queue.push(first);
        let (second, refused) = job("second", Class::Bulk, 1);
        queue.push(second);
        assert_eq!(refused.wait().await.unwrap_err().kind, ErrorKind::QueueFull);
        drop(ticket);
        let (third, _ticket) = job("third", Class::Bulk, 1);
        queue.push(third);
        assert_eq!(queue.pop(Takes::Anything).await.frame.cl_trid, "third");
    }
}
