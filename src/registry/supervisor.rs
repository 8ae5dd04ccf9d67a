//! Looks after one registry account: refuses what waits when the breaker opens, probes until the registry is well, and
//! has ended sessions replaced.

use std::sync::Arc;
use std::time::Duration;

use eppgate_epp::poll::Poll;
use eppgate_epp::{Command, ResultCode};
use tokio::time::{Instant, sleep};

use crate::connect::{ConnectError, Opener, Probe};
use crate::metrics::SessionState;
use crate::pool::{Pool, Pools};
use crate::request::{Class, Request};
use crate::site::Site;
use crate::state::BreakerState;
use crate::transport::Connect;

/// Runs until everything stops.
pub(crate) async fn run<C: Connect>(pools: Pools<C>, opener: Arc<Opener<C>>, site: Arc<Site>) {
    let mut kept = site.terms().profile.sessions.spares;
    let looks_after = async {
        loop {
            tokio::select! {
                biased;
                () = site.retired.notified() => pools.load_full().sweep().await,
                () = site.reloaded.notified() => {
                    let spares = site.terms().profile.sessions.spares;
                    if spares != kept {
                        kept = spares;
                        pools.store(Arc::new(Pool::new(Arc::clone(&opener), spares)));
                    }
                    pools.load_full().sweep().await;
                }
                epoch = site.breaker.probe_due() => probe(&pools.load_full(), &opener, &site, epoch).await,
            }
        }
    };
    tokio::select! {
        biased;
        () = site.stop.cancelled() => {}
        () = follow_breaker(&site) => {}
        () = site.breaker.keep_time() => {}
        () = site.slots.grow_back() => {}
        () = opener.look_out() => {}
        () = show(&site) => {}
        () = looks_after => {}
    }
}

/// Keeps those metrics up to date that change by themselves. Never returns.
async fn show(site: &Site) {
    loop {
        site.queue.show();
        site.metrics.failure_ratio(site.breaker.failure_ratio());
        let open = [SessionState::Idle, SessionState::Busy, SessionState::Penalised];
        let open: usize = open.iter().map(|state| site.metrics.sessions(*state)).sum();
        site.metrics.in_flight_limit.set((open * site.terms().profile.sessions.window) as f64);
        sleep(LOOK).await;
    }
}

/// Refuses what waits whenever the breaker opens; some of its states send the sessions home as well. Never returns.
async fn follow_breaker(site: &Site) {
    let act = |state: BreakerState| {
        match state.sends_home() {
            true => site.recall(),
            false => site.readmit(),
        }
        // While half open, only the probe's own command can be there; and those that may wait for the end of a
        // maintenance do it here.
        let refuses = !state.passes() && state != BreakerState::HalfOpen;
        if refuses && site.breaker.holds_until().is_none() {
            site.queue.refuse(&site.breaker.rejection());
        }
    };
    site.breaker.follow(act).await;
}

/// Finds out whether the registry is well: by a login and a poll, or by a poll alone when every allowed session is open.
async fn probe<C: Connect>(pool: &Pool<C>, opener: &Opener<C>, site: &Site, epoch: u64) {
    let result = match opener.probe(epoch).await {
        Probe::Made(Ok(session)) => {
            if let Err(session) = pool.add(session) {
                opener.keep(session);
            }
            Ok(())
        }
        Probe::Made(Err(error)) => Err(error.to_string()),
        Probe::NoRoom => poll(site, epoch).await,
        Probe::CalledOff => return,
    };
    match result {
        Ok(()) => site.breaker.succeed(epoch),
        Err(trouble) => site.breaker.fail(epoch, &trouble),
    }
}

async fn poll(site: &Site, epoch: u64) -> Result<(), String> {
    let command = Command::poll(&Poll::Req).finish(&site.ids.next());
    let now = Instant::now();
    let request = Request {
        command: command.expect("a poll holds no foreign text"),
        class: Class::Interactive,
        tenant: 0,
        deadline: now + site.terms().profile.sessions.connect_timeout,
    };
    let answer = site.run(request, epoch, now).await.map_err(|error| error.to_string())?;
    if site.terms().profile.rate.refuses(&answer.response) {
        return Err(ConnectError::RateLimit.to_string());
    }
    match answer.response.code() {
        code if code >= ResultCode::COMMAND_FAILED => Err(format!("the registry answered {code}")),
        _ => Ok(()),
    }
}

/// A third of the usual time between two scrapes.
const LOOK: Duration = Duration::from_secs(5);
