//! The sessions that are open, as an operator sees them: what each one does, and the means to end it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::metrics::SessionState;
use crate::snapshot::SessionView;

/// The open sessions of one account.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    cards: Mutex<Cards>,
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Cards {
    last: u64,
    open: BTreeMap<u64, Arc<Card>>,
}

/// What is to be seen of a session. It is written by the session alone; nothing here is exact beyond the moment.
#[derive(Debug)]
struct Card {
    born: Instant,
    state: AtomicU8,
    sent: AtomicU64,
    in_flight: AtomicU64,
    /// Milliseconds after its birth.
    last_traffic: AtomicU64,
    /// Likewise: until when the registry wants it to wait.
    penalty_until: AtomicU64,
    leave: CancellationToken,
    cut: CancellationToken,
}

/// A session's place in the roster, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    roster: Arc<Roster>,
    id: u64,
    card: Arc<Card>,
}

impl Roster {
    /// A place for a session that has just logged in. It is to end when `recall` is cancelled, and at once when `kill` is.
    pub(crate) fn enter(self: &Arc<Self>, recall: &CancellationToken, kill: &CancellationToken) -> Place {
        let card = Arc::new(Card {
            born: Instant::now(),
            state: AtomicU8::new(SessionState::Idle as u8),
            sent: AtomicU64::new(1),
            in_flight: AtomicU64::new(0),
            last_traffic: AtomicU64::new(0),
            penalty_until: AtomicU64::new(0),
            leave: recall.child_token(),
            cut: kill.child_token(),
        });
        let id = {
            let mut cards = self.lock();
            cards.last += 1;
            let id = cards.last;
            cards.open.insert(id, Arc::clone(&card));
            id
        };
        self.count.send_modify(|count| *count += 1);
        Place { roster: Arc::clone(self), id, card }
    }

    /// Waits until no session is open.
    pub(crate) async fn empty(&self) {
        // The roster holds the sender.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Ends a session: as soon as its commands are answered, or at once. Tells whether there is such a session.
    pub(crate) fn end(&self, id: u64, at_once: bool) -> bool {
        let card = self.lock().open.get(&id).cloned();
        let Some(card) = card else { return false };
        let token = if at_once { &card.cut } else { &card.leave };
        token.cancel();
        true
    }

    pub(crate) fn views(&self) -> Vec<SessionView> {
        let now = Instant::now();
        self.lock().open.iter().map(|(id, card)| card.view(*id, now)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Cards> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Card {
    fn millis(&self, time: Instant) -> u64 {
        u64::try_from((time - self.born).as_millis()).unwrap_or(u64::MAX)
    }

    fn view(&self, id: u64, now: Instant) -> SessionView {
        let in_flight = self.in_flight.load(Ordering::Relaxed);
        let time = |millis: &AtomicU64| self.born + Duration::from_millis(millis.load(Ordering::Relaxed));
        let penalty = time(&self.penalty_until) - now;
        SessionView {
            id,
            state: SessionState::ALL[usize::from(self.state.load(Ordering::Relaxed))].as_str(),
            age: now - self.born,
            commands: self.sent.load(Ordering::Relaxed),
            in_flight,
            idle: (in_flight == 0).then(|| now - time(&self.last_traffic)),
            penalty: (penalty > Duration::ZERO).then_some(penalty),
        }
    }
}

impl Place {
    /// Told by the session whenever something was sent or answered, or its state is another.
    pub(crate) fn show(&self, state: SessionState, sent: u64, in_flight: usize, now: Instant) {
        let card = &self.card;
        let age = card.millis(now);
        card.state.store(state as u8, Ordering::Relaxed);
        card.sent.store(sent, Ordering::Relaxed);
        card.in_flight.store(in_flight as u64, Ordering::Relaxed);
        card.last_traffic.store(age, Ordering::Relaxed);
    }

    /// Told by the session when the registry wants it to wait.
    pub(crate) fn penalised(&self, until: Instant) {
        self.card.penalty_until.store(self.card.millis(until), Ordering::Relaxed);
    }

    /// Cancelled when the session is to end in good order.
    pub(crate) fn leave(&self) -> CancellationToken {
        self.card.leave.clone()
    }

    /// Cancelled when the session is to end at once.
    pub(crate) fn cut(&self) -> CancellationToken {
        self.card.cut.clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.roster.lock().open.remove(&self.id);
        self.roster.count.send_modify(|count| *count -= 1);
    }
}
