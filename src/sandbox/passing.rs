//! What time does: registrations that end are renewed by a year and charged, deletions run their course and free the
//! name, transfers that nobody answered go through. All in the order of their moments, however far the clock jumps.

use chrono::{DateTime, Utc};
use eppgate_epp::ext::fee::FeeCommand;
use eppgate_epp::ext::rgp::RgpStatus;
use eppgate_epp::types::TransferStatus;

use crate::domain::{Domain, GraceKind, years_after};
use crate::names::Name;
use crate::objects::Contact;
use crate::prices::{CURRENCY, Class};
use crate::record::{Change, Charge, Message};
use crate::state::State;
use crate::transfer;

/// Something that happened by itself.
struct Event {
    at: DateTime<Utc>,
    changes: Vec<Change>,
}

/// All that has become due.
pub(crate) fn due(state: &State, now: DateTime<Utc>) -> Vec<Change> {
    let mut events = Vec::new();
    for domain in state.domains().filter(|domain| domain.due() <= now) {
        of_domain(state, domain.clone(), now, &mut events);
    }
    for contact in state.contacts().filter(|contact| contact.due().is_some_and(|due| due <= now)) {
        of_contact(contact.clone(), &mut events);
    }
    events.sort_by_key(|event| event.at);
    events.into_iter().flat_map(|event| event.changes).collect()
}

fn of_domain(state: &State, mut domain: Domain, now: DateTime<Utc>, events: &mut Vec<Event>) {
    loop {
        let at = domain.due();
        if at > now {
            return;
        }
        let unanswered = domain.pending_transfer().filter(|transfer| transfer.acts == at).cloned();
        let mut changes = if let Some(transfer) = unanswered {
            transfer::of_domain(state, &mut domain, transfer, TransferStatus::ServerApproved, at)
        } else if let Some(deletion) = domain.deletion.as_mut().filter(|deletion| deletion.restore.is_some())
        {
            let data = deletion.notice(&domain.name, RgpStatus::RedemptionPeriod);
            deletion.fail_restore(at);
            let text = format!("No restore report came for {}", domain.name);
            vec![Change::Message {
                account: domain.sponsor.clone(),
                message: Message { time: at, text, data },
            }]
        } else if domain.deletion.is_some() {
            events.push(Event { at, changes: vec![Change::Gone { name: domain.name }] });
            return;
        } else if domain.leaving {
            domain.leaving = false;
            domain.start_deletion(at);
            Vec::new()
        } else {
            vec![renew(&mut domain, at)]
        };
        changes.push(Change::Domain(Box::new(domain.clone())));
        events.push(Event { at, changes });
    }
}

fn renew(domain: &mut Domain, at: DateTime<Utc>) -> Change {
    let class = Name::parse(&domain.name).map_or(Class::Standard, |name| Class::of(&name));
    let amount = class.price(&FeeCommand::Renew, 1).expect("a renewal has a price");
    domain.expires = years_after(at, 1);
    domain.open_grace(GraceKind::AutoRenew, amount, at);
    Change::Charge(Charge {
        time: at,
        account: domain.sponsor.clone(),
        cl_trid: None,
        command: "autorenew".into(),
        name: domain.name.clone(),
        amount,
        currency: CURRENCY.into(),
    })
}

fn of_contact(mut contact: Contact, events: &mut Vec<Event>) {
    if let Some(transfer) = contact.pending_transfer().cloned() {
        let at = transfer.acts;
        let mut changes = transfer::of_contact(&mut contact, transfer, TransferStatus::ServerApproved, at);
        changes.push(Change::Contact(Box::new(contact)));
        events.push(Event { at, changes });
    }
}
