//! The gateway's side: HTTP/1.1 with one kept-alive connection per caller, as a back end's client keeps it.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::dev::Dev;
use crate::load::Caller;

/// A caller with a connection to the gateway.
pub(crate) struct Gateway {
    requests: SendRequest<Full<Bytes>>,
    path: Uri,
    host: HeaderValue,
    authorization: HeaderValue,
    _connection: JoinSet<hyper::Result<()>>,
}

impl Gateway {
    /// Opens `count` connections.
    pub(crate) async fn open(dev: &Dev, count: usize) -> Result<Vec<Self>> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(Self::connect(dev).await.context("cannot connect to the gateway")?);
        }
        Ok(connections)
    }

    async fn connect(dev: &Dev) -> Result<Self> {
        let base: Uri = dev.ready.base_url.parse()?;
        let authority = base.authority().context("a base URL without a host")?.as_str();
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", dev.ready.access_token))?;
        authorization.set_sensitive(true);
        Ok(Self {
            requests,
            path: format!("/api/v1/tenants/{}/domains/check", dev.ready.tenant_id).parse()?,
            host: HeaderValue::from_str(authority)?,
            authorization,
            _connection: JoinSet::from_iter([connection]),
        })
    }
}

impl Caller for Gateway {
    async fn check(&mut self, name: &str) -> Result<()> {
        let request = Request::post(self.path.clone())
            .header(HOST, self.host.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(json!({ "name": name }).to_string()))?;
        self.requests.ready().await?;
        let response = self.requests.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status == StatusCode::OK, "{status}: {}", String::from_utf8_lossy(&body));
        let Answer { data } = serde_json::from_slice(&body)?;
        ensure!(data.name == name, "an answer about {}", data.name);
        ensure!(data.status == "available", "{name} is {}", data.status);
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
