//! Frames over a byte stream, each half on its own: reading never waits for writing, nor the other way round.
//!
//! Both halves are cancel-safe, so that a session can select over them: what was read or written so far stays in their
//! buffers.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use eppgate_epp::frame::{self, FrameError, HEADER};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::timeout;

/// Why no frame could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the connection failed")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// Both halves of a connection.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    pub(crate) reader: Reader<ReadHalf<S>>,
    pub(crate) writer: Writer<WriteHalf<S>>,
}

impl<S: AsyncRead + AsyncWrite> Wire<S> {
    pub(crate) fn new(stream: S, max_frame: usize) -> Self {
        let (read, write) = tokio::io::split(stream);
        Self { reader: Reader::new(read, max_frame), writer: Writer::new(write) }
    }
}

impl<S> Wire<S> {
    /// Gives back the memory that is kept for the next message: there may be none for a while.
    pub(crate) fn rest(&mut self) {
        if self.reader.buffer.is_empty() {
            self.reader.buffer = BytesMut::new();
        }
        if self.writer.out.is_empty() {
            self.writer.out = BytesMut::new();
        }
    }
}

impl<S: AsyncRead + AsyncWrite> Wire<S> {
    /// Closes the connection, and waits a while until the peer has done so too: it may be `busy` for so long.
    pub(crate) async fn close(&mut self, busy: Duration) {
        // A peer that does not close is left alone after that.
        let _ = timeout(busy.max(CLOSE), async {
            if self.writer.close().await.is_ok() {
                self.reader.discard().await;
            }
        })
        .await;
    }
}

/// The half that reads.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    io: R,
    buffer: BytesMut,
    max: usize,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    fn new(io: R, max: usize) -> Self {
        Self { io, buffer: BytesMut::new(), max }
    }

    /// The message of the next frame; none when the connection ended between frames.
    pub(crate) async fn frame(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        loop {
            if let Some(message) = self.buffered()? {
                return Ok(Some(message));
            }
            self.buffer.reserve(CHUNK);
            if self.io.read_buf(&mut self.buffer).await? == 0 {
                return match self.buffer.is_empty() {
                    true => Ok(None),
                    false => Err(ReadError::Io(io::ErrorKind::UnexpectedEof.into())),
                };
            }
        }
    }

    /// Reads away what the peer still sends, until it closes.
    async fn discard(&mut self) {
        loop {
            self.buffer.clear();
            self.buffer.reserve(CHUNK);
            match self.io.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    fn buffered(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let Some(header) = self.buffer.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let length = frame::message_length(*header, self.max)?;
        if self.buffer.len() < HEADER + length {
            return Ok(None);
        }
        let message = self.buffer[HEADER..HEADER + length].to_vec();
        self.buffer.advance(HEADER + length);
        if self.buffer.is_empty() && length > CHUNK {
            self.buffer = BytesMut::new();
        }
        Ok(Some(message))
    }
}

/// The half that writes. It knows how far the connection has taken what was queued.
#[derive(Debug)]
pub(crate) struct Writer<W> {
    io: W,
    out: BytesMut,
    queued: u64,
    taken: u64,
    unflushed: bool,
    /// Whether the connection took less than all when it was last asked to, be it for good.
    stuck: bool,
    failed: bool,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    fn new(io: W) -> Self {
        Self { io, out: BytesMut::new(), queued: 0, taken: 0, unflushed: false, stuck: false, failed: false }
    }

    /// Puts a frame behind those that are not written yet; gives its place in the stream.
    pub(crate) fn queue(&mut self, frame: &[u8]) -> u64 {
        let start = self.queued;
        self.out.extend_from_slice(frame);
        self.queued += frame.len() as u64;
        self.unflushed = true;
        start
    }

    /// Whether [`flush`](Self::flush) has something to do.
    pub(crate) fn has_unsent(&self) -> bool {
        self.unflushed
    }

    /// Whether what is queued has to wait for the peer.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Whether a byte of the frame at this place may have left.
    pub(crate) fn touched(&self, start: u64) -> bool {
        self.failed || start < self.taken
    }

    /// Takes the frames from this place on back, none of which has been touched.
    pub(crate) fn take_back(&mut self, start: u64) {
        let kept = usize::try_from(start - self.taken).expect("what is queued is in memory");
        self.out.truncate(kept);
        self.queued = start;
    }

    /// Writes all that is queued, in as few writes as the connection allows.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        // So it stays when this is called off, which happens only while it waits.
        self.stuck = true;
        let result = self.write().await;
        self.stuck = result.is_err();
        self.failed |= result.is_err();
        result
    }

    /// Writes what the connection takes at once; [`has_unsent`](Self::has_unsent) tells whether that was all.
    pub(crate) async fn flush_now(&mut self) -> io::Result<()> {
        let mut flush = pin!(self.flush());
        poll_fn(|context| match flush.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => Poll::Ready(Ok(())),
        })
        .await
    }

    /// Says that nothing more will be written.
    async fn close(&mut self) -> io::Result<()> {
        self.io.shutdown().await
    }

    async fn write(&mut self) -> io::Result<()> {
        while !self.out.is_empty() {
            match self.io.write_buf(&mut self.out).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                taken => self.taken += taken as u64,
            }
        }
        self.io.flush().await?;
        self.unflushed = false;
        Ok(())
    }
}

/// How long a peer may take to close its side.
const CLOSE: Duration = Duration::from_secs(1);
/// Room for each read: more than most replies need.
const CHUNK: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_are_found_however_the_bytes_are_cut() {
        let (client, mut server) = tokio::io::duplex(1024);
        let mut wire = Wire::new(client, 100);
        tokio::spawn(async move {
            for byte in b"\0\0\0\x07abc\0\0\0\x05d\0\0" {
                server.write_all(&[*byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        assert_eq!(wire.reader.frame().await.unwrap().unwrap(), b"abc");
        assert_eq!(wire.reader.frame().await.unwrap().unwrap(), b"d");
        assert!(matches!(wire.reader.frame().await, Err(ReadError::Io(_))));
    }

    #[tokio::test]
    async fn rest_gives_memory_back_and_no_byte_of_a_message() {
        let (client, mut server) = tokio::io::duplex(1024);
        let mut wire = Wire::new(client, 100);
        server.write_all(b"\0\0\0\x07abc\0\0\0\x07d").await.unwrap();
        assert_eq!(wire.reader.frame().await.unwrap().unwrap(), b"abc");
        wire.writer.queue(b"unsent");
        wire.rest();
        assert_eq!((&wire.reader.buffer[..], &wire.writer.out[..]), (&b"\0\0\0\x07d"[..], &b"unsent"[..]));
        server.write_all(b"ef").await.unwrap();
        assert_eq!(wire.reader.frame().await.unwrap().unwrap(), b"def");
        wire.writer.flush().await.unwrap();
        wire.rest();
        assert_eq!((wire.reader.buffer.capacity(), wire.writer.out.capacity()), (0, 0));
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_is_refused_by_its_header() {
        let (client, mut server) = tokio::io::duplex(1024);
        let mut wire = Wire::new(client, 100);
        server.write_all(&101u32.to_be_bytes()).await.unwrap();
        assert!(matches!(wire.reader.frame().await, Err(ReadError::Frame(FrameError::TooLong { .. }))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_behind_a_stuck_one_is_untouched() {
        let (client, _server) = tokio::io::duplex(6);
        let mut wire = Wire::new(client, 100);
        let (first, second) = (wire.writer.queue(b"12345678"), wire.writer.queue(b"x"));
        let stuck = timeout(Duration::from_secs(1), wire.writer.flush());
        assert!(stuck.await.is_err() && wire.writer.is_stuck());
        assert!(wire.writer.touched(first) && !wire.writer.touched(second));
        wire.writer.take_back(second);
        assert_eq!(wire.writer.queue(b"y"), second);
    }
}
