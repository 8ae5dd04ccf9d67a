//! Lanes: each leases a session and keeps it at work; when it ends, the next lease is a warm spare.
//!
//! One lane is always there. More are added as soon as commands wait that no session is free for, up to the limit less the
//! spares; one with nothing to do for a while gives its session back.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::pool::{Lease, Pool};
use crate::site::Site;
use crate::transport::Connect;

/// Runs the lanes until everything stops.
pub(crate) async fn run<C: Connect>(pool: Pool<C>, site: Arc<Site>) {
    let sessions = &site.profile.sessions;
    let most = (sessions.limit - sessions.spares) as usize;
    let mut lanes = JoinSet::new();
    lanes.spawn(lane(pool.clone(), Arc::clone(&site), Tenure::Permanent));
    loop {
        tokio::select! {
            () = site.stop.cancelled() => break,
            Some(_) = lanes.join_next() => {}
            () = site.queue.pressed(), if lanes.len() < most => {
                // A session that has just had a reply takes the next command in a moment.
                let pressed_at = Instant::now();
                sleep(MOMENT).await;
                // Where the command rate is the narrow place, another login would only use it up.
                let stuck = match site.limiter.turn_of(0) > Instant::now() {
                    true => 0,
                    false => site.queue.waiting_since(pressed_at),
                };
                for _ in 0..stuck.min(most - lanes.len()) {
                    lanes.spawn(lane(pool.clone(), Arc::clone(&site), Tenure::WhileBusy));
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

async fn lane<C: Connect>(pool: Pool<C>, site: Arc<Site>, tenure: Tenure) {
    loop {
        let lease = tokio::select! {
            () = site.stop.cancelled() => return,
            lease = pool.get_owned() => lease,
        };
        // Waiting in vain is no reason to stop waiting.
        let Ok(lease) = lease else { continue };
        lease.work();
        tokio::select! {
            () = site.stop.cancelled() => return,
            () = lease.retired() => {}
            () = unused(&lease), if tenure == Tenure::WhileBusy => {
                lease.rest();
                return;
            }
        }
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
