//! Laws 3, 5 and 10: how many sessions there are, and what is said on one.

use std::collections::BTreeMap;
use std::time::Duration;

use eppgate_epp::ResultCode;

use super::TICK;
use crate::history::{Heard, What};
use crate::net::Weather;
use crate::terms::{Terms, seconds};
use crate::world::Tale;

/// A connection is made only where one more may be open. What the registry has not heard of while the network stood still
/// cannot be counted, nor what it was slower to end than a command may be, or than a drain had time for.
pub(super) fn are_never_too_many(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut clear_from = Duration::ZERO;
    let mut terms = &tale.terms;
    // When the last frame was begun on each that is open, and whether the gateway has waited in vain for the registry since.
    let mut open: BTreeMap<usize, (Duration, bool)> = BTreeMap::new();
    let mut cut_from = Duration::MAX;
    for event in &tale.events {
        match &event.what {
            What::Terms(new) => terms = new,
            What::Draining(patience) => cut_from = event.at + *patience,
            What::Drained => cut_from = Duration::MAX,
            What::Weather(Weather::Frozen) => clear_from = Duration::MAX,
            What::Weather(_) | What::Healed if clear_from == Duration::MAX => {
                clear_from = event.at + seconds(6);
            }
            What::Dialled { line, limit, .. } => {
                open.insert(*line, (event.at, false));
                let count = open.values().filter(|(_, in_vain)| !in_vain).count();
                if count > *limit && event.at >= clear_from {
                    broken.push(format!("connection {line} is one of {count} where {limit} may be"));
                }
            }
            What::Began { line } => {
                if let Some((last, _)) = open.get_mut(line) {
                    *last = event.at;
                }
            }
            What::LetGo { line } => {
                if let Some((last, in_vain)) = open.get_mut(line) {
                    *in_vain = event.at >= cut_from.min(*last + terms.timeout);
                }
            }
            What::Over { line } => drop(open.remove(line)),
            _ => {}
        }
    }
    broken
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Greeting,
    LoginSent,
    LoggedIn,
    Ended(&'static str),
}

pub(super) fn say_nothing_out_of_turn(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut stages: BTreeMap<usize, Stage> = BTreeMap::new();
    for event in &tale.events {
        match &event.what {
            What::Began { line } => {
                if let Some(Stage::Ended(why)) = stages.get(line) {
                    broken.push(format!("connection {line}: a frame {why} at {:.3}", event.at.as_secs_f64()));
                }
            }
            What::Sent { line, verb, .. } => {
                let stage = stages.entry(*line).or_insert(Stage::Greeting);
                match (&**verb, *stage) {
                    ("login", Stage::Greeting) => *stage = Stage::LoginSent,
                    ("logout", Stage::LoggedIn) => *stage = Stage::Ended("after the logout"),
                    ("login", _) | (_, Stage::Greeting | Stage::LoginSent) => {
                        broken.push(format!("connection {line}: {verb} where the stage is {stage:?}"));
                    }
                    _ => {}
                }
            }
            What::Heard { line, message: Heard::Reply { code, .. } } => {
                let stage = stages.entry(*line).or_insert(Stage::Greeting);
                *stage = match (*stage, *code) {
                    (Stage::LoginSent, 1000..2000) => Stage::LoggedIn,
                    (Stage::LoginSent, _) => Stage::Ended("after a refused login"),
                    (Stage::LoggedIn, 2002) => Stage::Ended("to a session that is logged out"),
                    (_, code) if ResultCode(code).ends_session() => Stage::Ended("after the last word"),
                    (stage, _) => stage,
                };
            }
            _ => {}
        }
    }
    broken
}

/// The same as the registry saw it.
pub(super) fn are_logged_in_by_the_log(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut stages: BTreeMap<u64, Stage> = BTreeMap::new();
    for entry in &tale.log {
        let stage = stages.entry(entry.session).or_insert(Stage::Greeting);
        let is_allowed = match *stage {
            Stage::Greeting | Stage::LoginSent => matches!(&*entry.verb, "login" | "hello"),
            Stage::LoggedIn => entry.verb != "login",
            Stage::Ended(_) => false,
        };
        if !is_allowed {
            broken.push(format!("log {}: {} where the stage is {stage:?}", entry.seq, entry.verb));
        }
        *stage = match &*entry.verb {
            _ if ResultCode(entry.code).ends_session() => Stage::Ended("after the last word"),
            "login" if entry.code < 2000 && entry.code > 0 => Stage::LoggedIn,
            "logout" => Stage::Ended("after the logout"),
            _ => *stage,
        };
    }
    broken
}

/// What is known of a session that is logged in.
struct Life<'t> {
    terms: &'t Terms,
    frames: usize,
    last: Duration,
    is_in: bool,
}

pub(super) fn are_never_silent_or_worn_out(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    let mut terms = &tale.terms;
    let mut lives: BTreeMap<usize, Life<'_>> = BTreeMap::new();
    for event in &tale.events {
        let mut check = |line: &usize, life: &Life<'_>| {
            let silent = event.at - life.last;
            if life.is_in && silent >= life.terms.idle_limit + TICK {
                broken.push(format!("connection {line} was silent for {silent:?} until {:?}", event.at));
            }
            if life.terms.max_commands > 0 && life.frames > life.terms.max_commands {
                broken.push(format!("connection {line} had {} commands", life.frames));
            }
        };
        match &event.what {
            What::Terms(new) => terms = new,
            What::Dialled { line, .. } => {
                lives.insert(*line, Life { terms, frames: 0, last: event.at, is_in: false });
            }
            What::Began { line } => {
                let Some(life) = lives.get_mut(line) else { continue };
                life.frames += 1;
                check(line, life);
                life.last = event.at;
            }
            What::Sent { line, verb, .. } if verb == "login" => {
                if let Some(life) = lives.get_mut(line) {
                    life.is_in = true;
                }
            }
            What::LetGo { line } | What::Over { line } => {
                if let Some(life) = lives.remove(line) {
                    check(line, &life);
                }
            }
            _ => {}
        }
    }
    broken
}
