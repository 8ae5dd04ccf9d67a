//! The way to a registry: TCP, then TLS with our certificate and the roots of the configuration, no others.
//!
//! Sessions live for hours, so nothing is resumed: a resumed connection would keep an old identity. Key exchange is by the
//! classical groups: the larger hello of the post-quantum one breaks elderly front ends.

use std::io;
use std::net::Ipv6Addr;
use std::str::FromStr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::ConfigError;
use crate::metrics::Metrics;
use crate::profile::MinTls;

/// Who we are, and whom we believe: PEM texts.
#[derive(Debug, Clone)]
pub struct TlsIdentity {
    /// The certificates that the registry's must lead to.
    pub ca: Option<String>,
    /// Our certificate and those above it.
    pub certificates: String,
    /// The key of our certificate.
    pub key: SecretString,
    /// The name in the registry's certificate, when it is not the host of the address.
    pub server_name: Option<String>,
}

/// Why there is no connection. The texts name no host.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    /// The address has no host, or nobody knows it.
    #[error("the registry's address cannot be found")]
    Dns(#[source] io::Error),
    /// Nobody answers there.
    #[error("the registry cannot be reached: {}", .0.kind())]
    Tcp(#[source] io::Error),
    /// Somebody does, but not as the registry should.
    #[error("the TLS handshake failed")]
    Tls(#[source] io::Error),
}

impl Unreached {
    /// The word in metrics.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Dns(_) => "dns",
            Self::Tcp(_) => "tcp",
            Self::Tls(_) => "tls",
        }
    }
}

/// Opens connections to one registry. Tests and simulations have their own.
pub trait Connect: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + 'static;

    /// Opens one.
    fn connect(&self) -> impl Future<Output = Result<Self::Stream, Unreached>> + Send;

    /// Whether anybody takes connections there. No word is said.
    fn knock(&self) -> impl Future<Output = bool> + Send;
}

/// Opens TLS connections. Clones open the same.
#[derive(Clone)]
pub(crate) struct Tls {
    way: Arc<ArcSwap<Way>>,
    metrics: Arc<Metrics>,
}

impl Tls {
    pub(crate) fn new(way: Way, metrics: Arc<Metrics>) -> Self {
        Self { way: Arc::new(ArcSwap::from_pointee(way)), metrics }
    }

    /// From now on, connections go this way; tells whether that is another one.
    pub(crate) fn set(&self, way: Way) -> bool {
        let is_other = !self.way.load().is_same(&way);
        if is_other {
            self.way.store(Arc::new(way));
        }
        is_other
    }

    /// The registry's host.
    pub(crate) fn host(&self) -> String {
        let way = self.way.load();
        let (host, _) = split(&way.address).expect("a way has an address that can be taken apart");
        host.to_owned()
    }

    /// When our certificate ends, in seconds since 1970.
    pub(crate) fn certificate_ends(&self) -> Option<i64> {
        let way = self.way.load();
        ends(&certificates("", &way.identity.certificates).ok()?)
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("address", &self.way.load().address).finish_non_exhaustive()
    }
}

/// Where to, and how.
pub(crate) struct Way {
    address: String,
    server_name: ServerName<'static>,
    connector: TlsConnector,
    /// What the connector was made of.
    identity: TlsIdentity,
    min: MinTls,
}

impl Way {
    pub(crate) fn new(address: &str, identity: &TlsIdentity, min: MinTls) -> Result<Self, ConfigError> {
        let (host, _) = split(address).ok_or(ConfigError::Address)?;
        let server_name = identity.server_name.as_deref().unwrap_or(host).to_owned();
        Ok(Self {
            address: address.to_owned(),
            server_name: ServerName::try_from(server_name).map_err(|_| ConfigError::ServerName)?,
            connector: TlsConnector::from(Arc::new(client_config(identity, min)?)),
            identity: identity.clone(),
            min,
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.identity, &other.identity);
        self.address == other.address
            && self.min == other.min
            && self.server_name == other.server_name
            && ours.ca == theirs.ca
            && ours.certificates == theirs.certificates
            && ours.key.expose_secret() == theirs.key.expose_secret()
    }
}

impl Connect for Tls {
    type Stream = TlsStream<TcpStream>;

    async fn connect(&self) -> Result<Self::Stream, Unreached> {
        let way = self.way.load_full();
        let begun = Instant::now();
        let tcp = dial(&way.address).await?;
        tcp.set_nodelay(true).map_err(Unreached::Tcp)?;
        self.metrics.took("tcp", begun.elapsed());
        let begun = Instant::now();
        let tls = way.connector.connect(way.server_name.clone(), tcp).await.map_err(Unreached::Tls)?;
        self.metrics.took("tls", begun.elapsed());
        if let Some(ends) = tls.get_ref().1.peer_certificates().and_then(ends) {
            self.metrics.server_certificate(ends);
        }
        Ok(tls)
    }

    async fn knock(&self) -> bool {
        dial(&self.way.load_full().address).await.is_ok()
    }
}

/// Tries the host's addresses one after another.
async fn dial(address: &str) -> Result<TcpStream, Unreached> {
    let addresses = lookup_host(address).await.map_err(Unreached::Dns)?;
    let mut failure = Unreached::Dns(io::ErrorKind::NotFound.into());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => failure = Unreached::Tcp(error),
        }
    }
    Err(failure)
}

fn client_config(identity: &TlsIdentity, min: MinTls) -> Result<ClientConfig, ConfigError> {
    let mut roots = RootCertStore::empty();
    let ca = identity.ca.as_deref().ok_or(ConfigError::NoRoots)?;
    for root in certificates("the CA bundle", ca)? {
        roots.add(root)?;
    }
    if roots.is_empty() {
        return Err(ConfigError::NoRoots);
    }
    let chain = certificates("the client certificate", &identity.certificates)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret().as_bytes());
    let key = key.map_err(|source| ConfigError::Pem { what: "the client key", source })?;
    let versions: &[_] = match min {
        MinTls::V12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
        MinTls::V13 => &[&rustls::version::TLS13],
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(versions)?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn provider() -> CryptoProvider {
    use aws_lc_rs::kx_group::{SECP256R1, SECP384R1, X25519};
    CryptoProvider { kx_groups: vec![X25519, SECP256R1, SECP384R1], ..aws_lc_rs::default_provider() }
}

fn certificates(what: &'static str, pem: &str) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|source| ConfigError::Pem { what, source })
}

/// When a chain's first certificate ends, in seconds since 1970.
fn ends(chain: &[CertificateDer<'_>]) -> Option<i64> {
    let (_, certificate) = x509_parser::parse_x509_certificate(chain.first()?).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

/// Host and port of `host:port`; an IPv6 address stands in brackets.
fn split(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => Ipv6Addr::from_str(inner).is_ok().then_some(inner)?,
        None => host,
    };
    (!host.is_empty() && (!host.contains(':') || address.starts_with('['))).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::server::WebPkiClientVerifier;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (address, parts) in [
            ("epp.example:700", Some(("epp.example", 700))),
            ("127.0.0.1:700", Some(("127.0.0.1", 700))),
            ("[::1]:700", Some(("::1", 700))),
            ("::1:700", None),
            ("epp.example", None),
            (":700", None),
            ("epp.example:70000", None),
        ] {
            assert_eq!(split(address), parts, "{address}");
        }
    }

    #[test]
    fn without_roots_there_is_no_connection() {
        let identity = |ca: Option<&str>| TlsIdentity {
            ca: ca.map(Into::into),
            certificates: String::new(),
            key: SecretString::from(""),
            server_name: None,
        };
        for ca in [None, Some("")] {
            let refused = client_config(&identity(ca), MinTls::V12);
            assert!(matches!(refused, Err(ConfigError::NoRoots)));
        }
    }

    /// A self-signed certificate for localhost, and its key.
    fn identity() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn ours(ca: &str, (certificates, key): (String, String)) -> TlsIdentity {
        TlsIdentity {
            ca: Some(ca.into()),
            certificates,
            key: SecretString::from(key),
            server_name: Some("localhost".into()),
        }
    }

    /// A server that takes one connection, from whoever shows `client`; gives its port.
    async fn serve(server: (String, String), client: &str) -> u16 {
        let mut trusted = RootCertStore::empty();
        trusted.add(certificates("client", client).unwrap().remove(0)).unwrap();
        let provider = Arc::new(provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(trusted), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                certificates("server", &server.0).unwrap(),
                PrivateKeyDer::from_pem_slice(server.1.as_bytes()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            if let Ok(mut tls) = TlsAcceptor::from(Arc::new(config)).accept(tcp).await {
                tls.write_all(b"welcome").await.unwrap();
                tls.shutdown().await.unwrap();
            }
        });
        port
    }

    fn tls(address: &str, identity: &TlsIdentity) -> Tls {
        Tls::new(Way::new(address, identity, MinTls::V12).unwrap(), Arc::new(Metrics::new("test")))
    }

    async fn greeted(port: u16, identity: &TlsIdentity) -> bool {
        let Ok(mut stream) = tls(&format!("127.0.0.1:{port}"), identity).connect().await else {
            return false;
        };
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.is_ok() && read == b"welcome"
    }

    #[tokio::test]
    async fn both_sides_show_their_certificates() {
        let (server, client, stranger) = (identity(), identity(), identity());
        let (ca, known) = (server.0.clone(), client.0.clone());
        for (identity, welcome) in
            [(ours(&ca, client.clone()), true), (ours(&ca, stranger), false), (ours(&known, client), false)]
        {
            let port = serve(server.clone(), &known).await;
            assert_eq!(greeted(port, &identity).await, welcome);
        }
    }

    #[test]
    fn it_is_known_when_our_certificate_ends() {
        let mut request = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        request.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let key = rcgen::KeyPair::generate().unwrap();
        let made = request.self_signed(&key).unwrap();
        let identity = ours(&made.pem(), (made.pem(), key.serialize_pem()));
        assert_eq!(tls("localhost:700", &identity).certificate_ends(), Some(1_927_843_200));
    }

    #[test]
    fn another_certificate_is_another_way_and_the_same_is_not() {
        let (server, client, next) = (identity(), identity(), identity());
        let identity = |client: &(String, String)| ours(&server.0, client.clone());
        let way = |client| Way::new("localhost:700", &identity(client), MinTls::V12).unwrap();
        let tls = tls("localhost:700", &identity(&client));
        assert!(!tls.set(way(&client)));
        assert!(tls.set(way(&next)) && !tls.set(way(&next)));
    }

    #[test]
    fn a_key_that_is_not_the_certificates_is_refused_at_once() {
        let ((certificate, _), (_, key)) = (identity(), identity());
        let mixed = ours(&certificate, (certificate.clone(), key));
        let refused = client_config(&mixed, MinTls::V12);
        assert!(matches!(refused, Err(ConfigError::Tls(_))));
    }
}
