//! Laws 6, 7 and 9: how fast commands go, and logins, and wrong passwords.

use std::collections::BTreeSet;
use std::time::Duration;

use super::TICK;
use crate::history::{Heard, What};
use crate::terms::{Pace, seconds};
use crate::world::Tale;

/// A bucket of the registry's own never runs dry. It is filled when the pace changes: what a gateway before it has used is
/// not known to the next one. Where the network stands still, a frame leaves when it can.
pub(super) fn is_never_exceeded(tale: &Tale) -> Vec<String> {
    if tale.freezes {
        return Vec::new();
    }
    let mut broken = Vec::new();
    let mut pace: Option<Pace> = None;
    let (mut left, mut at) = (0.0, Duration::ZERO);
    for event in &tale.events {
        match &event.what {
            What::Started => pace = None,
            What::Terms(terms) if terms.rate != pace => {
                pace = terms.rate;
                (left, at) = (pace.map_or(0.0, |pace| pace.burst as f64), event.at);
            }
            What::Began { line } => {
                let Some(Pace { per_second, burst }) = pace else { continue };
                left = (left + per_second * (event.at - at).as_secs_f64()).min(burst as f64) - 1.0;
                at = event.at;
                if left < -per_second * TICK.as_secs_f64() - 1e-3 {
                    let when = event.at.as_secs_f64();
                    broken.push(format!("{left:.3} tokens at {when:.3} on connection {line}, {pace:?}"));
                    left = 0.0;
                }
            }
            _ => {}
        }
    }
    broken
}

/// At most two logins are under way at once, those that were given up left aside, and while all fail, there are few of them.
pub(super) fn of_logins_slows_down(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut under_way: Vec<usize> = Vec::new();
    let mut logins: Vec<usize> = Vec::new();
    let mut failing: Vec<Duration> = Vec::new();
    for event in &tale.events {
        match &event.what {
            What::Dialled { line, .. } => {
                under_way.push(*line);
                failing.retain(|at| *at + WINDOW > event.at);
                failing.push(event.at);
                if under_way.len() > AT_ONCE {
                    broken.push(format!("logins under way at {:?}: {under_way:?}", event.at));
                }
                if failing.len() > ATTEMPTS {
                    broken.push(format!("{} attempts in vain until {:?}", failing.len(), event.at));
                    failing.clear();
                }
            }
            What::Sent { line, verb, .. } if verb == "login" => logins.push(*line),
            What::Heard { line, message: Heard::Reply { code, .. } } if logins.contains(line) => {
                logins.retain(|login| login != line);
                under_way.retain(|dialled| dialled != line);
                if *code < 2000 {
                    failing.clear();
                }
            }
            What::Closing { line } | What::LetGo { line } | What::Over { line } => {
                logins.retain(|login| login != line);
                under_way.retain(|dialled| dialled != line);
            }
            What::Started => failing.clear(),
            _ => {}
        }
    }
    broken
}

/// Registries lock an account after three wrong passwords in a row, so there are two until somebody does something. A login
/// that is under way then says nothing of what was done.
pub(super) fn of_wrong_passwords_is_two(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut logins: BTreeSet<usize> = BTreeSet::new();
    let mut wrong = 0;
    for event in &tale.events {
        match &event.what {
            What::Sent { line, verb, .. } if verb == "login" => {
                logins.insert(*line);
            }
            What::Heard { line, message: Heard::Reply { code, .. } } if logins.remove(line) => {
                match code {
                    2200 | 2501 => wrong += 1,
                    1000..2000 => wrong = 0,
                    _ => {}
                }
                if wrong > 2 {
                    broken.push(format!("wrong password number {wrong} at {:?}", event.at));
                }
            }
            What::Started | What::Healed => (wrong, logins) = (0, BTreeSet::new()),
            What::Trouble(what) if BY_HAND.iter().any(|word| what.starts_with(word)) => {
                (wrong, logins) = (0, BTreeSet::new());
            }
            _ => {}
        }
    }
    broken
}

/// What an operator does that lets logins be tried again.
const BY_HAND: [&str; 4] = ["Reset", "ForceClosed", "PasswordTold", "ChangePassword"];
/// Logins under way.
const AT_ONCE: usize = 2;
/// Over which attempts are counted.
const WINDOW: Duration = seconds(10);
/// Five until the breaker opens, and its probes.
const ATTEMPTS: usize = 15;
