//! Law 15: what is said of a name is what would be said of it alone.

use std::collections::BTreeMap;
use std::time::Duration;

use eppgate_sandbox::{Effect, LogEntry};

use crate::history::{End, NameReply, Request};
use crate::place::start_of_time;
use crate::wish::POISON;
use crate::world::Tale;

pub(super) fn are_answered_as_if_alone(tale: &Tale) -> Vec<String> {
    let log: BTreeMap<&str, &LogEntry> = tale.log.iter().map(|entry| (&*entry.sv_trid, entry)).collect();
    let mut broken = Vec::new();
    for request in &tale.requests {
        let Some((_, End::Names(results))) = &request.end else { continue };
        for reply in results.iter().flatten() {
            let why = match log.get(&*reply.sv_trid) {
                Some(entry) => objection(tale, request, reply, entry),
                None => Some("of no command"),
            };
            if let Some(why) = why {
                broken.push(format!("{request}: the answer on {} is {why}: {reply:?}", reply.name));
            }
        }
    }
    broken
}

/// What is wrong with an answer.
fn objection(tale: &Tale, request: &Request, reply: &NameReply, entry: &LogEntry) -> Option<&'static str> {
    let mut asked = entry.name.split(' ');
    if entry.verb != "check" || entry.code != reply.code || !asked.any(|name| name == reply.name) {
        return Some("another command's");
    }
    let is_shared = entry.name.contains(' ');
    match reply.code {
        1000 => {}
        _ if is_shared && one_names_fault(reply.code) => return Some("another name's fault"),
        2306 if reply.name != POISON && entry.fault.is_none() => return Some("somebody else's"),
        _ => return None,
    }
    let Some(avail) = reply.avail else { return Some("missing") };
    let then = is_taken(tale, &reply.name, entry.seq)?;
    if avail == then {
        return Some("wrong");
    }
    // Whoever asks is not told what was true before something that somebody had already been told of.
    let is_known = |other: &Request| {
        let ended =
            other.end.as_ref().is_some_and(|(at, end)| *at < request.asked && !matches!(end, End::Left));
        ended && other.names.first() == Some(&reply.name) && logged_after(tale, other, entry.seq)
    };
    let is_outdated = entry_time(entry) < request.asked && tale.requests.iter().any(is_known);
    is_outdated.then_some("out of date")
}

/// Whether a request has brought something about after so many commands.
fn logged_after(tale: &Tale, request: &Request, seq: u64) -> bool {
    let is_its = |entry: &&LogEntry| entry.cl_trid.as_ref() == Some(&request.cl_trid);
    let mut later = tale.log.iter().rev().take_while(|entry| entry.seq > seq).filter(is_its);
    later.any(|entry| entry.effect == Effect::Created)
}

/// Whether a name was taken after so many commands; none when that cannot be told from the log.
fn is_taken(tale: &Tale, name: &str, seq: u64) -> Option<bool> {
    if name.starts_with("taken") {
        return Some(true);
    }
    let about = tale.log.iter().take_while(|entry| entry.seq <= seq).filter(|entry| entry.name == name);
    let mut taken = false;
    for entry in about {
        match entry.effect {
            Effect::Created => taken = true,
            // It may go at once, or in time.
            Effect::Deleted => return None,
            _ => {}
        }
    }
    Some(taken)
}

fn entry_time(entry: &LogEntry) -> Duration {
    (entry.time - start_of_time()).to_std().unwrap_or_default()
}

/// The codes after which a check of several names is asked again in parts.
fn one_names_fault(code: u16) -> bool {
    matches!(code, 2001 | 2003..=2005 | 2201 | 2304..=2306)
}
