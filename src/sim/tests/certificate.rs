//! A change of our certificate, over real TLS: every session is replaced, within the limit, and no command is lost.

use std::fs;
use std::path::Path;
use std::time::Duration;

use eppgate_epp::Command;
use eppgate_epp::poll::Poll;
use eppgate_registry::{Class, Config, Credentials, Profile, Registry, Request, TlsIdentity};
use eppgate_sandbox::{DEFAULT_PASSWORD, Pki, PkiPaths, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

pub(super) const LIMIT: u64 = 3;

/// The account, as whom `ours` shows.
pub(super) fn config(sandbox: &Sandbox, pki: &PkiPaths, ours: &PkiPaths) -> Config {
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let profile = format!(
        "name = 'test'\nservices.objects = ['urn:ietf:params:xml:ns:domain-1.0']\nsessions = {{ limit = {LIMIT}, spares = 1 }}"
    );
    Config {
        name: "tls".into(),
        profile: Profile::parse(&profile).unwrap(),
        address: sandbox.address().to_string(),
        credentials: Credentials { client_id: "registrar-a".into(), password: DEFAULT_PASSWORD.into() },
        tls: TlsIdentity {
            ca: Some(read(&pki.ca)),
            certificates: read(&ours.client_cert),
            key: read(&ours.client_key).into(),
            server_name: Some("localhost".into()),
        },
    }
}

/// What the registry counts of our sessions: how many there are, and the most there ever were.
pub(super) async fn sessions(sandbox: &Sandbox) -> (u64, u64) {
    let mut stream = TcpStream::connect(sandbox.control_address()).await.unwrap();
    let request = "GET /sessions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (_, of_ours) = reply.split_once("\"registrar-a\":{").unwrap();
    let number = |key: &str| {
        let (_, rest) = of_ours.split_once(key).unwrap();
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    (number("\"open\":"), number("\"highest\":"))
}

pub(super) fn poll(number: usize) -> Request {
    Request {
        command: Command::poll(&Poll::Req).finish(&format!("TLS-{number}")).unwrap(),
        class: Class::Interactive,
        tenant: 1,
        deadline: Instant::now() + Duration::from_secs(30),
    }
}

#[tokio::test]
async fn another_certificate_replaces_every_session_within_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let [pki, next] = ["one", "next"].map(|set| Pki::ensure(&dir.path().join(set)).unwrap());
    // The registry believes both issuers.
    let both = dir.path().join("both.pem");
    fs::write(&both, [&pki, &next].map(|set| fs::read_to_string(&set.ca).unwrap()).concat()).unwrap();
    let trusting = PkiPaths { ca: both, ..pki.clone() };
    let sandbox = Sandbox::start(eppgate_sandbox::Config::new("tls", &["test"], trusting)).await.unwrap();
    let registry = Registry::start(config(&sandbox, &pki, &pki)).unwrap();
    registry.execute(poll(0)).await.unwrap();
    let before: Vec<u64> = registry.snapshot().sessions.iter().map(|session| session.id).collect();
    assert!(!registry.reload(config(&sandbox, &pki, &pki)).unwrap());

    let mut callers = JoinSet::new();
    for caller in 0..4 {
        let registry = registry.clone();
        callers.spawn(async move {
            for number in 0..50 {
                registry.execute(poll(1000 * (caller + 1) + number)).await.unwrap();
            }
        });
    }
    assert!(registry.reload(config(&sandbox, &pki, &next)).unwrap());
    callers.join_all().await;
    let replaced = async {
        while registry.snapshot().sessions.iter().any(|session| before.contains(&session.id)) {
            registry.execute(poll(9000)).await.unwrap();
        }
    };
    timeout(Duration::from_secs(30), replaced).await.unwrap();
    let (_, highest) = sessions(&sandbox).await;
    assert!(highest <= LIMIT, "{highest} sessions");
    registry.drain(Duration::from_secs(10)).await;
    let all_out = async { while sessions(&sandbox).await.0 > 0 {} };
    timeout(Duration::from_secs(30), all_out).await.unwrap();
    sandbox.stop().await;
}
