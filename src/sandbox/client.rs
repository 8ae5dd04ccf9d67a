//! Clients for the tests of this crate: [`Client`] speaks with a session directly, [`Wire`] over anything that carries
//! bytes, [`http`] with the control API.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use eppgate_epp::command::hello;
use eppgate_epp::domain::{AddRem, Create, Update};
use eppgate_epp::ext::{fee, rgp, secdns};
use eppgate_epp::login::{Login, Options, Services};
use eppgate_epp::types::{AuthInfo, Secret};
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, Greeting, ObjectCommand, Response, ServerMessage, contact, domain, host};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::registry::Registry;
use crate::schemas::Schemas;
use crate::session::{Answer, Session};
use crate::{Character, Config, DEFAULT_PASSWORD, PkiPaths};

/// A registry of another character.
pub(crate) fn registry_like(character: Character) -> Arc<Registry> {
    Arc::new(Registry::open(&Config { character, ..config() }).unwrap())
}

/// A registry without memory that allows three sessions.
pub(crate) fn registry() -> Arc<Registry> {
    Arc::new(Registry::open(&config()).unwrap())
}

pub(crate) fn config() -> Config {
    let pki = PkiPaths::within(Path::new("unused"));
    Config { max_sessions: 3, ..Config::new("generic", &["example", "app"], pki) }
}

/// The schemas of the project.
pub(crate) fn schemas_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/xsd")
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
            objects: [domain::NS, contact::NS, host::NS].map(|ns| ns.uri.into()).into(),
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

pub(crate) fn greeting(registry: &Registry) -> Greeting {
    let frame = registry.greeting();
    let document = Document::parse(std::str::from_utf8(&frame[4..]).unwrap()).unwrap();
    match ServerMessage::read(document).unwrap() {
        ServerMessage::Greeting(greeting) => *greeting,
        ServerMessage::Response(_) => panic!("a greeting was expected"),
    }
}

/// A login that names all that the greeting names.
pub(crate) fn login_as(registry: &Registry, account: &str) -> Command {
    let menu = greeting(registry).menu;
    login_with(account, |login| {
        login.svcs = Services { objects: menu.objects, extensions: menu.extensions };
    })
}

/// A client with a session in which all can be used.
pub(crate) fn login_to(registry: &Arc<Registry>, account: &str) -> Client {
    let mut client = Client::connect(registry);
    assert_eq!(client.send(login_as(registry, account)).code, 1000);
    client
}

pub(crate) fn contact(id: &str) -> contact::Create {
    let addr = contact::Address { city: "Stockholm".into(), cc: "SE".into(), ..contact::Address::default() };
    let postal_info = contact::PostalInfo {
        form: contact::PostalForm::International,
        name: "Jane Doe".into(),
        org: None,
        addr,
    };
    contact::Create {
        id: id.into(),
        postal_infos: vec![postal_info],
        voice: None,
        fax: None,
        email: "jane@example.test".into(),
        auth_info: AuthInfo::pw("sandbox-secret"),
        disclose: None,
    }
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

    /// Every reply in every test must be valid.
    pub(crate) fn of(text: String) -> Self {
        static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::read(&schemas_folder()).unwrap());
        assert_eq!(SCHEMAS.fault(&text), None, "{text}");
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

/// Frames over a stream.
pub(crate) struct Wire<S> {
    pub(crate) stream: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// A connection that the registry has greeted; `None` when it ends before that.
    pub(crate) async fn greeted(stream: S) -> Option<Self> {
        let mut wire = Self { stream };
        assert!(wire.read().await?.contains("<greeting>"));
        Some(wire)
    }

    pub(crate) async fn write(&mut self, command: Command, cl_trid: &str) {
        let frame = command.finish(cl_trid).unwrap();
        self.stream.write_all(&frame.bytes).await.unwrap();
    }

    /// The next message; `None` when the connection ended.
    pub(crate) async fn read(&mut self) -> Option<String> {
        let length = self.stream.read_u32().await.ok()?;
        let mut message = vec![0; length as usize - 4];
        self.stream.read_exact(&mut message).await.ok()?;
        Some(String::from_utf8(message).unwrap())
    }

    pub(crate) async fn ask(&mut self, command: Command, cl_trid: &str) -> Told {
        self.write(command, cl_trid).await;
        Told::of(self.read().await.unwrap())
    }
}

/// Whether a client shows a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    Certificate,
    Nothing,
}

/// A TLS connection that trusts the CA of `pki` and shows its client certificate.
pub(crate) async fn tls(
    address: SocketAddr,
    pki: &PkiPaths,
    shows: Shows,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&pki.ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match shows {
        Shows::Nothing => config.with_no_client_auth(),
        Shows::Certificate => {
            let certificate = CertificateDer::from_pem_file(&pki.client_cert).unwrap();
            let key = PrivateKeyDer::from_pem_file(&pki.client_key).unwrap();
            config.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// A greeted connection over TLS that has logged in.
pub(crate) async fn tls_login(
    address: SocketAddr,
    pki: &PkiPaths,
    account: &str,
) -> Wire<TlsStream<TcpStream>> {
    let mut wire = Wire::greeted(tls(address, pki, Shows::Certificate).await.unwrap()).await.unwrap();
    assert_eq!(wire.ask(login(account), "login").await.code, 1000);
    wire
}

/// One call of the control API: status and body.
pub(crate) async fn http(
    address: SocketAddr,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, serde_json::Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}
