//! How many sessions are wanted beside those at work: one for each lane that has none, and the spares.
//!
//! The pool asks for sessions whenever one is taken out of it, if only to be looked at. Whoever opens them waits here until
//! one is really wanted, so that there are never more than that.

use std::sync::Arc;

use tokio::sync::watch;

/// What is wanted, and what there is. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Demand(Arc<watch::Sender<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// How many are to be kept ready.
    spares: usize,
    /// Lanes that wait for a session.
    waiting: usize,
    /// Sessions that are ready and not at work.
    ready: usize,
    /// Sessions that are being opened.
    opening: usize,
}

/// What is counted as long as it lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Waiting,
    Ready,
    Opening,
}

/// Something that is counted.
#[derive(Debug)]
pub(crate) struct Counted {
    demand: Demand,
    part: Part,
}

impl Counts {
    fn wants_more(&self) -> bool {
        self.opening < self.waiting + self.spares.saturating_sub(self.ready)
    }

    fn of(&mut self, part: Part) -> &mut usize {
        match part {
            Part::Waiting => &mut self.waiting,
            Part::Ready => &mut self.ready,
            Part::Opening => &mut self.opening,
        }
    }
}

impl Demand {
    pub(crate) fn new(spares: usize) -> Self {
        Self(Arc::new(watch::Sender::new(Counts { spares, ..Counts::default() })))
    }

    /// From now on, so many are to be kept ready.
    pub(crate) fn set_spares(&self, spares: usize) {
        self.0.send_modify(|counts| counts.spares = spares);
    }

    /// One more, until it is dropped.
    pub(crate) fn count(&self, part: Part) -> Counted {
        self.0.send_modify(|counts| *counts.of(part) += 1);
        Counted { demand: self.clone(), part }
    }

    /// Whether as many are ready as are to be.
    pub(crate) fn has_spares(&self) -> bool {
        let counts = self.0.borrow();
        counts.ready >= counts.spares
    }

    /// Waits until one more is wanted.
    pub(crate) async fn wanted(&self) {
        // This holds the sender.
        let _ = self.0.subscribe().wait_for(Counts::wants_more).await;
    }

    /// The right to open one more, if one is still wanted.
    pub(crate) fn begin(&self) -> Option<Counted> {
        let begins = self.0.send_if_modified(|counts| {
            let begins = counts.wants_more();
            counts.opening += usize::from(begins);
            begins
        });
        begins.then(|| Counted { demand: self.clone(), part: Part::Opening })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.demand.0.send_modify(|counts| *counts.of(self.part) -= 1);
    }
}
