//! Who is compared: the gateway, the registry crate by itself, and the peers.

pub(crate) mod bare;
pub(crate) mod direct;
pub(crate) mod fresh;
pub(crate) mod gateway;
#[cfg(test)]
mod life;
pub(crate) mod pooled;
pub(crate) mod profile;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// An account at a registry.
#[derive(Clone)]
pub(crate) struct Account {
    /// `host:port`
    pub(crate) address: String,
    pub(crate) client_id: &'static str,
    pub(crate) password: String,
    pub(crate) pki: Pki,
}

/// The client's side of mutual TLS, as PEM files.
#[derive(Clone)]
pub(crate) struct Pki {
    pub(crate) ca: PathBuf,
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

impl Pki {
    /// The files that a sandbox makes.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| folder.join(name);
        Self { ca: file("ca.pem"), cert: file("client.pem"), key: file("client.key") }
    }

    /// For peers.
    pub(crate) fn client_config(&self) -> Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_file_iter(&self.ca)? {
            roots.add(root?)?;
        }
        let chain = CertificateDer::pem_file_iter(&self.cert)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        Ok(Arc::new(
            ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots)
                .with_client_auth_cert(chain, key)?,
        ))
    }
}
