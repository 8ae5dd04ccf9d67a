//! What is done to a place while its callers are at work: all that registries, networks and operators are known for.

use std::sync::Arc;
use std::time::Duration;

use eppgate_epp::Verb;
use eppgate_registry::{BreakerState, Class, Maintenance, Meanwhile, Origin};
use eppgate_sandbox::character::{Excess, Rate};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::dice::Dice;
use crate::history::What;
use crate::net::Weather;
use crate::place::{ACCOUNT, Manner, Place};
use crate::terms::{TOO_MUCH, Terms, seconds};
use crate::wish::{POISON, Wish};

#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// The sandbox's own faults, as its control API takes them.
    Fault(String),
    Weather(Weather),
    /// The newest connections are cut.
    Cut(usize),
    /// The registry allows so many sessions.
    Sessions(usize),
    /// The registry allows so many commands a second.
    Rate(Option<u32>),
    /// Each reply takes this long.
    Latency(Duration),
    /// The gateway's configuration is read again, and is another, or is not.
    Reload(Terms),
    ReloadSame,
    /// All sessions are to be replaced, as for another certificate.
    Rotate,
    /// The password is changed, by the gateway.
    ChangePassword(String),
    /// The password is changed, by the registry, and nobody is told until later.
    PasswordGone(String),
    PasswordTold(String),
    /// The operator's words.
    Hold(Duration),
    ForceClosed,
    Reset,
    /// Nothing is sent; everybody is sent home; and on again.
    Pause,
    SendHome,
    Resume,
    Maintenance {
        begins: Duration,
        lasts: Duration,
        meanwhile: Meanwhile,
    },
    CallOff,
    /// The gateway is drained, and after a while another one started.
    Restart {
        patience: Duration,
        pause: Duration,
    },
    /// Many callers at once.
    Crowd(usize),
}

/// Troubles, each at its time.
pub(crate) type Timetable = Vec<(Duration, Trouble)>;

/// Some troubles within a time.
pub(crate) fn throw(dice: &Dice, terms: &Terms, calms_at: Duration, freezes: bool) -> Timetable {
    let mut table = Timetable::new();
    if dice.percent(50) {
        let fault = format!(
            r#"{{"match": {{"verb": "check", "name": "{POISON}"}}, "action": "result", "code": 2306, "times": 1000000}}"#
        );
        table.push((Duration::ZERO, Trouble::Fault(fault)));
    }
    let mut terms = terms.clone();
    for number in 0..dice.pick([0, 3, 8, 14]) {
        let at = dice.between(seconds(1), calms_at);
        let lasts = dice.around(seconds(10));
        match dice.below(100) {
            0..50 => table.push((at, Trouble::Fault(fault(dice)))),
            50..56 if freezes => {
                table.push((at, Trouble::Weather(Weather::Frozen)));
                table.push((at + lasts, Trouble::Weather(Weather::Fine)));
            }
            50..60 => {
                table.push((at, Trouble::Weather(Weather::Down)));
                table.push((at + lasts, Trouble::Weather(Weather::Fine)));
            }
            60..66 => table.push((at, Trouble::Cut(dice.pick([1, 1, 2, 100])))),
            66..69 => {
                table.push((at, Trouble::Sessions(dice.below(terms.limit))));
                table.push((at + lasts, Trouble::Sessions(PLENTY)));
            }
            69..72 => {
                table.push((at, Trouble::Rate(Some(dice.pick([1, 2, 5])))));
                table.push((at + lasts, Trouble::Rate(None)));
            }
            72..75 => table.push((at, Trouble::Latency(dice.around(Duration::from_millis(800))))),
            75..80 => {
                terms = terms.changed(dice);
                table.push((at, Trouble::Reload(terms.clone())));
            }
            80..82 => table.push((at, Trouble::ReloadSame)),
            82..84 => table.push((at, Trouble::Rotate)),
            84..86 => table.push((at, Trouble::ChangePassword(format!("password-{number}")))),
            86..88 => {
                let password = format!("foreign-{number}");
                table.push((at, Trouble::PasswordGone(password.clone())));
                table.push((at + lasts, Trouble::PasswordTold(password)));
            }
            88..90 => table.push((at, Trouble::Hold(lasts))),
            90..91 => {
                table.push((at, Trouble::ForceClosed));
                table.push((at + lasts, Trouble::Reset));
            }
            91..94 => {
                let meanwhile = dice.pick([Meanwhile::Reject, Meanwhile::Hold]);
                let begins = dice.around(seconds(5));
                table.push((at, Trouble::Maintenance { begins, lasts, meanwhile }));
                if dice.percent(20) {
                    table.push((at + lasts / 2, Trouble::CallOff));
                }
            }
            94..96 => {
                let pause = dice.between(Duration::from_millis(10), seconds(2));
                table.push((at, Trouble::Restart { patience: dice.around(seconds(3)), pause }));
            }
            96 => {
                table.push((at, if dice.percent(50) { Trouble::Pause } else { Trouble::SendHome }));
                table.push((at + lasts, Trouble::Resume));
            }
            97 => table.push((at, Trouble::Reset)),
            _ => table.push((at, Trouble::Crowd(dice.pick([10, 40])))),
        }
    }
    table.retain(|(at, _)| *at < calms_at);
    table.sort_by_key(|(at, _)| *at);
    table
}

/// One of the sandbox's faults.
fn fault(dice: &Dice) -> String {
    let verb = dice.pick(["", "", "create", "check", "info", "login", "logout", "poll", "hello", "renew"]);
    let pattern = match verb {
        "" => format!(r#"{{"nth": {}}}"#, 1 + dice.below(10)),
        verb => format!(r#"{{"verb": "{verb}", "nth": {}}}"#, 1 + dice.below(4)),
    };
    let times = dice.pick([1, 1, 1, 2, 6]);
    let action = match dice.below(14) {
        0 => r#""drop_before""#.to_owned(),
        1 => r#""drop_after""#.to_owned(),
        2 => r#""stall""#.to_owned(),
        3 => format!(r#""delay", "delay": "{}ms""#, dice.around(seconds(4)).as_millis()),
        4 | 5 => {
            let code = dice.pick([2001, 2005, 2302, 2304, 2306, 2308, 2400, 2400, 2500, 2501, 2502]);
            format!(r#""result", "code": {code}"#)
        }
        6 => r#""garbage""#.to_owned(),
        7 => r#""truncate""#.to_owned(),
        8 => r#""wrong_cltrid""#.to_owned(),
        9 => r#""close_idle""#.to_owned(),
        10 => r#""silent_logout""#.to_owned(),
        11 => r#""maintenance""#.to_owned(),
        12 => r#""slow_bytes""#.to_owned(),
        _ => {
            return match dice.percent(50) {
                true => format!(r#"{{"action": "refuse_connect", "times": {times}}}"#),
                false => format!(r#"{{"action": "refuse_login", "times": {times}}}"#),
            };
        }
    };
    format!(r#"{{"match": {pattern}, "action": {action}, "times": {times}}}"#)
}

/// Does it.
pub(crate) async fn befall(place: &Arc<Place>, trouble: Trouble, others: &mut JoinSet<()>) {
    if !matches!(trouble, Trouble::Restart { .. }) {
        place.history.add(What::Trouble(format!("{trouble:?}")));
    }
    match trouble {
        Trouble::Fault(json) => {
            place.registry.add_fault(&json).expect("the faults of a timetable are faults")
        }
        Trouble::Weather(weather) => place.net.set_weather(weather),
        Trouble::Cut(count) => place.net.cut(count),
        Trouble::Sessions(most) => place.registry.set_max_sessions(most),
        Trouble::Rate(per_second) => {
            let rule = |per_second| Rate { per_second, excess: Excess::Refused(TOO_MUCH) };
            place.registry.set_rate(per_second.map(rule));
        }
        Trouble::Latency(latency) => place.registry.set_latency(latency),
        Trouble::Reload(terms) => {
            place.reload(terms);
        }
        Trouble::ReloadSame => {
            let has_changed = place.reload(place.terms());
            place.history.add(What::ReloadedSame(has_changed));
        }
        Trouble::Rotate => place.gateway().reconnect(),
        Trouble::ChangePassword(password) => {
            let place = Arc::clone(place);
            others.spawn(async move {
                let result = place.gateway().change_password(password.clone().into()).await;
                place.history.add(What::Trouble(format!("{password}: {result:?}")));
                if result.is_ok() {
                    place.set_password(password);
                }
            });
        }
        Trouble::PasswordGone(password) => {
            place
                .registry
                .set_password(ACCOUNT, &password)
                .expect("a registry without memory writes nothing");
        }
        Trouble::PasswordTold(password) => {
            place.set_password(password);
            place.reload(place.terms());
        }
        Trouble::Hold(lasts) => place.gateway().hold_until(Instant::now() + lasts, "an operator's word"),
        Trouble::ForceClosed => place.gateway().force_closed(),
        Trouble::Reset => place.gateway().reset(),
        Trouble::Pause => place.gateway().pause(),
        Trouble::SendHome => {
            let place = Arc::clone(place);
            others.spawn(async move {
                place.gateway().send_home("an operator's word", seconds(10)).await;
            });
        }
        Trouble::Resume => place.gateway().resume(),
        Trouble::Maintenance { begins, lasts, meanwhile } => {
            let from = Instant::now() + begins;
            let (id, origin) = ("work".into(), Origin::Operator);
            let window = Maintenance { id, from, until: from + lasts, meanwhile, origin };
            // One that is over before it begins is refused.
            let _ = place.gateway().schedule(window);
        }
        Trouble::CallOff => place.gateway().cancel_maintenance(),
        Trouble::Restart { patience, pause } => {
            drain(place, patience).await;
            sleep(pause).await;
            place.restart();
        }
        Trouble::Crowd(count) => {
            for number in 0..count {
                let place = Arc::clone(place);
                let verb = if number % 3 == 0 { Verb::Create } else { Verb::Info };
                let wish = match number % 4 {
                    1 => Wish::check(format!("free-{}.example", number % 7)),
                    _ => Wish::command(verb, format!("n{}.example", number % 12)),
                };
                let manner = Manner {
                    tenant: (number % 3) as u128,
                    class: Class::ALL[number / 3 % 3],
                    patience: seconds(10),
                    leaves_after: None,
                };
                others.spawn(async move {
                    place.ask(wish, manner).await;
                });
            }
        }
    }
}

/// Drains the gateway.
pub(crate) async fn drain(place: &Place, patience: Duration) {
    place.history.add(What::Draining(patience));
    place.gateway().drain(patience).await;
    place.history.add(What::Drained);
}

/// Lets nothing go wrong from now on, and tells the operator of what only an operator can mend.
pub(crate) fn heal(place: &Place) {
    let gateway = place.gateway();
    place.registry.clear_faults();
    place.net.set_weather(Weather::Fine);
    place.registry.set_max_sessions(PLENTY);
    place.registry.set_rate(None);
    place.registry.set_latency(Duration::from_millis(10));
    gateway.cancel_maintenance();
    gateway.resume();
    place.set_password(HEALED.to_owned());
    place.registry.set_password(ACCOUNT, HEALED).expect("a registry without memory writes nothing");
    place.reload(place.terms());
    let by_hand = [BreakerState::ForcedOpen, BreakerState::Disabled, BreakerState::AuthLatched];
    if by_hand.contains(&gateway.status().breaker) {
        gateway.reset();
    }
    place.history.add(What::Healed);
}

/// More than any gateway wants, so that one too many is seen and not refused.
pub(crate) const PLENTY: usize = 100;
const HEALED: &str = "healed-password";
