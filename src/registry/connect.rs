//! Opens sessions: connection, greeting, login; two at a time while that works, else one by one, ever more slowly, and not at all once the
//! registry has refused the credentials twice.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_epp::greeting::Menu;
use eppgate_epp::poll::Poll;
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, CommandFrame, DecodeError, EncodeError, Response, ResultCode, ServerMessage};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::demand::Counted;
use crate::frames::{ReadError, Wire};
use crate::handle::Handle;
use crate::login::{self, agree, language};
use crate::lookout::Lookout;
use crate::metrics::{SessionGauge, SessionState, wall_clock};
use crate::profile::{Profile, Quirk};
use crate::session::{self, Opened};
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

/// An attempt that came to nothing.
pub(crate) struct Failure {
    error: ConnectError,
    /// Whether the login was on its way.
    is_asked: bool,
}

impl Failure {
    pub(crate) fn error(&self) -> &ConnectError {
        &self.error
    }

    /// Whether the registry may have logged us in all the same.
    pub(crate) fn may_have_logged_in(&self) -> bool {
        self.is_asked
            && matches!(
                self.error,
                ConnectError::Closed
                    | ConnectError::Read(_)
                    | ConnectError::Decode(_)
                    | ConnectError::Unexpected
                    | ConnectError::Timeout
            )
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
    backoff: Mutex<Backoff>,
    lookout: Lookout,
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
    /// Whether nobody took the last connection.
    is_unreached: bool,
    not_before: Option<Instant>,
}

/// What came of a probe.
pub(crate) enum Probe {
    Made(Result<Handle, ConnectError>),
    /// Every allowed session is open.
    NoRoom,
    /// Something else holds commands back by now.
    CalledOff,
}

/// The right to open a session, or one that is open.
enum Turn<'o> {
    Opened(Handle),
    ToOpen { epoch: u64, slot: OwnedSemaphorePermit, _turn: SemaphorePermit<'o>, _opening: Counted },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Login,
    /// The login may be all that works: a harmless command shows more.
    LoginAndPoll,
}

impl<C: Connect> Opener<C> {
    pub(crate) fn new(site: Arc<Site>, connector: C) -> Self {
        Self {
            site,
            connector,
            gate: Semaphore::new(1),
            turns: Semaphore::new(TURNS as usize),
            backoff: Mutex::default(),
            lookout: Lookout::default(),
            probed: Mutex::new(None),
        }
    }

    /// A session, however long it takes: the pool's wishes wait here, where order and pace are kept, until they are meant.
    pub(crate) async fn open(&self, called_off: &CancellationToken) -> Result<Handle, Stopped> {
        loop {
            let turn = tokio::select! {
                biased;
                () = self.site.stop.cancelled() => return Err(Stopped),
                () = called_off.cancelled() => return Err(Stopped),
                turn = self.turn() => turn,
            };
            tokio::select! {
                biased;
                () = self.site.stop.cancelled() => return Err(Stopped),
                handle = self.take(turn) => if let Some(handle) = handle {
                    return Ok(handle);
                },
            }
        }
    }

    /// Opens a session to find out whether the registry is well, while the breaker's epoch lasts.
    pub(crate) async fn probe(&self, epoch: u64) -> Probe {
        let turn = async {
            let gate = self.gate.acquire().await.expect("the semaphore is never closed");
            let turn = self.turns.acquire_many(TURNS).await.expect("the semaphore is never closed");
            let slot = timeout(CLOSING, self.site.slots.take()).await.ok()?;
            self.site.logins.token().await;
            Some((gate, turn, slot))
        };
        let (_gate, _turn, slot) = tokio::select! {
            biased;
            () = self.site.breaker.left(epoch) => return Probe::CalledOff,
            turn = turn => match turn {
                Some(turn) => turn,
                None => return Probe::NoRoom,
            },
        };
        // Whoever was away and lets us in is back; whoever was there has more to show.
        let depth = if self.backoff().is_unreached { Depth::Login } else { Depth::LoginAndPoll };
        Probe::Made(self.attempt(slot, depth).await)
    }

    /// Keeps a probe's session for the next wish.
    pub(crate) fn keep(&self, probed: Handle) {
        *self.probed.lock().unwrap_or_else(PoisonError::into_inner) = Some(probed);
    }

    /// Has what waits go on as soon as a registry that could not be reached can be. Never returns.
    pub(crate) async fn look_out(&self) {
        loop {
            let Site { breaker, chance, .. } = &*self.site;
            let patience = self.site.terms().profile.sessions.connect_timeout;
            self.lookout.sees(&self.connector, || breaker.state().tries(), chance, patience).await;
            self.backoff().not_before = None;
            self.lookout.find();
            breaker.hurry();
        }
    }

    /// Waits until another attempt may be made.
    async fn until_next(&self) {
        let mut lost = self.lookout.subscribe();
        loop {
            lost.mark_unchanged();
            let not_before = self.backoff().not_before;
            let Some(not_before) = not_before.filter(|at| *at > Instant::now()) else { return };
            tokio::select! {
                biased;
                _ = lost.changed() => {}
                () = sleep_until(not_before) => {}
            }
        }
    }

    /// Waits until a session is wanted and may be opened.
    async fn turn(&self) -> Turn<'_> {
        let Site { demand, breaker, .. } = &*self.site;
        loop {
            demand.wanted().await;
            let epoch = breaker.closed().await;
            let probed = self.probed.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(probed) = probed.filter(Handle::is_ready) {
                return Turn::Opened(probed);
            }
            let (turn, slot) = tokio::select! {
                biased;
                () = breaker.not_closed() => continue,
                both = self.turn_and_slot() => both,
            };
            if let Some(opening) = demand.begin() {
                return Turn::ToOpen { epoch, slot, _turn: turn, _opening: opening };
            }
        }
    }

    async fn take(&self, turn: Turn<'_>) -> Option<Handle> {
        let (epoch, slot, _held) = match turn {
            Turn::Opened(probed) => return Some(probed),
            Turn::ToOpen { epoch, slot, _turn, _opening } => (epoch, slot, (_turn, _opening)),
        };
        match self.attempt(slot, Depth::Login).await {
            Ok(handle) => Some(handle),
            // Somebody else uses our sessions, or we ask too much: the registry is well.
            Err(ConnectError::SessionLimit | ConnectError::RateLimit) => None,
            Err(error) => {
                self.site.breaker.fail(epoch, &error);
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
            self.until_next().await;
            match self.turns_wanted() {
                now if now > wanted => continue,
                now => drop(turn.split((wanted - now) as usize)),
            }
            drop(gate);
            let slot = self.site.slots.take().await;
            self.site.logins.token().await;
            // The command's token is drawn when it is written; before there is one, there is no use in connecting.
            if let Some(turn) = self.site.limiter.turn_of(|| 0) {
                sleep_until(turn).await;
            }
            if let Some(slot) = self.site.slots.confirm(slot) {
                return (turn, slot);
            }
        }
    }

    fn turns_wanted(&self) -> u32 {
        let is_proven = self.backoff().is_proven && !self.site.passwords.is_changing();
        if is_proven { 1 } else { TURNS }
    }

    async fn attempt(&self, slot: OwnedSemaphorePermit, depth: Depth) -> Result<Handle, ConnectError> {
        let terms = self.site.terms();
        let words = self.site.passwords.words();
        let purpose = words.purpose;
        let result = self.establish(terms, &words, slot, depth).await;
        let is_verdict = self.site.passwords.learn(&words, result.as_ref().map(drop));
        let result = result.map_err(|failure| failure.error);
        if purpose != Purpose::Nothing && result.is_ok() {
            self.site.metrics.credential_changed.set(wall_clock(Instant::now()));
        }
        self.record(&result, is_verdict);
        result
    }

    async fn establish(
        &self,
        terms: Arc<Terms>,
        words: &Words,
        slot: OwnedSemaphorePermit,
        depth: Depth,
    ) -> Result<Handle, Failure> {
        let gauge = SessionGauge::new(Arc::clone(&self.site.metrics));
        let profile = &terms.profile;
        let mut until = Instant::now() + profile.sessions.connect_timeout;
        let greeted = in_time(until, self.greet(profile)).await;
        let (mut wire, menu) = greeted.map_err(|error| Failure { error, is_asked: false })?;
        let logged_in = self.log_in(profile, &menu, &mut wire, &mut until, (words, depth)).await;
        match logged_in.map_err(|error| Failure { error, is_asked: true }) {
            Ok(sent) => {
                let opened = Opened { wire, terms, gauge, slot, sent };
                Ok(session::start(opened, Arc::clone(&self.site)))
            }
            Err(failure) if failure.may_have_logged_in() => {
                self.site.tasks.spawn(part(
                    wire,
                    profile.commands.timeout,
                    (gauge, slot),
                    Arc::clone(&self.site),
                ));
                Err(failure)
            }
            Err(failure) => {
                wire.close(Duration::ZERO).await;
                Err(failure)
            }
        }
    }

    /// Logs in, and gives how many commands that took.
    async fn log_in(
        &self,
        profile: &Profile,
        menu: &Menu,
        wire: &mut Wire<C::Stream>,
        until: &mut Instant,
        (words, depth): (&Words, Depth),
    ) -> Result<u64, ConnectError> {
        let services = agree(profile, menu);
        let lang = language(profile, menu);
        let login = login::command(&self.site.client_id, words, services.clone(), lang);
        let login = login.finish(&self.site.ids.next())?;
        *until += self.token().await;
        let greeted = Instant::now();
        let response = in_time(*until, self.exchange(profile, wire, &login)).await?;
        login::pass_on_news(&self.site.name, &response);
        if !response.code().is_success() {
            return Err(refusal(response.code(), profile));
        }
        self.site.metrics.took("login", greeted.elapsed());
        let mut sent = 1;
        if depth == Depth::LoginAndPoll {
            sent += 1;
            let poll = Command::poll(&Poll::Req).finish(&self.site.ids.next())?;
            *until += self.token().await;
            let code = in_time(*until, self.exchange(profile, wire, &poll)).await?.code();
            if code == ResultCode::USE_ERROR || code >= ResultCode::COMMAND_FAILED {
                return Err(ConnectError::Refused(code));
            }
        }
        self.site.services.store(Some(Arc::new(services)));
        Ok(sent)
    }

    /// A connection that the registry has greeted, and what it offers.
    async fn greet(&self, profile: &Profile) -> Result<(Wire<C::Stream>, Menu), ConnectError> {
        let metrics = &self.site.metrics;
        let stream = self.connector.connect().await?;
        let connected = Instant::now();
        let mut wire = Wire::new(stream, profile.commands.max_frame);
        let ServerMessage::Greeting(greeting) = receive(&mut wire).await? else {
            return Err(ConnectError::Unexpected);
        };
        metrics.took("greeting", connected.elapsed());
        Ok((wire, greeting.menu))
    }

    /// Waits until a command may be written, at once then; gives how long that took.
    async fn token(&self) -> Duration {
        let begun = Instant::now();
        self.site.limiter.token().await;
        begun.elapsed()
    }

    /// Sends a command and gives the reply, unless that says that it is one too many.
    async fn exchange(
        &self,
        profile: &Profile,
        wire: &mut Wire<C::Stream>,
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
        // Wrong credentials are so whatever else is wrong with the reply: tried again and again, they lock the account.
        if !expected && !is_about_credentials(response.code()) {
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
            self.lookout.find();
            self.site.metrics.connected("ok");
            tracing::debug!(registry = self.site.name, "session opened");
            return;
        };
        let longest = BACKOFF_FIRST.saturating_mul(1 << backoff.failures.min(16)).min(BACKOFF_MOST);
        backoff.not_before = Some(Instant::now() + self.site.chance.between(Duration::ZERO, longest));
        backoff.failures += 1;
        backoff.is_proven = false;
        backoff.is_unreached = matches!(error, ConnectError::Unreached(Unreached::Tcp(_)));
        backoff.refused = match error {
            ConnectError::Credentials(_) if is_verdict => backoff.refused + 1,
            _ => backoff.refused,
        };
        let locked_out = backoff.refused >= LOGINS_REFUSED;
        if locked_out {
            backoff.refused = 0;
        }
        let is_unreached = backoff.is_unreached;
        drop(backoff);
        match is_unreached {
            true => self.lookout.lose(),
            false => self.lookout.find(),
        }
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

/// Closes a connection on which a login was not answered. The registry counts the session as long as it is busy with that,
/// as with any command, and until then its slot is not free.
async fn part<S: AsyncRead + AsyncWrite>(
    mut wire: Wire<S>,
    busy: Duration,
    (mut gauge, slot): (SessionGauge, OwnedSemaphorePermit),
    site: Arc<Site>,
) {
    gauge.set(SessionState::Draining);
    tokio::select! {
        biased;
        () = site.kill.cancelled() => {}
        () = wire.close(busy) => {}
    }
    drop(wire);
    drop((gauge, slot));
}

fn refusal(code: ResultCode, profile: &Profile) -> ConnectError {
    match code {
        ResultCode::SESSION_LIMIT => ConnectError::SessionLimit,
        ResultCode::AUTHENTICATION_CLOSING if profile.has(Quirk::SessionLimitIs2501) => {
            ConnectError::SessionLimit
        }
        code if is_about_credentials(code) => ConnectError::Credentials(code),
        code => ConnectError::Refused(code),
    }
}

fn is_about_credentials(code: ResultCode) -> bool {
    matches!(code, ResultCode::AUTHENTICATION_ERROR | ResultCode::AUTHENTICATION_CLOSING)
}

async fn in_time<T>(
    until: Instant,
    work: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    timeout_at(until, work).await.unwrap_or(Err(ConnectError::Timeout))
}

async fn receive<S: AsyncRead + AsyncWrite>(
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
