//! An EPP registry for development, tests and benchmarks: on the same codec as the gateway, over TLS that demands a
//! client certificate, durable, deterministic, and with faults on request.
//!
//! | file | what it does |
//! |---|---|
//! | [`pki`] | the certificates of both sides |
//! | `server`, `connection` | sockets: accepting, TLS, frames in, replies out in order and at their time |
//! | `session`, `call` | one client's session: bytes in, an answer out, without I/O |
//! | `flows` | the commands, one file each: what a command changes, decided without changing anything |
//! | `registry` | the one place that carries decisions out: journal first, then the state, then the reply |
//! | `state`, `domain`, `objects`, `transfer`, `links` | what the registry knows |
//! | `phase`, `rate` | launches, and how much an account may ask |
//! | `passing`, [`periods`] | what time does, and how long it takes |
//! | `record`, `kept`, `journal` | how it survives a kill |
//! | `faults` | what goes wrong on request |
//! | `control`, `shown` | the HTTP side door that tests look through |
//! | `in_process` | the same without sockets, for simulations |
//! | `schemas` | messages held against schemas, where that is asked |
//! | [`character`] | in what registries differ |
//! | `names`, [`prices`], `greeting`, [`span`] | the rules of names and money, the greeting, durations as text |
//!
//! Every change goes one way: a flow looks at the state and returns the changes it wants, these are written to the
//! journal as one line, and only then applied. A restart applies the same lines again, so nothing has to be kept in
//! step by hand.

mod call;
pub mod character;
#[cfg(test)]
mod client;
mod connection;
mod control;
mod domain;
mod faults;
mod flows;
mod greeting;
mod in_process;
mod journal;
mod kept;
mod links;
mod names;
mod objects;
mod passing;
pub mod periods;
mod phase;
pub mod pki;
pub mod prices;
mod rate;
mod record;
mod registry;
mod review;
#[cfg(any(test, feature = "validate"))]
mod schemas;
mod server;
mod session;
mod shown;
pub mod span;
mod state;
mod tail;
mod transfer;

pub use character::Character;
pub use faults::FaultError;
pub use in_process::{FaultRefused, InProcess};
pub use pki::{Pki, PkiPaths};
pub use record::{Effect, LogEntry};

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::registry::Registry;

/// Where a registry keeps what it knows.
#[derive(Debug, Clone)]
pub enum StateKind {
    /// In a journal in this folder, so that a kill loses nothing.
    Dir(PathBuf),
    /// Nowhere: gone with the process.
    Memory,
}

/// What a sandbox registry is like and where it listens.
#[derive(Clone)]
pub struct Config {
    /// Its name: `generic`.
    pub name: String,
    /// In what it differs from others. It does not follow from the name.
    pub character: Character,
    /// The zones it serves.
    pub tlds: Vec<String>,
    /// Where EPP clients connect; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where the control API answers: a loopback address.
    pub control: SocketAddr,
    /// Certificates and keys.
    pub pki: PkiPaths,
    /// What survives a restart.
    pub state: StateKind,
    /// Added to each reply.
    pub latency: Duration,
    /// Open sessions of one account; one more is refused with 2502.
    pub max_sessions: usize,
    /// Client ids and their first passwords. A password changed by a client stays changed.
    pub accounts: Vec<(String, String)>,
    /// Silence after which a session is closed.
    pub idle_timeout: Duration,
    /// Time from connecting to a successful login.
    pub login_timeout: Duration,
    /// When its time begins; the machine's time unless it is set.
    pub start: Option<DateTime<Utc>>,
    /// A folder of schemas, with an `all.xsd`: a message that is not valid by them is refused with 2001.
    #[cfg(feature = "validate")]
    pub validate: Option<PathBuf>,
}

impl Config {
    /// A registry on free loopback ports, with two accounts so that transfers have two sides, and no memory.
    #[must_use]
    pub fn new(name: impl Into<String>, tlds: &[&str], pki: PkiPaths) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let account = |id: &str| (id.to_owned(), DEFAULT_PASSWORD.to_owned());
        Self {
            name: name.into(),
            character: Character::GENERIC,
            tlds: tlds.iter().map(|&tld| tld.to_owned()).collect(),
            listen: any_port,
            control: any_port,
            pki,
            state: StateKind::Memory,
            latency: Duration::ZERO,
            max_sessions: 100,
            accounts: vec![account("registrar-a"), account("registrar-b")],
            idle_timeout: Duration::from_secs(600),
            login_timeout: Duration::from_secs(10),
            start: None,
            #[cfg(feature = "validate")]
            validate: None,
        }
    }
}

/// A running registry. Dropping it is the same to its clients as a kill; [`Sandbox::stop`] waits until its ports are free.
pub struct Sandbox {
    address: SocketAddr,
    control_address: SocketAddr,
    registry: Arc<Registry>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    /// Reads the state back and opens both ports.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn start(config: Config) -> Result<Self, Error> {
        if !config.control.ip().is_loopback() {
            return Err(Error::ControlNotLoopback(config.control));
        }
        let tls = server::tls(&config.pki)?;
        let listener = listen(config.listen).await?;
        let control = listen(config.control).await?;
        let address =
            listener.local_addr().map_err(|source| Error::Listen { address: config.listen, source })?;
        let control_address =
            control.local_addr().map_err(|source| Error::Listen { address: config.control, source })?;
        let registry = Arc::new(Registry::open(&config)?);
        let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(server::run(listener, tls, Arc::clone(&registry), shutdown.clone(), tasks.clone()));
        tasks.spawn(control::run(control, Arc::clone(&registry), shutdown.clone(), tasks.clone()));
        tracing::info!(registry = config.name, %address, control = %control_address, "sandbox registry is up");
        Ok(Self { address, control_address, registry, shutdown, tasks })
    }

    /// Where EPP clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the control API answers.
    #[must_use]
    pub fn control_address(&self) -> SocketAddr {
        self.control_address
    }

    /// Closes both ports and every connection, and waits until that is done.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Sandbox {
    /// The journal is closed at once, so that the same folder can be opened again without waiting for the tasks.
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.registry.close();
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

/// Why a sandbox registry does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or written.
    #[error("cannot {doing} {path}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process holds the state.
    #[error("another registry runs on the state in {0}")]
    StateInUse(PathBuf),
    /// The journal holds a line that was never written by a registry.
    #[error("line {line} of {path} is no record")]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A folder holds no schemas that can be used.
    #[cfg(any(test, feature = "validate"))]
    #[error("cannot use the schemas in {folder}")]
    Schemas {
        /// Which folder.
        folder: PathBuf,
        /// Why not.
        source: uppsala::XmlError,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The control API has no authentication and stays on this machine.
    #[error("the control address {0} is not a loopback address")]
    ControlNotLoopback(SocketAddr),
    /// Certificates cannot be made.
    #[error("cannot make certificates")]
    Certificates(#[from] rcgen::Error),
    /// A certificate or key file holds none.
    #[error("cannot read {path}")]
    Pem {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: rustls_pki_types::pem::Error,
    },
    /// Certificates and key do not make a server.
    #[error("the certificates or the key cannot be used")]
    Tls(#[from] rustls::Error),
    /// The CA cannot verify clients.
    #[error("the CA cannot verify clients")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// The password of an account until its client changes it.
pub const DEFAULT_PASSWORD: &str = "sandbox-password";

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::types::Secret;
    use serde_json::Value;

    use super::*;
    use crate::client::{
        Shows, Wire, config, contact, create, http, login, login_with, status_update, tls, tls_login,
    };

    /// All that a registry has to remember, as its control API tells it.
    async fn memory(sandbox: &Sandbox) -> [Value; 5] {
        let tell = async |path| http(sandbox.control_address(), "GET", path, "").await.1;
        [
            tell("/log").await,
            tell("/ledger").await,
            tell("/objects/domains/mine.example").await,
            tell("/objects/contacts/jane-1").await,
            tell("/objects/hosts/ns1.mine.example").await,
        ]
    }

    #[tokio::test]
    async fn a_kill_loses_neither_objects_nor_ledger_nor_log_nor_clock_nor_passwords() {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let state = StateKind::Dir(dir.path().join("state"));
        let config = Config { pki: pki.clone(), state, ..config() };
        let sandbox = Sandbox::start(config.clone()).await.unwrap();
        let changed = login_with("registrar-a", |login| login.new_pw = Some(Secret::new("another-password")));
        let mut wire =
            Wire::greeted(tls(sandbox.address(), &pki, Shows::Certificate).await.unwrap()).await.unwrap();
        assert_eq!(wire.ask(changed, "id-1").await.code, 1000);
        assert_eq!(wire.ask(Command::new(&create("mine.example")), "id-2").await.code, 1000);
        let hold = status_update("mine.example", &["clientHold"], &[]);
        assert_eq!(wire.ask(Command::new(&hold), "id-3").await.code, 1000);
        assert_eq!(wire.ask(Command::new(&contact("jane-1")), "id-3a").await.code, 1000);
        let host = eppgate_epp::host::Create {
            name: "ns1.mine.example".into(),
            addresses: vec![std::net::IpAddr::from([192, 0, 2, 1]).into()],
        };
        assert_eq!(wire.ask(Command::new(&host), "id-3b").await.code, 1000);
        http(sandbox.control_address(), "POST", "/clock", r#"{"advance": "P400D"}"#).await;
        let message = r#"{"account": "registrar-a", "msg": "kept"}"#;
        http(sandbox.control_address(), "POST", "/poll", message).await;
        let before = memory(&sandbox).await;
        assert_eq!(before[1]["totals"]["registrar-a"], "20.00");
        assert_eq!(before[3]["postal"][0]["city"], "Stockholm");
        assert_eq!(before[4]["addresses"][0], "192.0.2.1");
        drop(sandbox);

        let sandbox = Sandbox::start(config).await.unwrap();
        assert_eq!(memory(&sandbox).await, before);
        let (_, clock) = http(sandbox.control_address(), "GET", "/clock", "").await;
        let ahead = eppgate_epp::xml::timestamp(clock["now"].as_str().unwrap()).unwrap() - Utc::now();
        assert_eq!(ahead.num_hours(), 399 * 24 + 23);
        let mut wire =
            Wire::greeted(tls(sandbox.address(), &pki, Shows::Certificate).await.unwrap()).await.unwrap();
        assert_eq!(wire.ask(login("registrar-a"), "id-4").await.code, 2200);
        let known = login_with("registrar-a", |login| login.pw = Secret::new("another-password"));
        let told = wire.ask(known, "id-5").await;
        assert_eq!((told.code, told.sv_trid.as_str()), (1000, "generic-00000007"));
        let poll = wire.ask(Command::poll(&eppgate_epp::poll::Poll::Req), "id-6").await;
        assert!(poll.text.contains("kept"), "{}", poll.text);
    }

    #[tokio::test]
    async fn what_was_not_written_down_was_not_done() {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(Config { pki: pki.clone(), ..config() }).await.unwrap();
        let mut wire = tls_login(sandbox.address(), &pki, "registrar-a").await;
        sandbox.registry.close();
        assert_eq!(wire.ask(Command::new(&create("mine.example")), "id-1").await.code, 2400);
        let (status, _) = http(sandbox.control_address(), "GET", "/objects/domains/mine.example", "").await;
        assert_eq!(status, 404);
    }

    #[tokio::test]
    async fn the_control_api_stays_on_this_machine() {
        let control = SocketAddr::from(([0, 0, 0, 0], 0));
        let refused = Sandbox::start(Config { control, ..config() }).await.err().unwrap();
        assert!(matches!(refused, Error::ControlNotLoopback(_)));
    }
}
