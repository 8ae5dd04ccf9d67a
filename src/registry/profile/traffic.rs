//! How much a registry takes: sessions, commands, and how fast they may come.

use std::time::Duration;

use eppgate_epp::{Response, ResultCode};
use serde::Deserialize;

/// Sessions: how many, how long.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Open at once, logins and lagging closes included. 1 is the least that any registry grants.
    pub limit: u32,
    /// Kept ready beside those at work, so that a lost session is replaced at once. Less than `limit`; 0 as long as that
    /// may be 1.
    pub spares: u32,
    /// Commands in flight on one session. 1, since few registries take more without trouble.
    pub window: usize,
    /// Of these, commands that change something. 1: a slow one holds up the others, and if the session is lost, the outcome
    /// of each is unknown.
    pub transforms: usize,
    /// Bytes of commands in flight on one session, beside the first one's. 64 KiB: what the network buffers anyway.
    pub window_bytes: usize,
    /// Silence after which the registry closes. 300 s is the shortest that is common.
    #[serde(with = "duration")]
    pub idle_limit: Duration,
    /// The part of `idle_limit` after which a keepalive goes out. 0.6 leaves room for 10 % of jitter and a slow network.
    pub keepalive: f64,
    /// What goes out then.
    pub keepalive_by: Keepalive,
    /// A session's life; each ends up to a fifth earlier, so that they do not end together. 4 h: under every known limit.
    #[serde(with = "duration")]
    pub max_age: Duration,
    /// Commands in a session's life, login and keepalives included. 0, the default, for no limit.
    pub max_commands: u64,
    /// Logins of the account in a minute. 0, the default, when no limit is known.
    pub logins_per_minute: u32,
    /// TCP, TLS, greeting and login together. 10 s: some registries give up on a silent client then.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            limit: 1,
            spares: 0,
            window: 1,
            transforms: 1,
            window_bytes: 1 << 16,
            idle_limit: Duration::from_secs(300),
            keepalive: 0.6,
            keepalive_by: Keepalive::default(),
            max_age: Duration::from_secs(4 * 3600),
            max_commands: 0,
            logins_per_minute: 0,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// What keeps a silent session open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keepalive {
    /// `hello`, which costs the registry least, but which some answer even to a session that they have logged out.
    #[default]
    Hello,
    /// A look at the message queue, which needs the login.
    Poll,
}

/// Commands: how many, how long, how large.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commands {
    /// From the write to the reply, after which the session is given up. 20 s: registries aim below 4 s, and penalise by up
    /// to 2 s.
    #[serde(with = "duration")]
    pub timeout: Duration,
    /// From where on a reply counts as slow; when most are, the registry is in trouble. 10 s: half of
    /// the patience is gone then, and no penalty takes so long.
    #[serde(with = "duration")]
    pub slow: Duration,
    /// How long an overdue reply is still waited for before the connection is cut. 5 s.
    #[serde(with = "duration")]
    pub late_grace: Duration,
    /// The longest reply, in bytes with its length. 1 MiB: a hundred times a thick one.
    pub max_frame: usize,
    /// Commands that may wait for a session. 1,000: some seconds' worth on a fast registry, and little memory.
    pub queue: usize,
    /// Names in one check. 20: few registries take less.
    pub max_check_names: usize,
}

impl Default for Commands {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(20),
            slow: Duration::from_secs(10),
            late_grace: Duration::from_secs(5),
            max_frame: eppgate_epp::frame::DEFAULT_MAX,
            queue: 1_000,
            max_check_names: 20,
        }
    }
}

/// Commands: how fast. Logins, logouts and keepalives are commands too.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Commands of the account in a second, on average. 0, the default, when no limit is known.
    pub per_second: f64,
    /// How many may come at once. 1: the only number that no registry objects to.
    pub burst: u32,
    /// Replies that say that it was too much.
    pub refusals: Vec<Refusal>,
    /// Replies after which the registry lets the session wait, so that we do too, and others are served elsewhere.
    pub penalties: Vec<Penalty>,
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_second: 0.0, burst: 1, refusals: Vec::new(), penalties: Vec::new() }
    }
}

impl Rate {
    /// Whether this reply says that it was too much.
    #[must_use]
    pub fn refuses(&self, response: &Response<'_>) -> bool {
        let says = |text: &String| {
            let result = response.result();
            let reasons = result.ext_values().map(|value| value.reason.text.as_str());
            let mut texts = reasons.chain([result.msg.text.as_str()]);
            texts.any(|told| told.to_lowercase().contains(&text.to_lowercase()))
        };
        let code = response.code().0;
        self.refusals.iter().any(|one| one.code == code && one.text.as_ref().is_none_or(says))
    }

    /// How long the session has to wait after a reply.
    #[must_use]
    pub fn penalty(&self, code: ResultCode) -> Option<Duration> {
        let applies = |one: &&Penalty| match one.code {
            Some(wanted) => wanted == code.0,
            None => !code.is_success(),
        };
        self.penalties.iter().filter(applies).map(|one| one.time).max()
    }
}

/// A reply that says that there were too many commands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Its code.
    pub code: u16,
    /// A part of its text, in any case, when the code alone means other things as well.
    pub text: Option<String>,
}

/// A reply after which the session has to wait.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// Its code; every error when left out.
    pub code: Option<u16>,
    /// How long.
    #[serde(with = "duration")]
    pub time: Duration,
}

/// Lengths of time as people write them: `"500ms"`, `"20s"`, `"5m"`, `"4h"`.
mod duration {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(from)?;
        parse(&text).ok_or_else(|| D::Error::custom("a duration is written as 500ms, 20s, 5m or 4h"))
    }

    fn parse(text: &str) -> Option<Duration> {
        let unit = text.find(|c: char| !c.is_ascii_digit())?;
        let value: u32 = text[..unit].parse().ok().filter(|value| *value > 0)?;
        let unit = match &text[unit..] {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => return None,
        };
        Some(unit * value)
    }
}
