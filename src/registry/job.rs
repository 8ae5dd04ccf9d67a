//! A command on its way: the caller holds a [`Ticket`], the queue and then a session hold the [`Job`].
//!
//! Both share one word of progress. Whoever changes it first wins: either a session starts to write, or the caller leaves
//! and the command is never sent. So a caller who is told `NotSent` can rely on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use eppgate_epp::{CommandFrame, Response, Verb, domain};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::board::{Batch, Nothing};
use crate::error::{Error, ErrorKind, Fate};
use crate::request::{Answer, Class, Request};

/// A command that waits for a session, or for its reply.
#[derive(Debug)]
pub(crate) struct Job {
    /// Of a check of names, empty until it is started.
    pub(crate) frame: CommandFrame,
    pub(crate) class: Class,
    pub(crate) tenant: u128,
    /// The breaker's epoch at admission: results of an earlier one no longer count.
    pub(crate) epoch: u64,
    accepted: Instant,
    /// When a session took it last.
    taken: Instant,
    retried: bool,
    /// Whether it was sent before, and may have been done.
    maybe_done: bool,
    owner: Owner,
    /// Counts the jobs that are not finished, for the drain.
    open: TaskTrackerToken,
}

/// What became of a command that is to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// It was not done.
    Refused,
    /// Nobody knows.
    Lost,
}

/// Who gets the reply.
#[derive(Debug)]
enum Owner {
    Caller { deadline: Instant, progress: Arc<AtomicU8>, reply: oneshot::Sender<Result<Answer, Error>> },
    Names(Box<Batch>),
}

/// The caller's side of a [`Job`].
#[derive(Debug)]
pub(crate) struct Ticket {
    deadline: Instant,
    progress: Arc<AtomicU8>,
    reply: oneshot::Receiver<Result<Answer, Error>>,
}

impl Job {
    pub(crate) fn new(request: Request, epoch: u64, now: Instant, open: TaskTrackerToken) -> (Self, Ticket) {
        let (reply, receiver) = oneshot::channel();
        let progress = Arc::new(AtomicU8::new(WAITING));
        let ticket = Ticket { deadline: request.deadline, progress: Arc::clone(&progress), reply: receiver };
        let job = Self {
            frame: request.command,
            class: request.class,
            tenant: request.tenant,
            epoch,
            accepted: now,
            taken: now,
            retried: false,
            maybe_done: false,
            owner: Owner::Caller { deadline: request.deadline, progress, reply },
            open,
        };
        (job, ticket)
    }

    /// A check of names.
    pub(crate) fn check(batch: Batch, epoch: u64, now: Instant, open: TaskTrackerToken) -> Self {
        Self {
            frame: CommandFrame {
                verb: Verb::Check,
                object: domain::NS.uri,
                cl_trid: String::new(),
                bytes: Vec::new(),
            },
            class: batch.class(),
            tenant: batch.tenant(),
            epoch,
            accepted: now,
            taken: now,
            retried: false,
            maybe_done: false,
            owner: Owner::Names(Box::new(batch)),
            open,
        }
    }

    /// Claims the job for writing; false when nobody waits for it, or can be told in time if a reply takes as long as
    /// expected.
    pub(crate) fn start(&mut self, now: Instant, expected: Duration) -> bool {
        self.taken = now;
        match &mut self.owner {
            Owner::Caller { progress, .. } => [WAITING, AGAIN].iter().any(|waiting| {
                progress.compare_exchange(*waiting, STARTED, Ordering::AcqRel, Ordering::Acquire).is_ok()
            }),
            Owner::Names(batch) => match batch.fill(now, expected) {
                Ok(Some(frame)) => {
                    self.frame = frame;
                    true
                }
                Ok(None) => true,
                Err(Nothing) => false,
            },
        }
    }

    /// Whether the time for the job is over.
    pub(crate) fn is_late(&self, now: Instant) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// Whether a reply that takes as long as expected comes too late.
    pub(crate) fn is_hopeless(&self, now: Instant, expected: Duration) -> bool {
        self.deadline().is_some_and(|deadline| comes_late((self.accepted, deadline), now, expected))
    }

    /// Whether nobody waits for the job any more.
    pub(crate) fn is_stale(&self, now: Instant) -> bool {
        let left = match &self.owner {
            Owner::Caller { progress, .. } => progress.load(Ordering::Acquire) == LEFT,
            Owner::Names(_) => false,
        };
        left || self.is_late(now)
    }

    /// Makes a job that no byte was written of ready for another session.
    pub(crate) fn unstart(&self) {
        if let Owner::Caller { progress, .. } = &self.owner {
            progress.store(if self.maybe_done { AGAIN } else { WAITING }, Ordering::Release);
        }
    }

    /// Makes a job ready for its one second try, if it may have one: only what changes nothing at the registry, once.
    pub(crate) fn retry(&mut self, before: Before, now: Instant) -> bool {
        let may = !self.retried && !self.frame.verb.is_transform() && !self.is_late(now);
        if may {
            self.retried = true;
            self.maybe_done = before == Before::Lost;
            self.unstart();
        }
        may
    }

    /// Whether the job came no later than `then`.
    pub(crate) fn waits_since(&self, then: Instant) -> bool {
        self.accepted <= then
    }

    /// When a session took it.
    pub(crate) fn taken(&self) -> Instant {
        self.taken
    }

    /// From the request to `now`.
    pub(crate) fn waited(&self, now: Instant) -> Duration {
        now.duration_since(self.accepted)
    }

    /// Hands the reply to the caller, if there still is one. A check of several names may have to be asked again, in two.
    pub(crate) fn answer(
        self,
        response: Response<'static>,
        sent_at: Instant,
        now: Instant,
    ) -> Option<[Self; 2]> {
        let queued = self.waited(sent_at);
        let Self { owner, epoch, open, accepted, .. } = self;
        match owner {
            Owner::Caller { reply, .. } => {
                let answer = Answer { response, queued, took: now - sent_at };
                // An error means that the caller has left: the exchange is finished all the same.
                let _ = reply.send(Ok(answer));
                None
            }
            Owner::Names(batch) => {
                let halves = batch.answer(response, queued)?;
                Some(halves.map(|half| Self::check(half, epoch, accepted, open.clone())))
            }
        }
    }

    /// Tells the caller, if there still is one, that there is no answer.
    pub(crate) fn fail(self, mut error: Error) {
        if self.maybe_done && error.fate == Fate::NotSent {
            error.fate = Fate::Unknown;
        }
        match self.owner {
            Owner::Caller { reply, .. } => {
                let _ = reply.send(Err(error));
            }
            Owner::Names(batch) => batch.fail(&error),
        }
    }

    /// When the caller stops waiting; none of a check whose names are not chosen yet.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match &self.owner {
            Owner::Caller { deadline, .. } => Some(*deadline),
            Owner::Names(batch) => batch.deadline(),
        }
    }
}

impl Ticket {
    /// The result, at the deadline at the latest.
    pub(crate) async fn wait(mut self) -> Result<Answer, Error> {
        match timeout_at(self.deadline, &mut self.reply).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(match self.leave() {
                Some(fate) => ErrorKind::Draining.with(fate),
                None => ErrorKind::ConnectionLost.with(Fate::Unknown),
            }),
            Err(_) => match self.leave() {
                Some(fate) => Err(ErrorKind::DeadlineInQueue.with(fate)),
                // The reply may have come between the deadline and now.
                None => self.reply.try_recv().unwrap_or_else(|_| Err(ErrorKind::Timeout.with(Fate::Unknown))),
            },
        }
    }

    /// Gives the job up, and tells what has become of it; none when a session has started on it.
    fn leave(&self) -> Option<Fate> {
        let leaves =
            |from| self.progress.compare_exchange(from, LEFT, Ordering::AcqRel, Ordering::Acquire).is_ok();
        match (leaves(WAITING), leaves(AGAIN)) {
            (true, _) => Some(Fate::NotSent),
            (_, true) => Some(Fate::Unknown),
            _ => None,
        }
    }
}

impl Drop for Ticket {
    /// A caller that goes away takes a waiting job with it, and leaves a started one alone.
    fn drop(&mut self) {
        self.leave();
    }
}

/// Whether a reply comes too late for a caller. Half of the caller's patience is enough in any case: else nobody would find
/// out when replies come faster again.
pub(crate) fn comes_late((accepted, deadline): (Instant, Instant), now: Instant, expected: Duration) -> bool {
    deadline <= now + expected.min((deadline - accepted) / 2)
}

/// In the queue.
const WAITING: u8 = 0;
/// A session writes it, or has.
const STARTED: u8 = 1;
/// The caller has left before that.
const LEFT: u8 = 2;
/// In the queue once more; what became of it the first time is not known.
const AGAIN: u8 = 3;
