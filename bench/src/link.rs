//! A network that can fail: a relay between a client and a registry that cuts connections, refuses new ones, or takes
//! everything and passes nothing on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// A way to a registry; dropped, it is gone with all its connections.
pub(crate) struct Link {
    pub(crate) address: String,
    state: Arc<watch::Sender<State>>,
    _relay: JoinSet<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    weather: Weather,
    /// Connections of an earlier number are cut.
    era: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// Bytes go through.
    Fair,
    /// Connections are refused.
    Down,
    /// Connections are taken, and no byte goes through.
    Dark,
}

impl Link {
    pub(crate) async fn to(target: &str) -> Result<Self> {
        let target: SocketAddr = target.parse().context("the registry's address")?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(watch::Sender::new(State { weather: Weather::Fair, era: 0 }));
        let relay = JoinSet::from_iter([run(listener, address, target, Arc::clone(&state))]);
        Ok(Self { address: address.to_string(), state, _relay: relay })
    }

    /// Cuts all connections; new ones are welcome at once.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.era += 1);
    }

    /// Cuts all connections and refuses new ones.
    pub(crate) fn go_down(&self) {
        self.state.send_modify(|state| *state = State { weather: Weather::Down, era: state.era + 1 });
    }

    /// Lets nothing through, and cuts nothing.
    pub(crate) fn go_dark(&self) {
        self.state.send_modify(|state| state.weather = Weather::Dark);
    }

    /// Works again, and waits until it does.
    pub(crate) async fn come_back(&self) {
        self.state.send_modify(|state| state.weather = Weather::Fair);
        while TcpStream::connect(&self.address).await.is_err() {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn run(first: TcpListener, address: SocketAddr, target: SocketAddr, state: Arc<watch::Sender<State>>) {
    let mut seen = state.subscribe();
    let mut listener = Some(first);
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let weather = seen.borrow_and_update().weather;
        match (weather, &listener) {
            (Weather::Down, _) => {
                listener = None;
                if seen.changed().await.is_err() {
                    return;
                }
            }
            (_, None) => listener = listen(address).ok(),
            (_, Some(open)) => tokio::select! {
                changed = seen.changed() => if changed.is_err() { return },
                accepted = open.accept() => if let Ok((stream, _)) = accepted {
                    connections.spawn(relay(stream, target, state.subscribe()));
                },
            },
        }
    }
}

/// The port again, although its old connections are not forgotten yet.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// Until either side ends it, or the link does.
async fn relay(client: TcpStream, target: SocketAddr, mut state: watch::Receiver<State>) {
    let era = state.borrow().era;
    let (there, back) = (state.clone(), state.clone());
    let pass = async {
        let registry = TcpStream::connect(target).await.ok()?;
        client.set_nodelay(true).ok()?;
        registry.set_nodelay(true).ok()?;
        let (from_client, to_client) = client.into_split();
        let (from_registry, to_registry) = registry.into_split();
        tokio::join!(pump(from_client, to_registry, there), pump(from_registry, to_client, back));
        Some(())
    };
    tokio::select! {
        _ = state.wait_for(|state| state.era != era) => {}
        _ = pass => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<State>) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if state.wait_for(|state| state.weather == Weather::Fair).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
    // The other direction may still have something to say.
    let _ = to.shutdown().await;
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    /// A server that sends back what it gets, and a link to it.
    async fn echo() -> (Link, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let link = Link::to(&listener.local_addr().unwrap().to_string()).await.unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                open.spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        (link, server)
    }

    async fn echoed(stream: &mut TcpStream) -> bool {
        stream.write_all(b"ping").await.is_ok() && stream.read_exact(&mut [0; 4]).await.is_ok()
    }

    #[tokio::test]
    async fn what_is_cut_ends_and_the_next_connection_works() {
        let (link, _server) = echo().await;
        let mut stream = TcpStream::connect(&link.address).await.unwrap();
        assert!(echoed(&mut stream).await);
        link.cut();
        assert!(!matches!(stream.read(&mut [0; 1]).await, Ok(1..)));
        assert!(echoed(&mut TcpStream::connect(&link.address).await.unwrap()).await);
    }

    #[tokio::test]
    async fn while_it_is_down_connections_are_refused() {
        let (link, _server) = echo().await;
        link.go_down();
        while TcpStream::connect(&link.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        link.come_back().await;
        assert!(echoed(&mut TcpStream::connect(&link.address).await.unwrap()).await);
    }

    #[tokio::test]
    async fn while_it_is_dark_nothing_comes_and_later_all_of_it() {
        let (link, _server) = echo().await;
        let mut stream = TcpStream::connect(&link.address).await.unwrap();
        assert!(echoed(&mut stream).await);
        link.go_dark();
        assert!(timeout(Duration::from_millis(50), echoed(&mut stream)).await.is_err());
        link.come_back().await;
        stream.read_exact(&mut [0; 4]).await.unwrap();
    }
}
