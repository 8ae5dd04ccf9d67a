//! A client for the tests of this crate: speaks with a session directly, without sockets.

use std::sync::Arc;

use eppgate_epp::command::hello;
use eppgate_epp::domain::{AddRem, Create, Update};
use eppgate_epp::ext::{fee, rgp, secdns};
use eppgate_epp::login::{Login, Options, Services};
use eppgate_epp::types::{AuthInfo, Secret};
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, ObjectCommand, Response, domain};

use crate::registry::Registry;
use crate::session::{Answer, Session};
use crate::{Config, DEFAULT_PASSWORD, PkiPaths};

/// A registry without memory that allows three sessions.
pub(crate) fn registry() -> Arc<Registry> {
    Arc::new(Registry::open(&config()).unwrap())
}

pub(crate) fn config() -> Config {
    let pki = PkiPaths::within(std::path::Path::new("unused"));
    Config { max_sessions: 3, ..Config::new("generic", &["example", "app"], pki) }
}

pub(crate) fn fault(registry: &Registry, json: &str) {
    let spec = serde_json::from_str(json).unwrap();
    registry.faults().add(spec).unwrap();
    registry.tell_idle_sessions();
}

pub(crate) fn login(account: &str) -> Command {
    login_with(account, |_| {})
}

pub(crate) fn login_with(account: &str, change: impl FnOnce(&mut Login)) -> Command {
    let mut login = Login {
        cl_id: account.into(),
        pw: Secret::new(DEFAULT_PASSWORD),
        new_pw: None,
        options: Options { version: "1.0".into(), lang: "en".into() },
        svcs: Services {
            objects: vec![domain::NS.uri.into()],
            extensions: [secdns::NS, rgp::NS, fee::NS].map(|ns| ns.uri.into()).into(),
        },
    };
    change(&mut login);
    Command::login(&login)
}

pub(crate) fn create(name: &str) -> Create {
    create_with(name, |_| {})
}

pub(crate) fn create_with(name: &str, change: impl FnOnce(&mut Create)) -> Create {
    let mut create = Create {
        name: name.into(),
        period: None,
        ns: None,
        registrant: None,
        contacts: Vec::new(),
        auth_info: AuthInfo::pw("sandbox-secret"),
    };
    change(&mut create);
    create
}

pub(crate) fn status_update(name: &str, add: &[&str], rem: &[&str]) -> Update {
    let statuses = |words: &[&str]| {
        (!words.is_empty()).then(|| AddRem {
            statuses: words.iter().map(|&word| domain::Status::from(word).into()).collect(),
            ..AddRem::default()
        })
    };
    Update { name: name.into(), add: statuses(add), rem: statuses(rem), chg: None }
}

pub(crate) struct Client {
    session: Session,
    sent: u32,
    last_cl_trid: String,
}

impl Client {
    pub(crate) fn connect(registry: &Arc<Registry>) -> Self {
        let (session, greeting) = Session::open(Arc::clone(registry));
        assert!(String::from_utf8(greeting.bytes[4..].to_vec()).unwrap().contains("<greeting>"));
        Self { session, sent: 0, last_cl_trid: String::new() }
    }

    pub(crate) fn login(registry: &Arc<Registry>, account: &str) -> Self {
        let mut client = Self::connect(registry);
        assert_eq!(client.send(login(account)).code, 1000);
        client
    }

    pub(crate) fn hello(&mut self) -> String {
        let answer = self.session.handle(&hello()[4..]);
        String::from_utf8(answer.bytes[4..].to_vec()).unwrap()
    }

    pub(crate) fn run<C: ObjectCommand>(&mut self, command: &C) -> Told {
        self.send(Command::new(command))
    }

    pub(crate) fn send(&mut self, command: Command) -> Told {
        let told = Told::new(&self.answer(command));
        assert_eq!(told.cl_trid.as_deref(), Some(self.last_cl_trid()));
        told
    }

    pub(crate) fn answer_to<C: ObjectCommand>(&mut self, command: &C) -> Answer {
        self.answer(Command::new(command))
    }

    pub(crate) fn last_cl_trid(&self) -> &str {
        &self.last_cl_trid
    }

    fn answer(&mut self, command: Command) -> Answer {
        self.sent += 1;
        self.last_cl_trid = format!("test-{}", self.sent);
        let frame = command.finish(&self.last_cl_trid).unwrap();
        self.session.handle(&frame.bytes[4..])
    }
}

/// A reply.
pub(crate) struct Told {
    pub(crate) code: u16,
    pub(crate) text: String,
    pub(crate) cl_trid: Option<String>,
    pub(crate) sv_trid: String,
    /// Whether the connection ends with it.
    pub(crate) ended: bool,
}

impl Told {
    pub(crate) fn new(answer: &Answer) -> Self {
        let mut told = Self::of(String::from_utf8(answer.bytes[4..].to_vec()).unwrap());
        told.ended = answer.end.is_some();
        told
    }

    pub(crate) fn of(text: String) -> Self {
        let response = Response::read(Document::parse(text.as_str()).unwrap()).unwrap();
        let (code, tr_id) = (response.code().0, response.tr_id.clone());
        drop(response);
        Self { code, text, cl_trid: tr_id.client, sv_trid: tr_id.server, ended: false }
    }

    /// What the whole reply says.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Response<'_>) -> T) -> T {
        read(&Response::read(Document::parse(self.text.as_str()).unwrap()).unwrap())
    }
}
