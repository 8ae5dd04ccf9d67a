//! `eppgate serve`: a gateway to registries that run elsewhere.

use std::fmt::Write;
use std::net::TcpListener;

use anyhow::{Context, Result};
use hyper::Method;

use super::{Program, Running, folder};
use crate::http::Connection;
use crate::sides::Account;
use crate::sides::gateway::Access;
use crate::sides::profile::Shape;

/// A running gateway.
pub(crate) struct Serve {
    access: Access,
    running: Running,
}

/// A registry that it serves.
pub(crate) struct Upstream {
    pub(crate) name: &'static str,
    /// What it sells there; no other registry has it.
    pub(crate) tld: &'static str,
    /// Where it is reached, and by whom.
    pub(crate) account: Account,
    pub(crate) shape: Shape,
}

impl Serve {
    /// Starts a gateway with one tenant to these registries, and waits until it answers.
    pub(crate) async fn start(program: &Program, upstreams: &[Upstream]) -> Result<Self> {
        let folder = folder()?;
        let [listen, operator] = [free_address()?, free_address()?];
        let file = |name: &str| folder.path().join(name).display().to_string();
        let config = file("eppgate.toml");
        let mut text = format!(
            r#"
listen = "{listen}"
operator_listen = "{operator}"
database_url = "sqlite://{}"

[tokens]
secret = "not a secret: the bench makes it, and forgets it"

[[tenants]]
id = "{TENANT}"
name = "Bench"
slug = "bench"
owner = "owner@bench.test"
"#,
            file("eppgate.db"),
        );
        for Upstream { name, tld, .. } in upstreams {
            write!(
                text,
                r#"
[[tenants.tlds]]
tld = "{tld}"
registry = "{name}"
account = "primary"
accreditation = "non_icann"
"#
            )?;
        }
        for Upstream { name, account, shape, .. } in upstreams {
            let profile = file(&format!("{name}.toml"));
            std::fs::write(&profile, shape.profile())?;
            let Account { address, client_id, password, pki } = account;
            write!(
                text,
                r#"
[[registries]]
name = "{name}"
profile = "{profile}"
address = "{address}"
server_name = "localhost"
ca = "{}"
cert = "{}"
key = "{}"

[[registries.accounts]]
name = "primary"
client_id = "{client_id}"
password = "{password}"
"#,
                pki.ca.display(),
                pki.cert.display(),
                pki.key.display(),
            )?;
        }
        std::fs::write(&config, text)?;
        let token =
            program.output(["token", "--config", &config, "--tenant", "bench", "--ttl", "1h"]).await?;
        let mut running = program.start("serve", folder, ["serve", "--config", &config])?;
        running
            .ready(async || {
                let Ok(mut connection) = Connection::open(&listen).await else { return Ok(None) };
                let healthy = connection.send(Method::GET, "/healthz", None, String::new()).await;
                Ok(healthy.ok().filter(|reply| reply.status.is_success()))
            })
            .await?;
        let access = Access { base_url: format!("http://{listen}"), tenant: TENANT.to_owned(), token };
        Ok(Self { access, running })
    }

    /// How it is called.
    pub(crate) fn access(&self) -> Access {
        self.access.clone()
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }
}

/// The system does not give a port twice in a row, so it stays free until the gateway takes it.
fn free_address() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.to_string())
}

const TENANT: &str = "0190a000-0000-7000-8000-000000000001";
