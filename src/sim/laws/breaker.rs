//! Law 8: while the breaker holds commands back, only its probes go out; once the registry is well, it lets them pass.

use std::time::Duration;

use super::TICK;
use crate::history::What;
use crate::terms::seconds;
use crate::world::{RECOVERY, Tale};

pub(super) fn lets_only_probes_out(tale: &Tale) -> Vec<String> {
    if tale.freezes {
        return Vec::new();
    }
    let mut broken = Vec::new();
    // The state, since when, and the connections made since then.
    let (mut state, mut since, mut dialled) = ("closed", Duration::ZERO, 0);
    for event in &tale.events {
        let passes = matches!(state, "closed" | "disabled");
        let settled = event.at > since + TICK;
        match &event.what {
            What::Started => (state, since, dialled) = ("closed", event.at, 0),
            What::Breaker(to) => (state, since, dialled) = (to, event.at, 0),
            What::Dialled { line, .. } if !passes => {
                dialled += 1;
                let is_probe = state == "half_open" && dialled == 1;
                if settled && !is_probe {
                    broken.push(format!("connection {line} was made at {:?}, {state}", event.at));
                }
            }
            What::Sent { verb, cl_trid, began, .. } if !passes && *began > since + TICK => {
                let is_ours = cl_trid.as_ref().is_none_or(|id| id.starts_with("EGS-"));
                let is_upkeep = matches!(&**verb, "login" | "logout" | "hello");
                let is_probe = is_ours && verb == "poll";
                if !is_upkeep && !is_probe {
                    broken.push(format!("{verb} {cl_trid:?} was sent at {began:?}, {state} since {since:?}"));
                }
            }
            _ => {}
        }
    }
    broken
}

pub(super) fn closes_again(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    if tale.recovered_in.is_none() {
        let state = tale.status.breaker;
        broken.push(format!("not well {RECOVERY:?} after the registry was: {state:?}"));
    }
    // Nothing fails then, so it stays closed.
    let calm = tale.healed_at().saturating_add(RECOVERY + seconds(1));
    let trips = tale.events.iter().filter(|event| event.at > calm && matches!(event.what, What::Breaker(_)));
    broken.extend(trips.map(|event| format!("a change without a cause: {event}")));
    broken
}
