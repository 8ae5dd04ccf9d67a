//! Laws 1 and 2: a caller gets the reply to its own command, and something by its deadline.

use super::TICK;
use crate::history::End;
use crate::world::Tale;

pub(super) fn are_the_callers_own(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    for request in &tale.requests {
        match &request.end {
            Some((_, End::Answered(reply))) => {
                if reply.cl_trid.as_ref() != Some(&request.cl_trid) {
                    broken.push(format!("{request} got the reply to {:?}", reply.cl_trid));
                }
                if reply.about.as_ref().is_some_and(|about| Some(about) != request.names.first()) {
                    broken.push(format!("{request} was told of {:?}", reply.about));
                }
            }
            Some((_, End::Names(results))) => {
                let told = results.iter().zip(&request.names);
                let mixed =
                    told.filter(|(result, name)| result.as_ref().is_ok_and(|told| told.name != **name));
                broken.extend(mixed.map(|(_, name)| format!("{request}: {name} got another name's answer")));
                if results.len() != request.names.len() {
                    broken.push(format!("{request} got {} answers", results.len()));
                }
            }
            _ => {}
        }
    }
    broken
}

pub(super) fn come_in_time(tale: &Tale) -> Vec<String> {
    let mut broken = Vec::new();
    if tale.unfinished > 0 {
        broken.push(format!("{} calls never ended", tale.unfinished));
    }
    for request in &tale.requests {
        match &request.end {
            None => broken.push(format!("{request} never ended")),
            Some((at, end)) if *at > request.deadline + TICK => {
                broken.push(format!("{request} ended at {:.3}: {end}", at.as_secs_f64()));
            }
            Some(_) => {}
        }
    }
    broken
}
