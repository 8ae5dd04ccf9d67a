//! What a session notices while it has no quiet moment: replies that are there already, commands that wait already.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::BytesMut;
use eppgate_epp::frame::HEADER;
use eppgate_epp::xml::Document;
use eppgate_epp::{Received, Verb};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::JoinSet;

use super::server::{self, Seen};
use super::{read, run, start_at};
use crate::site::Site;
use crate::transport::{Connect, Unreached};

/// A connection whose other side has answered each command as soon as it is written.
struct Near {
    commands: BytesMut,
    replies: BytesMut,
    answered: usize,
    neighbour: Neighbour,
}

impl Near {
    fn answer(&mut self) {
        while let Some(header) = self.commands.first_chunk::<HEADER>() {
            let length = u32::from_be_bytes(*header) as usize;
            if self.commands.len() < length {
                return;
            }
            let message = self.commands.split_to(length).split_off(HEADER).to_vec();
            let received = Received::read(Document::from_bytes(message).unwrap()).unwrap();
            let Received::Command(command) = received else { panic!("nobody says hello under load") };
            let cl_trid = command.cl_trid.clone().unwrap();
            let (names, passwords) = (vec![], vec![]);
            let seen = Seen { connection: 1, verb: command.verb, cl_trid, names, fees: false, passwords };
            self.replies.extend_from_slice(&server::reply(1000, &seen));
            self.answered += usize::from(command.verb == Verb::Poll);
            self.neighbour.most.fetch_max(self.answered, Ordering::Relaxed);
            if self.answered == ENOUGH {
                let site = self.neighbour.site.get().unwrap();
                site.recall();
                site.readmit();
            }
        }
    }
}

impl AsyncRead for Near {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.replies.is_empty() {
            return Poll::Pending;
        }
        let length = to.remaining().min(self.replies.len());
        to.put_slice(&self.replies.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Near {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.commands.extend_from_slice(from);
        self.answer();
        Poll::Ready(Ok(from.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A registry that has the sessions replaced which have had [`ENOUGH`] replies.
#[derive(Clone, Default)]
struct Neighbour {
    site: Arc<OnceLock<Arc<Site>>>,
    /// The most replies on one connection.
    most: Arc<AtomicUsize>,
}

impl Connect for Neighbour {
    type Stream = Near;

    async fn connect(&self) -> Result<Near, Unreached> {
        let replies = BytesMut::from(&server::greeting()[..]);
        Ok(Near { commands: BytesMut::new(), replies, answered: 0, neighbour: self.clone() })
    }

    async fn knock(&self) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_no_quiet_moment_ends_when_it_is_told_to() {
    let neighbour = Neighbour::default();
    let registry = start_at(neighbour.clone(), "");
    assert!(neighbour.site.set(Arc::clone(&registry.site)).is_ok());
    let mut callers = JoinSet::new();
    for number in 0..1000 {
        let registry = registry.clone();
        callers.spawn(async move { run(&registry, read(&format!("ABC-{number}"))).await });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    let most = neighbour.most.load(Ordering::Relaxed);
    assert!((ENOUGH..2 * ENOUGH).contains(&most), "{most}");
}

const ENOUGH: usize = 100;
