//! The callers of both sides: what they ask, and what they make of an answer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use instant_epp::Error;
use instant_epp::domain::{DomainCheck, DomainCreate, Period, PeriodLength};
use rustls::ClientConfig;
use tokio::time::{sleep, timeout};

use crate::sides::Account;
use crate::sides::direct::Direct;
use crate::sides::gateway::{Gateway, expect_available};

/// What a caller was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It is done.
    Yes,
    /// It is not, and will not be.
    No,
    /// Nothing definite.
    Later,
}

/// Someone who checks and registers names.
pub(super) trait Client: Send + 'static {
    fn check(&mut self, name: &str) -> impl Future<Output = Told> + Send;
    fn create(&mut self, name: &str) -> impl Future<Output = Told> + Send;
}

impl Client for Gateway {
    async fn check(&mut self, name: &str) -> Told {
        match self.ask(name).await {
            Ok(reply) if expect_available(&reply, name).is_ok() => Told::Yes,
            _ => Told::Later,
        }
    }

    async fn create(&mut self, name: &str) -> Told {
        match self.register(name).await.map(|reply| reply.status.as_u16()) {
            Ok(201) => Told::Yes,
            Ok(422) => Told::No,
            _ => Told::Later,
        }
    }
}

/// A lock-step session that is opened again when it is lost. Then the command is sent again, as clients do that cannot
/// know better.
pub(super) struct Peer {
    account: Account,
    tls: Arc<ClientConfig>,
    session: Option<Direct>,
}

impl Peer {
    pub(super) async fn open(account: &Account, count: usize) -> Result<Vec<Self>> {
        let tls = account.pki.client_config()?;
        let sessions = Direct::open(account, count).await?.into_iter();
        let peer = |session| Self { account: account.clone(), tls: Arc::clone(&tls), session: Some(session) };
        Ok(sessions.map(peer).collect())
    }

    /// The session, once there is one.
    async fn session(&mut self) -> &mut Direct {
        while self.session.is_none() {
            match timeout(CONNECT, Direct::log_in(&self.account, Arc::clone(&self.tls))).await {
                Ok(Ok(session)) => self.session = Some(session),
                _ => sleep(AGAIN).await,
            }
        }
        self.session.as_mut().expect("the loop ends with a session")
    }
}

impl Client for Peer {
    async fn check(&mut self, name: &str) -> Told {
        loop {
            match self.session().await.run(&DomainCheck { domains: &[name] }).await {
                Ok(_) => return Told::Yes,
                Err(Error::Command(_)) => return Told::No,
                Err(_) => self.session = None,
            }
        }
    }

    async fn create(&mut self, name: &str) -> Told {
        let year = Period::Years(PeriodLength::new(1).expect("one year can be had"));
        let create = DomainCreate::new(name, year, None, None, "Bench-1234", None);
        loop {
            match self.session().await.run(&create).await {
                Ok(_) => return Told::Yes,
                Err(Error::Command(_)) => return Told::No,
                Err(_) => self.session = None,
            }
        }
    }
}

const CONNECT: Duration = Duration::from_secs(5);
/// How often a connection is tried.
const AGAIN: Duration = Duration::from_millis(100);
