//! What callers want: commands and checks on a handful of names, so that they meet.

use chrono::NaiveDate;
use eppgate_epp::domain::{AddRem, Check, Create, Delete, Info, Renew, Status, Update};
use eppgate_epp::ext::fee;
use eppgate_epp::poll::Poll;
use eppgate_epp::types::AuthInfo;
use eppgate_epp::{Command, Verb};
use eppgate_registry::Payload;

use crate::dice::Dice;

#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// Names to be checked, perhaps with what they cost.
    Check { names: Vec<String>, with_fees: bool },
    /// A command on a name.
    Command { verb: Verb, name: String },
}

impl Wish {
    pub(crate) fn throw(dice: &Dice) -> Self {
        match dice.below(100) {
            0..35 => {
                let count = dice.pick([1, 1, 2, 5, 12]);
                let names = (0..count).map(|_| name_to_check(dice)).collect();
                Self::Check { names, with_fees: dice.percent(20) }
            }
            35..45 => Self::Command { verb: Verb::Poll, name: String::new() },
            roll => {
                let verb = match roll {
                    45..60 => Verb::Info,
                    60..80 => Verb::Create,
                    80..87 => Verb::Renew,
                    87..94 => Verb::Update,
                    _ => Verb::Delete,
                };
                Self::Command { verb, name: name_to_change(dice) }
            }
        }
    }

    pub(crate) fn check(name: impl Into<String>) -> Self {
        Self::Check { names: vec![name.into()], with_fees: false }
    }

    pub(crate) fn command(verb: Verb, name: impl Into<String>) -> Self {
        Self::Command { verb, name: name.into() }
    }

    pub(crate) fn verb(&self) -> Verb {
        match self {
            Self::Check { .. } => Verb::Check,
            Self::Command { verb, .. } => *verb,
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Check { names, .. } => names.clone(),
            Self::Command { name, .. } => vec![name.clone()],
        }
    }
}

/// The command, but for its transaction id.
pub(crate) fn command(verb: Verb, name: &str) -> Command {
    let name = name.to_owned();
    match verb {
        Verb::Poll => Command::poll(&Poll::Req),
        Verb::Info => Command::new(&Info { name, hosts: None, auth_info: None }),
        Verb::Create => Command::new(&Create {
            name,
            period: None,
            ns: None,
            registrant: None,
            contacts: Vec::new(),
            auth_info: AuthInfo::pw("sandbox-secret"),
        }),
        Verb::Renew => {
            let cur_exp_date = NaiveDate::from_ymd_opt(2031, 1, 1).expect("a day like any other");
            Command::new(&Renew { name, cur_exp_date, period: None })
        }
        Verb::Update => {
            let add = AddRem { statuses: vec![Status::ClientHold.into()], ..AddRem::default() };
            Command::new(&Update { name, add: Some(add), rem: None, chg: None })
        }
        Verb::Delete => Command::new(&Delete { name }),
        _ => Command::new(&Check { names: vec![name] }),
    }
}

/// What a check carries beside the names.
pub(crate) fn payload(with_fees: bool) -> Payload {
    if !with_fees {
        return Payload::none();
    }
    let commands = vec![fee::CheckCommand::new("create".into(), None)];
    Payload::of(fee::Check { currency: None, commands }).expect("a fee check holds no foreign text")
}

/// A name whose fate callers share: it comes and goes.
fn name_to_change(dice: &Dice) -> String {
    format!("n{}.example", dice.below(12))
}

fn name_to_check(dice: &Dice) -> String {
    match dice.below(100) {
        0..45 => name_to_change(dice),
        45..65 => format!("taken-{}.example", dice.below(4)),
        65..90 => format!("free-{}.example", dice.below(6)),
        _ => POISON.to_owned(),
    }
}

/// Where it is in force, a check of this name is refused as a whole.
pub(crate) const POISON: &str = "poison.example";
