//! The registry itself: one state, one journal, one lock, and the one order in which things happen: decide, write
//! down, apply, reply.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};
use eppgate_epp::{Fragment, Reply, ResultCode};
use rust_decimal::Decimal;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::call::Call;
use crate::character::{Excess, Rate};
use crate::faults::{Action, Faults};
use crate::flows::{Caller, Order, Outcome, View};
use crate::journal::Journal;
use crate::names::Name;
use crate::phase::Phase;
use crate::rate::Rates;
use crate::record::{Change, LogEntry, Message, Notice, RawNotice, Record};
use crate::review;
use crate::span::CalendarSpan;
use crate::state::{Account, Balance, State};
use crate::{Character, Config, Error, StateKind, greeting};

/// A registry that sessions and the control API share.
pub(crate) struct Registry {
    pub(crate) profile: Profile,
    pub(crate) idle_timeout: Duration,
    pub(crate) login_timeout: Duration,
    core: Mutex<Core>,
    faults: Mutex<Faults>,
    #[cfg(feature = "validate")]
    schemas: Option<crate::schemas::Schemas>,
    rates: Mutex<Rates>,
    /// Wakes idle sessions when a fault is added.
    fault_added: watch::Sender<()>,
    latency_micros: AtomicU64,
}

/// What a registry is like.
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) character: Character,
    pub(crate) zones: Vec<String>,
    /// The end of its object ids (RFC 5730, 2.8): at most 8 characters.
    pub(crate) roid_suffix: String,
    pub(crate) max_sessions: AtomicUsize,
}

struct Core {
    state: State,
    journal: Journal,
}

/// A command that is over, as far as the registry is concerned.
pub(crate) struct Done {
    pub(crate) code: ResultCode,
    pub(crate) reply: Reply,
    pub(crate) cl_trid: Option<String>,
    pub(crate) sv_trid: String,
}

/// Why the control API cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("no such account")]
    NoAccount,
    #[error("no such lock")]
    NoLock,
    #[error("no such zone")]
    NoZone,
    #[error("no such name waits for a review")]
    NoReview,
    #[error("the queue is full")]
    QueueFull,
    #[error("a message has 1 to 4000 characters, and none that XML cannot carry")]
    BadMessage,
    #[error("the clock goes from 1970 to 2200")]
    ClockRange,
    #[error("the journal cannot be written")]
    Journal(#[from] io::Error),
}

impl Registry {
    /// Reads the state back.
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let mut state = State::new(&config.accounts, config.start);
        let journal = match &config.state {
            StateKind::Dir(dir) => Journal::open(dir, |record| state.apply(record))?,
            StateKind::Memory => Journal::Memory,
        };
        let suffix = config.name.chars().filter(char::is_ascii_alphanumeric).take(8);
        Ok(Self {
            profile: Profile {
                name: config.name.clone(),
                character: config.character.clone(),
                zones: config.tlds.iter().map(|tld| tld.to_ascii_lowercase()).collect(),
                roid_suffix: suffix.collect::<String>().to_ascii_uppercase(),
                max_sessions: config.character.sessions.unwrap_or(usize::MAX).min(config.max_sessions).into(),
            },
            idle_timeout: config.idle_timeout,
            login_timeout: config.login_timeout,
            core: Mutex::new(Core { state, journal }),
            faults: Mutex::default(),
            #[cfg(feature = "validate")]
            schemas: schemas(config)?,
            rates: Mutex::new(Rates::new(config.character.rate)),
            fault_added: watch::Sender::new(()),
            latency_micros: AtomicU64::new(micros(config.latency)),
        })
    }

    /// What is wrong with a message by the schemas, where there are some.
    #[cfg(feature = "validate")]
    pub(crate) fn fault_of(&self, message: &[u8]) -> Option<String> {
        self.schemas.as_ref()?.fault(str::from_utf8(message).ok()?)
    }

    /// Ends it: whatever is still under way has not happened.
    pub(crate) fn close(&self) {
        self.core().journal = Journal::Closed;
    }

    /// Runs a command, or takes note that it was refused before.
    pub(crate) fn execute(&self, call: Call, caller: Caller<'_>, fault: Option<Action>) -> Done {
        let login = call.login_account().map(str::to_owned);
        let mut core = self.core();
        core.pass_time();
        let view = View {
            profile: &self.profile,
            state: &core.state,
            caller,
            now: core.state.now(),
            seq: core.state.log.last() + 1,
            cl_trid: call.cl_trid.as_deref(),
        };
        let outcome = call.order.and_then(|order: Order| order.run(&view)).unwrap_or_else(Outcome::refused);
        let sv_trid = view.sv_trid();
        let entry = LogEntry {
            seq: view.seq,
            time: view.now,
            session: caller.session,
            account: caller.account.map(str::to_owned).or_else(|| login.clone()),
            verb: call.verb.into(),
            object: call.object,
            name: call.name,
            extensions: call.extensions,
            cl_trid: call.cl_trid.clone(),
            sv_trid: sv_trid.clone(),
            code: outcome.code.0,
            effect: outcome.effect,
            amount: outcome.amount,
            fault: fault.map(|fault| fault.as_str().into()),
        };
        let mut changes = outcome.changes;
        changes.extend(core.state.warnings(&changes, entry.time));
        let record = Record { log: Some(entry), changes };
        let (code, reply) = match core.commit(record) {
            Ok(()) => (outcome.code, outcome.reply),
            Err(error) => {
                tracing::error!(%error, "the journal cannot be written, the command is not done");
                let failed = Outcome::refused(ResultCode::COMMAND_FAILED.into());
                (failed.code, failed.reply)
            }
        };
        if let Some(account) = login.filter(|_| code.is_success()) {
            core.state.session_opened(&account);
        }
        Done { code, reply, cl_trid: call.cl_trid, sv_trid }
    }

    /// The greeting as a frame.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let now = self.core().state.now();
        greeting::frame(&self.profile.name, &self.profile.character, now)
    }

    pub(crate) fn number_session(&self) -> u64 {
        self.core().state.number_session()
    }

    pub(crate) fn session_closed(&self, account: &str) {
        self.core().state.session_closed(account);
    }

    /// Open sessions and the most there ever were, by account.
    pub(crate) fn sessions(&self) -> BTreeMap<String, (usize, usize)> {
        let core = self.core();
        let accounts = core.state.accounts();
        accounts.map(|(id, account)| (id.clone(), (account.open, account.highest))).collect()
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets idle sessions look at the faults.
    pub(crate) fn tell_idle_sessions(&self) {
        self.fault_added.send_replace(());
    }

    pub(crate) fn watch_faults(&self) -> watch::Receiver<()> {
        self.fault_added.subscribe()
    }

    pub(crate) fn latency(&self) -> Duration {
        Duration::from_micros(self.latency_micros.load(Ordering::Relaxed))
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        self.latency_micros.store(micros(latency), Ordering::Relaxed);
    }

    /// Looks at the state at one moment.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        let mut core = self.core();
        core.pass_time();
        look(&core.state)
    }

    /// Moves the clock to where `target` says from now, and lets happen what becomes due.
    pub(crate) fn move_clock(
        &self,
        target: impl FnOnce(DateTime<Utc>) -> Option<DateTime<Utc>>,
    ) -> Result<DateTime<Utc>, Trouble> {
        let mut core = self.core();
        let target = target(core.state.now()).filter(|target| (1970..2200).contains(&target.year()));
        let ahead = target.ok_or(Trouble::ClockRange)? - core.state.machine_now();
        core.change(Change::Clock { ahead_ms: ahead.num_milliseconds() })?;
        core.pass_time();
        Ok(core.state.now())
    }

    /// Makes a change that no command has asked for.
    pub(crate) fn change(&self, change: Change) -> io::Result<()> {
        self.core().change(change)
    }

    /// Queues a message; returns its id.
    pub(crate) fn queue_message(
        &self,
        account: &str,
        text: String,
        raw: Option<RawNotice>,
    ) -> Result<u64, Trouble> {
        let good = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || c == '\n';
        if !(1..=4000).contains(&text.len()) || !text.chars().all(good) {
            return Err(Trouble::BadMessage);
        }
        let parts = raw.iter().flat_map(|raw| [&raw.data, &raw.extension]).flatten();
        for part in parts {
            Fragment::parse(part).map_err(|_| Trouble::BadMessage)?;
        }
        let mut core = self.core();
        let plain = Message::plain(core.state.now(), text);
        let message = Message { data: raw.map(Notice::Raw), ..plain };
        core.queue(account, message)
    }

    /// Gives an account a balance, and warns it when that is below the threshold.
    pub(crate) fn set_balance(
        &self,
        account: &str,
        balance: Decimal,
        threshold: Decimal,
    ) -> Result<(), Trouble> {
        let mut core = self.core();
        core.account(account)?;
        core.change(Change::Balance { account: account.to_owned(), balance, threshold })?;
        if balance < threshold {
            let warning = Balance::new(balance, threshold).warning(account, balance, core.state.now());
            core.queue(account, warning)?;
        }
        Ok(())
    }

    /// Opens the lock of a domain for some time, or for good.
    pub(crate) fn unlock(&self, name: &str, span: Option<CalendarSpan>) -> Result<(), Trouble> {
        let mut core = self.core();
        let name = Name::parse(name).ok_or(Trouble::NoLock)?;
        let mut domain = core.state.domain(&name).cloned().ok_or(Trouble::NoLock)?;
        let mut lock = domain.lock.take().ok_or(Trouble::NoLock)?;
        if let Some(span) = span {
            lock.unlocked_until = span.after(core.state.now());
            domain.lock = Some(lock);
        }
        Ok(core.change(Change::Domain(Box::new(domain)))?)
    }

    /// Registers or renews a name that waits for a review, or does not and gives the money back; its registrar is told.
    pub(crate) fn review(&self, name: &str, accept: bool) -> Result<(), Trouble> {
        let mut core = self.core();
        let name = Name::parse(name).ok_or(Trouble::NoReview)?;
        let domain = core.state.domain(&name).cloned().ok_or(Trouble::NoReview)?;
        let changes = review::end(domain, accept, core.state.now()).ok_or(Trouble::NoReview)?;
        Ok(core.commit(Record { log: None, changes })?)
    }

    /// Puts a zone into a phase of its launch.
    pub(crate) fn set_phase(&self, zone: &str, phase: Phase) -> Result<(), Trouble> {
        if !self.profile.zones.iter().any(|served| served == zone) {
            return Err(Trouble::NoZone);
        }
        Ok(self.core().change(Change::Phase { zone: zone.to_owned(), phase })?)
    }

    /// The rule of how much an account may ask.
    pub(crate) fn rate(&self) -> Option<Rate> {
        self.rates().rule()
    }

    pub(crate) fn set_rate(&self, rate: Option<Rate>) {
        self.rates().set(rate);
    }

    /// Counts a command of an account; says what happens to it if it is one too many.
    pub(crate) fn count(&self, account: &str) -> Option<Excess> {
        self.rates().count(account, Instant::now())
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Short blocks only. A flow that panicked has changed nothing, so the state is whole all the same.
    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Profile {
    /// Whether names like this one are registered here.
    pub(crate) fn serves(&self, name: &Name) -> bool {
        self.zones.iter().any(|zone| zone == name.zone())
    }

    /// The name of the domain of this registry that a host is below, or is called like.
    pub(crate) fn above(&self, host: &str) -> Option<String> {
        let zone = self
            .zones
            .iter()
            .find(|zone| host.strip_suffix(*zone).is_some_and(|rest| rest.ends_with('.')))?;
        let above = host.strip_suffix(zone)?.strip_suffix('.')?;
        let label = above.rsplit('.').next()?;
        Some(format!("{label}.{zone}"))
    }
}

impl Core {
    /// Writes a record down, then makes it true.
    fn commit(&mut self, record: Record) -> io::Result<()> {
        self.journal.append(&record)?;
        self.state.apply(record);
        Ok(())
    }

    fn change(&mut self, change: Change) -> io::Result<()> {
        self.commit(Record { log: None, changes: vec![change] })
    }

    /// Lets happen what time has brought about.
    fn pass_time(&mut self) {
        let now = self.state.now();
        let mut changes = self.state.due(now);
        if changes.is_empty() {
            return;
        }
        changes.extend(self.state.warnings(&changes, now));
        if let Err(error) = self.commit(Record { log: None, changes }) {
            tracing::error!(%error, "the journal cannot be written, time stands still");
        }
        self.state.settled();
    }

    fn account(&self, account: &str) -> Result<&Account, Trouble> {
        self.state.account(account).ok_or(Trouble::NoAccount)
    }

    fn queue(&mut self, account: &str, message: Message) -> Result<u64, Trouble> {
        let queue = self.account(account)?;
        if queue.messages.len() >= MESSAGES {
            return Err(Trouble::QueueFull);
        }
        let id = queue.acknowledged + queue.messages.len() as u64 + 1;
        self.change(Change::Message { account: account.to_owned(), message })?;
        Ok(id)
    }
}

#[cfg(feature = "validate")]
fn schemas(config: &Config) -> Result<Option<crate::schemas::Schemas>, Error> {
    config.validate.as_deref().map(crate::schemas::Schemas::read).transpose()
}

fn micros(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)
}

/// Messages that may wait for one account.
const MESSAGES: usize = 1000;

#[cfg(test)]
impl Registry {
    /// Account, command and amount of each charge.
    pub(crate) fn charges(&self) -> Vec<(String, String, String)> {
        self.look(|state| {
            let charges = state.ledger.after(0);
            charges
                .map(|charge| (charge.account.clone(), charge.command.to_string(), charge.amount.to_string()))
                .collect()
        })
    }

    /// Verb, code, effect and fault of each entry of the log.
    pub(crate) fn logged(&self) -> Vec<(String, u16, crate::record::Effect, Option<String>)> {
        self.look(|state| {
            let entries = state.log.after(0);
            entries
                .map(|entry| {
                    (
                        entry.verb.to_string(),
                        entry.code,
                        entry.effect,
                        entry.fault.as_ref().map(ToString::to_string),
                    )
                })
                .collect()
        })
    }

    /// Moves the clock ahead.
    pub(crate) fn advance(&self, span: &str) {
        let span = CalendarSpan::parse(span).unwrap();
        self.move_clock(|now| span.after(now)).unwrap();
    }
}
