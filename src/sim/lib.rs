//! Whole registry accounts in a world of their own: the gateway's real queue, lanes, pool, limiter, breaker and sessions
//! against the sandbox's real registry, over pipes in place of sockets, under a paused clock. One seed decides everything,
//! so that a run can be had again.
//!
//! Each run has a time in which anything may go wrong and a time in which nothing does any more. What must never happen is
//! looked for in both; what has to happen, in the second.
//!
//! | file | what |
//! |---|---|
//! | `dice`, `terms`, `wish`, `caller`, `trouble` | what a seed decides: the profile, what callers want, what goes wrong |
//! | `world` | one run |
//! | `place` | a registry, a network, a gateway's account |
//! | `net`, `tap` | the network, and what the gateway writes and reads |
//! | `history`, `meter` | what happened, what was counted |
//! | `panics` | those of tasks, which nobody else would tell of |
//! | `laws` | what is promised, one function each, numbered |
//!
//! ```sh
//! cargo run --release -p eppgate-sim -- --seeds 10000
//! cargo run --release -p eppgate-sim -- --seed 42 --trace
//! ```

mod caller;
mod dice;
mod history;
mod laws;
mod meter;
mod net;
mod panics;
mod place;
mod tap;
mod terms;
#[cfg(test)]
mod tests;
mod trouble;
mod wish;
mod world;

use std::sync::Arc;

use tokio::runtime::Builder;

use crate::dice::Dice;
use crate::meter::Meter;
use crate::world::{Plan, Tale};

/// What became of a seed.
#[derive(Debug)]
pub struct Report {
    /// What was promised and not kept.
    pub broken: Vec<Broken>,
    /// What happened at each place, a line each, and what its registry wrote down. Equal for equal seeds.
    pub trace: Vec<String>,
    /// How many commands the registries saw.
    pub commands: usize,
}

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The promise's number in `laws`.
    pub law: u32,
    /// What happened.
    pub how: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "law {}: {}", self.law, self.how)
    }
}

/// What the trouble of one registry changes for another: nothing, if all is well.
#[must_use]
pub fn isolation(seed: u64) -> Vec<Broken> {
    laws::isolation(seed).into_iter().map(|how| Broken { law: 11, how }).collect()
}

/// What a registry gets done that is asked for far more than it can do: nearly as much as ever, if all is well.
#[must_use]
pub fn overload(seed: u64) -> Vec<Broken> {
    laws::overload(seed).into_iter().map(|how| Broken { law: 13, how }).collect()
}

/// Plays a seed.
#[must_use]
pub fn run(seed: u64) -> Report {
    panics::watch();
    let dice = Dice::new(seed);
    let places = if dice.percent(15) { 2 } else { 1 };
    let plans: Vec<Plan> = (0..places).map(|_| Plan::throw(&dice)).collect();
    let mut trace: Vec<String> = plans.iter().map(|plan| format!("{:?}", plan.terms)).collect();
    let tales = play(plans);
    let panics = panics::take().into_iter().map(|how| Broken { law: 0, how });
    let broken = panics.chain(tales.iter().flat_map(laws::broken)).collect();
    trace.extend(tales.iter().flat_map(lines));
    Report { broken, trace, commands: tales.iter().map(|tale| tale.log.len()).sum() }
}

fn play(plans: Vec<Plan>) -> Vec<Tale> {
    alone(async |meter| {
        let numbered = plans.into_iter().enumerate();
        let play = |(number, plan): (usize, Plan)| plan.play(format!("sim-{number}"), Arc::clone(&meter));
        let places: Vec<_> = numbered.map(play).map(tokio::spawn).collect();
        let mut tales = Vec::with_capacity(places.len());
        for place in places {
            tales.extend(place.await.ok());
        }
        tales
    })
}

/// Does something in a world of its own, where time passes only when nothing else is to be done.
fn alone<T>(work: impl AsyncFnOnce(Arc<Meter>) -> T) -> T {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without sockets needs nothing");
    // All tasks run on this thread, so what they count goes to this meter.
    let meter = Arc::new(Meter::default());
    metrics::with_local_recorder(&meter, || runtime.block_on(work(Arc::clone(&meter))))
}

fn lines(tale: &Tale) -> Vec<String> {
    let mut lines: Vec<String> = tale
        .events
        .iter()
        .map(|event| match &event.what {
            history::What::Asked(place) => format!("{event}: {}", tale.requests[*place]),
            history::What::Ended(place) => {
                let end = tale.requests[*place].end.as_ref().map(|(_, end)| end.to_string());
                format!("{event}: {}", end.unwrap_or_default())
            }
            _ => event.to_string(),
        })
        .collect();
    lines.extend(tale.log.iter().map(|entry| {
        let eppgate_sandbox::LogEntry { seq, session, verb, name, cl_trid, code, effect, fault, .. } = entry;
        let cl_trid = cl_trid.as_deref().unwrap_or("-");
        let time = entry.time.format("%H:%M:%S%.3f");
        format!("log {seq} {time} session {session} {verb} {name} {cl_trid} {code} {effect:?} {fault:?}")
    }));
    lines
}
