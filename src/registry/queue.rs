//! Commands that wait for a session: bounded, the urgent first, fair between tenants, none beyond its deadline.
//!
//! Sessions at work take from here themselves, so a command wakes exactly one task on its way out. When commands wait
//! that no session is free for, [`Queue::pressed`] tells the lanes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::job::Job;
use crate::metrics::Metrics;
use crate::request::Class;

/// Commands that wait for a session.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    limit: usize,
    /// Sessions that wait for a command.
    takers: AtomicUsize,
    arrived: Notify,
    pressed: Notify,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Default)]
struct State {
    classes: [Fair; Class::ALL.len()],
    len: usize,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(limit: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            state: Mutex::default(),
            limit,
            takers: AtomicUsize::new(0),
            arrived: Notify::new(),
            pressed: Notify::new(),
            metrics,
        }
    }

    /// Adds a job behind those of its class and tenant, or refuses it.
    pub(crate) fn push(&self, job: Job) {
        let refused = {
            let mut state = self.lock();
            if state.len >= self.limit {
                self.purge(&mut state);
            }
            match (state.closed, state.len < self.limit) {
                (false, true) => {
                    self.count(&mut state, job.class, Step::In);
                    state.classes[job.class as usize].push(job);
                    Ok(state.len)
                }
                (true, _) => Err((job, ErrorKind::Draining)),
                (false, false) => Err((job, ErrorKind::QueueFull)),
            }
        };
        match refused {
            Ok(waiting) => self.announce(waiting),
            Err((job, why)) => job.fail(why.not_sent()),
        }
    }

    /// Puts a job back at the head, when the session that took it could not do it.
    pub(crate) fn requeue(&self, job: Job) {
        let waiting = {
            let mut state = self.lock();
            self.count(&mut state, job.class, Step::In);
            state.classes[job.class as usize].push_front(job);
            state.len
        };
        self.announce(waiting);
    }

    /// The next job, started. Cancel-safe: a job is either returned or still in the queue.
    pub(crate) async fn pop(&self) -> Job {
        let _taker = Taker::enter(&self.takers);
        loop {
            let arrived = self.arrived.notified();
            if let Some(job) = self.try_pop() {
                return job;
            }
            arrived.await;
        }
    }

    /// Waits until a command came that no session was free for.
    pub(crate) async fn pressed(&self) {
        self.pressed.notified().await;
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
            while let Some(job) = self.take(&mut state) {
                refused.push(job);
            }
            refused
        };
        for job in refused {
            job.fail(error.clone());
        }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().len
    }

    /// How many have waited since `then`.
    pub(crate) fn waiting_since(&self, then: Instant) -> usize {
        let state = self.lock();
        let lines = state.classes.iter().flat_map(|class| &class.turns);
        let jobs = lines.flat_map(|line| &line.jobs);
        jobs.filter(|job| job.waits_since(then)).count()
    }

    fn try_pop(&self) -> Option<Job> {
        let now = Instant::now();
        loop {
            let mut job = self.take(&mut self.lock())?;
            if job.is_late(now) {
                job.fail(ErrorKind::DeadlineInQueue.not_sent());
            } else if job.start(now) {
                return Some(job);
            }
        }
    }

    /// Removes the first job of the most urgent class.
    fn take(&self, state: &mut State) -> Option<Job> {
        let job = state.classes.iter_mut().find_map(Fair::pop)?;
        self.count(state, job.class, Step::Out);
        Some(job)
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

    fn announce(&self, waiting: usize) {
        if waiting > self.takers.load(Ordering::Acquire) {
            self.pressed.notify_one();
        }
        self.arrived.notify_one();
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

/// One class: tenants take turns, each tenant's jobs keep their order.
#[derive(Debug, Default)]
struct Fair {
    turns: VecDeque<Line>,
    /// Emptied lines, kept for their memory.
    spare: Vec<VecDeque<Job>>,
}

#[derive(Debug)]
struct Line {
    tenant: u128,
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

    fn pop(&mut self) -> Option<Job> {
        let mut line = self.turns.pop_front()?;
        let job = line.jobs.pop_front();
        if !line.jobs.is_empty() {
            self.turns.push_back(line);
        } else if self.spare.len() < SPARE_LINES {
            self.spare.push(line.jobs);
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
        Line { tenant, jobs }
    }
}

/// A session that waits for a command, counted as long as it does.
struct Taker<'q>(&'q AtomicUsize);

impl<'q> Taker<'q> {
    fn enter(takers: &'q AtomicUsize) -> Self {
        takers.fetch_add(1, Ordering::AcqRel);
        Self(takers)
    }
}

impl Drop for Taker<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
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
    use crate::request::Request;

    fn queue(limit: usize) -> Queue {
        Queue::new(limit, Arc::new(Metrics::new("test")))
    }

    fn job(id: &str, class: Class, tenant: u128) -> (Job, Ticket) {
        let request = Request {
            command: Command::poll(&Poll::Req).finish(id).unwrap(),
            class,
            tenant,
            deadline: Instant::now() + Duration::from_secs(1),
        };
        Job::new(request, 0, TaskTracker::new().token())
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
            assert_eq!(queue.pop().await.frame.cl_trid, id);
        }
        assert_eq!(queue.len(), 0);
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
        assert_eq!(queue.pop().await.frame.cl_trid, "third");
    }
}
