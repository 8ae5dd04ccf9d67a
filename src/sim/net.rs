//! The network between a gateway and its registry: it may stand still, be down, cut connections, or carry bytes in pieces.

use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_registry::{Connect, Unreached};
use eppgate_sandbox::InProcess;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::history::{History, What};
use crate::tap::Tap;

/// The network at one place. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Net(Arc<Inner>);

struct Inner {
    registry: InProcess,
    history: Arc<History>,
    cable: Cable,
    weather: watch::Sender<Weather>,
    /// How many sessions the gateway may have.
    limit: AtomicUsize,
    lines: Mutex<Lines>,
}

/// What it is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cable {
    /// To the registry's answer to a connection, and its handshake.
    pub(crate) distance: Duration,
    /// Bytes that a connection takes while nobody reads.
    pub(crate) pipe: usize,
    /// Bytes that are carried at once.
    pub(crate) piece: usize,
}

/// How it is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// Nothing gets through, and nobody is told.
    Frozen,
    /// Connections are refused.
    Down,
}

#[derive(Default)]
struct Lines {
    last: usize,
    /// Those that the registry's side has not closed.
    open: BTreeMap<usize, CancellationToken>,
}

impl Net {
    pub(crate) fn new(registry: InProcess, history: Arc<History>, cable: Cable, limit: usize) -> Self {
        Self(Arc::new(Inner {
            registry,
            history,
            cable,
            weather: watch::Sender::new(Weather::Fine),
            limit: limit.into(),
            lines: Mutex::default(),
        }))
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        self.0.weather.send_replace(weather);
        self.0.history.add(What::Weather(weather));
    }

    /// How many sessions the gateway may have from now on.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.0.limit.store(limit, Ordering::Relaxed);
    }

    /// Cuts the newest connections, so many of them.
    pub(crate) fn cut(&self, count: usize) {
        let lines = self.lines();
        lines.open.values().rev().take(count).for_each(CancellationToken::cancel);
    }

    fn dial(&self) -> Line {
        let (number, open, cut) = {
            let mut lines = self.lines();
            lines.last += 1;
            let (number, cut) = (lines.last, CancellationToken::new());
            lines.open.insert(number, cut.clone());
            (number, lines.open.len(), cut)
        };
        let limit = self.0.limit.load(Ordering::Relaxed);
        self.0.history.add(What::Dialled { line: number, open, limit });
        Line { number, cut, net: self.clone() }
    }

    async fn thawed(&self) {
        // This holds the sender.
        let _ = self.0.weather.subscribe().wait_for(|weather| *weather != Weather::Frozen).await;
    }

    fn weather(&self) -> Weather {
        *self.0.weather.borrow()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries bytes both ways. It is over when the registry's side is: what a client still writes then goes nowhere.
    async fn carry(&self, client: DuplexStream, server: DuplexStream, cut: CancellationToken) {
        let (mut from_client, mut to_client) = tokio::io::split(client);
        let (mut from_server, mut to_server) = tokio::io::split(server);
        let up = async {
            self.pump(&mut from_client, &mut to_server).await;
            pending::<()>().await;
        };
        tokio::select! {
            biased;
            () = cut.cancelled() => {}
            () = self.pump(&mut from_server, &mut to_client) => {}
            () = up => {}
        }
    }

    async fn pump(&self, from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) {
        let mut buffer = vec![0; self.0.cable.piece];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            if self.weather() == Weather::Frozen {
                self.thawed().await;
            }
            if to.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
        self.thawed().await;
        // Whoever is gone already needs no farewell.
        let _ = to.shutdown().await;
    }
}

impl Connect for Net {
    type Stream = Tap;

    async fn connect(&self) -> Result<Tap, Unreached> {
        let line = self.dial();
        self.thawed().await;
        sleep(self.0.cable.distance).await;
        self.thawed().await;
        if self.weather() == Weather::Down {
            return Err(Unreached::Tcp(io::ErrorKind::ConnectionRefused.into()));
        }
        if self.0.registry.refuses_connection() {
            return Err(Unreached::Tls(io::ErrorKind::UnexpectedEof.into()));
        }
        let (client, near) = tokio::io::duplex(self.0.cable.pipe);
        let (far, server) = tokio::io::duplex(self.0.cable.pipe);
        let tap = Tap::new(client, line.number, Arc::clone(&self.0.history));
        let net = self.clone();
        tokio::spawn(async move {
            let cut = line.cut.clone();
            let serving = async {
                net.0.registry.serve(server, &cut).await;
                drop(line);
            };
            tokio::join!(serving, net.carry(near, far, cut.clone()));
        });
        Ok(tap)
    }

    async fn knock(&self) -> bool {
        self.thawed().await;
        sleep(self.0.cable.distance).await;
        self.weather() == Weather::Fine
    }
}

/// A connection, until the registry's side of it is over.
struct Line {
    number: usize,
    cut: CancellationToken,
    net: Net,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.net.lines().open.remove(&self.number);
        self.net.0.history.add(What::Over { line: self.number });
    }
}
