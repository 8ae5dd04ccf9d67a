//! How long a caller's request is away at registries, and what they answered: what is left of its whole time is the
//! gateway's own.
//!
//! The request carries an [`Away`] with it, through [`Away::scope`], and every [`Registry`](crate::Registry) that works for
//! it says when it begins and ends, and with what reply. What goes on side by side is counted once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_epp::{Response, ResultCode};
use tokio::time::Instant;

use crate::error::{Error, Fate};

tokio::task_local! {
    static CURRENT: Away;
}

/// The time that one request is away. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Away(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// How many commands wait or are in flight.
    out: usize,
    since: Option<Instant>,
    total: Duration,
    /// The longest wait for a session among the commands that are out, or were beside one that is.
    waited: Duration,
    queued: Duration,
    trip: Option<Trip>,
    reply: Option<Reply>,
}

/// What a registry said in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: ResultCode,
    /// The transaction's id, as we chose it.
    pub client_id: String,
    /// The same as the registry chose it; empty if it did not.
    pub server_id: String,
    trip: Trip,
}

/// What a request went to a registry for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trip {
    /// Only to ask.
    Read,
    /// Also to change something.
    Transform,
}

/// A command that is under way, until it is dropped.
pub(crate) struct Out {
    away: Option<Away>,
    trip: Trip,
    begun: Instant,
}

impl Away {
    /// That of the request which this task works for.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` for the request.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// How long it was away so far, and for what; none when it never was.
    #[must_use]
    pub fn spent(&self) -> Option<(Trip, Duration)> {
        let state = self.lock();
        let until_now = state.since.map(|since| since.elapsed()).unwrap_or_default();
        state.trip.map(|trip| (trip, state.total + until_now))
    }

    /// How much of that time commands waited for a session.
    #[must_use]
    pub fn queued(&self) -> Duration {
        let state = self.lock();
        state.queued + state.waited
    }

    /// The reply that decided: the last one to a command that changes something; where there was none, or it was lost,
    /// the last one of all.
    #[must_use]
    pub fn reply(&self) -> Option<Reply> {
        self.lock().reply.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Out {
    pub(crate) fn begin(trip: Trip) -> Self {
        let (away, begun) = (Away::current(), Instant::now());
        if let Some(away) = &away {
            let mut state = away.lock();
            state.out += 1;
            state.since.get_or_insert(begun);
            if trip == Trip::Transform {
                // Until this one is answered, nothing is decided.
                state.reply = None;
            }
            if trip == Trip::Transform || state.trip.is_none() {
                state.trip = Some(trip);
            }
        }
        Self { away, trip, begun }
    }

    /// The command was answered, after it had waited so long.
    pub(crate) fn answered(&self, response: &Response<'_>, queued: Duration) {
        let Some(away) = &self.away else { return };
        let mut state = away.lock();
        state.waited = state.waited.max(queued);
        let is_decided = state.reply.as_ref().is_some_and(|reply| reply.trip == Trip::Transform);
        if self.trip == Trip::Transform || !is_decided {
            state.reply = Some(Reply {
                code: response.code(),
                client_id: response.tr_id.client.clone().unwrap_or_default(),
                server_id: response.tr_id.server.clone(),
                trip: self.trip,
            });
        }
    }

    /// The command was not answered; if it never went, it waited all the time.
    pub(crate) fn failed(&self, error: &Error) {
        if let (Some(away), Fate::NotSent) = (&self.away, error.fate) {
            let mut state = away.lock();
            state.waited = state.waited.max(self.begun.elapsed());
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Some(away) = &self.away {
            let mut state = away.lock();
            state.out -= 1;
            if state.out == 0
                && let Some(since) = state.since.take()
            {
                state.total += since.elapsed();
                let waited = std::mem::take(&mut state.waited);
                state.queued += waited;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use eppgate_epp::xml::Document;
    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    async fn trip(trip: Trip, length: Duration) {
        let _out = Out::begin(trip);
        sleep(length).await;
    }

    async fn answered(trip: Trip, queued: Duration, code: u16, server_id: &str) {
        let out = Out::begin(trip);
        sleep(queued).await;
        let xml = format!(
            "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><response><result code='{code}'><msg>m</msg></result>\
             <trID><clTRID>ours</clTRID><svTRID>{server_id}</svTRID></trID></response></epp>"
        );
        out.answered(&Response::read(Document::parse(&xml).unwrap()).unwrap(), queued);
    }

    #[tokio::test(start_paused = true)]
    async fn trips_side_by_side_are_counted_once_and_pauses_between_them_not_at_all() {
        let away = Away::default();
        let work = async {
            tokio::join!(trip(Trip::Read, 2 * SECOND), trip(Trip::Read, 3 * SECOND));
            sleep(5 * SECOND).await;
            let carried = Away::current().unwrap();
            tokio::spawn(carried.scope(trip(Trip::Transform, SECOND))).await.unwrap();
        };
        away.clone().scope(work).await;
        assert_eq!(away.spent(), Some((Trip::Transform, 4 * SECOND)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_leaves_was_not_away_and_nobody_needs_to_ask() {
        let away = Away::default();
        away.clone().scope(sleep(SECOND)).await;
        assert_eq!(away.spent(), None);
        trip(Trip::Transform, SECOND).await;
    }
    #[tokio::test(start_paused = true)]
    async fn waits_side_by_side_are_counted_once_and_what_never_went_waited_all_the_time() {
        let away = Away::default();
        let work = async {
            tokio::join!(
                answered(Trip::Read, 2 * SECOND, 1000, "1"),
                answered(Trip::Read, 3 * SECOND, 1000, "2")
            );
            let out = Out::begin(Trip::Transform);
            sleep(SECOND).await;
            out.failed(&crate::ErrorKind::Draining.not_sent());
        };
        away.clone().scope(work).await;
        assert_eq!(away.queued(), 4 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn the_reply_to_the_last_change_decides_and_what_was_asked_only_where_that_is_lost() {
        let away = Away::default();
        let decided = async |work| {
            away.clone().scope(work).await;
            away.reply().map(|reply| (reply.code.0, reply.server_id))
        };
        let told = |code, id: &str| Some((code, id.to_owned()));
        assert_eq!(decided(answered(Trip::Read, SECOND, 2303, "asked")).await, told(2303, "asked"));
        assert_eq!(decided(answered(Trip::Transform, SECOND, 1000, "done")).await, told(1000, "done"));
        assert_eq!(decided(answered(Trip::Read, SECOND, 2303, "after")).await, told(1000, "done"));
        away.clone().scope(trip(Trip::Transform, SECOND)).await;
        assert_eq!(away.reply(), None, "nobody knows");
        assert_eq!(decided(answered(Trip::Read, SECOND, 1000, "seen")).await, told(1000, "seen"));
    }
}
