//! Requests that hyper itself refuses, because it cannot read them: no router sees those, and hyper's answer has no body.
//! Here, on its way out, it is put into our envelope.
//!
//! An answer of ours carries a request id, always; one that does not is hyper's.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::middleware::{REQUEST_ID, request_id};

/// A connection whose answers are all in the envelope.
pub(super) struct Enveloped<S> {
    inner: S,
    instead: Option<Instead>,
}

/// What is written in place of an answer.
struct Instead {
    bytes: Vec<u8>,
    written: usize,
    /// How long the answer was.
    of: usize,
}

impl<S> Enveloped<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, instead: None }
    }
}

impl Instead {
    /// Of hyper's own answers only: a head and nothing more.
    fn of(answer: &[u8]) -> Option<Self> {
        let is_refusal = answer.starts_with(b"HTTP/1.1 4") || answer.starts_with(b"HTTP/1.0 4");
        let head = std::str::from_utf8(answer).ok().filter(|_| is_refusal)?;
        if !head.ends_with("\r\n\r\n") || head.contains(REQUEST_ID.as_str()) {
            return None;
        }
        let status_line = head.lines().next()?;
        let code = match status_line.get(9..12)? {
            "414" => "uri_too_long",
            "431" => "request_header_fields_too_large",
            _ => "malformed_request",
        };
        let body = format!("{{\"error\":\"{code}\"}}");
        let length = body.len();
        let id = request_id();
        let text = format!(
            "{status_line}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nx-request-id: {id}\r\n\
             cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}"
        );
        Some(Self { bytes: text.into_bytes(), written: 0, of: answer.len() })
    }
}

impl<S: AsyncWrite + Unpin> Enveloped<S> {
    /// Writes what stands in place of the answer; gives the length that the answer had.
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Some(instead) = &mut self.instead else { return Poll::Ready(Ok(0)) };
        while instead.written < instead.bytes.len() {
            let rest = &instead.bytes[instead.written..];
            match ready!(Pin::new(&mut self.inner).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => instead.written += written,
            }
        }
        let of = instead.of;
        self.instead = None;
        Poll::Ready(Ok(of))
    }

    fn replaces(&mut self, answer: &[u8]) -> bool {
        if self.instead.is_none() {
            self.instead = Instead::of(answer);
        }
        self.instead.is_some()
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Enveloped<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.replaces(bytes) {
            true => this.poll_instead(context),
            false => Pin::new(&mut this.inner).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match slices.first().is_some_and(|first| this.replaces(first)) {
            true => this.poll_instead(context),
            false => Pin::new(&mut this.inner).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Enveloped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, into)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    async fn sent(answer: &str, pipe: usize) -> String {
        let (near, mut far) = duplex(pipe);
        let mut enveloped = Enveloped::new(near);
        let answer = answer.to_owned();
        let writing = tokio::spawn(async move {
            enveloped.write_all(answer.as_bytes()).await.unwrap();
            enveloped.shutdown().await.unwrap();
        });
        let mut text = String::new();
        far.read_to_string(&mut text).await.unwrap();
        writing.await.unwrap();
        text
    }

    #[tokio::test]
    async fn an_answer_that_is_not_ours_is_put_into_the_envelope_however_slowly_it_leaves() {
        for pipe in [1, 7, 4096] {
            let answer = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
            let text = sent(answer, pipe).await;
            assert!(text.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{text}");
            assert!(text.contains("\r\nx-request-id: req_"), "{text}");
            assert!(text.ends_with("\r\n\r\n{\"error\":\"request_header_fields_too_large\"}"), "{text}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_ours_is_left_alone() {
        for answer in [
            "HTTP/1.1 404 Not Found\r\nx-request-id: req_1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "{\"text\":\"HTTP/1.1 400 Bad Request\"}",
        ] {
            assert_eq!(sent(answer, 4096).await, answer);
        }
    }
}
