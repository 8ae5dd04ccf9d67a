//! `contacts`.

use eppgate_model::contact::{Contact, ContactDetails};
use eppgate_model::{Phone, Word};
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub handle: String,
    pub name: String,
    pub organization: Option<String>,
    pub email: String,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub street: String,
    pub city: String,
    pub state_province: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    pub registration_number: Option<String>,
    pub vat_number: Option<String>,
    pub disclosure: Option<String>,
    pub transfer_lock_opt_out: bool,
    pub verification: String,
    pub verification_due_at: Option<DateTimeUtc>,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Contact> for Model {
    fn from(contact: &Contact) -> Self {
        let details = &contact.details;
        Self {
            id: contact.id.uuid(),
            tenant_id: contact.tenant_id.uuid(),
            handle: contact.handle.as_str().to_owned(),
            name: details.name.clone(),
            organization: details.organization.clone(),
            email: details.email.as_str().to_owned(),
            phone: details.phone.as_ref().map(Phone::dotted),
            fax: details.fax.as_ref().map(Phone::dotted),
            // Lines are lines: none has a line break within.
            street: details.street.join("\n"),
            city: details.city.clone(),
            state_province: details.state_province.clone(),
            postal_code: details.postal_code.clone(),
            country: details.country.clone(),
            registration_number: details.registration_number.clone(),
            vat_number: details.vat_number.clone(),
            disclosure: details.disclosure.map(|disclosure| serde_json::json!(disclosure).to_string()),
            transfer_lock_opt_out: contact.transfer_lock_opt_out,
            verification: contact.verification.as_str().to_owned(),
            verification_due_at: contact.verification_due_at,
            inserted_at: contact.inserted_at,
            updated_at: contact.updated_at,
            version: contact.version,
        }
    }
}

impl TryFrom<Model> for Contact {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let phone = |column, text: Option<String>| read(column, text.map(|text| text.parse()).transpose());
        let disclosure = row.disclosure.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            handle: read("contacts.handle", row.handle.parse())?,
            details: ContactDetails {
                name: row.name,
                organization: row.organization,
                email: read("contacts.email", row.email.parse())?,
                phone: phone("contacts.phone", row.phone)?,
                fax: phone("contacts.fax", row.fax)?,
                street: row.street.lines().map(ToOwned::to_owned).collect(),
                city: row.city,
                state_province: row.state_province,
                postal_code: row.postal_code,
                country: row.country,
                registration_number: row.registration_number,
                vat_number: row.vat_number,
                disclosure: read("contacts.disclosure", disclosure)?,
            },
            transfer_lock_opt_out: row.transfer_lock_opt_out,
            verification: word("contacts.verification", &row.verification)?,
            verification_due_at: row.verification_due_at,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
