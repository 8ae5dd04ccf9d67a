//! Whatever is done to an account, the registry's own count of its sessions stays within the limit: over real TLS, under load.

use std::time::Duration;

use eppgate_registry::{Config, Registry};
use eppgate_sandbox::{Pki, PkiPaths, Sandbox};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::certificate::{LIMIT, config, poll, sessions};

/// A registry, and an account at work there: callers ask without a pause, whatever they are told, until it is over.
struct Busy {
    sandbox: Sandbox,
    pki: PkiPaths,
    registry: Registry,
    callers: JoinSet<()>,
    over: CancellationToken,
    _dir: tempfile::TempDir,
}

impl Busy {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(&dir.path().join("pki")).unwrap();
        let sandbox = eppgate_sandbox::Config::new("tls", &["test"], pki.clone());
        let sandbox = Sandbox::start(sandbox).await.unwrap();
        let registry = Registry::start(config(&sandbox, &pki, &pki)).unwrap();
        let (callers, over) = (JoinSet::new(), CancellationToken::new());
        let mut busy = Self { sandbox, pki, registry, callers, over, _dir: dir };
        busy.employ();
        while sessions(&busy.sandbox).await.0 < LIMIT {
            sleep(LOOK).await;
        }
        busy
    }

    /// Has callers work with the registry account of the moment.
    fn employ(&mut self) {
        for caller in 0..6 {
            let (registry, over) = (self.registry.clone(), self.over.clone());
            self.callers.spawn(async move {
                for number in 0.. {
                    if over.is_cancelled() {
                        break;
                    }
                    // Some are lost, which is no matter here; what is refused at once is not asked again at once.
                    if registry.execute(poll(100_000 * (caller + 1) + number)).await.is_err() {
                        sleep(LOOK).await;
                    }
                }
            });
        }
    }

    fn ids(&self) -> Vec<u64> {
        self.registry.snapshot().sessions.iter().map(|session| session.id).collect()
    }

    /// Waits until none of these sessions is left and as many as may be are there.
    async fn replaced(&self, before: &[u64]) {
        let replaced = async {
            while self.ids().iter().any(|id| before.contains(id)) || self.ids().is_empty() {
                sleep(LOOK).await;
            }
        };
        timeout(PATIENCE, replaced).await.unwrap();
    }

    fn config(&self) -> Config {
        config(&self.sandbox, &self.pki, &self.pki)
    }

    async fn end(mut self) {
        self.over.cancel();
        while self.callers.join_next().await.is_some() {}
        let (_, highest) = sessions(&self.sandbox).await;
        assert!(highest <= LIMIT, "{highest} sessions");
        self.registry.drain(PATIENCE).await;
        self.sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_reload_keeps_the_limit() {
    let busy = Busy::start().await;
    for timeout in [9, 8, 7] {
        let before = busy.ids();
        let mut config = busy.config();
        config.profile.commands.timeout = Duration::from_secs(timeout);
        assert!(busy.registry.reload(config).unwrap());
        busy.replaced(&before).await;
    }
    busy.end().await;
}

#[tokio::test]
async fn a_rotation_keeps_the_limit() {
    let busy = Busy::start().await;
    for _ in 0..3 {
        let before = busy.ids();
        busy.registry.reconnect();
        busy.replaced(&before).await;
    }
    busy.end().await;
}

#[tokio::test]
async fn a_drain_leaves_the_whole_limit_to_the_next() {
    let mut busy = Busy::start().await;
    for _ in 0..3 {
        busy.registry.drain(PATIENCE).await;
        busy.registry = Registry::start(busy.config()).unwrap();
        busy.employ();
        busy.replaced(&[]).await;
    }
    busy.end().await;
}

#[tokio::test]
async fn sessions_that_are_cut_amid_commands_make_room_when_they_are_closed() {
    let busy = Busy::start().await;
    for _ in 0..10 {
        let before = busy.ids();
        let ended = before.iter().filter(|id| busy.registry.end_session(**id, true)).count();
        assert!(ended > 0);
        busy.replaced(&before).await;
    }
    busy.end().await;
}

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(5);
