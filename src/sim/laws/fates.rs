//! Law 4: what changes something is sent once at most, and its caller is told what may have become of it.

use std::collections::{BTreeMap, BTreeSet};

use eppgate_registry::Fate;
use eppgate_sandbox::{Effect, LogEntry};

use super::is_transform;
use crate::history::{End, What};
use crate::terms::TOO_MUCH;
use crate::world::Tale;

pub(super) fn no_change_is_sent_twice(tale: &Tale) -> Vec<String> {
    let mut sent: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for frame in tale.sent() {
        if let Some(cl_trid) = frame.cl_trid {
            sent.entry(cl_trid).or_insert((frame.verb, 0)).1 += 1;
        }
    }
    let most = |verb| if is_transform(verb) { 1 } else { 2 };
    let often = sent.iter().filter(|(_, (verb, count))| *count > most(verb));
    let mut broken: Vec<String> =
        often.map(|(cl_trid, (verb, count))| format!("{verb} {cl_trid} was sent {count} times")).collect();
    for (cl_trid, entries) in tale.logged() {
        if entries.len() > 1 && entries.iter().any(|entry| is_transform(&entry.verb)) {
            broken.push(format!("the registry saw {cl_trid} {} times", entries.len()));
        }
    }
    broken
}

pub(super) fn are_told_as_they_are(tale: &Tale) -> Vec<String> {
    let logged = tale.logged();
    let sent: BTreeSet<&str> = tale.sent().filter_map(|frame| frame.cl_trid).collect();
    let has_torn_frames = has_torn_frames(tale);
    let mut broken = Vec::new();
    for request in tale.requests.iter().filter(|request| !request.cl_trid.is_empty()) {
        let Some((_, end)) = &request.end else { continue };
        let entries = logged.get(&*request.cl_trid).map(Vec::as_slice).unwrap_or_default();
        let is_true = match end {
            End::Answered(reply) => {
                entries.iter().any(|entry| entry.sv_trid == reply.sv_trid && entry.code == reply.code)
            }
            End::Failed(error) => match error.fate {
                Fate::NotSent => entries.iter().all(|entry| was_not_done(entry)),
                Fate::Refused(code) => {
                    entries.iter().any(|entry| entry.code == code.0 && entry.effect == Effect::None)
                }
                Fate::Unknown => sent.contains(&*request.cl_trid) || has_torn_frames,
            },
            End::Left | End::Names(_) => true,
        };
        if !is_true {
            let codes: Vec<u16> = entries.iter().map(|entry| entry.code).collect();
            broken.push(format!("{request} was told {end}, the registry says {codes:?}"));
        }
    }
    broken
}

/// Whether the registry refused a command in a way that lets it be sent again.
fn was_not_done(entry: &LogEntry) -> bool {
    matches!(entry.code, 2002 | TOO_MUCH) && entry.effect == Effect::None
}

/// Whether a frame was begun and not finished: then it cannot be known whose it was.
fn has_torn_frames(tale: &Tale) -> bool {
    let count = |counts: fn(&What) -> bool| tale.events.iter().filter(|event| counts(&event.what)).count();
    count(|what| matches!(what, What::Began { .. })) > count(|what| matches!(what, What::Sent { .. }))
}
