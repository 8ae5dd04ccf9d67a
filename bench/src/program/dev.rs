//! `eppgate dev`: registries and a gateway in one process, with a state of its own.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::fs;

use super::{Program, Running, folder};
use crate::sides::gateway::Access;
use crate::sides::{Account, Pki};

/// A running `eppgate dev`.
pub(crate) struct Dev {
    ready: Ready,
    running: Running,
}

/// What a bench needs of the ready file.
#[derive(Deserialize)]
struct Ready {
    base_url: String,
    tenant_id: String,
    access_token: String,
    pki: PkiFiles,
    registries: Vec<Registry>,
}

#[derive(Deserialize)]
struct PkiFiles {
    ca_pem: PathBuf,
    client_cert_pem: PathBuf,
    client_key_pem: PathBuf,
}

#[derive(Deserialize)]
struct Registry {
    name: String,
    tlds: Vec<String>,
    address: String,
    client_id: String,
    password: String,
}

impl Dev {
    /// Starts it on free ports and waits until everything in it answers.
    pub(crate) async fn start(program: &Program) -> Result<Self> {
        let folder = folder()?;
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (state, ready_file) = (file("state"), file("ready.json"));
        let ports = ["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"];
        let files = ["--state-dir", &state, "--ready-file", &ready_file];
        let mut running = program.start("dev", folder, ["dev"].into_iter().chain(ports).chain(files))?;
        let json = running.ready(async || Ok(fs::read(&ready_file).await.ok())).await?;
        let ready = serde_json::from_slice(&json).context("the ready file is not understood")?;
        Ok(Self { ready, running })
    }

    /// How its gateway is called.
    pub(crate) fn access(&self) -> Access {
        let Ready { base_url, tenant_id, access_token, .. } = &self.ready;
        Access { base_url: base_url.clone(), tenant: tenant_id.clone(), token: access_token.clone() }
    }

    /// The account at a registry that the gateway does not use, so that neither side takes the other's sessions; and a
    /// TLD of that registry.
    pub(crate) fn other_account(&self, registry: &str) -> Result<(Account, &str)> {
        let Ready { pki, registries, .. } = &self.ready;
        let found = registries.iter().find(|known| known.name == registry);
        let found = found.with_context(|| format!("dev has no registry {registry}"))?;
        let account = Account {
            address: found.address.clone(),
            client_id: if found.client_id == "registrar-a" { "registrar-b" } else { "registrar-a" },
            password: found.password.clone(),
            pki: Pki {
                ca: pki.ca_pem.clone(),
                cert: pki.client_cert_pem.clone(),
                key: pki.client_key_pem.clone(),
            },
        };
        let tld = found.tlds.first().context("a registry without a TLD")?;
        Ok((account, tld))
    }

    /// Where its database is.
    pub(crate) fn database_url(&self) -> String {
        format!("sqlite://{}", self.running.folder.path().join("state").join("eppgate.db").display())
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }
}
