//! The peer: instant-epp on a session of its own per caller, straight to the sandbox.
//!
//! This is what a registrar's back end does without a gateway, and about the least that a Rust client can do: one
//! command at a time, written and awaited by the caller itself. It works as its makers ship it; only the roots and
//! the client certificate are ours, for the sandbox has a CA of its own.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use instant_epp::EppClient;
use instant_epp::client::RustlsConnector;
use instant_epp::domain::DomainCheck;
use instant_epp::login::{Login, Services};
use instant_epp::logout::Logout;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::dev::{Dev, Pki, Registry};
use crate::load::Caller;

/// A caller with a logged-in EPP session.
pub(crate) struct Direct {
    client: EppClient<RustlsConnector>,
    sent: u64,
}

impl Direct {
    /// Opens `count` sessions under the registry's account that the gateway leaves alone.
    pub(crate) async fn open(dev: &Dev, registry: &Registry, count: usize) -> Result<Vec<Self>> {
        let tls = Arc::new(tls(&dev.ready.pki)?);
        let mut sessions = Vec::with_capacity(count);
        for number in 1..=count {
            let session = Self::login(registry, Arc::clone(&tls)).await;
            sessions.push(session.with_context(|| format!("EPP session {number} of {count}"))?);
        }
        Ok(sessions)
    }

    async fn login(registry: &Registry, tls: Arc<ClientConfig>) -> Result<Self> {
        let address: SocketAddr = registry.address.parse().context("the registry's address")?;
        let connector =
            RustlsConnector::builder((address.ip().to_string(), address.port()))?.build_with_config(tls);
        let mut client = EppClient::new(connector, "sandbox".to_owned(), CONNECT_DEADLINE).await?;
        let offered = client.greeting()?.svc_menu.services.obj_uris;
        let mut login = Login::new(registry.other_account(), &registry.password, None, None);
        login.services(Services { obj_uris: offered.into_iter().map(Cow::Owned).collect(), svc_ext: None });
        client.transact(&login, "bench-login").await?;
        Ok(Self { client, sent: 0 })
    }
}

impl Caller for Direct {
    async fn check(&mut self, name: &str) -> Result<()> {
        self.sent += 1;
        let names = [name];
        let response =
            self.client.transact(&DomainCheck { domains: &names }, &format!("bench-{}", self.sent)).await?;
        let data = response.res_data().context("a check without resData")?;
        let [checked] = data.list.as_slice() else {
            anyhow::bail!("{} answers to one name", data.list.len())
        };
        ensure!(checked.name.value == name, "an answer about {}", checked.name.value);
        ensure!(checked.name.available, "{name} is not available");
        Ok(())
    }

    async fn close(mut self) -> Result<()> {
        self.client.transact(&Logout, "bench-logout").await?;
        Ok(())
    }
}

fn tls(pki: &Pki) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(&pki.ca_pem)? {
        roots.add(root?)?;
    }
    let chain = CertificateDer::pem_file_iter(&pki.client_cert_pem)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&pki.client_key_pem)?;
    Ok(ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?)
}

const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
