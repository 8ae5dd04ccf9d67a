//! Law 14: how a gateway goes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::TICK;
use crate::history::What;
use crate::terms::seconds;
use crate::world::Tale;

pub(super) fn ends_in_good_order(tale: &Tale) -> Vec<String> {
    let asked: BTreeMap<&str, Duration> =
        tale.requests.iter().map(|request| (&*request.cl_trid, request.asked)).collect();
    let mut broken = Vec::new();
    let mut drain: Option<(Duration, Duration)> = None;
    let (mut held, mut logged_in, mut logged_out) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for event in &tale.events {
        match &event.what {
            What::Dialled { line, .. } => {
                held.insert(*line);
                if let Some((began, patience)) = drain
                    && event.at > began + patience + TICK
                {
                    broken.push(format!("connection {line} was made at {:?}, in a drain", event.at));
                }
            }
            What::Sent { line, verb, cl_trid, began } => {
                match &**verb {
                    "login" => drop(logged_in.insert(*line)),
                    "logout" => drop(logged_out.insert(*line)),
                    _ => {}
                }
                let asked = cl_trid.as_ref().and_then(|cl_trid| asked.get(&**cl_trid));
                if let (Some((since, _)), Some(asked)) = (drain, asked)
                    && *asked > since
                {
                    broken.push(format!("{verb} {cl_trid:?} was sent at {began:?}, in a drain"));
                }
            }
            What::LetGo { line } | What::Over { line } => {
                held.remove(line);
                let calm = tale.healed_at() < event.at && !paced(tale);
                if drain.is_some() && calm && logged_in.contains(line) && !logged_out.contains(line) {
                    broken.push(format!("connection {line} was closed without a logout"));
                }
            }
            What::Draining(patience) => drain = Some((event.at, *patience)),
            What::Drained => {
                let (began, patience) = drain.take().unwrap_or_default();
                let took = event.at - began;
                if took > patience + FAREWELL {
                    broken.push(format!("a drain within {patience:?} took {took:?}"));
                }
                if !held.is_empty() {
                    broken.push(format!("connections {held:?} were left after a drain"));
                }
            }
            _ => {}
        }
    }
    broken
}

/// Where commands go by a rate, there may be no token for a logout.
fn paced(tale: &Tale) -> bool {
    tale.all_terms().any(|(_, terms)| terms.rate.is_some())
}

/// A logout and a close, and the same again for what had to be cut.
const FAREWELL: Duration = seconds(8);
