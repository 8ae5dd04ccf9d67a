//! Lanes: each leases a session and keeps it at work; when it ends, the next lease is a warm spare.
//!
//! One lane is always there. More are added as soon as commands wait that no session is free for, up to the limit less the
//! spares; one with nothing to do for a while ends, and its session with it unless a spare is missing. A session that grows
//! old, or whose terms are out of date, works on until its successor is there, if there is room for both.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::demand::Part;
use crate::pool::{Lease, Pools};
use crate::site::Site;
use crate::transport::Connect;

/// Runs the lanes until everything stops.
pub(crate) async fn run<C: Connect>(pools: Pools<C>, site: Arc<Site>) {
    let count = Arc::new(AtomicUsize::new(0));
    let new_lane = |tenure| {
        count.fetch_add(1, Ordering::Relaxed);
        let lane =
            Lane { pools: Arc::clone(&pools), site: Arc::clone(&site), tenure, count: Arc::clone(&count) };
        lane.run()
    };
    let mut lanes = JoinSet::new();
    lanes.spawn(new_lane(Tenure::Permanent));
    loop {
        let (most, spares) = site.shares();
        site.metrics.sessions_spare_target.set(spares as f64);
        site.metrics.sessions_target.set((lanes.len() + spares) as f64);
        tokio::select! {
            biased;
            () = site.stop.cancelled() => break,
            Some(_) = lanes.join_next() => {}
            () = site.slots.changed() => {}
            () = site.queue.pressed(), if lanes.len() < most => {
                // A session that has just had a reply takes the next command in a moment.
                let pressed_at = Instant::now();
                sleep(MOMENT).await;
                // Where the command rate is the narrow place, another login would only use it up.
                let turn = site.limiter.turn_of(|| 0);
                let stuck = match turn.is_some_and(|at| at > Instant::now()) {
                    true => 0,
                    false => site.queue.waiting_since(pressed_at),
                };
                for _ in 0..stuck.min(most - lanes.len()) {
                    lanes.spawn(new_lane(Tenure::WhileBusy));
                }
            }
        }
    }
    lanes.join_all().await;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tenure {
    Permanent,
    WhileBusy,
}

struct Lane<C: Connect> {
    pools: Pools<C>,
    site: Arc<Site>,
    tenure: Tenure,
    /// How many lanes there are.
    count: Arc<AtomicUsize>,
}

impl<C: Connect> Drop for Lane<C> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<C: Connect> Lane<C> {
    async fn run(self) {
        tokio::select! {
            biased;
            () = self.site.stop.cancelled() => {}
            _ = self.keep_at_work() => {}
        }
    }

    /// Ends when the lane is not needed any more.
    async fn keep_at_work(&self) -> Option<()> {
        let mut current = self.lease().await?;
        loop {
            current.work();
            tokio::select! {
                biased;
                () = current.retired() => {
                    let is_warm = self.pools.load().has_idle();
                    self.site.metrics.takeovers[usize::from(is_warm)].increment(1);
                    drop(current);
                    current = self.lease().await?;
                }
                () = current.outdated() => current = self.roll(current).await?,
                () = current.ageing() => match self.site.slots.has_free() || self.pools.load().has_idle() {
                    true => current = self.succeed(current).await?,
                    false => current.retired().await,
                },
                () = unused(&current), if self.tenure == Tenure::WhileBusy => {
                    match self.site.demand.has_spares() {
                        true => current.dismiss(),
                        false => current.rest(),
                    }
                    return None;
                }
            }
        }
    }

    /// A session, once there is one; none when there are more lanes than there may be sessions at work.
    async fn lease(&self) -> Option<Lease<C>> {
        let _waits = self.site.demand.count(Part::Waiting);
        loop {
            if self.is_surplus() {
                return None;
            }
            let pool = self.pools.load_full();
            // Waiting in vain is no reason to stop waiting.
            if let Some(lease) = pool.lease().await {
                return Some(lease);
            }
        }
    }

    /// Replaces a session whose terms are out of date, as one lane does at a time: by another that is at work before the
    /// first one ends, where there may be one more.
    async fn roll(&self, old: Lease<C>) -> Option<Lease<C>> {
        // With a lower limit than before, whoever waits for a turn holds a place that the others wait for.
        if self.is_surplus() {
            old.retire();
            return None;
        }
        let turn = self.site.rolling.acquire().await.expect("the semaphore is never closed");
        let replaced = async {
            if self.site.slots.has_free() {
                return self.succeed(old).await;
            }
            old.retire();
            drop(old);
            self.lease().await
        };
        let patience = self.site.terms().profile.sessions.connect_timeout;
        match timeout(patience, replaced).await {
            Ok(new) => new,
            Err(_) => {
                // Whatever keeps this one from coming must not keep the others from being replaced.
                drop(turn);
                self.lease().await
            }
        }
    }

    /// Replaces a session by another that is at work before the first one ends.
    async fn succeed(&self, old: Lease<C>) -> Option<Lease<C>> {
        let new = self.lease().await?;
        new.work();
        old.retire();
        Some(new)
    }

    /// Whether there are more lanes than there may be sessions at work.
    fn is_surplus(&self) -> bool {
        let (most, _) = self.site.shares();
        self.tenure == Tenure::WhileBusy && self.count.load(Ordering::Relaxed) > most
    }
}

/// Waits until the session has taken no command for a while.
async fn unused<C: Connect>(lease: &Lease<C>) {
    loop {
        let before = lease.taken();
        sleep(UNUSED).await;
        if lease.taken() == before {
            return;
        }
    }
}

/// Nothing beside a login, and far more than a session needs to come back for work.
const MOMENT: Duration = Duration::from_millis(2);
/// Long enough that the pauses of a steady load do not count.
const UNUSED: Duration = Duration::from_secs(30);
