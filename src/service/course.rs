//! What goes with a request wherever its work goes on: what it did at registries and in the database.

use std::time::Duration;

use eppgate_registry::away::{Away, Reply, Trip};
use eppgate_store::Usage;
use tokio::task::JoinSet;

use super::plan::Plan;

/// The course of one request. Clones share it.
#[derive(Clone, Default)]
pub struct Course {
    away: Away,
    usage: Usage,
    plan: Option<Plan>,
}

/// Where a request's time went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Waiting for a session.
    pub queue: Duration,
    /// At registries.
    pub epp: Duration,
    /// In the database.
    pub db: Duration,
}

/// Runs several things side by side, all for the request of this task.
pub(super) fn side_by_side<T, W>(works: impl IntoIterator<Item = W>) -> JoinSet<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let course = Course::current();
    let for_the_request = |work: W| {
        let course = course.clone();
        async move {
            match course {
                Some(course) => course.scope(work).await,
                None => work.await,
            }
        }
    };
    works.into_iter().map(for_the_request).collect()
}

impl Course {
    /// That of a request which only wants to know what would be, and what it then knows.
    #[must_use]
    pub fn rehearsal() -> (Self, Plan) {
        let plan = Plan::default();
        (Self { usage: Usage::rehearsal(), plan: Some(plan.clone()), ..Self::default() }, plan)
    }

    /// That of the request which this task works for.
    #[must_use]
    pub fn current() -> Option<Self> {
        Some(Self { away: Away::current()?, usage: Usage::current()?, plan: Plan::current() })
    }

    /// Runs `work` for the request.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        let Self { away, usage, plan } = self;
        match plan {
            Some(plan) => away.scope(usage.scope(plan.scope(work))).await,
            None => away.scope(usage.scope(work)).await,
        }
    }

    /// How long it was away at registries, and for what; none when it never was.
    #[must_use]
    pub fn away(&self) -> Option<(Trip, Duration)> {
        self.away.spent()
    }

    /// Where its time went, if some of it went to registries.
    #[must_use]
    pub fn times(&self) -> Option<Times> {
        let (_, away) = self.away.spent()?;
        let queue = self.away.queued().min(away);
        Some(Times { queue, epp: away - queue, db: self.usage.spent() })
    }

    /// The registry's reply that decided.
    #[must_use]
    pub fn reply(&self) -> Option<Reply> {
        self.away.reply()
    }
}
