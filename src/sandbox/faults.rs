//! What goes wrong on request: each fault says which commands it strikes, what happens to them, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::span::parse_wait;

/// A fault as it is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    #[serde(default, rename = "match")]
    pattern: Pattern,
    action: ActionWord,
    /// The code of `result`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    /// The time of `delay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delay: Option<String>,
    #[serde(default = "once")]
    times: u64,
}

/// Which commands: those that agree with all that is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pattern {
    #[serde(skip_serializing_if = "Option::is_none")]
    verb: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The first of them that is struck, counted from 1.
    nth: u64,
}

impl Default for Pattern {
    fn default() -> Self {
        Self { verb: None, object: None, name: None, account: None, nth: 1 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActionWord {
    DropBefore,
    DropAfter,
    Stall,
    Delay,
    Result,
    Garbage,
    Truncate,
    WrongCltrid,
    CloseIdle,
    SilentLogout,
    RefuseConnect,
    RefuseLogin,
    Maintenance,
    SlowBytes,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// The connection is cut, and the command is not run.
    DropBefore,
    /// The command is run, and the connection cut in place of a reply.
    DropAfter,
    /// The command is run, and no reply comes; the connection stays.
    Stall,
    /// The reply comes so much later.
    Delay(Duration),
    /// The reply is this code, and the command is not run.
    Result(u16),
    /// The command is run; the reply is a frame without XML.
    Garbage,
    /// The command is run; half of the reply comes, and the connection is cut.
    Truncate,
    /// The command is run; the reply has another clTRID.
    WrongClTrid,
    /// The session is closed as if it had been silent for too long: at once when it is idle, else after the reply.
    CloseIdle,
    /// The session is answered 2002 from now on, but for hello.
    SilentLogout,
    /// The next connection is cut as soon as it is made.
    RefuseConnect,
    /// The login is answered 2200 whatever its password.
    RefuseLogin,
    /// The reply is 2500, the command is not run, and the connection closed.
    Maintenance,
    /// The reply comes byte by byte.
    SlowBytes,
}

impl Action {
    /// As it is called in the control API and the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::Stall => "stall",
            Self::Delay(_) => "delay",
            Self::Result(_) => "result",
            Self::Garbage => "garbage",
            Self::Truncate => "truncate",
            Self::WrongClTrid => "wrong_cltrid",
            Self::CloseIdle => "close_idle",
            Self::SilentLogout => "silent_logout",
            Self::RefuseConnect => "refuse_connect",
            Self::RefuseLogin => "refuse_login",
            Self::Maintenance => "maintenance",
            Self::SlowBytes => "slow_bytes",
        }
    }
}

/// A fault in force.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fault {
    id: u64,
    #[serde(flatten)]
    spec: Spec,
    #[serde(skip)]
    action: Action,
    /// Commands that matched so far, and how many of them were struck.
    seen: u64,
    fired: u64,
}

/// All of them, in the order they were asked for: the first that matches and is not used up strikes.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    last: u64,
}

/// Why a fault cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// A delay and the time of one go together.
    #[error("a delay needs \"delay\", such as \"500ms\", and no other action takes it")]
    Delay,
    /// A result and its code go together.
    #[error("a result needs \"code\" from 1000 to 2999, and no other action takes it")]
    Code,
    /// Nothing is counted from nought.
    #[error("\"nth\" and \"times\" count from 1")]
    Count,
    /// A verb that no command has.
    #[error("no command has this verb")]
    Verb,
    /// More than a registry keeps.
    #[error("there are too many faults, clear some")]
    TooMany,
}

impl Faults {
    /// Puts a fault in force.
    pub(crate) fn add(&mut self, spec: Spec) -> Result<Fault, FaultError> {
        let action = spec.action()?;
        if spec.times == 0 || spec.pattern.nth == 0 {
            return Err(FaultError::Count);
        }
        let verb_is_known = |verb: &String| VERBS.contains(&verb.as_str());
        if !spec.pattern.verb.iter().all(verb_is_known) {
            return Err(FaultError::Verb);
        }
        if self.list.len() == FAULTS {
            return Err(FaultError::TooMany);
        }
        self.last += 1;
        let fault = Fault { id: self.last, spec, action, seen: 0, fired: 0 };
        self.list.push(fault.clone());
        Ok(fault)
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.list
    }

    /// What happens to a command of this account.
    pub(crate) fn strike(&mut self, call: &Call, account: Option<&str>) -> Option<Action> {
        self.first(|fault| match fault.action {
            Action::RefuseConnect => false,
            Action::RefuseLogin => call.verb == "login" && fault.spec.pattern.matches(call, account),
            _ => fault.spec.pattern.matches(call, account),
        })
    }

    /// Whether a new connection is refused.
    pub(crate) fn strike_connect(&mut self) -> bool {
        self.first(|fault| fault.action == Action::RefuseConnect).is_some()
    }

    /// Whether an idle session of this account is closed.
    pub(crate) fn strike_idle(&mut self, account: Option<&str>) -> bool {
        self.first(|fault| fault.action == Action::CloseIdle && fault.spec.pattern.matches_idle(account))
            .is_some()
    }

    /// Counts what matches, and takes the first that strikes.
    fn first(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<Action> {
        let mut struck = None;
        for fault in self.list.iter_mut().filter(|fault| matches(fault)) {
            fault.seen += 1;
            let strikes = fault.seen >= fault.spec.pattern.nth && fault.fired < fault.spec.times;
            if strikes && struck.is_none() {
                fault.fired += 1;
                struck = Some(fault.action);
            }
        }
        struck
    }
}

impl Spec {
    fn action(&self) -> Result<Action, FaultError> {
        if (self.action == ActionWord::Delay) != self.delay.is_some() {
            return Err(FaultError::Delay);
        }
        if (self.action == ActionWord::Result) != self.code.is_some() {
            return Err(FaultError::Code);
        }
        Ok(match self.action {
            ActionWord::DropBefore => Action::DropBefore,
            ActionWord::DropAfter => Action::DropAfter,
            ActionWord::Stall => Action::Stall,
            ActionWord::Delay => {
                let wait = self.delay.as_deref().and_then(parse_wait);
                Action::Delay(wait.ok_or(FaultError::Delay)?)
            }
            ActionWord::Result => {
                let code = self.code.filter(|code| (1000..3000).contains(code));
                Action::Result(code.ok_or(FaultError::Code)?)
            }
            ActionWord::Garbage => Action::Garbage,
            ActionWord::Truncate => Action::Truncate,
            ActionWord::WrongCltrid => Action::WrongClTrid,
            ActionWord::CloseIdle => Action::CloseIdle,
            ActionWord::SilentLogout => Action::SilentLogout,
            ActionWord::RefuseConnect => Action::RefuseConnect,
            ActionWord::RefuseLogin => Action::RefuseLogin,
            ActionWord::Maintenance => Action::Maintenance,
            ActionWord::SlowBytes => Action::SlowBytes,
        })
    }
}

impl Pattern {
    fn matches(&self, call: &Call, account: Option<&str>) -> bool {
        let agrees =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        agrees(&self.verb, call.verb)
            && agrees(&self.object, &call.object)
            && agrees(&self.account, account.unwrap_or_default())
            && self.name.as_deref().is_none_or(|wanted| {
                let mut names = call.name.split(' ');
                names.any(|name| name.eq_ignore_ascii_case(wanted))
            })
    }

    /// A session that sends nothing has only an account to be told by.
    fn matches_idle(&self, account: Option<&str>) -> bool {
        self.verb.is_none()
            && self.object.is_none()
            && self.name.is_none()
            && self.account.as_deref().is_none_or(|wanted| Some(wanted) == account)
    }
}

fn once() -> u64 {
    1
}

const FAULTS: usize = 1000;
const VERBS: [&str; 11] =
    ["hello", "login", "logout", "poll", "check", "info", "transfer", "create", "delete", "renew", "update"];

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: &str) -> Spec {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_fault_strikes_from_the_nth_match_on_as_often_as_it_says() {
        let mut faults = Faults::default();
        let json = r#"{"match": {"verb": "hello", "nth": 2}, "action": "stall", "times": 2}"#;
        faults.add(spec(json)).unwrap();
        let hello = Call::read(
            b"<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><hello/></epp>",
            &crate::Character::GENERIC,
        );
        let struck: Vec<bool> = (0..5).map(|_| faults.strike(&hello, None).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(!faults.strike_connect());
        assert_eq!((faults.list()[0].seen, faults.list()[0].fired), (5, 2));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for json in [
            r#"{"action": "explode"}"#,
            r#"{"action": "stall", "extra": 1}"#,
            r#"{"action": "stall", "match": {"colour": "red"}}"#,
            r#"{"match": {}}"#,
        ] {
            assert!(serde_json::from_str::<Spec>(json).is_err(), "{json}");
        }
        for (json, error) in [
            (r#"{"action": "delay"}"#, FaultError::Delay),
            (r#"{"action": "delay", "delay": "soon"}"#, FaultError::Delay),
            (r#"{"action": "stall", "delay": "1s"}"#, FaultError::Delay),
            (r#"{"action": "result"}"#, FaultError::Code),
            (r#"{"action": "result", "code": 42}"#, FaultError::Code),
            (r#"{"action": "stall", "times": 0}"#, FaultError::Count),
            (r#"{"action": "stall", "match": {"verb": "dance"}}"#, FaultError::Verb),
        ] {
            assert_eq!(Faults::default().add(spec(json)).err(), Some(error), "{json}");
        }
    }

    #[test]
    fn every_action_is_known_by_the_name_it_is_logged_under() {
        for word in [
            "drop_before",
            "drop_after",
            "stall",
            "garbage",
            "truncate",
            "wrong_cltrid",
            "close_idle",
            "silent_logout",
            "refuse_connect",
            "refuse_login",
            "maintenance",
            "slow_bytes",
        ] {
            let fault = Faults::default().add(spec(&format!(r#"{{"action": "{word}"}}"#)));
            assert_eq!(fault.unwrap().action.as_str(), word);
        }
    }
}
