//! One connection: takes frames apart, hands them to the session in order, and sends the answers in the same order,
//! each at its time. Reading goes on while answers wait, so a client may have many commands under way.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use eppgate_epp::frame::{FrameError, HEADER, message_length};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::registry::Registry;
use crate::session::{Answer, End, Pace, Session};

/// Serves a client until either side ends it.
pub(crate) async fn serve<S>(stream: S, registry: Arc<Registry>, shutdown: &CancellationToken)
where
    S: AsyncRead + AsyncWrite,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut fault_added = registry.watch_faults();
    let (mut session, greeting) = Session::open(Arc::clone(&registry));
    let mut inbox = BytesMut::with_capacity(READ_AT_ONCE);
    let mut outbox = Outbox::default();
    outbox.push(greeting);
    let login_until = Instant::now() + registry.login_timeout;
    let mut idle_until = Instant::now() + registry.idle_timeout;
    let end = loop {
        while outbox.takes_more() {
            match next_frame(&mut inbox) {
                Ok(Some(message)) => {
                    idle_until = Instant::now() + registry.idle_timeout;
                    outbox.push(if outbox.is_idle() {
                        session.handle(&message)
                    } else {
                        session.handle_early(&message)
                    });
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(%error, "a client does not send frames");
                    outbox.end(End::Polite);
                }
            }
        }
        outbox.release(Instant::now());
        if let Some(end) = outbox.is_over() {
            break end;
        }
        let patience = if session.is_logged_in() { idle_until } else { login_until.min(idle_until) };
        let wake_at = outbox.next_due().unwrap_or(patience);
        inbox.reserve(READ_AT_ONCE);
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break End::Abrupt,
            sent = outbox.send(&mut writer), if outbox.has_ready() => {
                if sent.is_err() {
                    break End::Abrupt;
                }
                idle_until = Instant::now() + registry.idle_timeout;
            }
            read = reader.read_buf(&mut inbox), if outbox.takes_more() => {
                if !matches!(read, Ok(1..)) {
                    break End::Abrupt;
                }
            }
            Ok(()) = fault_added.changed(), if outbox.is_idle() => {
                if session.is_closed_while_idle() {
                    break End::Polite;
                }
            }
            () = sleep_until(wake_at) => {
                if outbox.next_due().is_none() {
                    break End::Polite;
                }
            }
        }
    };
    // Before the socket closes: a client that waits for its end may log in again at once.
    drop(session);
    if end == End::Polite {
        let _ = timeout(FAREWELL, writer.shutdown()).await;
    }
}

/// Takes one message off the front of what was read, once it is there as a whole.
fn next_frame(inbox: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
    let Some(&header) = inbox.first_chunk::<HEADER>() else {
        return Ok(None);
    };
    let length = message_length(header, LONGEST_FRAME)?;
    if inbox.len() < HEADER + length {
        inbox.reserve(HEADER + length - inbox.len());
        return Ok(None);
    }
    inbox.advance(HEADER);
    Ok(Some(inbox.split_to(length)))
}

/// Answers on their way out.
#[derive(Default)]
struct Outbox {
    /// Pieces that wait for their time, in the order they will leave.
    waiting: VecDeque<Piece>,
    /// Bytes that may leave now.
    ready: BytesMut,
    unflushed: bool,
    /// Nothing is taken in any more; when everything is out, the connection ends.
    last_taken: bool,
    end: Option<End>,
}

struct Piece {
    due: Instant,
    bytes: Vec<u8>,
    end: Option<End>,
}

impl Outbox {
    /// Takes an answer in. Nothing overtakes what was taken in before.
    fn push(&mut self, answer: Answer) {
        let earliest = Instant::now() + answer.wait;
        let mut due = self.waiting.back().map_or(earliest, |last| last.due.max(earliest));
        match answer.pace {
            Pace::AtOnce => self.waiting.push_back(Piece { due, bytes: answer.bytes, end: answer.end }),
            Pace::ByteByByte => {
                for byte in answer.bytes {
                    due += SLOW_STEP;
                    self.waiting.push_back(Piece { due, bytes: vec![byte], end: None });
                }
                if let Some(last) = self.waiting.back_mut() {
                    last.end = answer.end;
                }
            }
        }
        self.last_taken |= answer.end.is_some();
    }

    /// Ends the connection behind what was taken in.
    fn end(&mut self, end: End) {
        self.push(Answer { end: Some(end), ..Answer::default() });
    }

    fn takes_more(&self) -> bool {
        !self.last_taken && self.waiting.len() < ANSWERS_WAITING && self.ready.len() < BYTES_READY
    }

    /// Moves what is due to what may leave.
    fn release(&mut self, now: Instant) {
        while let Some(piece) = self.waiting.pop_front_if(|piece| piece.due <= now) {
            self.ready.extend_from_slice(&piece.bytes);
            self.end = piece.end;
        }
    }

    /// How the connection ends, now that everything is out.
    fn is_over(&self) -> Option<End> {
        self.end.filter(|_| !self.has_ready())
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && !self.has_ready()
    }

    fn has_ready(&self) -> bool {
        !self.ready.is_empty() || self.unflushed
    }

    fn next_due(&self) -> Option<Instant> {
        self.waiting.front().map(|piece| piece.due)
    }

    /// Sends what may leave. Cancel-safe: what has left is no longer there.
    async fn send(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while !self.ready.is_empty() {
            self.unflushed = true;
            writer.write_buf(&mut self.ready).await?;
        }
        writer.flush().await?;
        self.unflushed = false;
        Ok(())
    }
}

/// The longest command: launch-phase marks are the largest that are sent, and stay far below.
const LONGEST_FRAME: usize = 256 << 10;
const READ_AT_ONCE: usize = 4 << 10;
/// Answers and bytes that may wait for a client before no more of its commands are read.
const ANSWERS_WAITING: usize = 256;
const BYTES_READY: usize = 1 << 20;
/// Time between the bytes of a slow answer.
const SLOW_STEP: Duration = Duration::from_millis(2);
/// Time for the farewells of TLS.
const FAREWELL: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use eppgate_epp::Command;
    use tokio::io::DuplexStream;

    use super::*;
    use crate::character::Character;
    use crate::client::{Told, Wire, create, fault, login, login_as, registry, registry_like};

    /// A client and the registry of its own that it talks to.
    struct Pair {
        wire: Wire<DuplexStream>,
        registry: Arc<Registry>,
    }

    async fn connect() -> Pair {
        connect_to(registry()).await
    }

    async fn connect_to(registry: Arc<Registry>) -> Pair {
        let (stream, far) = tokio::io::duplex(64 << 10);
        let theirs = Arc::clone(&registry);
        tokio::spawn(async move { serve(far, theirs, &CancellationToken::new()).await });
        Pair { wire: Wire::greeted(stream).await.unwrap(), registry }
    }

    async fn logged_in() -> Pair {
        let mut pair = connect().await;
        assert_eq!(pair.wire.ask(login("registrar-a"), "login").await.code, 1000);
        pair
    }

    #[tokio::test(start_paused = true)]
    async fn pipelined_commands_are_answered_in_order_after_one_latency() {
        let Pair { mut wire, registry } = logged_in().await;
        registry.set_latency(Duration::from_millis(100));
        let start = Instant::now();
        for id in ["id-1", "id-2", "id-3"] {
            wire.write(Command::new(&create(&format!("{id}.example"))), id).await;
        }
        for id in ["id-1", "id-2", "id-3"] {
            let told = Told::of(wire.read().await.unwrap());
            assert_eq!((told.code, told.cl_trid.as_deref()), (1000, Some(id)));
        }
        let elapsed = start.elapsed();
        assert!((Duration::from_millis(100)..Duration::from_millis(150)).contains(&elapsed), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn where_commands_go_one_at_a_time_an_early_one_ends_the_session() {
        let registry = registry_like(Character::LEGACY);
        let Pair { mut wire, registry } = connect_to(registry).await;
        assert_eq!(wire.ask(login_as(&registry, "registrar-a"), "login").await.code, 1000);
        let start = Instant::now();
        assert_eq!(wire.ask(Command::new(&create("a.example")), "id-1").await.code, 1000);
        assert_eq!(start.elapsed(), Character::LEGACY.create_time);
        wire.write(Command::new(&create("b.example")), "id-2").await;
        wire.write(Command::new(&create("c.example")), "id-3").await;
        assert_eq!(Told::of(wire.read().await.unwrap()).code, 1000);
        assert_eq!(Told::of(wire.read().await.unwrap()).code, 2500);
        assert!(wire.read().await.is_none());
        assert_eq!(registry.charges().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_reply_never_comes_and_the_next_one_does() {
        let Pair { mut wire, registry } = logged_in().await;
        fault(&registry, r#"{"match": {"verb": "create"}, "action": "stall"}"#);
        wire.write(Command::new(&create("a.example")), "id-1").await;
        wire.write(Command::new(&create("b.example")), "id-2").await;
        let told = Told::of(wire.read().await.unwrap());
        assert_eq!(told.cl_trid.as_deref(), Some("id-2"));
        assert_eq!(registry.charges().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_behind_a_dropped_command_is_not_run() {
        let Pair { mut wire, registry } = logged_in().await;
        fault(&registry, r#"{"match": {"name": "b.example"}, "action": "drop_after"}"#);
        for name in ["a.example", "b.example", "c.example"] {
            wire.write(Command::new(&create(name)), name).await;
        }
        assert_eq!(Told::of(wire.read().await.unwrap()).cl_trid.as_deref(), Some("a.example"));
        assert!(wire.read().await.is_none());
        assert_eq!(registry.charges().len(), 2);
        assert_eq!(registry.sessions()["registrar-a"], (0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn slow_bytes_take_their_time_and_make_a_whole_reply() {
        let Pair { mut wire, registry } = logged_in().await;
        fault(&registry, r#"{"action": "slow_bytes"}"#);
        let start = Instant::now();
        wire.write(Command::new(&create("a.example")), "id-1").await;
        let told = wire.read().await.unwrap();
        assert_eq!(Told::of(told.clone()).code, 1000);
        let at_least = SLOW_STEP * u32::try_from(told.len()).unwrap();
        assert!(start.elapsed() >= at_least);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_reply_comes_when_it_is_due() {
        let Pair { mut wire, registry } = logged_in().await;
        fault(&registry, r#"{"action": "delay", "delay": "500ms"}"#);
        let start = Instant::now();
        assert_eq!(wire.ask(Command::new(&create("a.example")), "id-1").await.code, 1000);
        assert!(start.elapsed() >= Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_missing_login_end_a_session() {
        let Pair { mut wire, .. } = logged_in().await;
        let start = Instant::now();
        assert!(wire.read().await.is_none());
        assert_eq!(start.elapsed().as_secs(), 600);
        let Pair { mut wire, .. } = connect().await;
        let start = Instant::now();
        assert!(wire.read().await.is_none());
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_session_is_closed_as_soon_as_a_fault_says_so() {
        let Pair { mut wire, registry } = logged_in().await;
        fault(&registry, r#"{"match": {"account": "registrar-b"}, "action": "close_idle"}"#);
        tokio::task::yield_now().await;
        assert_eq!(registry.sessions()["registrar-a"].0, 1);
        let start = Instant::now();
        fault(&registry, r#"{"match": {"account": "registrar-a"}, "action": "close_idle"}"#);
        assert!(wire.read().await.is_none());
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_frame_ends_the_connection() {
        for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0, 0, 4], &[0, 0x10, 0, 0]] {
            let Pair { mut wire, .. } = connect().await;
            wire.stream.write_all(bytes).await.unwrap();
            let start = Instant::now();
            assert!(wire.read().await.is_none());
            assert!(start.elapsed() < Duration::from_secs(2), "{bytes:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_that_is_no_xml_is_answered_and_the_session_goes_on() {
        let Pair { mut wire, .. } = logged_in().await;
        wire.stream.write_all(&[0, 0, 0, 7, b'<', b'x', b'<']).await.unwrap();
        let told = Told::of(wire.read().await.unwrap());
        assert_eq!((told.code, told.cl_trid), (2001, None));
        assert_eq!(wire.ask(Command::new(&create("a.example")), "id-1").await.code, 1000);
    }
}
