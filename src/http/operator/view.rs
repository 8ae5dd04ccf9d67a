//! How registry accounts look to an operator.

use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use eppgate_model::clock::shown;
use serde::Serialize;

use crate::http::problem::whole_seconds;
use crate::service::{self, AccountView, MaintenanceView, SessionView, Target};

/// What a call is about: a registry, or one account there.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::http) enum Seen {
    Registry(Registry),
    Account(Box<Account>),
}

/// A registry and the accounts there.
#[derive(Serialize)]
pub(in crate::http) struct Registry {
    registry: String,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
pub(in crate::http) struct Account {
    registry: String,
    account: String,
    client_id: String,
    profile: String,
    paused: bool,
    password_change: Option<&'static str>,
    client_certificate_not_after: Option<String>,
    breaker: Breaker,
    sessions: Sessions,
    queue: Queue,
    limiter: Option<Limiter>,
    maintenance: Vec<Maintenance>,
}

#[derive(Serialize)]
struct Breaker {
    state: &'static str,
    /// Who decides: `automatic`, or what stands above it.
    mode: &'static str,
    cause: Option<String>,
    retry_at: Option<String>,
    retry_after_seconds: Option<u64>,
    failure_ratio: f64,
    transitions: u64,
}

#[derive(Serialize)]
struct Sessions {
    limit: usize,
    spares: usize,
    connecting: usize,
    open: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    id: u64,
    state: &'static str,
    age_seconds: f64,
    commands: u64,
    in_flight: u64,
    idle_seconds: Option<f64>,
    penalty_seconds: Option<f64>,
}

#[derive(Serialize)]
struct Queue {
    limit: usize,
    waiting: usize,
    oldest_seconds: f64,
    classes: Vec<QueueClass>,
}

#[derive(Serialize)]
struct QueueClass {
    class: &'static str,
    waiting: usize,
    tenants: usize,
}

#[derive(Serialize)]
struct Limiter {
    per_second: Option<f64>,
    ceiling: Option<f64>,
    lowered: bool,
    tokens: f64,
}

/// A maintenance.
#[derive(Serialize, PartialEq, Eq)]
pub(in crate::http) struct Maintenance {
    id: String,
    from: String,
    until: String,
    meanwhile: &'static str,
    origin: &'static str,
    active: bool,
}

/// What a reload has done.
#[derive(Serialize)]
pub(in crate::http) struct Reloaded {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
    unchanged: Vec<String>,
    needs_restart: Vec<&'static str>,
}

impl From<service::Reloaded> for Reloaded {
    fn from(done: service::Reloaded) -> Self {
        let service::Reloaded { added, removed, changed, unchanged, needs_restart } = done;
        Self { added, removed, changed, unchanged, needs_restart }
    }
}

impl Seen {
    /// The accounts of a target, which has at least one.
    pub(super) fn of(target: &Target, mut accounts: Vec<AccountView>) -> Self {
        match (&target.account, accounts.pop()) {
            (Some(_), Some(only)) => Self::Account(Box::new(only.into())),
            (_, last) => {
                accounts.extend(last);
                let accounts = accounts.into_iter().map(Account::from).collect();
                Self::Registry(Registry { registry: target.registry.clone(), accounts })
            }
        }
    }
}

impl Registry {
    /// Of accounts in the order of their registries.
    pub(super) fn each(accounts: Vec<AccountView>) -> Vec<Self> {
        let mut registries: Vec<Self> = Vec::new();
        for account in accounts {
            match registries.last_mut().filter(|last| last.registry == account.registry) {
                Some(last) => last.accounts.push(account.into()),
                None => {
                    let registry = account.registry.clone();
                    registries.push(Self { registry, accounts: vec![account.into()] });
                }
            }
        }
        registries
    }
}

impl From<AccountView> for Account {
    fn from(view: AccountView) -> Self {
        let AccountView { registry, account, at, seen, maintenances } = view;
        let breaker = seen.breaker;
        let waiting = seen.queue.classes.iter().map(|(_, waiting, _)| waiting).sum();
        Self {
            registry,
            account,
            client_id: seen.client_id,
            profile: seen.profile,
            paused: seen.paused,
            password_change: seen.changing_password.then_some("pending"),
            client_certificate_not_after: seen.certificate_ends.and_then(seconds),
            breaker: Breaker {
                state: breaker.state.as_str(),
                mode: breaker.state.mode(),
                cause: breaker.cause,
                retry_at: breaker.retry_after.map(|wait| later(at, wait)),
                retry_after_seconds: breaker.retry_after.map(whole_seconds),
                failure_ratio: breaker.failure_ratio,
                transitions: breaker.transitions,
            },
            sessions: Sessions {
                limit: seen.session_limit,
                spares: seen.spares,
                connecting: seen.connecting,
                open: seen.sessions.iter().map(Session::from).collect(),
            },
            queue: Queue {
                limit: seen.queue.limit,
                waiting,
                oldest_seconds: tidy(seen.queue.oldest),
                classes: seen
                    .queue
                    .classes
                    .iter()
                    .map(|&(class, waiting, tenants)| QueueClass { class: class.as_str(), waiting, tenants })
                    .collect(),
            },
            limiter: seen.limiter.map(|limiter| Limiter {
                per_second: limiter.per_second,
                ceiling: limiter.ceiling,
                lowered: limiter.lowered,
                tokens: limiter.tokens,
            }),
            maintenance: maintenances.iter().map(Maintenance::from).collect(),
        }
    }
}

impl From<&SessionView> for Session {
    fn from(view: &SessionView) -> Self {
        Self {
            id: view.id,
            state: view.state,
            age_seconds: tidy(view.age),
            commands: view.commands,
            in_flight: view.in_flight,
            idle_seconds: view.idle.map(tidy),
            penalty_seconds: view.penalty.map(tidy),
        }
    }
}

impl Maintenance {
    /// Those of all accounts. What was said of the registry is listed once.
    pub(super) fn each(accounts: &[AccountView]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for one in accounts.iter().flat_map(|account| &account.maintenances).map(Self::from) {
            if !all.iter().any(|known| known.id == one.id) {
                all.push(one);
            }
        }
        all
    }
}

impl From<&MaintenanceView> for Maintenance {
    fn from(view: &MaintenanceView) -> Self {
        Self {
            id: view.id.clone(),
            from: shown(view.from),
            until: shown(view.until),
            meanwhile: view.meanwhile,
            origin: view.origin,
            active: view.is_going_on,
        }
    }
}

fn later(at: DateTime<Utc>, wait: Duration) -> String {
    let time = at + wait;
    shown(time.duration_round(TimeDelta::seconds(1)).unwrap_or(time))
}

fn seconds(since_1970: i64) -> Option<String> {
    DateTime::from_timestamp(since_1970, 0).map(shown)
}

/// Seconds to the millisecond.
fn tidy(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
