//! A registry account as an operator sees it: all of it at one moment, in plain values.

use std::time::Duration;

use crate::maintenance::Maintenance;
use crate::metrics::SessionState;
use crate::request::Class;
use crate::state::BreakerState;
use crate::{Registry, Site};

/// A registry account at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The account's id at the registry.
    pub client_id: String,
    /// The name of its profile.
    pub profile: String,
    /// Whether commands wait in the queue because an operator wants it so.
    pub paused: bool,
    /// Whether a new password is being agreed on with the registry.
    pub changing_password: bool,
    /// What holds commands back, if anything does.
    pub breaker: BreakerView,
    /// The sessions that are logged in.
    pub sessions: Vec<SessionView>,
    /// How many sessions are being opened.
    pub connecting: usize,
    /// How many sessions may be open: as many as the registry allows, or seems to at the moment.
    pub session_limit: usize,
    /// How many of them are kept ready beside those at work.
    pub spares: usize,
    /// The commands that wait.
    pub queue: QueueView,
    /// The pace of commands; none when no limit is known.
    pub limiter: Option<LimiterView>,
    /// The maintenances that are to come or go on, the first to begin first.
    pub maintenances: Vec<Maintenance>,
    /// When our certificate ends, in seconds since 1970.
    pub certificate_ends: Option<i64>,
}

/// A breaker at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakerView {
    /// What it does.
    pub state: BreakerState,
    /// Why commands are held back, or the last hard failure; in words that name no host and no secret.
    pub cause: Option<String>,
    /// When commands may pass again; none while they pass.
    pub retry_after: Option<Duration>,
    /// The share of failures within the last seconds.
    pub failure_ratio: f64,
    /// How often the state has changed.
    pub transitions: u64,
}

/// A session at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Its number, which no other session of the account has had since the start.
    pub id: u64,
    /// What it does, as in metrics.
    pub state: &'static str,
    /// Since its login.
    pub age: Duration,
    /// Commands sent, the login and keepalives included.
    pub commands: u64,
    /// Commands whose replies are awaited.
    pub in_flight: u64,
    /// Since when nothing has been sent or answered; none with commands in flight.
    pub idle: Option<Duration>,
    /// How long the registry still wants it to wait after an error.
    pub penalty: Option<Duration>,
}

/// A queue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueView {
    /// How many may wait.
    pub limit: usize,
    /// How long the oldest has waited.
    pub oldest: Duration,
    /// By urgency: how many commands wait, and of how many tenants.
    pub classes: Vec<(Class, usize, usize)>,
}

/// The pace of commands at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimiterView {
    /// Commands a second; none while no limit is felt.
    pub per_second: Option<f64>,
    /// What it grows back to after the registry's complaints.
    pub ceiling: Option<f64>,
    /// Whether the registry's complaints have lowered it.
    pub lowered: bool,
    /// How many commands may go at once.
    pub tokens: f64,
}

impl Registry {
    /// All that there is to see of the account.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let site: &Site = &self.site;
        let (_, spares) = site.shares();
        Snapshot {
            client_id: site.client_id.clone(),
            profile: site.terms().profile.name.clone(),
            paused: site.queue.is_paused(),
            changing_password: site.passwords.is_changing(),
            breaker: BreakerView {
                state: site.breaker.state(),
                cause: site.breaker.cause(),
                retry_after: site.breaker.retry_after(),
                failure_ratio: site.breaker.failure_ratio(),
                transitions: site.breaker.epoch(),
            },
            sessions: site.roster.views(),
            connecting: site.metrics.sessions(SessionState::Connecting),
            session_limit: site.slots.limit(),
            spares,
            queue: site.queue.view(),
            limiter: site.limiter.view(),
            maintenances: site.breaker.maintenances(),
            certificate_ends: self.tls.as_ref().and_then(crate::transport::Tls::certificate_ends),
        }
    }
}
