//! The HTTP server: accepts connections up to a bound, gives slow ones up, and drains at the end.
//!
//! A loop of our own on hyper: axum's sets no timer, so a client that sends its headers a byte at a time would hold
//! a connection for ever.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::http::unread::Enveloped;

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stopping: CancellationToken,
    accepting: JoinHandle<Connections>,
}

/// What is open when accepting ends.
#[derive(Debug)]
struct Connections {
    tasks: JoinSet<()>,
    graceful: GracefulShutdown,
}

impl Server {
    /// Serves `router` on a listener that is bound already, on at most `max_connections` at a time; more of them wait
    /// in the operating system's queue.
    ///
    /// # Errors
    /// If the listener has no address, which is the system's fault.
    pub fn start(listener: TcpListener, router: Router, max_connections: usize) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let stopping = CancellationToken::new();
        let accepting = tokio::spawn(accept(listener, router, max_connections, stopping.clone()));
        Ok(Self { address, stopping, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more, lets requests under way be answered until `deadline`, then cuts off what is left.
    pub async fn stop(self, deadline: Instant) {
        self.stopping.cancel();
        let Ok(Connections { mut tasks, graceful }) = self.accepting.await else { return };
        if tokio::time::timeout_at(deadline, graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = tasks.len(), "connections are cut off at the deadline");
        }
        tasks.shutdown().await;
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    max_connections: usize,
    stopping: CancellationToken,
) -> Connections {
    let mut open = Connections { tasks: JoinSet::new(), graceful: GracefulShutdown::new() };
    let slots = Arc::new(Semaphore::new(max_connections));
    loop {
        let accepted = async {
            let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
            (slot, listener.accept().await)
        };
        let (slot, stream) = tokio::select! {
            accepted = accepted => accepted,
            () = stopping.cancelled() => return open,
        };
        while open.tasks.try_join_next().is_some() {}
        match stream {
            Ok((stream, _)) => {
                let connection = serve(stream, router.clone(), open.graceful.watcher());
                open.tasks.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// One connection, HTTP/1.1 or HTTP/2 as its first bytes say.
async fn serve(stream: TcpStream, router: Router, watcher: Watcher) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let spoken = CancellationToken::new();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        spoken.cancel();
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request.map(axum::body::Body::new)).await) }
    });
    let builder = protocol();
    let mut connection = std::pin::pin!(
        watcher.watch(builder.serve_connection(TokioIo::new(Enveloped::new(stream)), service))
    );
    // hyper's own timer starts only once it knows which version is spoken; until a first request is here, ours runs.
    tokio::select! {
        _ = &mut connection => return,
        silent = timeout(HEADER_TIMEOUT, spoken.cancelled()) => if silent.is_err() { return },
    }
    if let Err(error) = connection.await {
        tracing::debug!(error = &*error, "a connection broke");
    }
}

async fn answer(router: Router, request: Request) -> axum::response::Response {
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}

fn protocol() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADERS as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADERS)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

/// For a request's headers to be complete; also how long an idle HTTP/1.1 connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Headers of a request in bytes: a token of ours takes half a kilobyte.
const MAX_HEADERS: u32 = 32 * 1024;

/// Requests at a time on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;

/// How a peer that has vanished is found out.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// When the process is out of file descriptors, trying again at once only burns time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn server(router: Router, max_connections: usize) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server::start(listener, router, max_connections).unwrap()
    }

    async fn say(stream: &mut TcpStream, text: &str) {
        stream.write_all(text.as_bytes()).await.unwrap();
    }

    async fn rest(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap_or_default();
        text
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_finish_its_headers_is_given_up() {
        let server = server(Router::new(), 8).await;
        for beginning in ["", "P", "PRI * HT", "GET / HTTP/1.1\r\nHost: a\r\n"] {
            let mut stream = TcpStream::connect(server.address()).await.unwrap();
            say(&mut stream, beginning).await;
            let before = Instant::now();
            assert_eq!(rest(&mut stream).await, "", "{beginning}");
            assert!(before.elapsed() <= HEADER_TIMEOUT + Duration::from_secs(1), "{beginning}");
        }
        server.stop(Instant::now() + HEADER_TIMEOUT).await;
    }

    #[tokio::test]
    async fn what_cannot_even_be_read_is_refused_in_the_envelope() {
        let server = server(Router::new(), 8).await;
        // Just too long, so that the server has read all of it when it hangs up.
        let long = "x".repeat(MAX_HEADERS as usize);
        let cases = [
            ("NONSENSE\r\n\r\n".to_owned(), 400, "malformed_request"),
            ("GET / HTTP/1.1\r\nHost: a\r\nB d: c\r\n\r\n".to_owned(), 400, "malformed_request"),
            (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), 431, "request_header_fields_too_large"),
            (
                format!("GET / HTTP/1.1\r\nHost: a\r\nB: {long}\r\n\r\n"),
                431,
                "request_header_fields_too_large",
            ),
        ];
        for (request, status, code) in cases {
            let mut stream = TcpStream::connect(server.address()).await.unwrap();
            say(&mut stream, &request).await;
            let answer = rest(&mut stream).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(answer.ends_with(&format!("\r\n\r\n{{\"error\":\"{code}\"}}")), "{answer}");
        }
        server.stop(Instant::now()).await;
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_before_the_server_stops() {
        let (begun, hold) = (CancellationToken::new(), CancellationToken::new());
        let signals = (begun.clone(), hold.clone());
        let handler = async move || {
            signals.0.cancel();
            signals.1.cancelled().await;
            "done"
        };
        let server = server(Router::new().route("/", get(handler)), 8).await;
        let address = server.address();
        let mut stream = TcpStream::connect(address).await.unwrap();
        say(&mut stream, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        begun.cancelled().await;
        let stopping = tokio::spawn(server.stop(Instant::now() + Duration::from_secs(60)));
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        hold.cancel();
        assert!(rest(&mut stream).await.ends_with("done"));
        stopping.await.unwrap();
    }

    #[tokio::test]
    async fn what_is_left_at_the_deadline_is_cut_off() {
        let begun = CancellationToken::new();
        let signal = begun.clone();
        let handler = async move || {
            signal.cancel();
            std::future::pending::<&str>().await
        };
        let server = server(Router::new().route("/", get(handler)), 8).await;
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        say(&mut stream, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        begun.cancelled().await;
        server.stop(Instant::now()).await;
        assert_eq!(rest(&mut stream).await, "");
    }

    #[tokio::test]
    async fn a_connection_past_the_bound_waits_its_turn() {
        let server = server(Router::new().route("/", get(async || "here")), 1).await;
        let mut first = TcpStream::connect(server.address()).await.unwrap();
        let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut second = TcpStream::connect(server.address()).await.unwrap();
        say(&mut second, request).await;
        say(&mut first, request).await;
        assert!(rest(&mut first).await.ends_with("here"));
        assert!(rest(&mut second).await.ends_with("here"));
    }
}
