//! What others hold of a session: by this they have it work, rest and end, and learn how it is doing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::demand::{Counted, Demand, Part};
use crate::in_flight::CloseReason;
use crate::terms::Terms;

/// Steers a session.
#[derive(Debug)]
pub(crate) struct Handle {
    duty: watch::Sender<Duty>,
    shared: Arc<Shared>,
    terms: Arc<Terms>,
}

/// What a session is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Stays logged in.
    Spare,
    /// Takes commands.
    Work,
    /// Ends: there is a successor.
    Retire(CloseReason),
}

/// What a session and its handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    demand: Demand,
    /// As long as the session is ready and not at work.
    spare: Mutex<Option<Counted>>,
    /// Cancelled when the session takes no more commands.
    pub(crate) retired: CancellationToken,
    /// Cancelled when the session will soon retire for its age or its number of commands.
    pub(crate) ageing: CancellationToken,
    /// Commands taken so far.
    pub(crate) taken: AtomicU64,
}

impl Shared {
    pub(crate) fn new(demand: Demand) -> Self {
        Self {
            spare: Mutex::new(Some(demand.count(Part::Ready))),
            demand,
            retired: CancellationToken::new(),
            ageing: CancellationToken::new(),
            taken: AtomicU64::new(0),
        }
    }

    fn set_spare(&self, spare: Option<Counted>) {
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = spare;
    }

    /// No more commands are taken.
    pub(crate) fn retire(&self) {
        self.retired.cancel();
        self.set_spare(None);
    }
}

impl Handle {
    /// Steers a session that shares this and hears of its duties.
    pub(crate) fn new(shared: Arc<Shared>, terms: Arc<Terms>) -> (Self, watch::Receiver<Duty>) {
        let (duty, receiver) = watch::channel(Duty::Spare);
        (Self { duty, shared, terms }, receiver)
    }

    /// Whether the session takes commands, or would.
    pub(crate) fn is_ready(&self) -> bool {
        !self.shared.retired.is_cancelled() && !self.is_outdated()
    }

    /// Whether the account goes by other terms now.
    pub(crate) fn is_outdated(&self) -> bool {
        self.terms.outdated.is_cancelled()
    }

    /// Waits until the account goes by other terms.
    pub(crate) async fn outdated(&self) {
        self.terms.outdated.cancelled().await;
    }

    /// Waits until a successor is welcome.
    pub(crate) async fn ageing(&self) {
        self.shared.ageing.cancelled().await;
    }

    /// Has the session end as soon as its commands are answered.
    pub(crate) fn retire(&self) {
        self.end(if self.is_outdated() { CloseReason::Reload } else { CloseReason::Lifetime });
    }

    /// Has the session end as soon as its commands are answered: nobody needs it.
    pub(crate) fn dismiss(&self) {
        self.end(CloseReason::Idle);
    }

    fn end(&self, reason: CloseReason) {
        self.duty.send_replace(Duty::Retire(reason));
        self.shared.retire();
    }

    /// Waits until the session takes no more commands.
    pub(crate) async fn retired(&self) {
        self.shared.retired.cancelled().await;
    }

    /// Lets the session take commands.
    pub(crate) fn work(&self) {
        self.shared.set_spare(None);
        self.duty.send_replace(Duty::Work);
    }

    /// Lets the session take no commands for now.
    pub(crate) fn rest(&self) {
        self.duty.send_replace(Duty::Spare);
        if !self.shared.retired.is_cancelled() {
            self.shared.set_spare(Some(self.shared.demand.count(Part::Ready)));
        }
    }

    /// How many commands the session has taken.
    pub(crate) fn taken(&self) -> u64 {
        self.shared.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Handle {
    /// Without a handle, the session goes home.
    fn drop(&mut self) {
        self.shared.set_spare(None);
    }
}
