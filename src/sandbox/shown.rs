//! Objects as the control API shows them: everything but their passwords.

use chrono::{DateTime, Utc};
use eppgate_epp::types::StatusValue;
use serde_json::{Value, json};

use crate::domain::Domain;
use crate::objects::{Contact, Host};

pub(crate) fn domain(domain: &Domain, now: DateTime<Utc>) -> Value {
    json!({
        "name": domain.name,
        "roid": domain.roid,
        "sponsor": domain.sponsor,
        "creator": domain.creator,
        "created": domain.created,
        "updated": domain.updated,
        "transferred": domain.transferred,
        "expires": domain.expires,
        "statuses": words(&domain.shown_statuses(now)),
        "rgp_statuses": words(&domain.shown_graces(now)),
        "host_form": domain.host_form,
        "hosts": domain.hosts,
        "registrant": domain.registrant,
        "contacts": domain.contacts,
        "has_auth_info": domain.auth_info.is_some(),
        "ds": domain.ds,
        "max_sig_life": domain.max_sig_life,
        "purge_at": domain.deletion.as_ref().map(|deletion| deletion.purge_at),
        "transfer": domain.transfer,
        "leaving": domain.leaving,
        "lock": domain.lock,
    })
}

pub(crate) fn contact(contact: &Contact, linked: bool) -> Value {
    let data = contact.shown(linked);
    let postal = data.postal_infos.iter().map(|info| {
        let addr = &info.addr;
        json!({
            "form": info.form.as_str(),
            "name": info.name,
            "org": info.org,
            "street": addr.street,
            "city": addr.city,
            "sp": addr.sp,
            "pc": addr.pc,
            "cc": addr.cc,
        })
    });
    json!({
        "id": data.id,
        "roid": data.roid,
        "sponsor": data.cl_id,
        "creator": data.cr_id,
        "created": data.cr_date,
        "updated": data.up_date,
        "transferred": data.tr_date,
        "statuses": statuses(&data.statuses),
        "postal": postal.collect::<Vec<Value>>(),
        "voice": data.voice.as_ref().map(|phone| &phone.number),
        "fax": data.fax.as_ref().map(|phone| &phone.number),
        "email": data.email,
        "has_auth_info": data.auth_info.is_some(),
        "identity": contact.identity,
        "transfer": contact.transfer,
    })
}

pub(crate) fn host(host: &Host, linked: bool) -> Value {
    let data = host.shown(linked);
    let addresses: Vec<&str> = data.addresses.iter().map(|address| address.address.as_str()).collect();
    json!({
        "name": data.name,
        "roid": data.roid,
        "sponsor": data.cl_id,
        "creator": data.cr_id,
        "created": data.cr_date,
        "updated": data.up_date,
        "transferred": data.tr_date,
        "statuses": statuses(&data.statuses),
        "addresses": addresses,
    })
}

fn words<W: AsRef<str>>(words: &[W]) -> Vec<&str> {
    words.iter().map(AsRef::as_ref).collect()
}

fn statuses<S: AsRef<str>>(statuses: &[StatusValue<S>]) -> Vec<&str> {
    statuses.iter().map(|status| status.status.as_ref()).collect()
}
