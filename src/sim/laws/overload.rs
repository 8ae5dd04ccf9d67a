//! Law 13 under load: a registry that is asked for three times what it can do still does what it can.

use std::sync::Arc;
use std::time::Duration;

use eppgate_epp::Verb;
use eppgate_registry::Class;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::dice::Dice;
use crate::history::{End, History};
use crate::meter::Meter;
use crate::net::Cable;
use crate::place::{Manner, Place};
use crate::terms::{Terms, seconds};
use crate::wish::Wish;

/// Offers a place three times its capacity; says what was lost of that, and who was left to wait too long.
pub(crate) fn overload(seed: u64) -> Vec<String> {
    crate::alone(async |meter| offer(seed, meter).await)
}

async fn offer(seed: u64, meter: Arc<Meter>) -> Vec<String> {
    let dice = Dice::new(seed);
    let terms = Terms {
        spares: 0,
        window: 1,
        transforms: 1,
        max_age: seconds(14_400),
        max_commands: 0,
        logins_per_minute: 0,
        timeout: seconds(8),
        rate: None,
        penalty: None,
        ..Terms::throw(&dice)
    };
    let cable = Cable { distance: Duration::ZERO, pipe: 1 << 16, piece: 4096 };
    let sessions = terms.limit;
    let place = Place::open(("overload".to_owned(), meter), terms, cable, LATENCY, dice);
    let start = Instant::now();
    let mut callers = JoinSet::new();
    let gap = LATENCY / u32::try_from(3 * sessions).expect("there are few sessions");
    for number in 0.. {
        let at = gap * number;
        if at >= LASTS {
            break;
        }
        sleep_until(start + at).await;
        let place = Arc::clone(&place);
        callers.spawn(async move {
            let name = format!("n{}.example", number % 12);
            let manner = Manner {
                tenant: u128::from(number % 3),
                class: Class::Interactive,
                patience: PATIENCE,
                leaves_after: None,
            };
            place.ask(Wish::command(Verb::Info, name), manner).await;
        });
    }
    callers.join_all().await;
    judge(&place.history, sessions)
}

fn judge(history: &History, sessions: usize) -> Vec<String> {
    let (_, requests) = history.take();
    let ends = requests.iter().filter_map(|request| Some((request, request.end.as_ref()?)));
    let mut broken = Vec::new();
    let mut done = 0;
    for (request, (at, end)) in ends {
        done += usize::from(matches!(end, End::Answered(_)) && (WARM_UP..LASTS).contains(at));
        if *at > request.asked + PATIENCE + super::TICK {
            broken.push(format!("{request} waited until {at:?}"));
        }
    }
    let capacity = sessions as f64 * (LASTS - WARM_UP).as_secs_f64() / LATENCY.as_secs_f64();
    if (done as f64) < GOODPUT * capacity {
        broken.push(format!("{done} commands were done where {capacity:.0} could be"));
    }
    broken
}

/// For each command.
const LATENCY: Duration = Duration::from_millis(100);
const LASTS: Duration = seconds(30);
/// All sessions are open by then.
const WARM_UP: Duration = seconds(5);
const PATIENCE: Duration = seconds(2);
/// The part of the capacity that has to be left.
const GOODPUT: f64 = 0.95;
