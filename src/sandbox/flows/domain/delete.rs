//! `<domain:delete>`: gives a name back.
//!
//! Within the add grace period the name is free at once (1000). Later it first can be restored for 30 days and is
//! purged 5 days after that, by the registry's clock (1001: the action is pending). A name with hosts below it stays (2305). Either way the grace periods that
//! still run give their money back (RFC 3915, 3.1).

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{Delete, Status};
use eppgate_epp::ext::fee::{Charged, Credit};
use rust_decimal::Decimal;

use crate::domain::GraceKind;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::record::{Change, Effect};

/// A delete as it was read.
pub(crate) struct Order {
    delete: Delete,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { delete: command.the()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let prohibiting = [Status::ClientDeleteProhibited, Status::ServerDeleteProhibited];
        let mut domain = view.changeable(&self.delete.name, &prohibiting)?;
        if view.state.hosts_below(&domain.name).next().is_some() {
            return Err(Refusal::new(ResultCode::ASSOCIATION_PROHIBITS, "there are hosts below it"));
        }
        let credit: Decimal = domain.live_graces(view.now).map(|grace| grace.amount).sum();
        let just_added = domain.live_graces(view.now).any(|grace| grace.kind == GraceKind::Add);
        let code = if just_added { ResultCode::OK } else { ResultCode::OK_PENDING };
        let mut outcome = Outcome::new(code);
        if !credit.is_zero() {
            outcome = view.charge(outcome, "delete", &domain.name, -credit)?;
            if let Some(dialect) = view.caller.chosen.fee {
                let credits = vec![Credit { amount: -credit, description: None, lang: None }];
                let charged = Charged { fees: Vec::new(), credits, ..view.charged(-credit) };
                outcome = outcome.extension(&dialect.del_data(&charged));
            }
        }
        let change = if just_added {
            Change::Gone { name: domain.name }
        } else {
            domain.start_deletion(view.now);
            Change::Domain(Box::new(domain))
        };
        Ok(outcome.change(change).effect(Effect::Deleted))
    }
}

#[cfg(test)]
mod tests {
    use eppgate_epp::domain::{Check, Delete, InfData, Info, Status};
    use eppgate_epp::ext::rgp;

    use crate::client::{Client, create, registry, status_update};

    fn delete() -> Delete {
        Delete { name: "mine.example".into() }
    }

    #[test]
    fn a_name_just_added_is_free_at_once_and_its_fee_comes_back() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        assert_eq!(client.run(&delete()).code, 1000);
        assert_eq!(client.run(&delete()).code, 2303);
        assert_eq!(client.run(&create("mine.example")).code, 1000);
        let costs: Vec<_> = registry.charges().into_iter().map(|(_, _, amount)| amount).collect();
        assert_eq!(costs, ["10.00", "-10.00", "10.00"]);
    }

    #[test]
    fn later_it_can_be_restored_first_and_is_purged_in_the_end() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        registry.advance("P6D");
        assert_eq!(client.run(&delete()).code, 1001);
        let info = Info { name: "mine.example".into(), hosts: None, auth_info: None };
        let mut graces = || {
            let told = client.run(&info);
            let data = told.read(|r| r.need_data::<InfData>().unwrap());
            assert!(data.statuses.contains(&Status::PendingDelete.into()));
            told.read(|r| r.extension::<rgp::InfData>().unwrap().unwrap().statuses)
        };
        assert_eq!(graces(), [rgp::RgpStatus::RedemptionPeriod.into()]);
        registry.advance("P31D");
        assert_eq!(graces(), [rgp::RgpStatus::PendingDelete.into()]);
        assert_eq!(client.run(&delete()).code, 2304);
        registry.advance("P5D");
        assert_eq!(client.run(&info).code, 2303);
        let check = Check { names: vec!["mine.example".into()] };
        assert!(client.run(&check).text.contains(r#"avail="1""#));
        assert_eq!(registry.charges().len(), 1);
    }

    #[test]
    fn a_registration_that_ends_is_renewed_by_itself_and_charged() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        registry.advance("P2Y1D");
        let commands: Vec<_> = registry.charges().into_iter().map(|(_, command, _)| command).collect();
        assert_eq!(commands, ["create", "autorenew", "autorenew"]);
        assert_eq!(client.run(&delete()).code, 1001);
        let last = registry.charges().pop().unwrap();
        assert_eq!((last.1.as_str(), last.2.as_str()), ("delete", "-10.00"));
    }

    #[test]
    fn what_is_prohibited_or_not_ones_own_stays() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        assert_eq!(Client::login(&registry, "registrar-b").run(&delete()).code, 2201);
        client.run(&status_update("mine.example", &["clientDeleteProhibited"], &[]));
        assert_eq!(client.run(&delete()).code, 2304);
    }
}
