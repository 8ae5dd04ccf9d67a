//! A command on its way: the caller holds a [`Ticket`], the queue and then a session hold the [`Job`].
//!
//! Both share one word of progress. Whoever changes it first wins: either a session starts to write, or the caller leaves
//! and the command is never sent. So a caller who is told `NotSent` can rely on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use eppgate_epp::{CommandFrame, Response};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::error::{Error, ErrorKind, Fate};
use crate::request::{Answer, Class, Request};

/// A command that waits for a session, or for its reply.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) frame: CommandFrame,
    pub(crate) class: Class,
    pub(crate) tenant: u128,
    pub(crate) deadline: Instant,
    /// The breaker's epoch at admission: results of an earlier one no longer count.
    pub(crate) epoch: u64,
    accepted: Instant,
    retried: bool,
    progress: Arc<AtomicU8>,
    reply: oneshot::Sender<Result<Answer, Error>>,
    /// Counts the jobs that are not finished, for the drain.
    _open: TaskTrackerToken,
}

/// The caller's side of a [`Job`].
#[derive(Debug)]
pub(crate) struct Ticket {
    deadline: Instant,
    progress: Arc<AtomicU8>,
    reply: oneshot::Receiver<Result<Answer, Error>>,
}

impl Job {
    pub(crate) fn new(request: Request, epoch: u64, open: TaskTrackerToken) -> (Self, Ticket) {
        let (reply, receiver) = oneshot::channel();
        let progress = Arc::new(AtomicU8::new(WAITING));
        let ticket = Ticket { deadline: request.deadline, progress: Arc::clone(&progress), reply: receiver };
        let job = Self {
            frame: request.command,
            class: request.class,
            tenant: request.tenant,
            deadline: request.deadline,
            epoch,
            accepted: Instant::now(),
            retried: false,
            progress,
            reply,
            _open: open,
        };
        (job, ticket)
    }

    /// Claims the job for writing; false when the caller has left.
    pub(crate) fn start(&self) -> bool {
        self.progress.compare_exchange(WAITING, STARTED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Whether nobody waits for the job any more.
    pub(crate) fn is_stale(&self, now: Instant) -> bool {
        self.progress.load(Ordering::Acquire) == LEFT || self.deadline <= now
    }

    /// Makes a job that no byte was written of ready for another session.
    pub(crate) fn unstart(&self) {
        self.progress.store(WAITING, Ordering::Release);
    }

    /// Makes a job ready for its one second try, if it may have one: only what changes nothing at the registry, once.
    pub(crate) fn retry(&mut self, now: Instant) -> bool {
        let may = !self.retried && !self.frame.verb.is_transform() && self.deadline > now;
        if may {
            self.retried = true;
            self.unstart();
        }
        may
    }

    /// Whether the job came no later than `then`.
    pub(crate) fn waits_since(&self, then: Instant) -> bool {
        self.accepted <= then
    }

    /// From the request to `now`.
    pub(crate) fn waited(&self, now: Instant) -> Duration {
        now.duration_since(self.accepted)
    }

    /// Hands the reply to the caller, if there still is one.
    pub(crate) fn answer(self, response: Response<'static>, sent_at: Instant) {
        let answer = Answer { response, queued: self.waited(sent_at), took: sent_at.elapsed() };
        self.finish(Ok(answer));
    }

    /// Tells the caller, if there still is one, that there is no answer.
    pub(crate) fn fail(self, error: Error) {
        self.finish(Err(error));
    }

    fn finish(self, result: Result<Answer, Error>) {
        // An error means that the caller has left: the exchange is finished all the same.
        let _ = self.reply.send(result);
    }
}

impl Ticket {
    /// The result, at the deadline at the latest.
    pub(crate) async fn wait(mut self) -> Result<Answer, Error> {
        match timeout_at(self.deadline, &mut self.reply).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) if self.leave() => Err(ErrorKind::Draining.not_sent()),
            Ok(Err(_)) => Err(ErrorKind::ConnectionLost.with(Fate::Unknown)),
            Err(_) if self.leave() => Err(ErrorKind::DeadlineInQueue.not_sent()),
            // The reply may have come between the deadline and now.
            Err(_) => self.reply.try_recv().unwrap_or_else(|_| Err(ErrorKind::Timeout.with(Fate::Unknown))),
        }
    }

    /// Gives the job up; false when a session has started on it.
    fn leave(&self) -> bool {
        self.progress.compare_exchange(WAITING, LEFT, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Drop for Ticket {
    /// A caller that goes away takes a waiting job with it, and leaves a started one alone.
    fn drop(&mut self) {
        self.leave();
    }
}

/// In the queue.
const WAITING: u8 = 0;
/// A session writes it, or has.
const STARTED: u8 = 1;
/// The caller has left before that.
const LEFT: u8 = 2;
