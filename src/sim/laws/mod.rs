//! What is promised, numbered: each law looks at what happened at one place and says what was not as it should be.
//!
//! | law | what | beside this, held by |
//! |---|---|---|
//! | 0 | nothing panics | |
//! | 1 | a caller gets the reply to its own command | |
//! | 2 | a request ends once, by its deadline | |
//! | 3 | never more sessions than the limit | the real TLS test in `tests` |
//! | 4 | a command that changes something is sent once at most, and its fate is told as it is | |
//! | 5 | nothing is sent before the login, after the logout, or after the registry's last word | |
//! | 6 | no more commands than the rate and the burst, in any window | |
//! | 7 | few logins at once, fewer the more of them fail | `tests`: two gateways do not go in step |
//! | 8 | while the breaker holds, only probes go out; once the registry is well, it does not hold for long | |
//! | 9 | wrong credentials are tried twice | |
//! | 10 | no session is silent for too long, or has too many commands | |
//! | 11 | one registry's trouble is not another's | `isolation`; the benchmark of that name for real time |
//! | 12 | what waits is bounded | codec and board in their own tests, memory in the `idle` benchmark |
//! | 13 | first come, first served, within a tenant and a class; in the end, all are served; asked too much, it does what it can | `overload`; the benchmark of that name for real time |
//! | 14 | a drain ends in time, in good order, and nothing new goes out | |
//! | 15 | that names share commands cannot be seen from the answers | |
//! | 16 | what is counted adds up | |
//! | 17 | a reload without a change changes nothing, and one with a change closes each session once | |

mod breaker;
mod counts;
mod drain;
mod fates;
mod isolation;
mod names;
mod order;
mod overload;
mod pace;
mod reload;
mod replies;
mod sessions;

pub(crate) use isolation::isolation;
pub(crate) use overload::overload;

use std::collections::BTreeMap;
use std::time::Duration;

use eppgate_sandbox::LogEntry;

use crate::Broken;
use crate::history::What;
use crate::terms::Terms;
use crate::world::Tale;

type Law = fn(&Tale) -> Vec<String>;

const LAWS: [(u32, Law); 21] = [
    (1, replies::are_the_callers_own),
    (2, replies::come_in_time),
    (3, sessions::are_never_too_many),
    (4, fates::no_change_is_sent_twice),
    (4, fates::are_told_as_they_are),
    (5, sessions::say_nothing_out_of_turn),
    (5, sessions::are_logged_in_by_the_log),
    (6, pace::is_never_exceeded),
    (7, pace::of_logins_slows_down),
    (8, breaker::lets_only_probes_out),
    (8, breaker::closes_again),
    (9, pace::of_wrong_passwords_is_two),
    (10, sessions::are_never_silent_or_worn_out),
    (12, order::is_bounded),
    (13, order::is_kept),
    (13, order::serves_all_in_the_end),
    (14, drain::ends_in_good_order),
    (15, names::are_answered_as_if_alone),
    (16, counts::add_up),
    (17, reload::is_no_cause_without_a_change),
    (17, reload::closes_each_session_once),
];

/// What was not as promised.
pub(crate) fn broken(tale: &Tale) -> Vec<Broken> {
    LAWS.iter().flat_map(|(law, look)| look(tale).into_iter().map(|how| Broken { law: *law, how })).collect()
}

/// A frame that left the gateway.
struct Sent<'t> {
    /// When its first byte did.
    began: Duration,
    verb: &'t str,
    cl_trid: Option<&'t str>,
}

impl Tale {
    fn sent(&self) -> impl Iterator<Item = Sent<'_>> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Sent { began, verb, cl_trid, .. } => {
                Some(Sent { began: *began, verb, cl_trid: cl_trid.as_deref() })
            }
            _ => None,
        })
    }

    /// The registry's log by the client's transaction id.
    fn logged(&self) -> BTreeMap<&str, Vec<&LogEntry>> {
        let mut logged: BTreeMap<&str, Vec<&LogEntry>> = BTreeMap::new();
        for entry in &self.log {
            logged.entry(entry.cl_trid.as_deref().unwrap_or_default()).or_default().push(entry);
        }
        logged
    }

    /// The terms, and from when on they were in force; whether a new gateway began with them.
    fn all_terms(&self) -> impl Iterator<Item = (Duration, &Terms)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Terms(terms) => Some((event.at, &**terms)),
            _ => None,
        })
    }

    /// When nothing went wrong any more.
    fn healed_at(&self) -> Duration {
        let healed = self.events.iter().find(|event| matches!(event.what, What::Healed));
        healed.map_or(Duration::MAX, |event| event.at)
    }
}

/// Whether a verb changes something.
fn is_transform(verb: &str) -> bool {
    matches!(verb, "create" | "delete" | "renew" | "update" | "transfer")
}

/// Timers go by whole milliseconds.
const TICK: Duration = Duration::from_millis(2);
