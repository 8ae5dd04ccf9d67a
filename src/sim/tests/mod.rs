//! The short run, which every change has to stand; the long one is the command's.

mod certificate;
mod limit;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::dice::Dice;
use crate::history::{Event, What};
use crate::net::Weather;
use crate::trouble::Trouble;
use crate::world::Plan;
use crate::{isolation, overload, play as play_plans, run};

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

#[test]
fn a_registry_that_is_asked_for_too_much_does_what_it_can() {
    let broken = play(12, |seed| overload(seed).iter().map(ToString::to_string).collect());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn two_gateways_do_not_go_in_step_to_a_registry_that_is_down() {
    let down = || vec![(Duration::ZERO, Trouble::Weather(Weather::Down))];
    // Equal in all but their chances.
    let plans =
        [1, 2].map(|seed| Plan::throw(&Dice::new(7)).with_troubles(down()).with_chances(&Dice::new(seed)));
    let attempts: Vec<Vec<Duration>> = play_plans(plans.into())
        .iter()
        .map(|tale| {
            let dialled = |event: &Event| matches!(event.what, What::Dialled { .. }).then_some(event.at);
            let troubled = tale.events.iter().take_while(|event| !matches!(event.what, What::Healed));
            troubled.filter_map(dialled).collect()
        })
        .collect();
    let together = attempts[0].iter().filter(|at| attempts[1].contains(at)).count();
    assert!(attempts.iter().all(|attempts| attempts.len() > 5), "{attempts:?}");
    // The first one, before there is anything to wait for.
    assert!(together <= 1, "{attempts:?}");
}

const SEEDS: u64 = 200;
