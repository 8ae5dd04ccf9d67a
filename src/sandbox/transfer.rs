//! A transfer between two registrars (RFC 5730, 2.9.3.4): what is kept of it, who is told of it, and what its end does.
//!
//! Money moves when the object does: a request that is rejected or taken back costs nothing.

use chrono::{DateTime, TimeDelta, Utc};
use eppgate_epp::types::TransferStatus;
use eppgate_epp::{contact, domain};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::{Domain, GraceKind, years_after, years_before};
use crate::kept;
use crate::objects::{Contact, Host};
use crate::prices::CURRENCY;
use crate::record::{Change, Charge, Message, Notice};
use crate::state::State;

/// A request to move an object to another sponsor, and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    #[serde(with = "kept::word")]
    pub(crate) status: TransferStatus,
    pub(crate) requester: String,
    pub(crate) requested: DateTime<Utc>,
    /// The sponsor at the time of the request.
    pub(crate) holder: String,
    /// When it goes through by itself, or when it was over.
    pub(crate) acts: DateTime<Utc>,
    /// What moves with it.
    pub(crate) terms: Option<Terms>,
}

/// What the transfer of a domain brings with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// Years by which the registration is extended.
    pub(crate) years: u8,
    pub(crate) price: Decimal,
    /// The transaction that asked for it.
    #[serde(rename = "clTRID")]
    pub(crate) cl_trid: Option<String>,
    pub(crate) expires: DateTime<Utc>,
}

impl Transfer {
    /// A request that waits for the holder.
    pub(crate) fn request(
        requester: &str,
        holder: &str,
        now: DateTime<Utc>,
        wait: TimeDelta,
        terms: Option<Terms>,
    ) -> Self {
        Self {
            status: TransferStatus::Pending,
            requester: requester.to_owned(),
            requested: now,
            holder: holder.to_owned(),
            acts: now + wait,
            terms,
        }
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.status == TransferStatus::Pending
    }

    /// How it stands, as a reply about a domain tells it.
    pub(crate) fn of_domain(&self, name: &str) -> domain::TrnData {
        domain::TrnData {
            name: name.to_owned(),
            tr_status: self.status.clone(),
            re_id: self.requester.clone(),
            re_date: self.requested,
            ac_id: self.holder.clone(),
            ac_date: self.acts,
            ex_date: self.terms.as_ref().map(|terms| terms.expires),
        }
    }

    /// How it stands, as a reply about a contact tells it.
    pub(crate) fn of_contact(&self, id: &str) -> contact::TrnData {
        contact::TrnData {
            id: id.to_owned(),
            tr_status: self.status.clone(),
            re_id: self.requester.clone(),
            re_date: self.requested,
            ac_id: self.holder.clone(),
            ac_date: self.acts,
        }
    }

    /// Messages for those who did not bring this about.
    fn tell(&self, at: DateTime<Utc>, notice: impl Fn() -> Notice) -> Vec<Change> {
        let (told, text): (&[&String], _) = match self.status {
            TransferStatus::Pending => (&[&self.holder], "Transfer requested"),
            TransferStatus::ClientApproved => (&[&self.requester], "Transfer approved"),
            TransferStatus::ClientRejected => (&[&self.requester], "Transfer rejected"),
            TransferStatus::ClientCancelled => (&[&self.holder], "Transfer cancelled"),
            _ => (&[&self.holder, &self.requester], "Transfer completed by the registry"),
        };
        let message = |account: &&String| Change::Message {
            account: (*account).clone(),
            message: Message { time: at, text: text.to_owned(), data: Some(notice()) },
        };
        told.iter().map(message).collect()
    }
}

/// Puts a transfer of a domain to where it stands now, and does what comes with that: at the end of one that goes
/// through, the sponsor changes, hosts below the domain go along, the registration is extended and paid for. If it had
/// been renewed by itself a short time before, that is undone, so that nobody pays for the same year twice.
pub(crate) fn of_domain(
    state: &State,
    domain: &mut Domain,
    mut transfer: Transfer,
    status: TransferStatus,
    at: DateTime<Utc>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if status != TransferStatus::Pending {
        transfer.acts = at;
    }
    if let Some(terms) = transfer.terms.as_mut().filter(|_| goes_through(&status)) {
        let charge = |account: &str, cl_trid: Option<String>, command: &'static str, amount| {
            Change::Charge(Charge {
                time: at,
                account: account.to_owned(),
                cl_trid,
                command: command.into(),
                name: domain.name.clone(),
                amount,
                currency: CURRENCY.into(),
            })
        };
        let renewed = domain.live_graces(at).find(|grace| grace.kind == GraceKind::AutoRenew);
        if let Some(renewed) = renewed {
            changes.push(charge(&transfer.holder, None, "autorenew", -renewed.amount));
            domain.expires = years_before(domain.expires, 1);
        }
        changes.push(charge(&transfer.requester, terms.cl_trid.clone(), "transfer", terms.price));
        domain.expires = extended(domain.expires, terms.years, at);
        terms.expires = domain.expires;
        domain.sponsor.clone_from(&transfer.requester);
        domain.transferred = Some(at);
        domain.graces.clear();
        domain.open_grace(GraceKind::Transfer, terms.price, at);
        changes.extend(state.hosts_below(&domain.name).map(|host| {
            let mut data = host.data.clone();
            data.cl_id.clone_from(&transfer.requester);
            data.tr_date = Some(at);
            Change::Host(Box::new(Host { data }))
        }));
    }
    transfer.status = status;
    changes.extend(transfer.tell(at, || Notice::DomainTransfer(transfer.of_domain(&domain.name))));
    domain.transfer = Some(transfer);
    changes
}

/// The same for a contact, which costs nothing.
pub(crate) fn of_contact(
    contact: &mut Contact,
    mut transfer: Transfer,
    status: TransferStatus,
    at: DateTime<Utc>,
) -> Vec<Change> {
    if status != TransferStatus::Pending {
        transfer.acts = at;
    }
    if goes_through(&status) {
        contact.data.cl_id.clone_from(&transfer.requester);
        contact.data.tr_date = Some(at);
    }
    transfer.status = status;
    let changes = transfer.tell(at, || Notice::ContactTransfer(transfer.of_contact(&contact.data.id)));
    contact.transfer = Some(transfer);
    changes
}

/// The end of a registration after a transfer: ten years ahead at most, which is no reason to refuse it.
pub(crate) fn extended(expires: DateTime<Utc>, years: u8, now: DateTime<Utc>) -> DateTime<Utc> {
    years_after(expires, years).min(years_after(now, YEARS_AHEAD)).max(expires)
}

fn goes_through(status: &TransferStatus) -> bool {
    matches!(status, TransferStatus::ClientApproved | TransferStatus::ServerApproved)
}

const YEARS_AHEAD: u8 = 10;
