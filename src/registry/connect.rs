//! Opens sessions: connection, greeting, login; two at a time while that works, else one by one, ever more slowly, and not at all once the
//! registry has refused the credentials twice.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_epp::poll::Poll;
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, CommandFrame, DecodeError, EncodeError, Response, ResultCode, ServerMessage};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout};

use crate::frames::{ReadError, Wire};
use crate::limit::Bucket;
use crate::login::{self, agree, language};
use crate::metrics::{SessionGauge, SessionState, wall_clock};
use crate::profile::{Profile, Quirk};
use crate::session::{self, Handle};
use crate::site::Site;
use crate::terms::{Purpose, Terms, Words};
use crate::transport::{Connect, Unreached};

/// Why a session could not be opened. The texts name no host and no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Unreached(#[from] Unreached),
    #[error("the registry closed the connection before it answered")]
    Closed,
    #[error("the registry's answer cannot be read")]
    Read(#[from] ReadError),
    #[error("the registry's answer cannot be read")]
    Decode(#[from] DecodeError),
    #[error("the registry answered something else")]
    Unexpected,
    #[error("the login cannot be written")]
    Encode(#[from] EncodeError),
    #[error("the registry refused the credentials with {0}")]
    Credentials(ResultCode),
    #[error("the registry has too many sessions of this account")]
    SessionLimit,
    #[error("the registry has had too many commands of this account")]
    RateLimit,
    #[error("the registry refused the login with {0}")]
    Refused(ResultCode),
    #[error("the registry did not answer in time")]
    Timeout,
}

impl ConnectError {
    /// Whether the login may have been done all the same.
    pub(crate) fn may_have_logged_in(&self) -> bool {
        matches!(self, Self::Closed | Self::Read(_) | Self::Decode(_) | Self::Unexpected | Self::Timeout)
    }

    /// The word in metrics.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Unreached(unreached) => unreached.as_str(),
            Self::Credentials(_) | Self::Refused(_) | Self::Encode(_) => "auth",
            Self::SessionLimit | Self::RateLimit => "limit",
            Self::Timeout => "timeout",
            Self::Closed | Self::Read(_) | Self::Decode(_) | Self::Unexpected => "greeting",
        }
    }
}

/// The registry account is being taken down.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no more sessions are opened")]
pub(crate) struct Stopped;

/// Opens the sessions of one registry account.
pub(crate) struct Opener<C> {
    site: Arc<Site>,
    connector: C,
    gate: Semaphore,
    /// All of them for a login that has to be the only one.
    turns: Semaphore,
    logins: Mutex<Option<Bucket>>,
    backoff: Mutex<Backoff>,
    /// The session of a successful probe that found no place in the pool.
    probed: Mutex<Option<Handle>>,
}

#[derive(Debug, Default)]
struct Backoff {
    /// Whether the last login worked.
    is_proven: bool,
    failures: u32,
    /// Logins in a row that failed for the credentials.
    refused: u32,
    not_before: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Login,
    /// The login may be all that works: a harmless command shows more.
    LoginAndPoll,
}

impl<C: Connect> Opener<C> {
    pub(crate) fn new(site: Arc<Site>, connector: C) -> Self {
        let logins = Bucket::new(&site.terms().profile.login_rate(), Instant::now());
        Self {
            site,
            connector,
            gate: Semaphore::new(1),
            turns: Semaphore::new(TURNS as usize),
            logins: Mutex::new(logins),
            backoff: Mutex::default(),
            probed: Mutex::new(None),
        }
    }

    /// A session, however long it takes: the pool's wishes wait here, where order and pace are kept.
    pub(crate) async fn open(&self) -> Result<Handle, Stopped> {
        loop {
            tokio::select! {
                biased;
                () = self.site.stop.cancelled() => return Err(Stopped),
                handle = self.try_open() => if let Some(handle) = handle {
                    return Ok(handle);
                },
            }
        }
    }

    /// Opens a session to find out whether the registry is well; none when every allowed session is open.
    pub(crate) async fn probe(&self) -> Option<Result<Handle, ConnectError>> {
        let _gate = self.gate.acquire().await.expect("the semaphore is never closed");
        let _turn = self.turns.acquire_many(TURNS).await.expect("the semaphore is never closed");
        let slot = timeout(CLOSING, self.site.slots.take()).await.ok()?;
        // The login, and the poll after it.
        self.site.limiter.book();
        sleep_until(self.site.limiter.book()).await;
        Some(self.attempt(slot, Depth::LoginAndPoll).await)
    }

    /// Keeps a probe's session for the next wish.
    pub(crate) fn keep(&self, probed: Handle) {
        *self.probed.lock().unwrap_or_else(PoisonError::into_inner) = Some(probed);
    }

    async fn try_open(&self) -> Option<Handle> {
        let breaker = &self.site.breaker;
        let epoch = breaker.closed().await;
        let probed = self.probed.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(probed) = probed.filter(Handle::is_ready) {
            return Some(probed);
        }
        let (_turn, slot) = tokio::select! {
            biased;
            () = breaker.not_closed() => return None,
            both = self.turn_and_slot() => both,
        };
        match self.attempt(slot, Depth::Login).await {
            Ok(handle) => Some(handle),
            // Somebody else uses our sessions, or we ask too much: the registry is well.
            Err(ConnectError::SessionLimit | ConnectError::RateLimit) => None,
            Err(error) => {
                breaker.fail(epoch, &error);
                None
            }
        }
    }

    /// The right to log in now. Logins go side by side once one has shown that they work, else one by one.
    async fn turn_and_slot(&self) -> (SemaphorePermit<'_>, OwnedSemaphorePermit) {
        loop {
            // One at a time waits for turns: how many it wants depends on what those before it find.
            let gate = self.gate.acquire().await.expect("the semaphore is never closed");
            let wanted = self.turns_wanted();
            let mut turn = self.turns.acquire_many(wanted).await.expect("the semaphore is never closed");
            let not_before = self.backoff().not_before;
            if let Some(not_before) = not_before {
                sleep_until(not_before).await;
            }
            match self.turns_wanted() {
                now if now > wanted => continue,
                now => drop(turn.split((wanted - now) as usize)),
            }
            drop(gate);
            let slot = self.site.slots.take().await;
            let login_at = self.book_login();
            sleep_until(login_at.max(self.site.limiter.book())).await;
            return (turn, slot);
        }
    }

    fn turns_wanted(&self) -> u32 {
        let is_proven = self.backoff().is_proven && !self.site.passwords.is_changing();
        if is_proven { 1 } else { TURNS }
    }

    fn book_login(&self) -> Instant {
        let now = Instant::now();
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.as_mut().map_or(now, |bucket| bucket.book(now))
    }

    async fn attempt(&self, slot: OwnedSemaphorePermit, depth: Depth) -> Result<Handle, ConnectError> {
        let terms = self.site.terms();
        let words = self.site.passwords.words();
        let purpose = words.purpose;
        let limit = terms.profile.sessions.connect_timeout;
        let result = timeout(limit, self.establish(terms, words, slot, depth)).await;
        let result = result.unwrap_or(Err(ConnectError::Timeout));
        let is_verdict = self.site.passwords.learn(purpose, result.as_ref().map(drop));
        if purpose != Purpose::Nothing && result.is_ok() {
            self.site.metrics.credential_changed.set(wall_clock(Instant::now()));
        }
        self.record(&result, is_verdict);
        result
    }

    async fn establish(
        &self,
        terms: Arc<Terms>,
        words: Words,
        slot: OwnedSemaphorePermit,
        depth: Depth,
    ) -> Result<Handle, ConnectError> {
        let gauge = SessionGauge::new(Arc::clone(&self.site.metrics));
        let profile = &terms.profile;
        let metrics = &self.site.metrics;
        let stream = self.connector.connect().await?;
        let connected = Instant::now();
        let mut wire = Wire::new(stream, profile.commands.max_frame);
        let ServerMessage::Greeting(greeting) = receive(&mut wire).await? else {
            return Err(ConnectError::Unexpected);
        };
        metrics.took("greeting", connected.elapsed());
        let greeted = Instant::now();
        let services = agree(profile, &greeting.menu);
        let lang = language(profile, &greeting.menu);
        let login = login::command(&self.site.client_id, &words, services.clone(), lang);
        let response = self.exchange(profile, &mut wire, &login.finish(&self.site.ids.next())?).await?;
        login::pass_on_news(&self.site.name, &response);
        if !response.code().is_success() {
            return Err(refusal(response.code(), profile));
        }
        metrics.took("login", greeted.elapsed());
        if depth == Depth::LoginAndPoll {
            let poll = Command::poll(&Poll::Req).finish(&self.site.ids.next())?;
            let code = self.exchange(profile, &mut wire, &poll).await?.code();
            if code == ResultCode::USE_ERROR || code >= ResultCode::COMMAND_FAILED {
                return Err(ConnectError::Refused(code));
            }
        }
        self.site.services.store(Some(Arc::new(services)));
        Ok(session::start(wire, Arc::clone(&self.site), terms, gauge, slot))
    }

    /// Sends a command and gives the reply, unless that says that it is one too many.
    async fn exchange<S: tokio::io::AsyncRead + tokio::io::AsyncWrite>(
        &self,
        profile: &Profile,
        wire: &mut Wire<S>,
        command: &CommandFrame,
    ) -> Result<Response<'static>, ConnectError> {
        wire.writer.queue(&command.bytes);
        wire.writer.flush().await.map_err(ReadError::Io)?;
        let ServerMessage::Response(response) = receive(wire).await? else {
            return Err(ConnectError::Unexpected);
        };
        let expected = match &response.tr_id.client {
            Some(cl_trid) => *cl_trid == command.cl_trid,
            None => profile.has(Quirk::NoClTrid) || response.code().ends_session(),
        };
        if !expected {
            return Err(ConnectError::Unexpected);
        }
        if profile.rate.refuses(&response) {
            self.site.limiter.exceeded();
            return Err(ConnectError::RateLimit);
        }
        Ok(response)
    }

    /// Draws the consequences; `is_verdict` tells whether a refusal is one of the credentials.
    fn record(&self, result: &Result<Handle, ConnectError>, is_verdict: bool) {
        if let Err(ConnectError::SessionLimit) = result {
            let others = SessionState::ALL.iter().map(|state| self.site.metrics.sessions(*state)).sum();
            self.site.slots.refused(others);
        }
        let mut backoff = self.backoff();
        let Err(error) = result else {
            *backoff = Backoff { is_proven: true, ..Backoff::default() };
            drop(backoff);
            self.site.metrics.connected("ok");
            tracing::debug!(registry = self.site.name, "session opened");
            return;
        };
        let longest = BACKOFF_FIRST.saturating_mul(1 << backoff.failures.min(16)).min(BACKOFF_MOST);
        backoff.not_before = Some(Instant::now() + self.site.chance.between(Duration::ZERO, longest));
        backoff.failures += 1;
        backoff.is_proven = false;
        backoff.refused = match error {
            ConnectError::Credentials(_) if is_verdict => backoff.refused + 1,
            _ => backoff.refused,
        };
        let locked_out = backoff.refused >= LOGINS_REFUSED;
        if locked_out {
            backoff.refused = 0;
        }
        drop(backoff);
        self.site.metrics.connected(error.as_str());
        tracing::warn!(registry = self.site.name, error = error as &dyn std::error::Error, "no session");
        if locked_out {
            self.site.breaker.latch(error);
            tracing::error!(registry = self.site.name, "no more logins until the credentials are changed");
        }
    }

    fn backoff(&self) -> MutexGuard<'_, Backoff> {
        self.backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(code: ResultCode, profile: &Profile) -> ConnectError {
    match code {
        ResultCode::SESSION_LIMIT => ConnectError::SessionLimit,
        ResultCode::AUTHENTICATION_CLOSING if profile.has(Quirk::SessionLimitIs2501) => {
            ConnectError::SessionLimit
        }
        ResultCode::AUTHENTICATION_ERROR | ResultCode::AUTHENTICATION_CLOSING => {
            ConnectError::Credentials(code)
        }
        code => ConnectError::Refused(code),
    }
}

async fn receive<S: tokio::io::AsyncRead + tokio::io::AsyncWrite>(
    wire: &mut Wire<S>,
) -> Result<ServerMessage<'static>, ConnectError> {
    let message = wire.reader.frame().await?.ok_or(ConnectError::Closed)?;
    Ok(Document::from_bytes(message).and_then(ServerMessage::read)?)
}

/// Logins side by side. Both may be refused before either is known to be, and registries lock an account after three.
const TURNS: u32 = 2;
/// The longest first wait after a failure; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_millis(100);
/// The longest wait of all.
const BACKOFF_MOST: Duration = Duration::from_secs(30);
/// Registries lock an account after three or more.
const LOGINS_REFUSED: u32 = 2;
/// A session that is being closed frees its slot by then.
const CLOSING: Duration = Duration::from_secs(4);
