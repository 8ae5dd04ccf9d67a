//! Law 16: what is counted adds up.

use crate::history::{End, What};
use crate::world::Tale;

pub(super) fn add_up(tale: &Tale) -> Vec<String> {
    let [before, after] = &tale.metrics;
    let mut broken = Vec::new();
    let mut equal = |what: &str, counted: f64, wanted: usize| {
        if counted != wanted as f64 {
            broken.push(format!("{what}: {counted} were counted, {wanted} there were"));
        }
    };
    let drained = tale.events.iter().rposition(|event| matches!(event.what, What::Draining(_)));
    let until = &tale.events[..drained.unwrap_or(tale.events.len())];
    let count = |counts: fn(&What) -> bool| until.iter().filter(|event| counts(&event.what)).count();
    let open =
        count(|what| matches!(what, What::Dialled { .. })) - count(|what| matches!(what, What::Over { .. }));
    equal("open sessions", before.sum("eppgate_sessions", &[]), open);
    for gauge in ["eppgate_sessions", "eppgate_queue_length", "eppgate_inflight_commands"] {
        equal(&format!("{gauge} after the end"), after.sum(gauge, &[]), 0);
    }
    for reading in [before, after] {
        equal("states of the breaker", reading.sum("eppgate_breaker_state", &[]), 1);
    }
    let mut state = "closed";
    for event in until {
        match &event.what {
            What::Started => state = "closed",
            What::Breaker(to) => state = to,
            _ => {}
        }
    }
    let is_so = usize::from(state == tale.status.breaker.as_str());
    equal(&format!("the breaker as {state}"), is_so as f64, 1);
    for verb in ["poll", "info", "create", "renew", "update", "delete"] {
        let asked = || tale.requests.iter().filter(|request| request.verb == verb);
        let label = format!("command=\"{verb}\"");
        equal(verb, after.sum("eppgate_commands_total", &[&label]), asked().count());
        let left = asked().filter(|request| matches!(request.end, Some((_, End::Left)))).count();
        let labels = [&*label, "outcome=\"cancelled\""];
        equal(&format!("{verb} given up"), after.sum("eppgate_commands_total", &labels), left);
    }
    broken
}
