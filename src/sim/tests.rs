//! The short run, which every change has to stand; the long one is the command's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::{isolation, run};

/// Plays seeds on two threads; says what was broken.
fn play(seeds: u64, check: impl Fn(u64) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut broken = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return broken;
            }
            broken.extend(check(seed).into_iter().map(|how| format!("seed {seed}: {how}")));
        }
    };
    thread::scope(|threads| {
        let threads = [threads.spawn(work), threads.spawn(work)];
        threads.map(|thread| thread.join().unwrap()).concat()
    })
}

#[test]
fn what_is_promised_is_kept_whatever_goes_wrong() {
    let broken = play(SEEDS, |seed| run(seed).broken.iter().map(ToString::to_string).collect());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_seed_plays_the_same_again() {
    let differing = play(8, |seed| {
        let (first, second) = (run(seed).trace, run(seed).trace);
        let both = first.iter().zip(&second).find(|(first, second)| first != second);
        let lines = both.map(|(first, second)| format!("{first}\n{second}"));
        lines.into_iter().chain((first.len() != second.len()).then(|| "a longer story".into())).collect()
    });
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn a_black_hole_changes_nothing_for_its_neighbour() {
    let broken = play(6, |seed| isolation(seed).iter().map(ToString::to_string).collect());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

const SEEDS: u64 = 200;
