//! The crash test: a gateway that is killed again and again, before a registry that loses replies, under clients that do
//! what clients do: retry with the same idempotency key until they get an answer. In the end the registry's log, its
//! ledger and the gateway agree: each acknowledged request had exactly one effect and one charge; and no session was ever one
//! too many.
//!
//! `CRASH_KILLS=500 cargo test --release --test it crash::` makes a long run of it; `CRASH_SEED` repeats what clients
//! ask for, though not the moments of the kills.

mod client;
mod process;
mod verdict;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eppgate_registry::Profile;
use eppgate_sandbox::{Pki, Sandbox};
use serde_json::json;
use tokio::time::Instant;

use self::client::Client;
use self::process::Gateway;
use crate::databases::postgresql;
use crate::support::send;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_on_sqlite_that_is_killed_at_any_moment_does_everything_once() {
    let dir = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", dir.path().join("eppgate.db").display());
    run(dir.path(), &database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_on_postgresql_that_is_killed_at_any_moment_does_everything_once() {
    let dir = tempfile::tempdir().unwrap();
    if let Some(database) = postgresql().await {
        run(dir.path(), &database.url()).await;
    }
}

async fn run(dir: &std::path::Path, database: &str) {
    let kills = setting("CRASH_KILLS", 20);
    let seed = setting("CRASH_SEED", u64::from(std::process::id()));
    eprintln!("{kills} kills, CRASH_SEED={seed}");
    let pki = Pki::ensure(dir).unwrap();
    // The registry allows as many sessions as the gateway knows of, and not one more.
    let max_sessions = Profile::builtin("generic").unwrap().sessions.limit as usize;
    let registry = Sandbox::start(eppgate_sandbox::Config {
        max_sessions,
        ..eppgate_sandbox::Config::new("crash", &["test"], pki.clone())
    })
    .await
    .unwrap();
    let mut gateway = Gateway::start(dir, database, &registry, &pki).await;
    let enough = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let client = Client::new(number, Dice::new(seed + number), gateway.doors());
            tokio::spawn(client.work_until(enough.clone()))
        })
        .collect();

    let mut dice = Dice::new(seed.wrapping_mul(31));
    let started = Instant::now();
    for kill in 1..=kills {
        lose_replies(&registry, &mut dice).await;
        tokio::time::sleep(Duration::from_millis(dice.below(1_000))).await;
        gateway.kill_and_restart().await;
        if kill % 20 == 0 {
            eprintln!("{kill} kills in {:?}", started.elapsed());
        }
    }
    enough.store(true, Ordering::Relaxed);
    send(registry.control_address(), "DELETE", "/faults", &[], b"").await;
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await.unwrap());
    }
    verdict::check(&told, &gateway, &registry).await;
    gateway.stop().await;
    registry.stop().await;
}

/// Orders a few accidents with whatever changing commands come next.
async fn lose_replies(registry: &Sandbox, dice: &mut Dice) {
    for _ in 0..dice.below(3) {
        let verb = dice.one_of(&["create", "renew", "update", "delete", "transfer"]);
        let action =
            dice.one_of(&["drop_after", "drop_after", "drop_before", "stall", "garbage", "truncate"]);
        let fault = json!({ "match": { "verb": verb }, "action": action }).to_string();
        let headers = [("Content-Type", "application/json")];
        let placed = send(registry.control_address(), "POST", "/faults", &headers, fault.as_bytes()).await;
        assert!(placed.status < 300, "{placed:?}");
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Repeatable dice (SplitMix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

const CLIENTS: u64 = 6;
