//! The end of a review: what was asked for is done, or is not, and a message says so (RFC 5731, 3.3).

use chrono::{DateTime, Utc};
use eppgate_epp::domain::PanData;
use eppgate_epp::response::TrId;
use eppgate_epp::types::PendingAction;

use crate::domain::Domain;
use crate::prices::CURRENCY;
use crate::record::{Change, Charge, Message, Notice};

/// Ends the review of a creation; none if there is no review.
pub(crate) fn end(mut domain: Domain, accept: bool, now: DateTime<Utc>) -> Option<Vec<Change>> {
    let review = domain.review.take()?;
    let (account, name) = (domain.sponsor.clone(), domain.name.clone());
    let tr_id = TrId { client: review.cl_trid.clone(), server: review.sv_trid };
    let notice = PanData(PendingAction { name: name.clone(), done: accept, tr_id, date: now });
    let text = format!("{name} is {}registered", if accept { "" } else { "not " });
    let message = Message { time: now, text, data: Some(Notice::Ended(notice)) };
    let mut changes = match accept {
        true => vec![Change::Domain(Box::new(domain))],
        false => vec![
            Change::Gone { name: name.clone() },
            Change::Charge(Charge {
                time: now,
                account: account.clone(),
                cl_trid: review.cl_trid,
                command: "refusal".into(),
                name,
                amount: -review.amount,
                currency: CURRENCY.into(),
            }),
        ],
    };
    changes.push(Change::Message { account, message });
    Some(changes)
}

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{Info, PanData, Renew};
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::Period;

    use crate::client::{Client, create, registry};
    use crate::phase::Phase;

    #[test]
    fn a_creation_that_is_looked_at_ends_as_the_staff_says_and_its_registrar_is_told() {
        for (accept, info, charges) in [(true, 1000, &["10.00"][..]), (false, 2303, &["10.00", "-10.00"])] {
            let registry = registry();
            registry.set_phase("example", Phase::Review).unwrap();
            let mut client = Client::login(&registry, "registrar-a");
            let asked = client.run(&create("new.example"));
            assert_eq!(asked.code, 1001);
            let shown = Info { name: "new.example".into(), hosts: None, auth_info: None };
            assert!(client.run(&shown).text.contains("pendingCreate"));
            let date = registry.look(|state| state.now()).date_naive();
            let renew =
                Renew { name: "new.example".into(), cur_exp_date: date, period: Some(Period::years(1)) };
            assert_eq!(client.run(&renew).code, 2304);

            registry.review("new.example", accept).unwrap();
            assert!(registry.review("new.example", accept).is_err());
            assert_eq!(client.run(&shown).code, info);
            let told = client.send(Command::poll(&Poll::Req));
            let PanData(ended) = told.read(|reply| reply.need_data().unwrap());
            assert_eq!((ended.done, ended.tr_id.server), (accept, asked.sv_trid));
            let amounts: Vec<_> = registry.charges().into_iter().map(|(_, _, amount)| amount).collect();
            assert_eq!(amounts, charges);
        }
    }
}
