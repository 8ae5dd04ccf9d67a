//! The way to a registry: TCP, then TLS with our certificate and the roots of the configuration, no others.
//!
//! Sessions live for hours, so nothing is resumed: a resumed connection would keep an old identity. Key exchange is by the
//! classical groups: the larger hello of the post-quantum one breaks elderly front ends.

use std::io;
use std::net::Ipv6Addr;
use std::str::FromStr;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::connect::ConnectError;
use crate::error::ConfigError;
use crate::profile::MinTls;

/// Who we are, and whom we believe: PEM texts.
#[derive(Debug)]
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

/// Opens connections to one registry. Tests have their own.
pub(crate) trait Connect: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + 'static;

    /// Opens one.
    fn connect(&self) -> impl Future<Output = Result<Self::Stream, ConnectError>> + Send;
}

/// Opens TLS connections.
pub(crate) struct Tls {
    address: String,
    server_name: ServerName<'static>,
    connector: TlsConnector,
}

impl Tls {
    pub(crate) fn new(address: &str, identity: &TlsIdentity, min: MinTls) -> Result<Self, ConfigError> {
        let (host, _) = split(address).ok_or(ConfigError::Address)?;
        let server_name = identity.server_name.as_deref().unwrap_or(host).to_owned();
        Ok(Self {
            address: address.to_owned(),
            server_name: ServerName::try_from(server_name).map_err(|_| ConfigError::ServerName)?,
            connector: TlsConnector::from(Arc::new(client_config(identity, min)?)),
        })
    }
}

impl Connect for Tls {
    type Stream = TlsStream<TcpStream>;

    async fn connect(&self) -> Result<Self::Stream, ConnectError> {
        let tcp = dial(&self.address).await?;
        tcp.set_nodelay(true).map_err(ConnectError::Tcp)?;
        let tls = self.connector.connect(self.server_name.clone(), tcp).await;
        tls.map_err(ConnectError::Tls)
    }
}

/// Tries the host's addresses one after another.
async fn dial(address: &str) -> Result<TcpStream, ConnectError> {
    let addresses = lookup_host(address).await.map_err(ConnectError::Dns)?;
    let mut failure = ConnectError::Dns(io::ErrorKind::NotFound.into());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => failure = ConnectError::Tcp(error),
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
}
