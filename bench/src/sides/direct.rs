//! The peer: instant-epp on a session of its own per caller, straight to the registry.
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
use instant_epp::common::NoExtension;
use instant_epp::domain::DomainCheck;
use instant_epp::login::{Login, Services};
use instant_epp::logout::Logout;
use instant_epp::request::{Command, Transaction};
use instant_epp::response::Response;
use rustls::ClientConfig;

use crate::closed::Caller;
use crate::sides::Account;

/// A logged-in EPP session.
pub(crate) struct Direct {
    client: EppClient<RustlsConnector>,
    sent: u64,
}

/// The same, by a caller that has many names to ask about at once, and does.
pub(crate) struct Bulk(Direct);

impl Direct {
    /// Opens `count` sessions.
    pub(crate) async fn open(account: &Account, count: usize) -> Result<Vec<Self>> {
        let tls = account.pki.client_config()?;
        let mut sessions = Vec::with_capacity(count);
        for number in 1..=count {
            let session = Self::log_in(account, Arc::clone(&tls)).await;
            sessions.push(session.with_context(|| format!("EPP session {number} of {count}"))?);
        }
        Ok(sessions)
    }

    /// Opens one.
    pub(crate) async fn log_in(account: &Account, tls: Arc<ClientConfig>) -> Result<Self> {
        let address: SocketAddr = account.address.parse().context("the registry's address")?;
        let connector =
            RustlsConnector::builder((address.ip().to_string(), address.port()))?.build_with_config(tls);
        let mut client = EppClient::new(connector, "sandbox".to_owned(), CONNECT_DEADLINE).await?;
        let offered = client.greeting()?.svc_menu.services.obj_uris;
        let mut login = Login::new(account.client_id, &account.password, None, None);
        login.services(Services { obj_uris: offered.into_iter().map(Cow::Owned).collect(), svc_ext: None });
        client.transact(&login, "bench-login").await?;
        Ok(Self { client, sent: 0 })
    }

    /// Sends a command and gives the reply, if it is good.
    pub(crate) async fn run<C>(
        &mut self,
        command: &C,
    ) -> Result<Response<C::Response, NoExtension>, instant_epp::Error>
    where
        C: Command + Transaction<NoExtension>,
    {
        self.sent += 1;
        self.client.transact(command, &format!("bench-{}", self.sent)).await
    }

    pub(crate) async fn log_out(mut self) -> Result<()> {
        self.client.transact(&Logout, "bench-logout").await?;
        Ok(())
    }
}

impl Caller for Direct {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let response = self.run(&DomainCheck { domains: &names }).await?;
        let data = response.res_data().context("a check without resData")?;
        ensure!(data.list.len() == names.len(), "{} answers to {} names", data.list.len(), names.len());
        for (name, checked) in names.iter().zip(&data.list) {
            ensure!(checked.name.value == *name, "an answer about {}", checked.name.value);
            ensure!(checked.name.available, "{name} is not available");
        }
        Ok(())
    }

    async fn close(self) -> Result<()> {
        self.log_out().await
    }
}

impl Caller for Bulk {
    const AT_ONCE: usize = 50;

    async fn check(&mut self, names: &[String]) -> Result<()> {
        self.0.check(names).await
    }

    async fn close(self) -> Result<()> {
        self.0.close().await
    }
}

impl From<Direct> for Bulk {
    fn from(session: Direct) -> Self {
        Self(session)
    }
}

const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
