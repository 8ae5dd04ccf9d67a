//! Laws 12 and 13: how many commands wait, and in which order they go.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::history::{End, What};
use crate::terms::Terms;
use crate::world::Tale;

pub(super) fn is_bounded(tale: &Tale) -> Vec<String> {
    // What a session could not do goes back to the head of the queue, beyond its limit; a check in parts.
    let parts = |terms: &Terms| terms.limit * terms.window * terms.max_check_names;
    let most = tale.all_terms().map(|(_, terms)| terms.queue + parts(terms)).max();
    let long = tale.requests.iter().filter(|request| Some(request.queued) > most);
    long.map(|request| format!("{} waited when {request} came", request.queued)).collect()
}

/// Within a tenant and a class, commands begin in the order they came, unless one had begun on a session that ended.
pub(super) fn is_kept(tale: &Tale) -> Vec<String> {
    if tale.freezes {
        return Vec::new();
    }
    let mut begun: BTreeMap<&str, Duration> = BTreeMap::new();
    for frame in tale.sent() {
        if let Some(cl_trid) = frame.cl_trid {
            begun.entry(cl_trid).or_insert(frame.began);
        }
    }
    let ends: Vec<Duration> = tale
        .events
        .iter()
        .filter(|event| matches!(event.what, What::Over { .. } | What::LetGo { .. }))
        .map(|event| event.at)
        .collect();
    let mut broken = Vec::new();
    // By tenant and class: when each was asked for and begun.
    let mut lines = BTreeMap::<_, Vec<(Duration, Duration, &str)>>::new();
    for request in tale.requests.iter().filter(|request| request.passed) {
        let Some(began) = begun.get(&*request.cl_trid) else { continue };
        let line = lines.entry((request.tenant, request.class as usize)).or_default();
        for (asked, earlier, cl_trid) in line.iter() {
            let was_put_back = ends.iter().any(|end| (*asked..=*earlier).contains(end));
            if began < earlier && !was_put_back {
                broken.push(format!("{request} began before {cl_trid}, which came first"));
            }
        }
        line.push((request.asked, *began, &request.cl_trid));
    }
    broken
}

/// Once all is well, everybody is served, and nothing waits.
pub(super) fn serves_all_in_the_end(tale: &Tale) -> Vec<String> {
    let is_calm = |name: &String| name.starts_with("calm-");
    let calm = tale.requests.iter().filter(|request| request.names.iter().all(is_calm));
    let mut served = BTreeMap::new();
    for request in calm {
        let is_answered = match &request.end {
            Some((_, End::Answered(reply))) => reply.code < 2400,
            Some((_, End::Names(results))) => results
                .iter()
                .all(|result| result.as_ref().is_ok_and(|reply| reply.code == 1000 && reply.avail.is_some())),
            _ => false,
        };
        served.insert((&request.verb, &request.names), (is_answered, request));
    }
    let mut broken: Vec<String> = served
        .values()
        .filter(|(is_answered, _)| !is_answered)
        .map(|(_, request)| {
            let end = request.end.as_ref().map(|(_, end)| end.to_string());
            format!("{request} ended with {}", end.unwrap_or_default())
        })
        .collect();
    if served.len() != 27 {
        broken.push(format!("{} of 27 calm requests were made", served.len()));
    }
    if tale.status.queued > 0 {
        broken.push(format!("{} commands still wait", tale.status.queued));
    }
    broken
}
