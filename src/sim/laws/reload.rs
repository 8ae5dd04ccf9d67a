//! Law 17: nothing happens without a cause.

use std::collections::BTreeSet;

use crate::history::What;
use crate::world::Tale;

pub(super) fn is_no_cause_without_a_change(tale: &Tale) -> Vec<String> {
    let changed = tale.events.iter().filter(|event| matches!(event.what, What::ReloadedSame(true)));
    changed.map(|event| format!("a reload without a change: {event}")).collect()
}

/// No more sessions are closed for a reload than there were when something was changed.
pub(super) fn closes_each_session_once(tale: &Tale) -> Vec<String> {
    let (mut open, mut outdated) = (BTreeSet::new(), 0);
    for event in &tale.events {
        match &event.what {
            What::Dialled { line, .. } => drop(open.insert(*line)),
            What::LetGo { line } | What::Over { line } => drop(open.remove(line)),
            What::Trouble(what) if CHANGES.iter().any(|word| what.starts_with(word)) => {
                outdated += open.len()
            }
            What::Healed => outdated += open.len(),
            _ => {}
        }
    }
    let closed = tale.metrics[0].sum("eppgate_session_closes_total", &["reason=\"reload\""]);
    match closed > outdated as f64 {
        true => vec![format!("{closed} sessions were closed for reloads, where {outdated} were out of date")],
        false => Vec::new(),
    }
}

/// What brings sessions up to date: new terms, another password, an operator's wish.
const CHANGES: [&str; 5] = ["Reload(", "Rotate", "ChangePassword", "PasswordTold", "password-"];
