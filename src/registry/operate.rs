//! What an operator can do to a registry account.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::Registry;
use crate::maintenance::{Maintenance, MaintenanceError};

impl Registry {
    /// Sends nothing more until [`resume`](Self::resume). Commands are still taken, and wait as long as their callers do;
    /// sessions stay open.
    pub fn pause(&self) {
        self.site.queue.pause();
        self.site.metrics.paused.set(1.0);
    }

    /// Holds commands back, finishes those in flight, and logs every session out, until [`resume`](Self::resume). Waits for
    /// that, and tells whether it is done.
    pub async fn send_home(&self, reason: impl Into<String>, patience: Duration) -> bool {
        self.site.breaker.drain(reason.into());
        self.site.recall();
        timeout(patience, self.site.roster.empty()).await.is_ok()
    }

    /// Goes on after a [`pause`](Self::pause), a [`send_home`](Self::send_home) or a [`hold`](Self::hold).
    pub fn resume(&self) {
        self.site.queue.resume();
        self.site.metrics.paused.set(0.0);
        self.site.breaker.release();
        self.readmit();
    }

    /// Replaces every session by another, one by one, without a command lost.
    pub fn reconnect(&self) {
        self.site.set_terms(self.profile().clone());
    }

    /// Ends a session, as soon as its commands are answered or `at_once`; then what becomes of those that change something
    /// is unknown. Tells whether there is such a session.
    #[must_use]
    pub fn end_session(&self, id: u64, at_once: bool) -> bool {
        self.site.roster.end(id, at_once)
    }

    /// Holds commands back until [`reset`](Self::reset) or [`resume`](Self::resume).
    pub fn hold(&self, reason: impl Into<String>) {
        self.site.breaker.force_open(reason.into(), None);
    }

    /// Holds commands back until a time, or until [`reset`](Self::reset) or [`resume`](Self::resume).
    pub fn hold_until(&self, until: Instant, reason: impl Into<String>) {
        self.site.breaker.force_open(reason.into(), Some(until));
    }

    /// Lets commands pass whatever happens, until [`reset`](Self::reset). Only refused credentials still stop the logins.
    pub fn force_closed(&self) {
        self.site.breaker.disable();
        self.readmit();
    }

    /// Lets commands pass again, whatever held them back; after refused credentials, logins are tried again. A maintenance
    /// that goes on is over.
    pub fn reset(&self) {
        self.site.breaker.reset();
        self.readmit();
    }

    /// Takes note of a maintenance. When it begins, nothing more is sent and every session logs out; when it is over, the
    /// registry is probed and then used again.
    ///
    /// # Errors
    /// [`MaintenanceError`]
    pub fn schedule(&self, maintenance: Maintenance) -> Result<(), MaintenanceError> {
        self.site.breaker.schedule(maintenance)
    }

    /// Forgets a maintenance, and ends it if it has begun. Tells whether it was known.
    pub fn cancel(&self, id: &str) -> bool {
        self.site.breaker.cancel(id)
    }

    /// Forgets all maintenances, and ends those that have begun.
    pub fn cancel_maintenance(&self) {
        self.site.breaker.cancel_all();
    }

    /// Takes note of a poll that was answered: so many messages wait at the registry.
    pub fn polled(&self, waiting: u64) {
        self.site.metrics.polled(waiting);
    }

    /// Takes note of the account's balance, as the registry tells it. What is no currency is not counted: it would be a label.
    pub fn balance(&self, currency: &str, amount: f64) {
        if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.site.metrics.balance(currency.to_owned(), amount);
        }
    }

    /// Before the first session that comes then, lest it be sent home as well.
    fn readmit(&self) {
        if !self.site.breaker.state().sends_home() {
            self.site.readmit();
        }
    }
}
