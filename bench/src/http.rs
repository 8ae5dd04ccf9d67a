//! HTTP/1.1 as a back end's client speaks it: one kept-alive connection, one request at a time.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A connection.
pub(crate) struct Connection {
    authority: String,
    host: HeaderValue,
    requests: SendRequest<Full<Bytes>>,
    _connection: JoinSet<hyper::Result<()>>,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) has_retry_after: bool,
    pub(crate) body: Bytes,
}

impl Connection {
    pub(crate) async fn open(authority: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let host = HeaderValue::from_str(authority)?;
        Ok(Self {
            authority: authority.to_owned(),
            host,
            requests,
            _connection: JoinSet::from_iter([connection]),
        })
    }

    /// Sends JSON, or nothing if `body` is empty, and gives the answer. A connection that the server has closed, as it may
    /// while nobody asks, is opened again.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        authorization: Option<&HeaderValue>,
        body: String,
    ) -> Result<Reply> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.host.clone());
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if self.requests.is_closed() {
            *self = Self::open(&self.authority).await?;
        }
        self.requests.ready().await?;
        let response = self.requests.send_request(request.body(Full::from(body))?).await?;
        let status = response.status();
        let has_retry_after = response.headers().contains_key(RETRY_AFTER);
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Reply { status, has_retry_after, body })
    }
}
