//! One client's session: a message in, an answer out. No I/O and no waiting here: what should happen on the wire, and
//! when, is said in the answer.

use std::sync::Arc;
use std::time::Duration;

use eppgate_epp::response::TrId;
use eppgate_epp::{ResultCode, Verb};

use crate::call::Call;
use crate::character::{Excess, Pace as CommandPace};
use crate::faults::Action;
use crate::flows::{Caller, Chosen, Order, Refusal};
use crate::registry::{Done, Registry};

/// A connection's view of the registry. While it lives, its account has one session more.
pub(crate) struct Session {
    registry: Arc<Registry>,
    id: u64,
    account: Option<String>,
    failed_logins: u8,
    chosen: Chosen,
    /// Logged out without being told.
    muted: bool,
}

/// What goes back to the client.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Whole frames as a rule; nothing when nothing is to be heard.
    pub(crate) bytes: Vec<u8>,
    /// Not before this much time has passed.
    pub(crate) wait: Duration,
    pub(crate) pace: Pace,
    /// How the connection ends afterwards, if it does.
    pub(crate) end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Pace {
    #[default]
    AtOnce,
    ByteByByte,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With the farewells of TLS.
    Polite,
    /// Without.
    Abrupt,
}

impl Session {
    /// A session on a new connection, and its greeting.
    pub(crate) fn open(registry: Arc<Registry>) -> (Self, Answer) {
        let greeting = Answer { bytes: registry.greeting(), wait: registry.latency(), ..Answer::default() };
        let session = Self {
            id: registry.number_session(),
            registry,
            account: None,
            failed_logins: 0,
            chosen: Chosen::default(),
            muted: false,
        };
        (session, greeting)
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.account.is_some()
    }

    /// Whether a fault closes it while nothing is being asked.
    pub(crate) fn is_closed_while_idle(&self) -> bool {
        self.registry.faults().strike_idle(self.account.as_deref())
    }

    /// Answers a message.
    pub(crate) fn handle(&mut self, message: &[u8]) -> Answer {
        let call = self.read(message);
        let account = self.account.as_deref().or_else(|| call.login_account());
        let excess = account.and_then(|account| self.registry.count(account));
        self.handle_call(call, excess)
    }

    /// Answers a message that came before the reply to the last one.
    pub(crate) fn handle_early(&mut self, message: &[u8]) -> Answer {
        if self.registry.profile.character.pace == CommandPace::Pipelined {
            return self.handle(message);
        }
        let call = self.read(message);
        self.handle_call(call, Some(Excess::Closed(ResultCode::FAILED_CLOSING.0)))
    }

    #[cfg(not(feature = "validate"))]
    fn read(&self, message: &[u8]) -> Call {
        Call::read(message, &self.registry.profile.character)
    }

    #[cfg(feature = "validate")]
    fn read(&self, message: &[u8]) -> Call {
        let mut call = Call::read(message, &self.registry.profile.character);
        if let Some(fault) = self.registry.fault_of(message).filter(|_| call.order.is_ok()) {
            call.order = Err(Refusal::new(ResultCode::SYNTAX_ERROR, fault));
        }
        call
    }

    fn handle_call(&mut self, mut call: Call, excess: Option<Excess>) -> Answer {
        let account = self.account.as_deref().or_else(|| call.login_account());
        let fault = self.registry.faults().strike(&call, account);
        if fault == Some(Action::SilentLogout) {
            self.muted = true;
        }
        if let Some(refusal) = self.refusal(&call, fault, excess) {
            call.order = Err(refusal);
        }
        let greeting = matches!(call.order, Ok(Order::Hello));
        let login = match &call.order {
            Ok(Order::Login(login)) => Some((login.account().to_owned(), login.chosen())),
            _ => None,
        };
        let creates = call.verb == Verb::Create.as_str();
        let done = self.registry.execute(call, self.caller(), fault);
        match login {
            Some((account, chosen)) if done.code.is_success() => {
                self.account = Some(account);
                self.chosen = chosen;
            }
            Some(_) => self.failed_logins = self.failed_logins.saturating_add(1),
            None => {}
        }
        let slow = creates && done.code.is_success();
        let mut answer = self.answer(done, fault, greeting);
        if slow {
            answer.wait += self.registry.profile.character.create_time;
        }
        match excess {
            None => {}
            Some(_) if fault.is_some() => {}
            Some(Excess::Refused(_)) => answer.end = None,
            Some(Excess::Closed(_)) => answer.end = Some(End::Polite),
            Some(Excess::Cut) => answer = Answer { end: Some(End::Abrupt), ..Answer::default() },
        }
        answer
    }

    /// Why a command is not even tried.
    fn refusal(&self, call: &Call, fault: Option<Action>, excess: Option<Excess>) -> Option<Refusal> {
        let code = match fault {
            Some(Action::DropBefore) => NOT_RUN,
            Some(Action::Result(code)) => ResultCode(code),
            Some(Action::Maintenance) => ResultCode::FAILED_CLOSING,
            Some(Action::RefuseLogin) => ResultCode::AUTHENTICATION_ERROR,
            _ if excess.is_some() => match excess? {
                Excess::Refused(code) | Excess::Closed(code) => ResultCode(code),
                Excess::Cut => NOT_RUN,
            },
            _ => match call.order {
                Ok(Order::Hello) => return None,
                _ if self.muted => ResultCode::USE_ERROR,
                Ok(Order::Login(_)) | Err(_) => return None,
                Ok(_) if self.is_logged_in() => return None,
                Ok(_) => ResultCode::USE_ERROR,
            },
        };
        Some(code.into())
    }

    fn answer(&self, done: Done, fault: Option<Action>, greeting: bool) -> Answer {
        let mut answer = Answer {
            bytes: Vec::new(),
            wait: self.registry.latency(),
            pace: Pace::AtOnce,
            end: done.code.ends_session().then_some(End::Polite),
        };
        match fault {
            Some(Action::DropBefore | Action::DropAfter) => {
                answer.end = Some(End::Abrupt);
                return answer;
            }
            Some(Action::Stall) => return Answer::default(),
            Some(Action::Garbage) => {
                answer.bytes = garbage();
                return answer;
            }
            _ => {}
        }
        answer.bytes = if greeting {
            self.registry.greeting()
        } else {
            let client = match fault {
                Some(Action::WrongClTrid) => Some(format!("not-{}", done.sv_trid)),
                _ => done.cl_trid,
            };
            let tr_id = TrId { client, server: done.sv_trid };
            done.reply.finish(&tr_id).expect("a reply holds only text that came as XML or was checked")
        };
        match fault {
            Some(Action::Delay(wait)) => answer.wait += wait,
            Some(Action::SlowBytes) => answer.pace = Pace::ByteByByte,
            Some(Action::CloseIdle) => answer.end = Some(End::Polite),
            Some(Action::Truncate) => {
                answer.bytes.truncate(answer.bytes.len() / 2);
                answer.end = Some(End::Abrupt);
            }
            _ => {}
        }
        answer
    }

    fn caller(&self) -> Caller<'_> {
        Caller {
            session: self.id,
            account: self.account.as_deref(),
            failed_logins: self.failed_logins,
            chosen: &self.chosen,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(account) = &self.account {
            self.registry.session_closed(account);
        }
    }
}

/// A frame of the right length with anything but XML in it, the same each time.
fn garbage() -> Vec<u8> {
    let noise: Vec<u8> = (0..64_u8).map(|i| i.wrapping_mul(37) ^ 0xa5).collect();
    eppgate_epp::frame::frame(&noise).expect("64 bytes fit a frame")
}

/// In place of a result when a command was dropped before it was run.
const NOT_RUN: ResultCode = ResultCode(0);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{End, Pace};
    use crate::character::{Excess, Rate};
    use crate::client::{Client, create, fault, login, registry};
    use crate::record::Effect;

    /// What the registry says of the last command: its code, whether it had an effect, and the fault it logged.
    fn last(registry: &crate::registry::Registry) -> (u16, bool, Option<String>) {
        let (_, code, effect, fault) = registry.logged().pop().unwrap();
        (code, effect != Effect::None, fault)
    }

    #[test]
    fn each_fault_does_to_a_create_what_its_name_says() {
        type Logged = (u16, bool);
        let cases: [(&str, Option<u16>, Option<End>, Logged); 10] = [
            (r#"{"action": "drop_before"}"#, None, Some(End::Abrupt), (0, false)),
            (r#"{"action": "drop_after"}"#, None, Some(End::Abrupt), (1000, true)),
            (r#"{"action": "stall"}"#, None, None, (1000, true)),
            (r#"{"action": "delay", "delay": "500ms"}"#, Some(1000), None, (1000, true)),
            (r#"{"action": "result", "code": 2400}"#, Some(2400), None, (2400, false)),
            (r#"{"action": "result", "code": 2500}"#, Some(2500), Some(End::Polite), (2500, false)),
            (r#"{"action": "maintenance"}"#, Some(2500), Some(End::Polite), (2500, false)),
            (r#"{"action": "close_idle"}"#, Some(1000), Some(End::Polite), (1000, true)),
            (r#"{"action": "wrong_cltrid"}"#, Some(1000), None, (1000, true)),
            (r#"{"action": "slow_bytes"}"#, Some(1000), None, (1000, true)),
        ];
        for (spec, code, end, (logged, effect)) in cases {
            let registry = registry();
            let mut client = Client::login(&registry, "registrar-a");
            fault(&registry, spec);
            let answer = client.answer_to(&create("mine.example"));
            assert_eq!(answer.end, end, "{spec}");
            let action = serde_json::from_str::<serde_json::Value>(spec).unwrap()["action"].clone();
            assert_eq!(last(&registry), (logged, effect, action.as_str().map(Into::into)), "{spec}");
            assert_eq!(registry.charges().len(), usize::from(effect), "{spec}");
            assert_eq!(answer.wait, Duration::from_millis(if spec.contains("delay") { 500 } else { 0 }));
            assert_eq!(answer.pace == Pace::ByteByByte, spec.contains("slow"));
            let told = (!answer.bytes.is_empty()).then(|| crate::client::Told::new(&answer));
            assert_eq!(told.as_ref().map(|told| told.code), code, "{spec}");
            let echoed = told.is_none_or(|told| told.cl_trid.as_deref() == Some(client.last_cl_trid()));
            assert_eq!(echoed, !spec.contains("wrong"), "{spec}");
        }
    }

    #[test]
    fn garbage_is_a_frame_without_xml_and_truncation_half_a_frame() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        fault(&registry, r#"{"action": "garbage"}"#);
        let garbage = client.answer_to(&create("a.example"));
        let length = u32::from_be_bytes(garbage.bytes[..4].try_into().unwrap());
        assert_eq!((length as usize, garbage.end), (garbage.bytes.len(), None));
        assert!(!garbage.bytes.contains(&b'<') || std::str::from_utf8(&garbage.bytes[4..]).is_err());
        fault(&registry, r#"{"action": "truncate"}"#);
        let half = client.answer_to(&create("b.example"));
        let length = u32::from_be_bytes(half.bytes[..4].try_into().unwrap());
        assert!(half.bytes.len() < length as usize && half.end == Some(End::Abrupt));
        assert_eq!(registry.charges().len(), 2);
    }

    #[test]
    fn a_session_logged_out_in_silence_still_greets() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        fault(&registry, r#"{"match": {"verb": "create"}, "action": "silent_logout"}"#);
        assert_eq!(client.run(&create("a.example")).code, 2002);
        assert!(client.hello().contains("greeting"));
        assert_eq!(client.send(login("registrar-a")).code, 2002);
        assert_eq!(client.run(&create("a.example")).code, 2002);
        assert!(registry.charges().is_empty());
    }

    #[test]
    fn a_refused_login_can_be_tried_again() {
        let registry = registry();
        fault(&registry, r#"{"action": "refuse_login"}"#);
        let mut client = Client::connect(&registry);
        assert_eq!(client.send(login("registrar-a")).code, 2200);
        assert_eq!(client.send(login("registrar-a")).code, 1000);
    }

    #[test]
    fn a_fault_strikes_only_what_it_names() {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        let mut b = Client::login(&registry, "registrar-b");
        fault(
            &registry,
            r#"{"match": {"verb": "create", "object": "domain", "name": "B.example", "account": "registrar-b"},
                "action": "result", "code": 2400}"#,
        );
        assert_eq!(a.run(&create("a.example")).code, 1000);
        assert_eq!(b.run(&create("c.example")).code, 1000);
        assert_eq!(b.run(&create("b.example")).code, 2400);
        assert_eq!(b.run(&create("b.example")).code, 1000);
    }

    #[test]
    fn ids_are_counted_and_so_the_same_each_time() {
        let run = || {
            let mut client = Client::login(&registry(), "registrar-a");
            let created = client.run(&create("a.example"));
            let info = eppgate_epp::domain::Info { name: "a.example".into(), hosts: None, auth_info: None };
            let roid =
                client.run(&info).read(|r| r.need_data::<eppgate_epp::domain::InfData>().unwrap().roid);
            (created.sv_trid, roid)
        };
        assert_eq!(run(), ("generic-00000002".to_owned(), "D2-GENERIC".to_owned()));
        assert_eq!(run(), run());
    }

    #[test]
    fn a_command_too_many_is_answered_as_the_rule_says_and_not_run() {
        let rate = |excess| Some(Rate { per_second: 1, excess });
        for (excess, code, end) in [
            (Excess::Refused(2502), Some(2502), None),
            (Excess::Refused(2400), Some(2400), None),
            (Excess::Closed(2502), Some(2502), Some(End::Polite)),
            (Excess::Cut, None, Some(End::Abrupt)),
        ] {
            let registry = registry();
            let mut client = Client::login(&registry, "registrar-a");
            registry.set_rate(rate(excess));
            assert_eq!(client.run(&create("a.example")).code, 1000);
            let answer = client.answer_to(&create("b.example"));
            assert_eq!(answer.end, end, "{excess:?}");
            let told = (!answer.bytes.is_empty()).then(|| crate::client::Told::new(&answer).code);
            assert_eq!(told, code, "{excess:?}");
            assert_eq!(registry.charges().len(), 1);
        }
    }

    #[cfg(feature = "validate")]
    #[test]
    fn what_is_readable_but_not_valid_is_refused_where_schemas_are_asked() {
        let validate = Some(crate::client::schemas_folder());
        let config = crate::Config { validate, ..crate::client::config() };
        let registry = std::sync::Arc::new(crate::registry::Registry::open(&config).unwrap());
        let mut client = Client::login(&registry, "registrar-a");
        assert_eq!(client.run(&create("a.example")).code, 1000);
        let mut spoilt = create("b.example");
        spoilt.auth_info = eppgate_epp::types::AuthInfo::Null;
        assert_eq!(client.run(&spoilt).code, 2001);
    }
}
