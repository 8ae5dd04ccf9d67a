//! One run: a time in which anything may go wrong, then one in which nothing does, and everything has to work again.

use std::sync::Arc;
use std::time::Duration;

use eppgate_epp::Verb;
use eppgate_registry::{BreakerState, Class, Error, ErrorKind, Status};
use eppgate_sandbox::LogEntry;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::caller::Caller;
use crate::dice::Dice;
use crate::history::{End, Event, Request};
use crate::meter::{Meter, Reading};
use crate::net::Cable;
use crate::place::{Manner, Place};
use crate::terms::{Terms, seconds};
use crate::trouble::{self, Timetable};
use crate::wish::Wish;

/// What a seed makes of one place.
pub(crate) struct Plan {
    pub(crate) terms: Terms,
    pub(crate) cable: Cable,
    pub(crate) latency: Duration,
    /// Whether the network may stand still: times at the gateway and at the registry are apart then.
    pub(crate) freezes: bool,
    pub(crate) troubles: Timetable,
    pub(crate) calms_at: Duration,
    callers: Vec<Caller>,
    dice: Dice,
}

/// What became of one place.
pub(crate) struct Tale {
    pub(crate) terms: Terms,
    pub(crate) freezes: bool,
    pub(crate) events: Vec<Event>,
    pub(crate) requests: Vec<Request>,
    /// The registry's own log.
    pub(crate) log: Vec<LogEntry>,
    /// How long it took to be well again; none if it was not.
    pub(crate) recovered_in: Option<Duration>,
    /// Once everything was done, before the drain.
    pub(crate) status: Status,
    /// Before the drain, and after it.
    pub(crate) metrics: [Reading; 2],
    /// What had not come to its end by then.
    pub(crate) unfinished: usize,
}

impl Plan {
    pub(crate) fn throw(dice: &Dice) -> Self {
        let terms = Terms::throw(dice);
        let calms_at = seconds(dice.pick([30, 60, 120, 400]));
        let freezes = dice.percent(40);
        let troubles = trouble::throw(dice, &terms, calms_at, freezes);
        Self {
            cable: Cable {
                distance: dice.pick([Duration::ZERO, Duration::from_millis(20), Duration::from_millis(300)]),
                pipe: dice.pick([64, 1 << 16, 1 << 16]),
                // One byte at a time takes much of our own.
                piece: if dice.percent(5) { 1 } else { dice.pick([60, 1000, 4096]) },
            },
            latency: dice.pick([Duration::ZERO, Duration::from_millis(5), Duration::from_millis(250)]),
            freezes,
            troubles,
            calms_at,
            callers: (0..dice.pick([1, 3, 6, 10])).map(|_| Caller::throw(dice)).collect(),
            terms,
            dice: dice.fork(),
        }
    }

    /// The same, with other troubles.
    pub(crate) fn with_troubles(mut self, troubles: Timetable) -> Self {
        self.troubles = troubles;
        self
    }

    /// The same, with other chances for its gateway.
    #[cfg(test)]
    pub(crate) fn with_chances(mut self, dice: &Dice) -> Self {
        self.dice = dice.fork();
        self
    }

    /// Plays it.
    pub(crate) async fn play(self, name: String, meter: Arc<Meter>) -> Tale {
        let start = Instant::now();
        let Self { terms, cable, latency, freezes, troubles, calms_at, callers, dice } = self;
        let place = Place::open((name, meter), terms.clone(), cable, latency, dice);
        let until = start + calms_at;
        let mut at_work = JoinSet::new();
        for caller in callers {
            at_work.spawn(caller.live(Arc::clone(&place), until));
        }
        for (at, trouble) in troubles {
            sleep_until(start + at).await;
            trouble::befall(&place, trouble, &mut at_work).await;
        }
        sleep_until(until).await;
        trouble::heal(&place);
        let recovered_in = recovery(&place).await;
        ask_all(&place).await;
        sleep(seconds(5)).await;
        let status = place.gateway().status();
        let before = place.read();
        trouble::drain(&place, seconds(10)).await;
        let unfinished =
            match timeout(seconds(60), async { while at_work.join_next().await.is_some() {} }).await {
                Ok(()) => 0,
                Err(_) => at_work.len(),
            };
        let after = place.read();
        let (events, requests) = place.history.take();
        let log = place.registry.log_after(0);
        let metrics = [before, after];
        Tale { terms, freezes, events, requests, log, recovered_in, status, metrics, unfinished }
    }
}

/// Waits until the gateway takes commands again; gives how long that took.
async fn recovery(place: &Place) -> Option<Duration> {
    let start = Instant::now();
    // What hangs has been given up by then.
    sleep(seconds(40)).await;
    while place.gateway().status().breaker != BreakerState::Closed {
        if start.elapsed() > RECOVERY {
            return None;
        }
        sleep(seconds(1)).await;
    }
    Some(start.elapsed())
}

/// Has every tenant ask for everything, in every class: all of it has to be answered now.
async fn ask_all(place: &Place) {
    for tenant in 0..3_u128 {
        for class in Class::ALL {
            let name = format!("calm-{tenant}-{}.example", class.as_str());
            for wish in [
                Wish::command(Verb::Create, name.clone()),
                Wish::command(Verb::Info, name.clone()),
                Wish::check(name.clone()),
            ] {
                let manner = Manner { tenant, class, patience: seconds(100), leaves_after: None };
                // Each session that was logged out in silence is found by a command that it does not do.
                for _ in 0..MUTED {
                    let end = place.ask(wish.clone(), manner).await;
                    let muted = Error { kind: ErrorKind::NotLoggedIn, fate: eppgate_registry::Fate::NotSent };
                    if !matches!(end, End::Failed(error) if error == muted) {
                        break;
                    }
                }
            }
        }
    }
}

/// How long the way back may take: the longest opening of the breaker, a probe that has begun before, and one more.
pub(crate) const RECOVERY: Duration = Duration::from_secs(150);
/// As many sessions as there may be.
const MUTED: usize = 8;
