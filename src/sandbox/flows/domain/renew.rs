//! `<domain:renew>`: extends a registration.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{RenData, Renew, Status};
use eppgate_epp::ext::fee;
use eppgate_epp::xml::Named;

use crate::domain::{GraceKind, Review, years_after};
use crate::flows::reading::Agreement;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::phase::Phase;
use crate::prices::{Class, years};
use crate::record::{Change, Effect};

/// A renew as it was read.
pub(crate) struct Order {
    renew: Renew,
    agreed: Option<Agreement>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(fee::NS, fee::Renew::NAME)])?;
        Ok(Self { renew: command.the()?, agreed: command.agreement()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let prohibiting = [Status::ClientRenewProhibited, Status::ServerRenewProhibited];
        let mut domain = view.changeable(&self.renew.name, &prohibiting)?;
        if domain.expires.date_naive() != self.renew.cur_exp_date {
            let reason = format!("it expires on {}", domain.expires.date_naive());
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, reason));
        }
        let years = years(self.renew.period)?;
        let expires = years_after(domain.expires, years);
        if expires > years_after(view.now, YEARS_AHEAD) {
            let reason = "at most 10 years ahead";
            return Err(Refusal::new(ResultCode::NOT_ELIGIBLE_FOR_RENEWAL, reason));
        }
        let agreed = self.agreed.as_ref().map(|agreement| &agreement.agreed);
        let name = view.name(&domain.name)?;
        let price = Class::of(&name).agree(&fee::FeeCommand::Renew, years, agreed)?;
        let mut outcome = if view.state.phase(name.zone()) == Phase::Review {
            domain.review = Some(Review {
                cl_trid: view.cl_trid.map(str::to_owned),
                sv_trid: view.sv_trid(),
                amount: price,
                renews_until: Some(expires),
            });
            // When it will expire is not known yet.
            Outcome::new(ResultCode::OK_PENDING)
        } else {
            domain.expires = expires;
            domain.open_grace(GraceKind::Renew, price, view.now);
            Outcome::new(ResultCode::OK)
                .data(&RenData { name: domain.name.clone(), ex_date: Some(domain.expires) })
        };
        if let Some(agreement) = self.agreed {
            outcome = outcome.extension(&agreement.dialect.ren_data(&view.charged(price)));
        }
        let outcome = view.charge(outcome, "renew", &domain.name, price)?;
        Ok(outcome.change(Change::Domain(Box::new(domain))).effect(Effect::Renewed))
    }
}

const YEARS_AHEAD: u8 = 10;

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use eppgate_epp::domain::{CreData, RenData, Renew};
    use eppgate_epp::types::Period;

    use eppgate_epp::Command;
    use eppgate_epp::ext::fee;

    use crate::client::{Client, create, registry, status_update};

    fn renew(cur_exp_date: NaiveDate, years: u8) -> Renew {
        Renew { name: "mine.example".into(), cur_exp_date, period: Some(Period::years(years)) }
    }

    #[test]
    fn a_renewal_counts_from_the_expiry_and_cannot_happen_twice() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        let created = client.run(&create("mine.example"));
        let expires = created.read(|r| r.need_data::<CreData>().unwrap().ex_date.unwrap());
        let renewed = client.run(&renew(expires.date_naive(), 2));
        let later = renewed.read(|r| r.need_data::<RenData>().unwrap().ex_date.unwrap());
        assert_eq!(later, crate::domain::years_after(expires, 2));
        assert_eq!(client.run(&renew(expires.date_naive(), 2)).code, 2306);
        assert_eq!(client.run(&renew(later.date_naive(), 8)).code, 2105);
        assert_eq!(client.run(&renew(later.date_naive(), 11)).code, 2004);
        let costs: Vec<_> = registry.charges().into_iter().map(|(_, _, amount)| amount).collect();
        assert_eq!(costs, ["10.00", "20.00"]);
    }

    #[test]
    fn only_the_sponsor_renews_and_only_unless_prohibited() {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        let created = a.run(&create("mine.example"));
        let expires = created.read(|r| r.need_data::<CreData>().unwrap().ex_date.unwrap());
        let renew = renew(expires.date_naive(), 1);
        assert_eq!(Client::login(&registry, "registrar-b").run(&renew).code, 2201);
        a.run(&status_update("mine.example", &["clientRenewProhibited"], &[]));
        assert_eq!(a.run(&renew).code, 2304);
    }

    #[test]
    fn a_platinum_name_costs_more_once_and_a_gold_one_each_year() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        for (label, first, code) in [("premium-platinum", 1000, 1000), ("premium-gold", 250, 2003)] {
            let name = format!("{label}.example");
            let agreed = fee::Create(fee::Agreed {
                currency: None,
                fees: vec![rust_decimal::Decimal::from(first).into()],
                credits: Vec::new(),
            });
            let created = client.send(Command::new(&create(&name)).with(&agreed));
            let expires = created.read(|r| r.need_data::<CreData>().unwrap().ex_date.unwrap());
            let renew = Renew { name, ..renew(expires.date_naive(), 1) };
            assert_eq!(client.run(&renew).code, code, "{label}");
        }
    }
}
