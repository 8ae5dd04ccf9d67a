//! Connections: accepting them and the TLS handshake, in which the client must show a certificate of our CA.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::registry::Registry;
use crate::{Error, PkiPaths, connection};

/// TLS with a required client certificate.
pub(crate) fn tls(pki: &PkiPaths) -> Result<TlsAcceptor, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&pki.ca)? {
        roots.add(certificate)?;
    }
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let key = PrivateKeyDer::from_pem_file(&pki.server_key)
        .map_err(|source| unreadable(&pki.server_key, source))?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates(&pki.server_cert)?, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts clients until it is told to stop.
pub(crate) async fn run(
    listener: TcpListener,
    tls: TlsAcceptor,
    registry: Arc<Registry>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(AFTER_FAILURE).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            continue;
        };
        if registry.faults().strike_connect() {
            continue;
        }
        let (tls, registry, shutdown) = (tls.clone(), Arc::clone(&registry), shutdown.clone());
        tasks.spawn(async move {
            greet(stream, &tls, registry, &shutdown).await;
            drop(place);
        });
    }
}

async fn greet(stream: TcpStream, tls: &TlsAcceptor, registry: Arc<Registry>, shutdown: &CancellationToken) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let handshake = tokio::select! {
        () = shutdown.cancelled() => return,
        handshake = timeout(HANDSHAKE, tls.accept(stream)) => handshake,
    };
    match handshake {
        Ok(Ok(stream)) => connection::serve(stream, registry, shutdown).await,
        Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
        Err(_) => tracing::debug!("a handshake took too long"),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: pem::Error) -> Error {
    Error::Pem { path: path.to_owned(), source }
}

/// Connections in all, logged in or not.
const CONNECTIONS: usize = 16_384;
const HANDSHAKE: Duration = Duration::from_secs(10);
const AFTER_FAILURE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;

    use crate::client::{Shows, Wire, config, http, login, tls, tls_login};
    use crate::{Config, Pki, Sandbox};

    #[tokio::test]
    async fn a_client_without_a_certificate_of_the_ca_gets_no_greeting() {
        let (dir, other_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (pki, other) = (Pki::ensure(dir.path()).unwrap(), Pki::ensure(other_dir.path()).unwrap());
        let sandbox = Sandbox::start(Config { pki: pki.clone(), ..config() }).await.unwrap();
        let stranger =
            crate::PkiPaths { client_cert: other.client_cert, client_key: other.client_key, ..pki.clone() };
        for (pki, shows) in [(&pki, Shows::Nothing), (&stranger, Shows::Certificate)] {
            let greeted = match tls(sandbox.address(), pki, shows).await {
                Ok(stream) => Wire::greeted(stream).await.is_some(),
                Err(_) => false,
            };
            assert!(!greeted, "{shows:?}");
        }
        let mut wire = tls_login(sandbox.address(), &pki, "registrar-a").await;
        assert_eq!(wire.ask(Command::logout(), "bye").await.code, 1500);
        assert!(wire.read().await.is_none());
        sandbox.stop().await;
    }

    #[tokio::test]
    async fn the_session_limit_holds_over_connections_and_a_closed_one_makes_room() {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(Config { pki: pki.clone(), max_sessions: 1, ..config() }).await.unwrap();
        let mut first = tls_login(sandbox.address(), &pki, "registrar-a").await;
        let mut second =
            Wire::greeted(tls(sandbox.address(), &pki, Shows::Certificate).await.unwrap()).await.unwrap();
        assert_eq!(second.ask(login("registrar-a"), "second").await.code, 2502);
        assert!(second.read().await.is_none());
        assert_eq!(first.ask(Command::logout(), "bye").await.code, 1500);
        assert!(first.read().await.is_none());
        tls_login(sandbox.address(), &pki, "registrar-a").await;
        let (_, sessions) = http(sandbox.control_address(), "GET", "/sessions", "").await;
        assert_eq!(sessions["accounts"]["registrar-a"]["highest"], 1);
    }

    #[tokio::test]
    async fn a_refused_connection_is_cut_and_the_next_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(Config { pki: pki.clone(), ..config() }).await.unwrap();
        http(sandbox.control_address(), "POST", "/faults", r#"{"action": "refuse_connect"}"#).await;
        assert!(tls(sandbox.address(), &pki, Shows::Certificate).await.is_err());
        tls_login(sandbox.address(), &pki, "registrar-a").await;
    }

    #[tokio::test]
    async fn stopping_ends_every_connection_and_frees_the_ports() {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(Config { pki: pki.clone(), ..config() }).await.unwrap();
        let (listen, control) = (sandbox.address(), sandbox.control_address());
        let mut wire = tls_login(listen, &pki, "registrar-a").await;
        sandbox.stop().await;
        assert!(wire.read().await.is_none());
        let again = Sandbox::start(Config { pki: pki.clone(), listen, control, ..config() }).await.unwrap();
        assert_eq!((again.address(), again.control_address()), (listen, control));
        tls_login(listen, &pki, "registrar-a").await;
    }
}
