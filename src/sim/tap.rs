//! The gateway's end of a connection, which takes down what the gateway writes and reads, at the moment it does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use eppgate_epp::frame::{HEADER, message_length};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use crate::history::{Heard, History, What};

/// A connection that is listened to.
pub(crate) struct Tap {
    inner: DuplexStream,
    line: usize,
    history: Arc<History>,
    sent: Frames,
    heard: Frames,
}

impl Tap {
    pub(crate) fn new(inner: DuplexStream, line: usize, history: Arc<History>) -> Self {
        Self { inner, line, history, sent: Frames::default(), heard: Frames::default() }
    }

    fn wrote(&mut self, bytes: &[u8]) {
        let Self { line, history, .. } = self;
        let line = *line;
        let now = history.now();
        let begins = || history.add(What::Began { line });
        self.sent.feed(bytes, now, begins, |message, began| {
            let (verb, cl_trid) = command(message);
            history.add(What::Sent { line, began, verb, cl_trid });
        });
    }

    fn read(&mut self, bytes: &[u8]) {
        let Self { line, history, .. } = self;
        let line = *line;
        self.heard.feed(
            bytes,
            history.now(),
            || {},
            |message, _| {
                history.add(What::Heard { line, message: reply(message) });
            },
        );
    }
}

/// The verb and the transaction id. Both sides write by the same codec, so its spelling can be relied on.
fn command(message: &[u8]) -> (String, Option<String>) {
    let text = String::from_utf8_lossy(message);
    let verb = match between(&text, "<command><", |c| !c.is_ascii_lowercase()) {
        Some(verb) => verb,
        None => "hello".to_owned(),
    };
    (verb, between(&text, "<clTRID>", |c| c == '<'))
}

fn reply(message: &[u8]) -> Heard {
    let Ok(text) = str::from_utf8(message) else { return Heard::Noise };
    let code = between(text, "<result code=\"", |c| c == '"').and_then(|code| code.parse().ok());
    match code {
        Some(code) => Heard::Reply { code, cl_trid: between(text, "<clTRID>", |c| c == '<') },
        None if text.contains("<greeting>") => Heard::Greeting,
        None => Heard::Noise,
    }
}

fn between(text: &str, before: &str, ends: impl Fn(char) -> bool) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split(ends).next().unwrap_or_default().to_owned())
}

/// Takes frames out of a stream of bytes.
#[derive(Default)]
struct Frames {
    buffer: Vec<u8>,
    began: Duration,
}

impl Frames {
    fn feed(
        &mut self,
        bytes: &[u8],
        now: Duration,
        begins: impl Fn(),
        mut complete: impl FnMut(&[u8], Duration),
    ) {
        if self.buffer.is_empty() && !bytes.is_empty() {
            self.began = now;
            begins();
        }
        self.buffer.extend_from_slice(bytes);
        while let Some(header) = self.buffer.first_chunk::<HEADER>() {
            let Ok(length) = message_length(*header, usize::MAX) else {
                self.buffer.clear();
                return;
            };
            if self.buffer.len() < HEADER + length {
                return;
            }
            complete(&self.buffer[HEADER..HEADER + length], self.began);
            self.buffer.drain(..HEADER + length);
            if !self.buffer.is_empty() {
                self.began = now;
                begins();
            }
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if polled.is_ready() {
            self.read(&buf.filled()[before..]);
        }
        polled
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(written)) = polled {
            self.wrote(&buf[..written]);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.history.add(What::Closing { line: self.line });
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.history.add(What::LetGo { line: self.line });
    }
}
