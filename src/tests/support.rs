//! What the tests stand on: a gateway started as `serve` starts it, with a sandbox registry, and a small HTTP client.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eppgate::app::{App, Provisioned, owner_token};
use eppgate::config::{self, Config};
use eppgate_epp::types::{AuthInfo, TransferOp};
use eppgate_epp::{Command, Response, domain};
use eppgate_model::price::PricedOperation;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_model::{ClTrid, Clock, TenantId};
use eppgate_registry::{Class, Credentials, Registry, Request, TlsIdentity};
use eppgate_sandbox::{DEFAULT_PASSWORD, Pki, PkiPaths, Sandbox, prices};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A gateway with two tenants, `demo` and `other`, that share an account at the sandbox registry `generic`. There `.test`
/// is sold on `payment_assured`, `.example` only on a quote. Another registry, `steady`, sells `.steady`, which has no
/// price.
pub(crate) struct TestGateway {
    pub(crate) app: App,
    /// The registry `generic`; none while a test has it stopped.
    sandbox: Option<Sandbox>,
    steady: Sandbox,
    pub(crate) pki: PkiPaths,
    /// Another set, whose client the registries believe as well.
    pub(crate) next: PkiPaths,
    /// What a reload reads.
    pub(crate) config: Arc<Mutex<Config>>,
    /// The demo tenant's owner's token, to read and write.
    pub(crate) token: String,
    pub(crate) dir: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// Null when there is none.
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl TestGateway {
    pub(crate) async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    /// With a clock of its own; the registries keep theirs.
    pub(crate) async fn start_at(clock: Clock) -> Self {
        Self::start_on(None, clock).await
    }

    /// With another database than the file in its folder.
    pub(crate) async fn start_on(database_url: Option<&str>, clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let next = Pki::ensure(&dir.path().join("next")).unwrap();
        let both = [&pki.ca, &next.ca].map(|ca| std::fs::read_to_string(ca).unwrap()).concat();
        std::fs::write(&pki.ca, both).unwrap();
        let sandbox = eppgate_sandbox::Config::new("generic", &["test", "example"], pki.clone());
        let sandbox = Sandbox::start(sandbox).await.unwrap();
        let steady = eppgate_sandbox::Config::new("steady", &["steady"], pki.clone());
        let steady = Sandbox::start(steady).await.unwrap();
        let registries = vec![
            registry("generic", "generic", sandbox.address(), &pki),
            registry("steady", "generic", steady.address(), &pki),
        ];
        let mut config = Config {
            timeouts: TIMEOUTS,
            ..config(dir.path(), registries, vec![tenant("demo"), tenant("other")])
        };
        if let Some(url) = database_url {
            config.database_url = url.into();
        }
        let config = Arc::new(Mutex::new(config));
        let read = Arc::clone(&config);
        let app = App::start_from(move || Ok(read.lock().unwrap().clone()), clock).await.unwrap();
        let demo = &app.tenants()[0];
        let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
        let token = owner_token(app.gateway(), demo, scopes, HOUR).await.unwrap();
        Self { app, sandbox: Some(sandbox), steady, pki, next, config, token, dir }
    }

    /// Stops both sides, the gateway first, which takes the deadline only if something hangs.
    pub(crate) async fn stop(self) {
        self.app.shutdown(Duration::from_secs(10)).await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
        self.steady.stop().await;
    }

    /// Where the side door of the registry `generic` is.
    pub(crate) fn control_address(&self) -> SocketAddr {
        self.sandbox.as_ref().unwrap().control_address()
    }

    /// Stops the registry `generic`, which forgets everything, and says where it was.
    pub(crate) async fn stop_registry(&mut self) -> SocketAddr {
        let sandbox = self.sandbox.take().unwrap();
        let address = sandbox.address();
        sandbox.stop().await;
        address
    }

    /// Starts a registry `generic` there.
    pub(crate) async fn start_registry(&mut self, address: SocketAddr) {
        let mut config = eppgate_sandbox::Config::new("generic", &["test", "example"], self.pki.clone());
        config.listen = address;
        self.sandbox = Some(Sandbox::start(config).await.unwrap());
    }

    pub(crate) fn demo(&self) -> &Provisioned {
        &self.app.tenants()[0]
    }

    pub(crate) fn other(&self) -> &Provisioned {
        &self.app.tenants()[1]
    }

    /// A token of a tenant's owner.
    pub(crate) async fn token_of(&self, tenant: &Provisioned, scopes: &[Scope], ttl: Duration) -> String {
        owner_token(self.app.gateway(), tenant, Scopes::of(scopes), ttl).await.unwrap()
    }

    /// A call to the demo tenant's part of the API, with its token. `path` begins below the tenant.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_as(&self.token, self.demo().tenant_id, method, path, body).await
    }

    /// A call with this token to this tenant's part of the API.
    pub(crate) async fn call_as(
        &self,
        token: &str,
        tenant: TenantId,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let target = format!("/api/v1/tenants/{tenant}/{path}");
        let authorization = format!("Bearer {token}");
        let headers = [("Authorization", authorization.as_str()), JSON];
        send(self.app.address(), method, &target, &headers, text_of(body).as_bytes()).await
    }

    /// Registers a name where payment is assured.
    pub(crate) async fn registered(&self, name: &str) -> Value {
        let answer =
            self.call("POST", "domains", Some(json!({ "name": name, "payment_assured": true }))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["data"].clone()
    }

    /// What the registry itself holds of a name.
    pub(crate) async fn at_registry(&self, name: &str) -> Value {
        self.control("GET", &format!("/objects/domains/{name}"), None).await.body
    }

    /// The commands on a name that the registry logged.
    pub(crate) async fn log_of(&self, name: &str) -> Vec<Value> {
        let log = self.control("GET", "/log", None).await.body;
        log["entries"].as_array().unwrap().iter().filter(|entry| entry["name"] == name).cloned().collect()
    }

    /// A domain's history, by the kinds of its events.
    pub(crate) async fn history(&self, name: &str) -> Vec<String> {
        let events = self.call("GET", &format!("domains/{name}/events"), None).await.body["data"].clone();
        let kinds = events.as_array().unwrap().iter().map(|event| event["event_type"].as_str().unwrap());
        kinds.map(str::to_owned).collect()
    }

    /// A call to the operators' side, with their token.
    pub(crate) async fn operate(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let authorization = format!("Bearer {OPERATOR_TOKEN}");
        let headers = [("Authorization", authorization.as_str()), JSON];
        send(self.app.operator_address(), method, path, &headers, text_of(body).as_bytes()).await
    }

    /// A call to the sandbox registry's own side door.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let answer = send(self.control_address(), method, path, &[JSON], text_of(body).as_bytes()).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An account in the hands of somebody else, who speaks to the registry past the gateway.
pub(crate) struct Past(Registry);

impl Past {
    pub(crate) fn the_gateway(at: &config::Registry, client_id: &str) -> Self {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let registry = Registry::start(eppgate_registry::Config {
            name: "past".to_owned(),
            profile: at.profile().unwrap(),
            address: at.address.clone(),
            credentials: Credentials { client_id: client_id.to_owned(), password: DEFAULT_PASSWORD.into() },
            tls: TlsIdentity {
                ca: Some(read(&at.ca)),
                certificates: read(&at.cert),
                key: read(&at.key).into(),
                server_name: None,
            },
        });
        Self(registry.unwrap())
    }

    /// Sends a command, whatever its answer.
    pub(crate) async fn try_send(&self, command: Command) -> Response<'static> {
        let command = command.finish(ClTrid::fresh().as_str()).unwrap();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        let request = Request { command, class: Class::Interactive, tenant: 0, deadline };
        self.0.execute(request).await.unwrap().response
    }

    /// Sends a command, which must succeed.
    pub(crate) async fn send(&self, command: Command) -> Response<'static> {
        let answer = self.try_send(command).await;
        assert!(answer.code().is_success(), "{:?}", answer.result());
        answer
    }

    pub(crate) async fn end(self) {
        self.0.drain(Duration::from_secs(10)).await;
    }
}

/// What there is to a transfer of a domain; asking for one takes its code.
pub(crate) fn transfer(op: TransferOp, name: &str, code: Option<&str>) -> Command {
    let auth_info = code.map(AuthInfo::pw);
    Command::new(&domain::Transfer { op, name: name.to_owned(), period: None, auth_info })
}

/// An answer that says no, and how.
pub(crate) fn expect(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(code)), "{answer:?}");
}

/// Waits until something is so, for as long as it may take a slow machine.
pub(crate) async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to be so");
}

/// One request on a connection of its own.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    try_send(address, method, target, headers, body).await.unwrap()
}

/// One request on a connection of its own, to a server that may be dying: an answer is whole or an error.
pub(crate) async fn try_send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let (mut read, mut write) = TcpStream::connect(address).await?.into_split();
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    // A server that refuses a large body early answers before it has read it all, and then writing fails.
    let writing = tokio::spawn(async move {
        let sent = write.write_all(&bytes).await;
        (write, sent)
    });
    let mut raw = Vec::new();
    let read = read.read_to_end(&mut raw).await;
    drop(writing.await);
    parse(&raw).ok_or_else(|| read.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
}

/// An answer, if it is whole.
fn parse(raw: &[u8]) -> Option<Answer> {
    let raw = std::str::from_utf8(raw).ok()?;
    let (head, text) = raw.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    let body = serde_json::from_str(text).unwrap_or_default();
    let answer = Answer { status, headers, body, text: text.to_owned() };
    let length = answer.header("content-length").and_then(|length| length.parse().ok());
    length.is_none_or(|length: usize| length == text.len()).then_some(answer)
}

fn text_of(body: Option<Value>) -> String {
    body.map(|body| body.to_string()).unwrap_or_default()
}

/// A gateway on free ports, with its database and its mail in this folder.
pub(crate) fn config(dir: &Path, registries: Vec<config::Registry>, tenants: Vec<config::Tenant>) -> Config {
    let mail = dir.join("mail");
    std::fs::create_dir_all(&mail).unwrap();
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        operator_listen: ([127, 0, 0, 1], 0).into(),
        database_url: format!("sqlite://{}", dir.join("eppgate.db").display()).into(),
        database: config::Database::default(),
        instance: None,
        tokens: config::Tokens { secret: SECRET.into(), issuer: "test".to_owned() },
        limits: config::Limits::default(),
        timeouts: config::Timeouts::default(),
        mail: Some(config::Mail { dir: mail, from: "gateway@mail.test".parse().unwrap() }),
        operators: vec![config::Operator { name: "anna".to_owned(), token: OPERATOR_TOKEN.into() }],
        registries,
        tenants,
    }
}

/// A registry with one account.
pub(crate) fn registry(name: &str, profile: &str, address: SocketAddr, pki: &PkiPaths) -> config::Registry {
    config::Registry {
        name: name.to_owned(),
        profile: profile.to_owned(),
        address: address.to_string(),
        server_name: None,
        environment: None,
        ca: pki.ca.clone(),
        cert: pki.client_cert.clone(),
        key: pki.client_key.clone(),
        accounts: vec![config::Account {
            name: "primary".to_owned(),
            client_id: "registrar-a".to_owned(),
            password: DEFAULT_PASSWORD.into(),
        }],
    }
}

fn tenant(slug: &str) -> config::Tenant {
    let tld = |tld: &str, registry: &str, accreditation| config::Tld {
        tld: tld.to_owned(),
        registry: registry.to_owned(),
        account: Some("primary".to_owned()),
        accreditation,
        policy: config::Policy::default(),
    };
    config::Tenant {
        id: None,
        name: slug.to_owned(),
        slug: slug.to_owned(),
        owner: format!("owner@{slug}.test"),
        tlds: vec![
            tld("test", "generic", Accreditation::NonIcann),
            tld("example", "generic", Accreditation::IcannAccredited),
            tld("steady", "steady", Accreditation::NonIcann),
        ],
        rate_card: ["test", "example"].into_iter().flat_map(rate_card).collect(),
    }
}

/// What the sandbox charges, in a currency that shows which side names a price.
pub(crate) fn rate_card(tld: &str) -> impl Iterator<Item = config::Rate> {
    prices::lines().map(move |line| config::Rate {
        tld: tld.to_owned(),
        operation: match line.command {
            "create" => PricedOperation::Register,
            "renew" => PricedOperation::Renew,
            "transfer" => PricedOperation::TransferIn,
            _ => PricedOperation::Restore,
        },
        period: line.years,
        premium_class: line.class.map(ToOwned::to_owned),
        amount: line.amount,
        currency: "SEK".parse().unwrap(),
    })
}

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// Short, so that what must be waited for does not take long.
pub(crate) const TIMEOUTS: config::Timeouts = config::Timeouts {
    deadline: Duration::from_secs(4),
    command: Duration::from_secs(2),
    settle_grace: Duration::from_millis(300),
    // Messages are read when a test says so.
    poll: Duration::from_secs(3600),
};

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

pub(crate) const OPERATOR_TOKEN: &str = "a token of the tests for operators, long enough";

const SECRET: &str = "a secret of the tests, long enough to sign with";
