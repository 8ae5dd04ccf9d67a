//! A place: one registry, the network to it, and a gateway's account there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use eppgate_epp::Response;
use eppgate_epp::domain::InfData;
use eppgate_registry::{Chance, CheckRequest, Class, Credentials, NameAnswer, Registry};
use eppgate_sandbox::{Config, DEFAULT_PASSWORD, InProcess, PkiPaths};
use tokio::time::{Instant, timeout};

use crate::dice::Dice;
use crate::history::{End, History, NameReply, Reply, Request, What};
use crate::meter::{Meter, Reading};
use crate::net::{Cable, Net};
use crate::terms::Terms;
use crate::wish::{self, Wish};

/// One registry, the network to it, and a gateway's account there.
pub(crate) struct Place {
    pub(crate) registry: InProcess,
    pub(crate) net: Net,
    pub(crate) history: Arc<History>,
    meter: Arc<Meter>,
    name: String,
    state: Mutex<State>,
    dice: Dice,
    asked: AtomicUsize,
}

struct State {
    gateway: Registry,
    terms: Terms,
    password: String,
}

/// Who wants something, how urgently, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) tenant: u128,
    pub(crate) class: Class,
    pub(crate) patience: Duration,
    /// When the caller goes away, if it does.
    pub(crate) leaves_after: Option<Duration>,
}

impl Place {
    pub(crate) fn open(
        (name, meter): (String, Arc<Meter>),
        terms: Terms,
        cable: Cable,
        latency: Duration,
        dice: Dice,
    ) -> Arc<Self> {
        let pki = PkiPaths::within(std::path::Path::new("unused"));
        let config = Config {
            start: Some(start_of_time()),
            latency,
            idle_timeout: terms.idle_limit,
            ..Config::new("sim", &["example"], pki)
        };
        let registry = InProcess::open(&config).expect("a registry without memory has nothing to read");
        let history = Arc::new(History::new(Instant::now()));
        let net = Net::new(registry.clone(), Arc::clone(&history), cable, terms.limit);
        meter.watch(&name, Arc::clone(&history));
        let password = DEFAULT_PASSWORD;
        let gateway = start(&name, &history, &net, (&terms, password), dice.chance());
        let state = Mutex::new(State { gateway, terms, password: password.to_owned() });
        Arc::new(Self { registry, net, history, meter, name, state, dice, asked: AtomicUsize::new(0) })
    }

    pub(crate) fn gateway(&self) -> Registry {
        self.lock().gateway.clone()
    }

    /// What is counted of the gateway.
    pub(crate) fn read(&self) -> Reading {
        self.meter.read(&self.name)
    }

    /// What the gateway believes.
    pub(crate) fn terms(&self) -> Terms {
        self.lock().terms.clone()
    }

    pub(crate) fn set_password(&self, password: String) {
        self.lock().password = password;
    }

    /// Has the gateway take over these terms and its password; tells whether it did.
    pub(crate) fn reload(&self, terms: Terms) -> bool {
        let (gateway, password) = {
            let mut state = self.lock();
            state.terms = terms.clone();
            (state.gateway.clone(), state.password.clone())
        };
        self.net.set_limit(terms.limit);
        self.history.add(What::Terms(Box::new(terms.clone())));
        gateway.renew(terms.profile(), &password.into())
    }

    /// Starts another gateway in place of one that is gone.
    pub(crate) fn restart(&self) {
        let mut state = self.lock();
        let with = (&state.terms, state.password.as_str());
        let gateway = start(&self.name, &self.history, &self.net, with, self.dice.chance());
        state.gateway = gateway;
    }

    /// Has a caller want something, and waits until it is over or the caller has left.
    pub(crate) async fn ask(&self, wish: Wish, manner: Manner) -> End {
        let Manner { tenant, class, patience, leaves_after } = manner;
        let gateway = self.gateway();
        let deadline = Instant::now() + patience;
        let cl_trid = match wish {
            Wish::Check { .. } => String::new(),
            Wish::Command { .. } => format!("SIM-{}", self.asked.fetch_add(1, Ordering::Relaxed)),
        };
        let status = gateway.status();
        let place = self.history.ask(Request {
            tenant,
            class,
            verb: wish.verb().as_str().to_owned(),
            cl_trid: cl_trid.clone(),
            names: wish.names(),
            asked: self.history.now(),
            deadline: self.history.time_of(deadline),
            passed: status.breaker.passes(),
            queued: status.queued,
            end: None,
        });
        let end = async {
            match wish {
                Wish::Check { names, with_fees } => {
                    let payload = wish::payload(with_fees);
                    let request = CheckRequest { names, payload, class, tenant, deadline };
                    let results = gateway.check(request).await;
                    End::Names(results.into_iter().map(|result| result.map(name_reply)).collect())
                }
                Wish::Command { verb, name } => {
                    let command = wish::command(verb, &name).finish(&cl_trid);
                    let command = command.expect("names of a simulation are plain");
                    let request = eppgate_registry::Request { command, class, tenant, deadline };
                    match gateway.execute(request).await {
                        Ok(answer) => End::Answered(reply(&answer.response)),
                        Err(error) => End::Failed(error),
                    }
                }
            }
        };
        let end = match leaves_after {
            Some(leaves_after) => timeout(leaves_after, end).await.unwrap_or(End::Left),
            None => end.await,
        };
        self.history.end(place, end.clone());
        end
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start(
    name: &str,
    history: &History,
    net: &Net,
    (terms, password): (&Terms, &str),
    chance: Chance,
) -> Registry {
    history.add(What::Started);
    history.add(What::Terms(Box::new(terms.clone())));
    let credentials = Credentials { client_id: ACCOUNT.to_owned(), password: password.into() };
    net.set_limit(terms.limit);
    Registry::start_over(net.clone(), name.to_owned(), terms.profile(), credentials, chance)
}

fn reply(response: &Response<'_>) -> Reply {
    let about = response.data::<InfData>().ok().flatten().map(|data| data.name);
    Reply {
        code: response.code().0,
        cl_trid: response.tr_id.client.clone(),
        sv_trid: response.tr_id.server.clone(),
        about,
    }
}

fn name_reply(answer: NameAnswer) -> NameReply {
    NameReply {
        name: answer.name().to_owned(),
        avail: answer.cd.as_ref().map(|cd| cd.0.avail),
        code: answer.reply().code().0,
        sv_trid: answer.reply().tr_id.server.clone(),
    }
}

/// When each run begins, at the registry.
pub(crate) fn start_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_893_456_000, 0).expect("2030 begins")
}

/// Whose the account is.
pub(crate) const ACCOUNT: &str = "registrar-a";
