//! `<domain:check>`: which names are free, and what they cost.
//!
//! A name that is none, or is not served here, is not available, with the reason: it never spoils the answer for the
//! others.

use eppgate_epp::ResultCode;
use eppgate_epp::command::ReceivedCommand;
use eppgate_epp::domain::{Cd, Check, ChkData};
use eppgate_epp::ext::fee;
use eppgate_epp::types::{Checked, Text};
use eppgate_epp::xml::Named;

use crate::flows::{NAMES_AT_ONCE, Outcome, Refusal, View, object, only_extensions};
use crate::names::Name;
use crate::prices::{CURRENCY, Class, currency, years};

/// A check as it was read.
pub(crate) struct Order {
    check: Check,
    fees: Option<fee::Check>,
}

impl Order {
    pub(super) fn read(command: &ReceivedCommand<'_>) -> Result<Self, Refusal> {
        only_extensions(command, &[(fee::NS, fee::Check::NAME)])?;
        let check: Check = object(command)?;
        if check.names.is_empty() {
            return Err(ResultCode::PARAMETER_MISSING.into());
        }
        if check.names.len() > NAMES_AT_ONCE {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too many names at once"));
        }
        Ok(Self { check, fees: command.extension()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let mut cds = Vec::with_capacity(self.check.names.len());
        let mut fee_cds = Vec::new();
        if let Some(fees) = &self.fees {
            currency(fees.currency.as_deref())?;
        }
        for text in self.check.names {
            let name = Name::parse(&text).filter(|name| view.profile.serves(name));
            let reason = match &name {
                Some(name) => unavailable(view, name),
                None if Name::parse(&text).is_none() => Some("Not a domain name"),
                None => Some("Not served by this registry"),
            };
            if let Some(fees) = &self.fees {
                fee_cds.push(match &name {
                    Some(name) => priced(&text, Class::of(name), fees),
                    None => unpriced(&text),
                });
            }
            cds.push(Cd(Checked { name: text, avail: reason.is_none(), reason: reason.map(Text::new) }));
        }
        let outcome = Outcome::new(ResultCode::OK).data(&ChkData { cds });
        Ok(match self.fees {
            None => outcome,
            Some(_) => outcome.extension(&fee::ChkData { currency: CURRENCY.to_owned(), cds: fee_cds }),
        })
    }
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

fn priced(name: &str, class: Class, asked: &fee::Check) -> fee::Cd {
    fee::Cd {
        avail: true,
        obj_id: name.into(),
        premium: None,
        class: Some(class.as_str().to_owned()),
        commands: asked.commands.iter().map(|question| answer(class, question)).collect(),
        reason: None,
    }
}

fn unpriced(name: &str) -> fee::Cd {
    fee::Cd {
        avail: false,
        obj_id: name.into(),
        premium: None,
        class: None,
        commands: Vec::new(),
        reason: Some(Text::new("Not served by this registry")),
    }
}

/// The price of one command, for the period that was asked for, a year by default.
fn answer(class: Class, question: &fee::CheckCommand) -> fee::CommandFees {
    let price = years(question.period).map(|years| class.price(&question.name, years));
    let (fees, reason) = match price {
        Ok(Some(price)) => (vec![price.into()], None),
        Ok(None) => (Vec::new(), Some(Text::new("No such command here"))),
        Err(_) => (Vec::new(), Some(Text::new("Periods are 1 to 10 whole years"))),
    };
    fee::CommandFees {
        command: question.clone(),
        avail: true,
        standard: Some(class == Class::Standard || question.name == fee::FeeCommand::Restore),
        fees,
        credits: Vec::new(),
        reason,
        not_after: None,
    }
}

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
