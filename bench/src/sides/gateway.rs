//! The gateway's side: HTTP/1.1 with one kept-alive connection per caller, as a back end's client keeps it.

use anyhow::{Context, Result, ensure};
use hyper::header::HeaderValue;
use hyper::{Method, StatusCode, Uri};
use serde::Deserialize;
use serde_json::json;

use crate::closed::Caller;
use crate::http::{Connection, Reply};

/// How a gateway is called.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) base_url: String,
    pub(crate) tenant: String,
    pub(crate) token: String,
}

/// A caller with a connection to the gateway.
pub(crate) struct Gateway {
    connection: Connection,
    domains: String,
    authorization: HeaderValue,
}

impl Access {
    /// Opens `count` connections.
    pub(crate) async fn open(&self, count: usize) -> Result<Vec<Gateway>> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(self.connect().await.context("cannot connect to the gateway")?);
        }
        Ok(connections)
    }

    /// Opens one.
    pub(crate) async fn connect(&self) -> Result<Gateway> {
        let base: Uri = self.base_url.parse()?;
        let authority = base.authority().context("a base URL without a host")?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", self.token))?;
        authorization.set_sensitive(true);
        Ok(Gateway {
            connection: Connection::open(authority.as_str()).await?,
            domains: format!("/api/v1/tenants/{}/domains", self.tenant),
            authorization,
        })
    }
}

impl Gateway {
    /// Asks whether a name is available.
    pub(crate) async fn ask(&mut self, name: &str) -> Result<Reply> {
        self.post("/check", json!({ "name": name }).to_string()).await
    }

    /// Registers a name.
    pub(crate) async fn register(&mut self, name: &str) -> Result<Reply> {
        self.post("", json!({ "name": name, "years": 1, "payment_assured": true }).to_string()).await
    }

    /// What the gateway knows of a domain.
    pub(crate) async fn look(&mut self, name: &str) -> Result<Reply> {
        let path = format!("{}/{name}", self.domains);
        self.connection.send(Method::GET, &path, Some(&self.authorization), String::new()).await
    }

    /// A part of the list of domains, as a query asks for it.
    pub(crate) async fn list(&mut self, query: &str) -> Result<Reply> {
        let path = format!("{}{query}", self.domains);
        self.connection.send(Method::GET, &path, Some(&self.authorization), String::new()).await
    }

    async fn post(&mut self, path: &str, body: String) -> Result<Reply> {
        let path = format!("{}{path}", self.domains);
        self.connection.send(Method::POST, &path, Some(&self.authorization), body).await
    }
}

/// Fails unless the reply says that the name is available.
pub(crate) fn expect_available(reply: &Reply, name: &str) -> Result<()> {
    let Reply { status, body, .. } = reply;
    ensure!(*status == StatusCode::OK, "{status}: {}", String::from_utf8_lossy(body));
    let Answer { data } = serde_json::from_slice(body)?;
    ensure!(data.name == name, "an answer about {}", data.name);
    ensure!(data.status == "available", "{name} is {}", data.status);
    Ok(())
}

impl Caller for Gateway {
    async fn check(&mut self, names: &[String]) -> Result<()> {
        for name in names {
            expect_available(&self.ask(name).await?, name)?;
        }
        Ok(())
    }

    async fn close(self) -> Result<()> {
        Ok(())
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Checked<'a>,
}

#[derive(Deserialize)]
struct Checked<'a> {
    name: &'a str,
    status: &'a str,
}
