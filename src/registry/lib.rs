//! Runs commands at one registry over pooled, guarded, mutually authenticated EPP sessions.
//!
//! ```text
//! execute -> breaker -> queue <- session (its own task) <-> registry
//!                         |         ^
//!                       lanes ---> pool <- opener (TCP, TLS, greeting, login)
//! ```
//! A command waits in one place, the `queue`; a session at work takes it from there, writes it, and hands the reply
//! straight to the caller. So a command wakes two tasks, and no other part can lose it.
//!
//! | file | what |
//! |---|---|
//! | `request`, `error` | what goes in, what comes out; every failure tells the command's `Fate` |
//! | `profile` | what is particular about a registry, as data |
//! | `queue`, `job` | commands that wait: bounded, by urgency, fair between tenants, within their deadlines |
//! | `check`, `board` | names to be checked, and how they come together in commands |
//! | `session`, `handle`, `in_flight`, `frames` | a logged-in connection |
//! | `connect`, `transport`, `login`, `lookout`, `terms` | how one comes about |
//! | `pool`, `lane`, `slots`, `demand` | how many there are, may be and should be, and which of them work |
//! | `limit` | how fast commands go |
//! | `breaker`, `state`, `trip`, `supervisor` | when commands are held back, and until when |
//! | `maintenance`, `notice` | because the registry is being worked on |
//! | `operate`, `snapshot`, `roster` | what an operator can do and see |
//! | `metrics`, `away` | what is counted |
//! | `chance` | jitter, which a simulation can have again |
//! | `site` | what all these share |

pub mod away;
mod board;
mod breaker;
mod chance;
mod check;
mod connect;
mod demand;
pub mod error;
mod frames;
mod handle;
mod in_flight;
mod job;
mod lane;
mod limit;
mod login;
mod lookout;
mod maintenance;
mod metrics;
mod notice;
mod operate;
mod pool;
pub mod profile;
mod queue;
mod request;
mod roster;
mod session;
mod site;
mod slots;
mod snapshot;
mod state;
mod supervisor;
mod terms;
#[cfg(test)]
mod tests;
mod transport;
mod trip;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use eppgate_epp::Verb;
use secrecy::SecretString;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::DropGuard;

use crate::away::{Out, Trip};
use crate::connect::Opener;
use crate::metrics::{Metrics, SessionState};
use crate::pool::Pool;
use crate::site::Site;
use crate::terms::{Begun, Terms};
use crate::transport::{Tls, Way};

pub use chance::Chance;
pub use check::{CheckRequest, NameAnswer, NameResult, Payload};
pub use error::{ConfigError, Error, ErrorKind, Fate};
pub use maintenance::{Maintenance, MaintenanceError, Meanwhile, Origin};
pub use notice::{Notice, Ours};
pub use profile::Profile;
pub use request::{Answer, Class, Request};
pub use site::Credentials;
pub use snapshot::{BreakerView, LimiterView, QueueView, SessionView, Snapshot};
pub use state::BreakerState;
pub use terms::PasswordError;
pub use transport::{Connect, TlsIdentity, Unreached};

/// One account at one registry. Clones share it; when the last one is dropped, its sessions log out.
#[derive(Debug, Clone)]
pub struct Registry {
    site: Arc<Site>,
    /// How it is reached; none where that is in another way.
    tls: Option<Tls>,
    _stop: Arc<DropGuard>,
}

/// What a [`Registry`] is made of.
#[derive(Debug)]
pub struct Config {
    /// The name in metrics and logs.
    pub name: String,
    /// What is particular about the registry.
    pub profile: Profile,
    /// `host:port`
    pub address: String,
    /// The account.
    pub credentials: Credentials,
    /// Who we are, and whom we believe.
    pub tls: TlsIdentity,
}

impl Config {
    /// Whether a registry can be started or reloaded with it, as far as that can be told without the registry.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn check(&self) -> Result<(), ConfigError> {
        self.way().map(drop)
    }

    fn way(&self) -> Result<Way, ConfigError> {
        let Credentials { client_id, password } = &self.credentials;
        login::check(client_id, password).map_err(|_| ConfigError::Credentials)?;
        Way::new(&self.address, &self.tls, self.profile.min_tls)
    }
}

/// How a registry account is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What the breaker does.
    pub breaker: BreakerState,
    /// When commands may pass again; none while they pass.
    pub retry_after: Option<Duration>,
    /// The last hard failure, in words that name no host and no secret. It stays after the trouble is over.
    pub last_error: Option<String>,
    /// The sessions.
    pub sessions: SessionCounts,
    /// How many commands wait for a session.
    pub queued: usize,
}

/// Sessions by what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCounts {
    /// Being opened.
    pub connecting: usize,
    /// Logged in, without a command.
    pub idle: usize,
    /// With commands in flight.
    pub busy: usize,
    /// Without a command, and waiting as the registry wants it after an error.
    pub penalised: usize,
    /// Being closed.
    pub draining: usize,
    /// As many as the registry allows, or seems to allow at the moment.
    pub limit: usize,
}

impl Registry {
    /// Starts the account's tasks, which open the first sessions in the background. Must be called within a tokio
    /// runtime, and after the metrics recorder has been installed.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration cannot work, whatever the registry says.
    pub fn start(config: Config) -> Result<Self, ConfigError> {
        let way = config.way()?;
        let Config { name, profile, credentials, .. } = config;
        Ok(Self::start_by(way, Site::new(name, profile, credentials, Chance::unknown())))
    }

    /// Starts the tasks of an account that is reached in another way than by TLS, and whose jitter comes from a known row:
    /// how a simulation has the same run again.
    #[must_use]
    pub fn start_over<C: Connect>(
        connector: C,
        name: String,
        profile: Profile,
        credentials: Credentials,
        chance: Chance,
    ) -> Self {
        Self::start_with(Site::new(name, profile, credentials, chance), connector)
    }

    /// Takes over what has changed: where the registry is, certificates, password, profile. Sessions are replaced one by one,
    /// each as soon as its commands are answered, and never more of them are open than may be. When nothing has changed,
    /// nothing happens. Tells whether something has.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration cannot work, or is another account's; everything stays as it was then.
    pub fn reload(&self, config: Config) -> Result<bool, ConfigError> {
        let way = config.way()?;
        let Config { name, profile, credentials, .. } = config;
        if name != self.site.name || credentials.client_id != self.site.client_id {
            return Err(ConfigError::OtherAccount);
        }
        let has_moved = self.tls.as_ref().is_some_and(|tls| tls.set(way));
        self.show_certificate();
        Ok(self.take_over(profile, &credentials.password, has_moved))
    }

    /// Takes over profile and password, as [`reload`](Self::reload) does. Tells whether one of them is another.
    pub fn renew(&self, profile: Profile, password: &SecretString) -> bool {
        self.take_over(profile, password, false)
    }

    fn take_over(&self, profile: Profile, password: &SecretString, has_moved: bool) -> bool {
        let has_password = self.site.passwords.replace(password);
        if has_password {
            self.site.breaker.unlatch();
        }
        let has_changed = has_moved || has_password || self.site.terms().profile != profile;
        if has_changed {
            self.site.set_terms(profile);
        }
        has_changed
    }

    /// Changes the account's password at the registry, by a login, and then uses the new one. It is known to be in force
    /// only when this says so; when the reply is lost, further logins find out.
    ///
    /// # Errors
    /// [`PasswordError`]; unless the change was called off, the old one is still in force then.
    pub async fn change_password(&self, new: SecretString) -> Result<(), PasswordError> {
        login::check(&self.site.client_id, &new).map_err(|_| PasswordError::Unwritable)?;
        let changed = self.site.passwords.change(new, Begun::Now);
        // A login is needed.
        self.reconnect();
        self.changed(changed).await
    }

    /// Starts an account whose password was being changed to another when the process ended: logins find out which one is in
    /// force, and carry the change to its end. Gives that end beside the registry, as [`change_password`](Self::change_password)
    /// would have.
    ///
    /// # Errors
    /// [`ConfigError`], as in [`start`](Self::start).
    pub fn start_amid_change(
        config: Config,
        new: SecretString,
    ) -> Result<(Self, impl Future<Output = Result<(), PasswordError>> + Send + use<>), ConfigError> {
        let way = config.way()?;
        let Config { name, profile, credentials, .. } = config;
        let site = Site::new(name, profile, credentials, Chance::unknown());
        let changed = site.passwords.change(new, Begun::Before);
        let registry = Self::start_by(way, site);
        let end = registry.clone();
        Ok((registry, async move { end.changed(changed).await }))
    }

    async fn changed(
        &self,
        changed: oneshot::Receiver<Result<(), PasswordError>>,
    ) -> Result<(), PasswordError> {
        tokio::select! {
            biased;
            changed = changed => changed.unwrap_or(Err(PasswordError::CalledOff)),
            () = self.site.stop.cancelled() => Err(PasswordError::CalledOff),
        }
    }

    fn start_by(way: Way, site: Site) -> Self {
        let tls = Tls::new(way, Arc::clone(&site.metrics));
        let registry = Self { tls: Some(tls.clone()), ..Self::start_with(site, tls) };
        registry.show_certificate();
        registry
    }

    fn start_with<C: Connect>(site: Site, connector: C) -> Self {
        let site = Arc::new(site);
        let opener = Arc::new(Opener::new(Arc::clone(&site), connector));
        let pool = Pool::new(Arc::clone(&opener), site.terms().profile.sessions.spares);
        let pools = Arc::new(ArcSwap::from_pointee(pool));
        site.tasks.spawn(lane::run(Arc::clone(&pools), Arc::clone(&site)));
        site.tasks.spawn(supervisor::run(pools, opener, Arc::clone(&site)));
        let stop = site.stop.clone().drop_guard();
        Self { site, tls: None, _stop: Arc::new(stop) }
    }

    /// Runs a command and gives the reply, whatever its code. Ends at the request's deadline at the latest.
    ///
    /// Dropping the future takes back a command that still waits; one that is being written runs on, and its reply is lost.
    ///
    /// # Errors
    /// [`Error`], with the command's [`Fate`].
    pub async fn execute(&self, request: Request) -> Result<Answer, Error> {
        let verb = request.command.verb;
        let counted = Counted::new(&self.site.metrics, verb);
        let out = Out::begin(if verb.is_transform() { Trip::Transform } else { Trip::Read });
        let result = self.admit_and_run(request).await;
        if verb.is_transform() {
            self.site.board.outdate();
        }
        match &result {
            Ok(answer) => out.answered(&answer.response, answer.queued),
            Err(error) => out.failed(error),
        }
        counted.finish(&result);
        result
    }

    /// Checks names, and gives what became of each, in the order of the request. Ends at the request's deadline at the
    /// latest.
    ///
    /// The names of all callers share commands where their payloads are equal, and a name that is asked about already is
    /// not asked again; no name waits for that. Dropping the future takes back the names that still wait.
    pub async fn check(&self, request: CheckRequest) -> Vec<NameResult> {
        let out = Out::begin(Trip::Read);
        let refuse = |error: Error| {
            out.failed(&error);
            self.site.metrics.finished(Verb::Check, Err(&error));
            request.names.iter().map(|_| Err(error.clone())).collect()
        };
        let epoch = match self.site.admit(request.deadline).await {
            Ok(epoch) => epoch,
            Err(error) => return refuse(error),
        };
        let now = Instant::now();
        if request.deadline <= now {
            return refuse(ErrorKind::DeadlineInQueue.not_sent());
        }
        let results = self.site.check(request, epoch, now).await;
        for result in &results {
            match result {
                Ok(answer) => out.answered(answer.reply(), answer.queued()),
                Err(error) => out.failed(error),
            }
        }
        let is_late =
            |result: &&NameResult| matches!(result, Err(Error { kind: ErrorKind::DeadlineInQueue, .. }));
        if let Some(Err(late)) = results.iter().find(is_late) {
            self.site.metrics.finished(Verb::Check, Err(late));
        }
        results.into_iter().map(|result| result.map_err(|error| self.told(error))).collect()
    }

    /// Whether a command may use this namespace: it is in the profile and, once known, in the registry's greeting.
    #[must_use]
    pub fn speaks(&self, uri: &str) -> bool {
        let among = |objects: &[String], extensions: &[String]| {
            objects.iter().chain(extensions).any(|known| known == uri)
        };
        match &*self.site.services.load() {
            Some(agreed) => among(&agreed.objects, &agreed.extensions),
            None => {
                let wanted = &self.site.terms().profile.services;
                among(&wanted.objects, &wanted.extensions)
            }
        }
    }

    /// What is particular about the registry.
    #[must_use]
    pub fn profile(&self) -> impl Deref<Target = Profile> + use<> {
        Current(self.site.terms())
    }

    /// The name in metrics and logs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.site.name
    }

    /// The account's id at the registry.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.site.client_id
    }

    /// How the account is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let Site { breaker, metrics, queue, slots, .. } = &*self.site;
        Status {
            breaker: breaker.state(),
            retry_after: breaker.retry_after(),
            last_error: breaker.last_trouble(),
            sessions: SessionCounts {
                connecting: metrics.sessions(SessionState::Connecting),
                idle: metrics.sessions(SessionState::Idle),
                busy: metrics.sessions(SessionState::Busy),
                penalised: metrics.sessions(SessionState::Penalised),
                draining: metrics.sessions(SessionState::Draining),
                limit: slots.limit(),
            },
            queued: queue.len(),
        }
    }

    /// How many of a tenant's commands go in its turn, where an ordinary one has one.
    pub fn set_weight(&self, tenant: u128, weight: u32) {
        self.site.queue.set_weight(tenant, weight);
    }

    /// Takes no more commands, finishes those it has, logs out and closes; after `patience`, whatever is still open is cut.
    pub async fn drain(&self, patience: Duration) {
        let site = &self.site;
        let deadline = Instant::now() + patience;
        site.queue.close();
        if site.queue.is_paused() {
            site.queue.refuse(&ErrorKind::Draining.not_sent());
        }
        site.open.close();
        // What is not finished by then is cut below.
        let _ = timeout_at(deadline, site.open.wait()).await;
        site.queue.refuse(&ErrorKind::Draining.not_sent());
        site.stop.cancel();
        site.tasks.close();
        let patience = deadline.max(Instant::now() + FAREWELL);
        if timeout_at(patience, site.tasks.wait()).await.is_err() {
            site.kill.cancel();
            site.tasks.wait().await;
        }
        // A session that ends puts back what it has not begun.
        site.queue.refuse(&ErrorKind::Draining.not_sent());
    }

    async fn admit_and_run(&self, request: Request) -> Result<Answer, Error> {
        let epoch = self.site.admit(request.deadline).await?;
        let now = Instant::now();
        if request.deadline <= now {
            return Err(ErrorKind::DeadlineInQueue.not_sent());
        }
        let result = self.site.run(request, epoch, now).await;
        result.map_err(|error| self.told(error))
    }

    /// The error as its caller is told.
    fn told(&self, error: Error) -> Error {
        match error.kind {
            ErrorKind::DeadlineInQueue if self.has_no_session() => ErrorKind::NoSession.with(error.fate),
            _ => error,
        }
    }

    fn show_certificate(&self) {
        if let Some(ends) = self.tls.as_ref().and_then(Tls::certificate_ends) {
            self.site.metrics.client_certificate(ends);
        }
    }

    fn has_no_session(&self) -> bool {
        let open = [SessionState::Idle, SessionState::Busy, SessionState::Penalised];
        open.iter().all(|state| self.site.metrics.sessions(*state) == 0)
    }
}

/// The profile of the moment.
struct Current(Arc<Terms>);

impl Deref for Current {
    type Target = Profile;

    fn deref(&self) -> &Profile {
        &self.0.profile
    }
}

/// Counts a request once, even when its caller goes away.
struct Counted<'m> {
    metrics: &'m Metrics,
    verb: Verb,
    done: bool,
}

impl<'m> Counted<'m> {
    fn new(metrics: &'m Metrics, verb: Verb) -> Self {
        Self { metrics, verb, done: false }
    }

    fn finish(mut self, result: &Result<Answer, Error>) {
        self.done = true;
        self.metrics.finished(self.verb, result.as_ref().map(|answer| answer.response.code()));
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.metrics.cancelled(self.verb);
        }
    }
}

/// A logout, a close, and some room: so long these have at least.
const FAREWELL: Duration = Duration::from_secs(4);
