//! The end of a review: what was asked for is done, or is not, and a message says so (RFC 5731, 3.3).

use chrono::{DateTime, Utc};
use eppgate_epp::domain::PanData;
use eppgate_epp::response::TrId;
use eppgate_epp::types::PendingAction;

use crate::domain::{Domain, GraceKind};
use crate::prices::CURRENCY;
use crate::record::{Change, Charge, Message, Notice};

/// Ends the review of a creation or of a renewal; none if there is no review.
pub(crate) fn end(mut domain: Domain, accept: bool, now: DateTime<Utc>) -> Option<Vec<Change>> {
    let review = domain.review.take()?;
    let (account, name) = (domain.sponsor.clone(), domain.name.clone());
    let tr_id = TrId { client: review.cl_trid.clone(), server: review.sv_trid };
    let notice = PanData(PendingAction { name: name.clone(), done: accept, tr_id, date: now });
    let done = if review.renews_until.is_some() { "renewed" } else { "registered" };
    let text = format!("{name} is {}{done}", if accept { "" } else { "not " });
    let message = Message { time: now, text, data: Some(Notice::Ended(notice)) };
    let gone = !accept && review.renews_until.is_none();
    if let Some(until) = review.renews_until.filter(|_| accept) {
        domain.expires = until;
        domain.open_grace(GraceKind::Renew, review.amount, now);
    }
    let mut changes = match gone {
        true => vec![Change::Gone { name: name.clone() }],
        false => vec![Change::Domain(Box::new(domain))],
    };
    if !accept {
        changes.push(Change::Charge(Charge {
            time: now,
            account: account.clone(),
            cl_trid: review.cl_trid,
            command: "refusal".into(),
            name,
            amount: -review.amount,
            currency: CURRENCY.into(),
        }));
    }
    changes.push(Change::Message { account, message });
    Some(changes)
}

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{CreData, InfData, Info, PanData, Renew};
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::Period;

    use crate::client::{Client, create, registry};
    use crate::domain::years_after;
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
    #[test]
    fn a_renewal_that_is_looked_at_counts_once_the_staff_has_agreed() {
        for (accept, charges) in [(true, &["10.00", "20.00"][..]), (false, &["10.00", "20.00", "-20.00"])] {
            let registry = registry();
            let mut client = Client::login(&registry, "registrar-a");
            let created = client.run(&create("old.example"));
            let expires = created.read(|r| r.need_data::<CreData>().unwrap().ex_date.unwrap());
            registry.set_phase("example", Phase::Review).unwrap();
            let cur_exp_date = expires.date_naive();
            let renew = Renew { name: "old.example".into(), cur_exp_date, period: Some(Period::years(2)) };
            let asked = client.run(&renew);
            assert_eq!((asked.code, asked.text.contains("renData")), (1001, false));
            let shown = Info { name: "old.example".into(), hosts: None, auth_info: None };
            let expiry = |text: &InfData| text.ex_date.unwrap();
            let waits = client.run(&shown);
            assert!(waits.text.contains("pendingRenew"));
            assert_eq!(waits.read(|r| expiry(&r.need_data().unwrap())), expires);
            assert_eq!(client.run(&renew).code, 2304);

            registry.review("old.example", accept).unwrap();
            let over = client.run(&shown);
            assert!(!over.text.contains("pendingRenew"));
            let until = if accept { years_after(expires, 2) } else { expires };
            assert_eq!(over.read(|r| expiry(&r.need_data().unwrap())), until);
            let amounts: Vec<_> = registry.charges().into_iter().map(|(_, _, amount)| amount).collect();
            assert_eq!(amounts, charges);
        }
    }
}
