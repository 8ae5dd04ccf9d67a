//! The registry's metrics, each named once. Handles are resolved when the registry starts, so a command costs a few
//! atomic additions; every label set exists from then on, with zero.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eppgate_epp::{ResultCode, Verb};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Fate};
use crate::request::Class;
use crate::state::BreakerState;

/// The handles of one registry.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) queue_length: [Gauge; Class::ALL.len()],
    pub(crate) queue_wait: Families,
    pub(crate) command_duration: Families,
    pub(crate) queue_limit: Gauge,
    pub(crate) queue_oldest_age: Gauge,
    pub(crate) in_flight: Gauge,
    pub(crate) in_flight_limit: Gauge,
    pub(crate) session_age: Histogram,
    pub(crate) session_commands: Histogram,
    pub(crate) transmitted: Traffic,
    pub(crate) received: Traffic,
    pub(crate) breaker_open_until: Gauge,
    pub(crate) credential_changed: Gauge,
    keepalives: HashMap<&'static str, Counter>,
    retries: HashMap<&'static str, Counter>,
    connect_duration: HashMap<&'static str, Histogram>,
    pub(crate) desyncs: Counter,
    pub(crate) late_replies: Counter,
    pub(crate) sessions_limit: Gauge,
    pub(crate) sessions_target: Gauge,
    pub(crate) sessions_spare_target: Gauge,
    pub(crate) takeovers: [Counter; 2],
    pub(crate) ratelimit_tokens: Gauge,
    pub(crate) ratelimit_wait: Counter,
    pub(crate) check_batches: Counter,
    pub(crate) check_names: Counter,
    pub(crate) check_batch_size: Histogram,
    pub(crate) check_deduplicated: Counter,
    commands: [[Counter; OUTCOMES.len()]; COMMANDS.len()],
    unknown: HashMap<&'static str, Counter>,
    responses: BTreeMap<u16, Counter>,
    rejected: HashMap<&'static str, Counter>,
    connects: HashMap<&'static str, Counter>,
    closes: HashMap<&'static str, Counter>,
    pub(crate) breaker_rejected: Counter,
    maintenance_active: Gauge,
    maintenance_next: Gauge,
    breaker_state: HashMap<&'static str, Gauge>,
    breaker_failure_ratio: Gauge,
    pub(crate) paused: Gauge,
    client_certificate_ends: Gauge,
    server_certificate_ends: Gauge,
    poll_messages: Gauge,
    polled: Gauge,
    sessions: [Gauge; SessionState::ALL.len()],
    counts: [AtomicUsize; SessionState::ALL.len()],
    registry: String,
}

/// What goes over the wire in one direction.
#[derive(Debug)]
pub(crate) struct Traffic {
    bytes: Counter,
    frame: Histogram,
}

impl Traffic {
    pub(crate) fn count(&self, bytes: usize) {
        self.bytes.increment(bytes as u64);
        self.frame.record(bytes as f64);
    }
}

/// A histogram for each family of commands.
#[derive(Debug)]
pub(crate) struct Families([Histogram; 4]);

impl Families {
    fn new(name: &'static str, registry: &str) -> Self {
        Self(
            ["read", "transform", "poll", "session"]
                .map(|class| histogram!(name, "registry" => registry.to_owned(), "class" => class)),
        )
    }

    pub(crate) fn of(&self, verb: Verb) -> &Histogram {
        &self.0[match verb {
            Verb::Login | Verb::Logout => 3,
            Verb::Poll => 2,
            verb if verb.is_transform() => 1,
            _ => 0,
        }]
    }
}

/// What a session does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionState {
    Connecting,
    Idle,
    Busy,
    /// Without a command, and waiting as the registry wants it.
    Penalised,
    Draining,
}

impl SessionState {
    pub(crate) const ALL: [Self; 5] =
        [Self::Connecting, Self::Idle, Self::Busy, Self::Penalised, Self::Draining];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Idle => "idle",
            Self::Busy => "busy",
            Self::Penalised => "penalised",
            Self::Draining => "draining",
        }
    }
}

impl Metrics {
    pub(crate) fn new(registry: &str) -> Self {
        let name = || registry.to_owned();
        let by_word = |metric: &'static str, label: &'static str, words: &[&'static str]| {
            words
                .iter()
                .map(|word| (*word, counter!(metric, "registry" => name(), label => *word)))
                .collect::<HashMap<_, _>>()
        };
        let commands = COMMANDS.map(|command| {
            OUTCOMES.map(|outcome| {
                counter!("eppgate_commands_total", "registry" => name(), "command" => command, "outcome" => outcome)
            })
        });
        let responses = CODES
            .iter()
            .map(|code| {
                let word = if *code == OTHER_CODE { "other".to_owned() } else { code.to_string() };
                (*code, counter!("eppgate_responses_total", "registry" => name(), "code" => word))
            })
            .collect();
        let states = BreakerState::ALL.map(BreakerState::as_str);
        let metrics = Self {
            queue_length: Class::ALL
                .map(|class| gauge!("eppgate_queue_length", "registry" => name(), "class" => class.as_str())),
            queue_wait: Families::new("eppgate_queue_wait_duration_seconds", registry),
            command_duration: Families::new("eppgate_command_duration_seconds", registry),
            queue_limit: gauge!("eppgate_queue_limit", "registry" => name()),
            queue_oldest_age: gauge!("eppgate_queue_oldest_age_seconds", "registry" => name()),
            in_flight: gauge!("eppgate_inflight_commands", "registry" => name()),
            in_flight_limit: gauge!("eppgate_inflight_limit", "registry" => name()),
            session_age: histogram!("eppgate_session_age_seconds", "registry" => name()),
            session_commands: histogram!("eppgate_session_commands", "registry" => name()),
            transmitted: Traffic {
                bytes: counter!("eppgate_transmit_bytes_total", "registry" => name()),
                frame: histogram!("eppgate_frame_bytes", "registry" => name(), "direction" => "transmit"),
            },
            received: Traffic {
                bytes: counter!("eppgate_receive_bytes_total", "registry" => name()),
                frame: histogram!("eppgate_frame_bytes", "registry" => name(), "direction" => "receive"),
            },
            breaker_open_until: gauge!("eppgate_breaker_open_until_timestamp_seconds", "registry" => name()),
            credential_changed: gauge!("eppgate_credential_last_change_timestamp_seconds", "registry" => name()),
            keepalives: by_word("eppgate_keepalives_total", "result", &["ok", "failed"]),
            retries: by_word("eppgate_retries_total", "reason", &RETRIES),
            connect_duration: ["tcp", "tls", "greeting", "login"]
                .iter()
                .map(|phase| {
                    let name = name();
                    (*phase, histogram!("eppgate_session_connect_duration_seconds", "registry" => name, "phase" => *phase))
                })
                .collect(),
            desyncs: counter!("eppgate_session_desyncs_total", "registry" => name()),
            late_replies: counter!("eppgate_late_replies_total", "registry" => name()),
            sessions_limit: gauge!("eppgate_sessions_limit", "registry" => name()),
            sessions_target: gauge!("eppgate_sessions_target", "registry" => name()),
            sessions_spare_target: gauge!("eppgate_sessions_spare_target", "registry" => name()),
            takeovers: ["cold", "warm"].map(
                |result| counter!("eppgate_spare_takeovers_total", "registry" => name(), "result" => result),
            ),
            ratelimit_tokens: gauge!("eppgate_ratelimit_tokens", "registry" => name()),
            ratelimit_wait: counter!("eppgate_ratelimit_wait_seconds_total", "registry" => name()),
            check_batches: counter!("eppgate_check_batches_total", "registry" => name()),
            check_names: counter!("eppgate_check_names_total", "registry" => name()),
            check_batch_size: histogram!("eppgate_check_batch_size", "registry" => name()),
            check_deduplicated: counter!("eppgate_check_deduplicated_total", "registry" => name()),
            commands,
            unknown: by_word("eppgate_unknown_outcomes_total", "command", &COMMANDS),
            responses,
            rejected: by_word("eppgate_rejected_total", "reason", &REASONS),
            connects: by_word("eppgate_session_connects_total", "result", &CONNECTS),
            closes: by_word("eppgate_session_closes_total", "reason", &CLOSES),
            breaker_rejected: counter!("eppgate_breaker_rejected_total", "registry" => name()),
            maintenance_active: gauge!("eppgate_maintenance_active", "registry" => name()),
            maintenance_next: gauge!("eppgate_maintenance_next_start_timestamp_seconds", "registry" => name()),
            breaker_state: states
                .iter()
                .map(|state| {
                    (*state, gauge!("eppgate_breaker_state", "registry" => name(), "state" => *state))
                })
                .collect(),
            breaker_failure_ratio: gauge!("eppgate_breaker_failure_ratio", "registry" => name()),
            paused: gauge!("eppgate_paused", "registry" => name()),
            client_certificate_ends: gauge!("eppgate_tls_client_certificate_not_after_timestamp_seconds", "registry" => name()),
            server_certificate_ends: gauge!("eppgate_tls_server_certificate_not_after_timestamp_seconds", "registry" => name()),
            poll_messages: gauge!("eppgate_poll_messages_pending", "registry" => name()),
            polled: gauge!("eppgate_poll_last_success_timestamp_seconds", "registry" => name()),
            sessions: SessionState::ALL
                .map(|state| gauge!("eppgate_sessions", "registry" => name(), "state" => state.as_str())),
            counts: Default::default(),
            registry: name(),
        };
        metrics.touch();
        metrics.breaker(BreakerState::Closed);
        metrics
    }

    /// Makes every counter and gauge visible with zero.
    fn touch(&self) {
        let words =
            [&self.keepalives, &self.retries, &self.unknown, &self.rejected, &self.connects, &self.closes];
        let counters = words
            .into_iter()
            .flat_map(HashMap::values)
            .chain(self.commands.iter().flatten())
            .chain(self.responses.values())
            .chain([&self.desyncs, &self.late_replies, &self.transmitted.bytes, &self.received.bytes])
            .chain([
                &self.ratelimit_wait,
                &self.breaker_rejected,
                &self.check_batches,
                &self.check_names,
                &self.check_deduplicated,
            ]);
        counters.for_each(|counter| counter.increment(0));
        TRANSITIONS.iter().for_each(|(to, why)| self.transitions(to.as_str(), why).increment(0));
        let gauges = [
            &self.queue_limit,
            &self.queue_oldest_age,
            &self.in_flight,
            &self.in_flight_limit,
            &self.sessions_target,
            &self.sessions_spare_target,
            &self.breaker_open_until,
            &self.breaker_failure_ratio,
            &self.paused,
            &self.maintenance_active,
            &self.maintenance_next,
            &self.ratelimit_tokens,
            &self.credential_changed,
            &self.poll_messages,
            &self.polled,
        ];
        let gauges = gauges.into_iter().chain(&self.sessions).chain(&self.queue_length);
        gauges.for_each(|gauge| gauge.set(0.0));
    }

    /// A request has come to its end, with this code if there is a reply.
    pub(crate) fn finished(&self, verb: Verb, result: Result<ResultCode, &Error>) {
        let outcome = match result {
            Ok(code) => Ended::with(code),
            Err(error) => self.failed(verb, error),
        };
        self.command(verb, outcome);
    }

    /// A request's caller has gone.
    pub(crate) fn cancelled(&self, verb: Verb) {
        self.command(verb, Ended::Cancelled);
    }

    /// A keepalive was answered, or was not.
    pub(crate) fn kept_alive(&self, result: &'static str) {
        increment(self.keepalives.get(result));
    }

    /// A command goes back to the queue; `reason` is one of `RETRIES`.
    pub(crate) fn retried(&self, reason: &'static str) {
        increment(self.retries.get(reason));
    }

    /// A part of the way to a session took so long: `tcp`, `tls`, `greeting` or `login`.
    pub(crate) fn took(&self, phase: &'static str, time: Duration) {
        if let Some(histogram) = self.connect_duration.get(phase) {
            histogram.record(time);
        }
    }

    /// A reply has come.
    pub(crate) fn response(&self, code: ResultCode) {
        let counter = self.responses.get(&code.0).or_else(|| self.responses.get(&OTHER_CODE));
        increment(counter);
    }

    /// A login has been tried; `result` is one of `CONNECTS`.
    pub(crate) fn connected(&self, result: &'static str) {
        increment(self.connects.get(result));
    }

    /// A session has been closed; `reason` is one of `CLOSES`.
    pub(crate) fn closed(&self, reason: &'static str) {
        increment(self.closes.get(reason));
    }

    /// The breaker has this state now.
    pub(crate) fn breaker(&self, now: BreakerState) {
        for (state, gauge) in &self.breaker_state {
            gauge.set(f64::from(u8::from(*state == now.as_str())));
        }
    }

    /// The breaker has changed its state, for this reason.
    pub(crate) fn breaker_moved(&self, to: BreakerState, why: &'static str) {
        self.transitions(to.as_str(), why).increment(1);
        self.breaker(to);
    }

    /// The share of failures within the last seconds.
    pub(crate) fn failure_ratio(&self, ratio: f64) {
        self.breaker_failure_ratio.set(ratio);
    }

    /// When our certificate ends, in seconds since 1970.
    pub(crate) fn client_certificate(&self, ends: i64) {
        self.client_certificate_ends.set(ends as f64);
    }

    /// When the certificate that the registry has shown ends.
    pub(crate) fn server_certificate(&self, ends: i64) {
        self.server_certificate_ends.set(ends as f64);
    }

    /// The registry has been polled; so many messages wait there.
    pub(crate) fn polled(&self, waiting: u64) {
        self.poll_messages.set(waiting as f64);
        self.polled.set(wall_clock(Instant::now()));
    }

    /// The registry has told the account's balance. A rare event, and its currencies are not known before.
    pub(crate) fn balance(&self, currency: String, amount: f64) {
        gauge!("eppgate_account_balance", "registry" => self.registry.clone(), "currency" => currency)
            .set(amount);
    }

    fn transitions(&self, to: &'static str, why: &'static str) -> Counter {
        counter!("eppgate_breaker_transitions_total", "registry" => self.registry.clone(), "to" => to, "reason" => why)
    }

    /// Whether the registry is worked on, and when it will be next.
    pub(crate) fn maintenance(&self, is_now: bool, next: Option<Instant>) {
        self.maintenance_active.set(f64::from(u8::from(is_now)));
        self.maintenance_next.set(next.map_or(0.0, wall_clock));
    }

    /// One session more in this state.
    pub(crate) fn enter(&self, state: SessionState) {
        self.counts[state as usize].fetch_add(1, Ordering::Relaxed);
        self.sessions[state as usize].increment(1.0);
    }

    /// One session less in this state.
    pub(crate) fn leave(&self, state: SessionState) {
        self.counts[state as usize].fetch_sub(1, Ordering::Relaxed);
        self.sessions[state as usize].decrement(1.0);
    }

    /// How many sessions are in this state.
    pub(crate) fn sessions(&self, state: SessionState) -> usize {
        self.counts[state as usize].load(Ordering::Relaxed)
    }

    fn failed(&self, verb: Verb, error: &Error) -> Ended {
        let rejected = match &error.kind {
            ErrorKind::QueueFull => "queue_full",
            ErrorKind::DeadlineInQueue => "deadline",
            ErrorKind::BreakerOpen { .. } => "breaker_open",
            ErrorKind::Draining => "draining",
            ErrorKind::NoSession => "no_session",
            ErrorKind::RateLimited { .. } => "rate_limit",
            ErrorKind::Maintenance { .. } => "maintenance",
            ErrorKind::BadName => "bad_name",
            _ if error.fate == Fate::Unknown && verb.is_transform() => {
                increment(self.unknown.get(verb.as_str()));
                return Ended::Unknown;
            }
            ErrorKind::Timeout => return Ended::Timeout,
            ErrorKind::SessionEnded(_) | ErrorKind::NotLoggedIn => return Ended::RegistryFailure,
            ErrorKind::ConnectionLost | ErrorKind::Desync | ErrorKind::Garbled(_) | ErrorKind::Framing(_) => {
                return Ended::Transport;
            }
        };
        increment(self.rejected.get(rejected));
        Ended::Rejected
    }

    fn command(&self, verb: Verb, ended: Ended) {
        self.commands[place_of(verb)][ended as usize].increment(1);
    }
}

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "metrics tell the time of the outside, and nothing depends on it"
)]
pub(crate) fn wall_clock(at: Instant) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + at.saturating_duration_since(Instant::now())).as_secs_f64()
}

/// How a request has come to its end, in the order of `OUTCOMES`.
#[derive(Debug, Clone, Copy)]
enum Ended {
    Ok,
    Business,
    RegistryFailure,
    Transport,
    Timeout,
    Unknown,
    Rejected,
    Cancelled,
}

impl Ended {
    fn with(code: ResultCode) -> Self {
        match code {
            code if code.is_success() => Self::Ok,
            ResultCode::COMMAND_FAILED => Self::RegistryFailure,
            _ => Self::Business,
        }
    }
}

/// Where a verb stands among `COMMANDS`.
fn place_of(verb: Verb) -> usize {
    match verb {
        Verb::Login => 0,
        Verb::Logout => 1,
        Verb::Poll => 2,
        Verb::Check => 3,
        Verb::Info => 4,
        Verb::Create => 5,
        Verb::Delete => 6,
        Verb::Renew => 7,
        Verb::Transfer | Verb::TransferQuery => 8,
        Verb::Update => 9,
        Verb::Extension => 10,
    }
}

fn increment(counter: Option<&Counter>) {
    if let Some(counter) = counter {
        counter.increment(1);
    }
}

/// Counts the sessions in one state, and follows one session from state to state.
#[derive(Debug)]
pub(crate) struct SessionGauge {
    metrics: std::sync::Arc<Metrics>,
    state: SessionState,
}

impl SessionGauge {
    pub(crate) fn new(metrics: std::sync::Arc<Metrics>) -> Self {
        metrics.enter(SessionState::Connecting);
        Self { metrics, state: SessionState::Connecting }
    }

    pub(crate) fn state(&self) -> SessionState {
        self.state
    }

    pub(crate) fn set(&mut self, state: SessionState) {
        if state != self.state {
            self.metrics.leave(self.state);
            self.metrics.enter(state);
            self.state = state;
        }
    }
}

impl Drop for SessionGauge {
    fn drop(&mut self) {
        self.metrics.leave(self.state);
    }
}

const COMMANDS: [&str; 11] = [
    "login",
    "logout",
    "poll",
    "check",
    "info",
    "create",
    "delete",
    "renew",
    "transfer",
    "update",
    "extension",
];
const OUTCOMES: [&str; 8] =
    ["ok", "business", "registry_failure", "transport", "timeout", "unknown", "rejected", "cancelled"];
const REASONS: [&str; 8] = [
    "queue_full",
    "deadline",
    "breaker_open",
    "maintenance",
    "rate_limit",
    "draining",
    "no_session",
    "bad_name",
];
/// Lost with the session; not written when it ended; the session was logged out; too many commands.
const RETRIES: [&str; 4] = ["lost", "not_written", "logged_out", "rate_limit"];
const CONNECTS: [&str; 8] = ["ok", "dns", "tcp", "tls", "greeting", "auth", "limit", "timeout"];
const CLOSES: [&str; 11] = [
    "lifetime",
    "commands",
    "idle",
    "server_close",
    "logged_out",
    "error",
    "desync",
    "drain",
    "maintenance",
    "reload",
    "operator",
];
/// The changes of a breaker's state that happen, and why.
const TRANSITIONS: [(BreakerState, &str); 14] = [
    (BreakerState::Closed, "probe"),
    (BreakerState::Closed, "operator"),
    (BreakerState::Closed, "time"),
    (BreakerState::Open, "failures"),
    (BreakerState::Open, "refusals"),
    (BreakerState::Open, "slow"),
    (BreakerState::Open, "probe"),
    (BreakerState::Open, "maintenance"),
    (BreakerState::HalfOpen, "time"),
    (BreakerState::ForcedOpen, "operator"),
    (BreakerState::Drained, "operator"),
    (BreakerState::Disabled, "operator"),
    (BreakerState::Maintenance, "maintenance"),
    (BreakerState::AuthLatched, "credentials"),
];
/// Stands for every code that is not listed.
const OTHER_CODE: u16 = 0;
/// The codes of RFC 5730, section 3.
const CODES: [u16; 35] = [
    OTHER_CODE, 1000, 1001, 1300, 1301, 1500, 2000, 2001, 2002, 2003, 2004, 2005, 2100, 2101, 2102, 2103,
    2104, 2105, 2106, 2200, 2201, 2202, 2300, 2301, 2302, 2303, 2304, 2305, 2306, 2307, 2308, 2400, 2500,
    2501, 2502,
];
