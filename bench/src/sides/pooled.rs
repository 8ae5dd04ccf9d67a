//! The registry crate by itself, in this process: its queue, batcher and sessions, without HTTP, rules and journal.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use eppgate_epp::{Command, domain};
use eppgate_registry::{
    CheckRequest, Class, Config, Credentials, Payload, Profile, Registry, Request, TlsIdentity,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::closed::Caller;
use crate::sides::Account;
use crate::sides::profile::Shape;

/// A registry account's sessions.
pub(crate) struct Pool(Registry);

/// Someone who checks names, which may share commands with others'.
pub(crate) struct Asker {
    registry: Registry,
    payload: Payload,
    tenant: u128,
}

/// Someone who runs commands of their own.
pub(crate) struct Commander {
    registry: Registry,
    number: usize,
    sent: u64,
}

impl Pool {
    pub(crate) fn start(account: &Account, shape: &Shape) -> Result<Self> {
        let Account { address, client_id, password, pki } = account;
        let config = Config {
            name: "bench".to_owned(),
            profile: Profile::parse(&shape.profile())?,
            address: address.clone(),
            credentials: Credentials {
                client_id: (*client_id).to_owned(),
                password: password.as_str().into(),
            },
            tls: TlsIdentity {
                ca: Some(std::fs::read_to_string(&pki.ca)?),
                certificates: std::fs::read_to_string(&pki.cert)?,
                key: std::fs::read_to_string(&pki.key)?.into(),
                server_name: Some("localhost".to_owned()),
            },
        };
        Ok(Self(Registry::start(config)?))
    }

    /// Waits until so many sessions are open and idle.
    pub(crate) async fn idle(&self, count: usize) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while self.0.status().sessions.idle < count {
            ensure!(Instant::now() < deadline, "{:?} after {PATIENCE:?}", self.0.status());
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Keeps it so busy that it opens all these sessions: it opens no more than it needs.
    pub(crate) async fn stretch(&self, sessions: usize) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut round = 0;
        while self.open_sessions() < sessions {
            ensure!(Instant::now() < deadline, "{:?} after {PATIENCE:?}", self.0.status());
            round += 1;
            let name = |number| format!("stretch-{round}-{number}.example");
            let mut busy: JoinSet<_> = self
                .commanders(CROWD)
                .into_iter()
                .map(|mut one| {
                    let names = [name(one.number)];
                    async move { one.check(&names).await }
                })
                .collect();
            while let Some(checked) = busy.join_next().await {
                checked.context("a caller panicked")??;
            }
        }
        Ok(())
    }

    pub(crate) fn open_sessions(&self) -> usize {
        let sessions = self.0.status().sessions;
        sessions.idle + sessions.busy + sessions.penalised
    }

    /// Callers of several tenants, who take turns in the queue.
    pub(crate) fn askers(&self, count: usize) -> Vec<Asker> {
        let asker = |number| Asker {
            registry: self.0.clone(),
            payload: Payload::none(),
            tenant: number as u128 % TENANTS,
        };
        (0..count).map(asker).collect()
    }

    pub(crate) fn commanders(&self, count: usize) -> Vec<Commander> {
        (0..count).map(|number| Commander { registry: self.0.clone(), number, sent: 0 }).collect()
    }

    /// Logs out everywhere.
    pub(crate) async fn close(self) {
        self.0.drain(FAREWELL).await;
    }
}

impl Caller for Asker {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        let request = CheckRequest {
            names: names.to_vec(),
            payload: self.payload.clone(),
            class: Class::Interactive,
            tenant: self.tenant,
            deadline: Instant::now() + DEADLINE,
        };
        for (name, result) in names.iter().zip(self.registry.check(request).await) {
            let answer = result?;
            let cd = answer.cd.as_ref().context("no answer about the name")?;
            ensure!(cd.0.name == *name, "an answer about {}", cd.0.name);
            ensure!(cd.0.avail, "{name} is not available");
        }
        Ok(())
    }

    async fn close(self) -> Result<()> {
        Ok(())
    }
}

impl Caller for Commander {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        self.sent += 1;
        let check = domain::Check { names: names.to_vec() };
        let request = Request {
            command: Command::new(&check).finish(&format!("bench-{}-{}", self.number, self.sent))?,
            class: Class::Interactive,
            tenant: self.number as u128 % TENANTS,
            deadline: Instant::now() + DEADLINE,
        };
        expect_available(&self.registry.execute(request).await?.response.need_data()?, names)
    }

    async fn close(self) -> Result<()> {
        Ok(())
    }
}

/// Fails unless each name is available.
pub(crate) fn expect_available(data: &domain::ChkData, names: &[String]) -> Result<()> {
    ensure!(data.cds.len() == names.len(), "{} answers to {} names", data.cds.len(), names.len());
    for (name, cd) in names.iter().zip(&data.cds) {
        ensure!(cd.0.name == *name, "an answer about {}", cd.0.name);
        ensure!(cd.0.avail, "{name} is not available");
    }
    Ok(())
}

const TENANTS: u128 = 8;
const DEADLINE: Duration = Duration::from_secs(10);
const FAREWELL: Duration = Duration::from_secs(5);
/// Thousands of logins, two at a time, take a while.
const PATIENCE: Duration = Duration::from_secs(120);
/// So many commands at once take longer than it waits before it opens a session.
const CROWD: usize = 2000;
const LOOK: Duration = Duration::from_millis(5);
