//! A contact as answers show it.

use eppgate_model::contact::Disclosure;
use eppgate_model::{self as model, Word};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Time;

/// A contact.
#[derive(Debug, Serialize)]
pub struct Contact {
    id: String,
    tenant_id: String,
    handle: String,
    name: String,
    organization: Option<String>,
    email: String,
    phone: Option<String>,
    fax: Option<String>,
    street: Vec<String>,
    city: String,
    state_province: Option<String>,
    postal_code: Option<String>,
    country: String,
    registration_number: Option<String>,
    vat_number: Option<String>,
    /// What is published, chosen or not.
    disclosure: Disclosure,
    transfer_lock_opt_out: bool,
    verification_state: &'static str,
    /// Empty: by which channels a contact has shown itself is not kept yet.
    verified_channels: Map<String, Value>,
    verification_due_at: Option<Time>,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&model::Contact> for Contact {
    fn from(contact: &model::Contact) -> Self {
        let details = contact.details.clone();
        Self {
            id: contact.id.to_string(),
            tenant_id: contact.tenant_id.to_string(),
            handle: contact.handle.to_string(),
            name: details.name,
            organization: details.organization,
            email: details.email.into(),
            phone: details.phone.map(|phone| phone.to_string()),
            fax: details.fax.map(|fax| fax.to_string()),
            street: details.street,
            city: details.city,
            state_province: details.state_province,
            postal_code: details.postal_code,
            country: details.country,
            registration_number: details.registration_number,
            vat_number: details.vat_number,
            disclosure: details.disclosure.unwrap_or_default(),
            transfer_lock_opt_out: contact.transfer_lock_opt_out,
            verification_state: contact.verification.as_str(),
            verified_channels: Map::new(),
            verification_due_at: contact.verification_due_at.map(Time),
            inserted_at: Time(contact.inserted_at),
            updated_at: Time(contact.updated_at),
        }
    }
}
