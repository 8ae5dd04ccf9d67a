//! `<domain:check>`: which names are free, what they cost, and whether marks are like them.
//!
//! A name that is none, or is not served here, is not available, with the reason: it never spoils the answer for the
//! others.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{Cd, Check, ChkData};
use eppgate_epp::ext::{fee, launch};
use eppgate_epp::types::{Checked, Text};
use eppgate_epp::xml::Named;

use super::launch::marks;
use crate::flows::{NAMES_AT_ONCE, Outcome, Reading, Refusal, View};
use crate::names::Name;
use crate::prices::{CURRENCY, Class, currency, years};

/// A check as it was read.
pub(crate) struct Order {
    check: Check,
    fees: Option<(fee::Dialect, fee::Check)>,
    launch: Option<launch::Check>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(fee::NS, fee::Check::NAME), (launch::NS, launch::Check::NAME)])?;
        let check: Check = command.the()?;
        if check.names.is_empty() {
            return Err(ResultCode::PARAMETER_MISSING.into());
        }
        let fees = fee::Check::find(command.extensions())?;
        let questions = fees.as_ref().map_or(0, |(_, fees)| fees.commands.len());
        if check.names.len() > NAMES_AT_ONCE || questions > QUESTIONS {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too much at once"));
        }
        Ok(Self { check, fees, launch: command.extension()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let asked = self.launch.as_ref().map(|asked| marks(view, asked, &self.check.names));
        if let Some(told) = asked.transpose()?.flatten() {
            return Ok(Outcome::new(ResultCode::OK).extension(&told));
        }
        let told = match &self.fees {
            None => None,
            Some((dialect, fees)) => Some((dialect, prices(view, fees, &self.check.names)?)),
        };
        let cds = self.check.names.into_iter().map(|text| {
            let reason = served(view, &text).map_or_else(Some, |name| unavailable(view, &name));
            Cd(Checked { name: text, avail: reason.is_none(), reason: reason.map(Text::new) })
        });
        let outcome = Outcome::new(ResultCode::OK).data(&ChkData { cds: cds.collect() });
        Ok(match told {
            None => outcome,
            Some((dialect, told)) => outcome.extension(&dialect.chk_data(&told)),
        })
    }
}

/// The name in a text, if it is served here; else why not.
fn served(view: &View<'_>, text: &str) -> Result<Name, &'static str> {
    let name = Name::parse(text).ok_or("Not a domain name")?;
    if view.profile.serves(&name) { Ok(name) } else { Err("Not served by this registry") }
}

/// Why a name cannot be registered.
fn unavailable(view: &View<'_>, name: &Name) -> Option<&'static str> {
    if view.state.domain(name).is_some() || name.is_taken() {
        Some("In use")
    } else if name.is_reserved() {
        Some("Reserved name")
    } else {
        None
    }
}

/// The answers to all questions about all names. In some dialects each question is about one name.
fn prices(view: &View<'_>, asked: &fee::Check, names: &[String]) -> Result<fee::ChkData, Refusal> {
    let mut named: Vec<&str> = names.iter().map(String::as_str).collect();
    for object in asked.commands.iter().filter_map(|question| question.object.as_ref()) {
        if !named.iter().any(|name| name.eq_ignore_ascii_case(object)) {
            named.push(object);
        }
    }
    currency(asked.currency.as_deref())?;
    let mut cds = Vec::with_capacity(named.len());
    for name in named {
        let about = |question: &&fee::CheckCommand| {
            question.object.as_ref().is_none_or(|object| object.eq_ignore_ascii_case(name))
        };
        let mut questions = asked.commands.iter().filter(about).peekable();
        if questions.peek().is_none() {
            continue;
        }
        let (class, commands, reason) = match served(view, name) {
            Err(reason) => (None, Vec::new(), Some(Text::new(reason))),
            Ok(name) => {
                let class = Class::of(&name);
                let answers = questions.map(|question| price(class, question));
                (Some(class.as_str().to_owned()), answers.collect::<Result<_, _>>()?, None)
            }
        };
        let avail = reason.is_none();
        cds.push(fee::Cd { avail, obj_id: name.into(), premium: None, class, commands, reason });
    }
    Ok(fee::ChkData { currency: CURRENCY.to_owned(), cds })
}

/// The price of one command, for the period that was asked for, a year by default.
pub(super) fn price(class: Class, question: &fee::CheckCommand) -> Result<fee::CommandFees, Refusal> {
    currency(question.currency.as_deref())?;
    let price = years(question.period).map(|years| class.price(&question.name, years));
    let (fees, reason) = match price {
        Ok(Some(price)) => (vec![price.into()], None),
        Ok(None) => (Vec::new(), Some(Text::new("No such command here"))),
        Err(_) => (Vec::new(), Some(Text::new("Periods are 1 to 10 whole years"))),
    };
    Ok(fee::CommandFees {
        command: question.clone(),
        avail: reason.is_none(),
        standard: Some(class.is_standard(&question.name)),
        fees,
        credits: Vec::new(),
        reason,
        not_after: None,
    })
}

/// Prices that one check may ask for, each of all its names where the dialect has it so.
const QUESTIONS: usize = 4 * NAMES_AT_ONCE;

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{Check, ChkData};
    use eppgate_epp::ext::fee::{self, CheckCommand, FeeCommand};
    use eppgate_epp::types::Period;

    use crate::client::{Client, create, registry};

    fn check(names: &[&str]) -> Check {
        Check { names: names.iter().map(|&name| name.to_owned()).collect() }
    }

    #[test]
    fn each_name_gets_its_own_verdict_in_the_order_asked() {
        let mut client = Client::login(&registry(), "registrar-a");
        client.run(&create("mine.example"));
        let names = [
            "free.example",
            "mine.example",
            "taken-1.example",
            "reserved.example",
            "a.unserved",
            "-bad.example",
            "www.free.example",
        ];
        let reply = client.run(&check(&names));
        let cds = reply.read(|response| response.need_data::<ChkData>().unwrap().cds);
        let verdicts: Vec<_> = cds
            .iter()
            .map(|cd| {
                let reason = cd.0.reason.as_ref().map(|reason| reason.text.as_str());
                (cd.0.name.as_str(), cd.0.avail, reason)
            })
            .collect();
        let not_here = Some("Not served by this registry");
        assert_eq!(
            verdicts,
            [
                (names[0], true, None),
                (names[1], false, Some("In use")),
                (names[2], false, Some("In use")),
                (names[3], false, Some("Reserved name")),
                (names[4], false, not_here),
                (names[5], false, Some("Not a domain name")),
                (names[6], false, not_here),
            ]
        );
    }

    #[test]
    fn fees_are_told_for_each_name_command_and_period() {
        let mut client = Client::login(&registry(), "registrar-a");
        let fees = fee::Check {
            currency: None,
            commands: vec![
                CheckCommand::new(FeeCommand::Create, Some(Period::years(2))),
                CheckCommand::new(FeeCommand::Renew, None),
                CheckCommand::new(FeeCommand::Transfer, None),
                CheckCommand::new(FeeCommand::Restore, None),
                CheckCommand::new(FeeCommand::Create, Some(Period::years(11))),
            ],
        };
        let reply =
            client.send(Command::new(&check(&["a.example", "premium.example", "a.unserved"])).with(&fees));
        let told = reply.read(|response| response.extension::<fee::ChkData>().unwrap().unwrap());
        assert_eq!(told.currency, "USD");
        let amounts: Vec<Vec<String>> = told
            .cds
            .iter()
            .map(|cd| {
                let fees = cd.commands.iter().flat_map(|command| &command.fees);
                fees.map(|fee| fee.amount.to_string()).collect()
            })
            .collect();
        assert_eq!(amounts[0], ["20.00", "10.00", "10.00", "40.00"]);
        assert_eq!(amounts[1], ["200.00", "100.00", "100.00", "40.00"]);
        assert!(amounts[2].is_empty() && !told.cds[2].avail);
        let classes: Vec<_> = told.cds.iter().map(|cd| cd.class.as_deref()).collect();
        assert_eq!(classes, [Some("standard"), Some("premium"), None]);
        assert!(told.cds[0].commands[4].reason.is_some());
    }

    #[test]
    fn another_currency_is_out_of_range() {
        let mut client = Client::login(&registry(), "registrar-a");
        let fees = fee::Check {
            currency: Some("EUR".into()),
            commands: vec![CheckCommand::new(FeeCommand::Create, None)],
        };
        assert_eq!(client.send(Command::new(&check(&["a.example"])).with(&fees)).code, 2004);
    }
}
