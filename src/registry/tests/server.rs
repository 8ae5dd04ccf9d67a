//! A registry in memory for these tests: it counts connections and logins, keeps a log of what it executed, and does to
//! each command what the test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eppgate_epp::ext::fee;
use eppgate_epp::greeting::{Greeting, Menu};
use eppgate_epp::response::EppResult;
use eppgate_epp::types::Checked;
use eppgate_epp::xml::Document;
use eppgate_epp::{Received, Reply, ResultCode, TrId, Verb, domain};
use tokio::io::DuplexStream;

use crate::frames::Wire;
use crate::transport::{Connect, Unreached};

/// What the server does with a command.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// Executes it and replies with this code.
    Reply(u16),
    /// Executes it, waits, replies.
    ReplyAfter(Duration),
    /// Executes it and hangs up without a reply.
    DropAfter,
    /// Executes it and replies to another command.
    WrongId,
    /// Replies with something that is no EPP.
    Garbage,
    /// Never replies, but goes on reading.
    Hang,
    /// Reads no more for a while, then hangs up.
    StallAndDrop(Duration),
}

/// A command that came in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) connection: usize,
    pub(super) verb: Verb,
    pub(super) cl_trid: String,
    /// The names that a check asks about.
    pub(super) names: Vec<String>,
    /// Whether it asks about fees as well.
    pub(super) fees: bool,
    /// The password of a login, and the new one.
    pub(super) passwords: Vec<String>,
}

type Plan = Box<dyn FnMut(&Seen) -> Act + Send>;

/// The registry. Clones share it.
#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<State>>);

struct State {
    plan: Plan,
    /// Bytes a connection takes before it is stuck.
    pipe: usize,
    down: bool,
    /// So many connections are closed before the greeting.
    mute: usize,
    hellos: usize,
    connections: usize,
    attempts: usize,
    knocks: usize,
    open: usize,
    highest: usize,
    log: Vec<Seen>,
}

impl Server {
    pub(super) fn new(plan: impl FnMut(&Seen) -> Act + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(State {
            plan: Box::new(plan),
            pipe: 1 << 16,
            down: false,
            mute: 0,
            hellos: 0,
            connections: 0,
            attempts: 0,
            knocks: 0,
            open: 0,
            highest: 0,
            log: Vec::new(),
        })))
    }

    /// A registry that does everything that it is told.
    pub(super) fn obedient() -> Self {
        Self::new(|_| Act::Reply(1000))
    }

    pub(super) fn with_pipe(self, pipe: usize) -> Self {
        self.with(|state| state.pipe = pipe);
        self
    }

    pub(super) fn set_down(&self, down: bool) {
        self.with(|state| state.down = down);
    }

    pub(super) fn set_mute(&self, connections: usize) {
        self.with(|state| state.mute = connections);
    }

    pub(super) fn count(&self, verb: Verb) -> usize {
        self.with(|state| state.log.iter().filter(|seen| seen.verb == verb).count())
    }

    /// The connections on which a verb came, in order.
    pub(super) fn connections_of(&self, verb: Verb) -> Vec<usize> {
        self.with(|state| {
            let seen = state.log.iter().filter(|seen| seen.verb == verb);
            seen.map(|seen| seen.connection).collect()
        })
    }

    /// The names of each check, in order.
    pub(super) fn checks(&self) -> Vec<Vec<String>> {
        self.with(|state| {
            let checks = state.log.iter().filter(|seen| seen.verb == Verb::Check);
            checks.map(|seen| seen.names.clone()).collect()
        })
    }

    /// The passwords of each login, in order.
    pub(super) fn passwords(&self) -> Vec<Vec<String>> {
        self.with(|state| {
            let logins = state.log.iter().filter(|seen| seen.verb == Verb::Login);
            logins.map(|seen| seen.passwords.clone()).collect()
        })
    }

    pub(super) fn hellos(&self) -> usize {
        self.with(|state| state.hellos)
    }

    pub(super) fn attempts(&self) -> usize {
        self.with(|state| state.attempts)
    }

    pub(super) fn knocks(&self) -> usize {
        self.with(|state| state.knocks)
    }

    pub(super) fn open(&self) -> usize {
        self.with(|state| state.open)
    }

    pub(super) fn highest(&self) -> usize {
        self.with(|state| state.highest)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }

    async fn serve(self, stream: DuplexStream, connection: usize) {
        let mut wire = Wire::new(stream, 1 << 16);
        let is_mute = self.with(|state| {
            let is_mute = state.mute > 0;
            state.mute -= usize::from(is_mute);
            state.open -= usize::from(is_mute);
            is_mute
        });
        if is_mute {
            return;
        }
        wire.writer.queue(&greeting());
        // An error means that the client has hung up.
        while wire.writer.flush().await.is_ok() {
            let Ok(Some(message)) = wire.reader.frame().await else { break };
            let document = Document::from_bytes(message).unwrap();
            let Received::Command(command) = Received::read(document).unwrap() else {
                self.with(|state| state.hellos += 1);
                wire.writer.queue(&greeting());
                continue;
            };
            let check = command.read_object::<domain::Check>().unwrap();
            let seen = Seen {
                connection,
                verb: command.verb,
                cl_trid: command.cl_trid.clone().unwrap(),
                names: check.map(|check| check.names).unwrap_or_default(),
                fees: command.extension::<fee::Check>().unwrap().is_some(),
                passwords: match command.verb {
                    Verb::Login => {
                        let login = command.read_login().unwrap();
                        let both = std::iter::once(login.pw).chain(login.new_pw);
                        both.map(|secret| secret.expose().to_owned()).collect()
                    }
                    _ => Vec::new(),
                },
            };
            let act = self.with(|state| {
                state.log.push(seen.clone());
                (state.plan)(&seen)
            });
            let reply = match act {
                Act::Reply(code) => reply(code, &seen),
                Act::ReplyAfter(delay) => {
                    tokio::time::sleep(delay).await;
                    reply(1000, &seen)
                }
                Act::WrongId => reply(1000, &Seen { cl_trid: "SOMEBODY-ELSE".into(), ..seen }),
                Act::Garbage => eppgate_epp::frame::frame(b"<epp/>").unwrap(),
                Act::DropAfter => break,
                Act::Hang => continue,
                Act::StallAndDrop(delay) => {
                    tokio::time::sleep(delay).await;
                    break;
                }
            };
            wire.writer.queue(&reply);
            let ends = matches!(act, Act::Reply(code) if ResultCode(code).ends_session());
            if ends || command.verb == Verb::Logout {
                let _ = wire.writer.flush().await;
                break;
            }
        }
        self.with(|state| state.open -= 1);
    }
}

impl Connect for Server {
    type Stream = DuplexStream;

    async fn connect(&self) -> Result<DuplexStream, Unreached> {
        let accepted = self.with(|state| {
            state.attempts += 1;
            if state.down {
                return None;
            }
            state.connections += 1;
            state.open += 1;
            state.highest = state.highest.max(state.open);
            Some((state.connections, state.pipe))
        });
        let refused = std::io::ErrorKind::ConnectionRefused;
        let (connection, pipe) = accepted.ok_or_else(|| Unreached::Tcp(refused.into()))?;
        let (client, server) = tokio::io::duplex(pipe);
        tokio::spawn(self.clone().serve(server, connection));
        Ok(client)
    }

    async fn knock(&self) -> bool {
        self.with(|state| {
            state.knocks += 1;
            !state.down
        })
    }
}

pub(super) fn greeting() -> Vec<u8> {
    let greeting = Greeting {
        sv_id: "test".into(),
        sv_date: None,
        menu: Menu {
            versions: vec!["1.0".into()],
            langs: vec!["en".into()],
            objects: vec![super::DOMAIN.into()],
            extensions: vec!["urn:other".into()],
        },
        dcp: None,
    };
    greeting.frame().unwrap()
}

/// A reply; to a check, in another order and in capitals, every name but those that begin with `forgotten`. Those that
/// begin with `taken` are taken, and what a name costs is its length.
pub(super) fn reply(code: u16, seen: &Seen) -> Vec<u8> {
    let tr_id = TrId { client: Some(seen.cl_trid.clone()), server: "S-1".into() };
    let result = EppResult::new(ResultCode(code), "as told");
    let mut reply = Reply::new(&[result], None);
    let told: Vec<_> = seen.names.iter().rev().filter(|name| !name.starts_with("forgotten")).collect();
    if code == 1000 && !seen.names.is_empty() {
        let checked = |name: &&String| {
            let avail = !name.starts_with("taken");
            domain::Cd(Checked { name: name.to_uppercase(), avail, reason: None })
        };
        reply = reply.data(&domain::ChkData { cds: told.iter().map(checked).collect() });
    }
    if code == 1000 && seen.fees {
        let cd = |name: &&String| fee::Cd {
            avail: true,
            obj_id: name.to_uppercase().into(),
            premium: None,
            class: Some(name.len().to_string()),
            commands: Vec::new(),
            reason: None,
        };
        let cds = told.iter().map(cd).collect();
        reply = reply.with(&fee::ChkData { currency: "EUR".into(), cds });
    }
    reply.finish(&tr_id).unwrap()
}
