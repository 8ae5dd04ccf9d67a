//! Law 11: one registry's trouble is not another's.

use std::time::Duration;

use crate::dice::Dice;
use crate::history::{End, Request};
use crate::net::Weather;
use crate::play;
use crate::trouble::Trouble;
use crate::world::{Plan, Tale};

/// Plays two places twice, with one of them healthy and then as a black hole; says what that changed for the other one.
pub(crate) fn isolation(seed: u64) -> Vec<String> {
    let [healthy, troubled] =
        [Vec::new(), vec![(Duration::ZERO, Trouble::Weather(Weather::Frozen))]].map(|troubles| {
            let dice = Dice::new(seed);
            let neighbour = Plan::throw(&dice).with_troubles(troubles);
            let watched = Plan::throw(&dice).with_troubles(Vec::new());
            let mut tales = play(vec![neighbour, watched]);
            tales.swap_remove(1)
        });
    let mut broken = Vec::new();
    for (before, after) in healthy.requests.iter().zip(&troubled.requests) {
        if told(before) != told(after) {
            broken.push(format!(
                "{before} was told {:?}, and {:?} beside a black hole",
                told(before),
                told(after)
            ));
        }
    }
    let (before, after) = (slowest(&healthy), slowest(&troubled));
    if after > before.mul_f64(1.2) + Duration::from_millis(1) {
        broken.push(format!("99 of 100 took {before:?}, and {after:?} beside a black hole"));
    }
    broken
}

/// The codes that a caller was told.
fn told(request: &Request) -> Vec<Option<u16>> {
    match request.end.as_ref().map(|(_, end)| end) {
        Some(End::Answered(reply)) => vec![Some(reply.code)],
        Some(End::Names(results)) => {
            results.iter().map(|result| result.as_ref().ok().map(|reply| reply.code)).collect()
        }
        _ => vec![None],
    }
}

/// How long 99 of 100 requests took at most.
fn slowest(tale: &Tale) -> Duration {
    let took = |request: &Request| Some(request.end.as_ref()?.0 - request.asked);
    let mut all: Vec<Duration> = tale.requests.iter().filter_map(took).collect();
    all.sort();
    all.get(all.len() * 99 / 100).copied().unwrap_or_default()
}
