//! What is particular about a registry, as data: limits, services, habits. A new registry is a new TOML file.
//!
//! Every key has a default, so that a profile only says what differs; unknown keys are refused with their path.

use std::time::Duration;

use eppgate_epp::{Response, ResultCode};
use serde::Deserialize;

use crate::error::ConfigError;

/// What is particular about a registry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name.
    pub name: String,
    /// What a login asks for, as far as the greeting offers it.
    pub services: Services,
    /// Sessions: how many, how long.
    #[serde(default)]
    pub sessions: Sessions,
    /// Commands: how many, how long, how large.
    #[serde(default)]
    pub commands: Commands,
    /// Commands: how fast.
    #[serde(default)]
    pub rate: Rate,
    /// How domains are delegated.
    #[serde(default)]
    pub hosts: HostModel,
    /// What a domain's password looks like.
    #[serde(default)]
    pub auth_info: AuthInfoRule,
    /// The oldest TLS that is accepted.
    #[serde(default)]
    pub min_tls: MinTls,
    /// Habits that need code.
    #[serde(default)]
    pub quirks: Vec<Quirk>,
}

/// Namespace URIs that a login asks for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// Of objects.
    pub objects: Vec<String>,
    /// Of extensions.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// The language of the registry's texts; the greeting's first when it is not on offer. `en` is offered everywhere.
    #[serde(default = "english")]
    pub lang: String,
}

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
            max_age: Duration::from_secs(4 * 3600),
            max_commands: 0,
            logins_per_minute: 0,
            connect_timeout: Duration::from_secs(10),
        }
    }
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

/// How domains are delegated (RFC 5731, 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HostModel {
    /// To host objects: what most registries do.
    #[default]
    Objects,
    /// To names and addresses within the domain.
    Attributes,
}

/// What a domain's password looks like.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthInfoRule {
    /// Fewest characters. 8: the shortest that registries with a rule ask for.
    pub min_length: usize,
    /// Most characters. 16: the schema of older registries takes no more.
    pub max_length: usize,
    /// What it may hold beside letters and digits; one of each kind is always safe. These are taken everywhere.
    pub symbols: String,
}

impl Default for AuthInfoRule {
    fn default() -> Self {
        Self { min_length: 8, max_length: 16, symbols: "-_.!".into() }
    }
}

/// The oldest TLS that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum MinTls {
    /// TLS 1.2, which several registries still stop at.
    #[default]
    #[serde(rename = "1.2")]
    V12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    V13,
}

/// A habit that needs code, in one place each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// Replies come without the clTRID; one with another's is still refused.
    NoClTrid,
    /// 2501 on a login means too many sessions, not wrong credentials.
    SessionLimitIs2501,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ConfigError`] with the path of the key that is unknown, missing or wrong.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let at = |path: String, reason: &dyn std::fmt::Display| ConfigError::Profile {
            path,
            reason: reason.to_string().trim_end().to_owned(),
        };
        let document = toml::Deserializer::parse(text).map_err(|error| at(".".into(), &error))?;
        let profile: Self = serde_path_to_error::deserialize(document)
            .map_err(|error| at(error.path().to_string(), &error.inner().message()))?;
        profile.check()?;
        Ok(profile)
    }

    /// A profile that comes with the gateway.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        let (_, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        Some(Self::parse(text).expect("a test parses every profile that comes with the gateway"))
    }

    /// How many logins, if there is a limit: half of a minute's at once, so that no minute has more than it may.
    pub(crate) fn login_rate(&self) -> Rate {
        let half = f64::from(self.sessions.logins_per_minute) / 2.0;
        let burst = (self.sessions.logins_per_minute / 2).max(1);
        Rate { per_second: half / 60.0, burst, ..Rate::default() }
    }

    /// Whether the registry has this habit.
    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            (self.sessions.limit >= 1, "sessions.limit is at least 1"),
            (self.sessions.spares < self.sessions.limit, "sessions.spares is less than sessions.limit"),
            ((1..=MAX_WINDOW).contains(&self.sessions.window), "sessions.window is between 1 and 256"),
            (self.sessions.transforms >= 1, "sessions.transforms is at least 1"),
            ((0.1..=0.8).contains(&self.sessions.keepalive), "sessions.keepalive is between 0.1 and 0.8"),
            (
                self.sessions.max_commands == 0 || self.sessions.max_commands >= MIN_COMMANDS,
                "sessions.max_commands is 0 or at least 10",
            ),
            (self.rate.per_second >= 0.0, "rate.per_second is not negative"),
            (self.rate.burst >= 1, "rate.burst is at least 1"),
            (self.commands.queue >= 1, "commands.queue is at least 1"),
            (self.commands.max_frame >= MIN_FRAME, "commands.max_frame is at least 4096"),
            (self.commands.max_check_names >= 1, "commands.max_check_names is at least 1"),
            (
                self.auth_info.min_length <= self.auth_info.max_length,
                "auth_info.min_length is at most auth_info.max_length",
            ),
        ];
        match rules.iter().find(|(kept, _)| !kept) {
            Some((_, rule)) => Err(ConfigError::Range(rule)),
            None => Ok(()),
        }
    }
}

fn english() -> String {
    "en".into()
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

const BUILTIN: [(&str, &str); 1] = [("generic", include_str!("profiles/generic.toml"))];
/// More would only wait at the registry in place of here.
const MAX_WINDOW: usize = 256;
/// Login and logout, and something worth them in between.
const MIN_COMMANDS: u64 = 10;
/// A greeting with its policy is shorter.
const MIN_FRAME: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_that_comes_along_parses_under_its_own_name() {
        for (name, _) in BUILTIN {
            assert_eq!(Profile::builtin(name).unwrap().name, name);
        }
        assert!(Profile::builtin("none").is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_path() {
        let head = "name = 'x'\nservices.objects = []\n";
        for (text, told) in [
            ("sessions.limits = 3", "sessions.limits"),
            ("sessions.idle_limit = '5 minutes'", "sessions.idle_limit"),
            ("sessions.max_age = '0s'", "sessions.max_age"),
            ("quirks = ['odd']", "quirks[0]"),
            ("sessions.limit = 0", "sessions.limit is at least 1"),
            ("sessions.spares = 1", "less than sessions.limit"),
            ("min_tls = '1.1'", "min_tls"),
        ] {
            let error = Profile::parse(&format!("{head}{text}")).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
