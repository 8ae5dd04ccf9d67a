//! `domains`: all of a domain but its name servers, DS records and statuses, which have tables of their own.

use eppgate_model::domain::{AuthCodeHash, Domain, Upkeep};
use eppgate_model::{DomainName, Word};
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domains")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: String,
    pub unicode_name: String,
    pub tld: String,
    pub binding: String,
    pub account_id: Uuid,
    pub state: String,
    pub registrant_handle: Option<String>,
    pub admin_handle: Option<String>,
    pub tech_handle: Option<String>,
    pub billing_handle: Option<String>,
    pub registered_at: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub last_renewed_at: Option<DateTimeUtc>,
    pub last_reconciled_at: Option<DateTimeUtc>,
    pub deletion_scheduled_at: Option<DateTimeUtc>,
    pub transfer_lock_until: Option<DateTimeUtc>,
    pub hold_reason: Option<String>,
    pub out_of_sync: bool,
    pub auto_renew_mode: String,
    pub auth_code_hash: Option<String>,
    pub locked_by_registrant: bool,
    pub locked_by_policy: bool,
    pub hold_request: Option<String>,
    pub deleted_at: Option<DateTimeUtc>,
    pub restore_requested_at: Option<DateTimeUtc>,
    pub reminders: i32,
    pub due_at: Option<DateTimeUtc>,
    pub auth_code_until: Option<DateTimeUtc>,
    /// When it was last compared with its registry; a new one need not be.
    pub sampled_at: DateTimeUtc,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Domain> for Model {
    fn from(domain: &Domain) -> Self {
        Self {
            id: domain.id.uuid(),
            tenant_id: domain.tenant_id.uuid(),
            name: domain.name.as_str().to_owned(),
            unicode_name: domain.unicode_name.clone(),
            tld: domain.tld.clone(),
            binding: domain.binding.clone(),
            account_id: domain.account_id.uuid(),
            state: domain.state.as_str().to_owned(),
            registrant_handle: domain.registrant_handle.clone(),
            admin_handle: domain.admin_handle.clone(),
            tech_handle: domain.tech_handle.clone(),
            billing_handle: domain.billing_handle.clone(),
            registered_at: domain.registered_at,
            expires_at: domain.expires_at,
            last_renewed_at: domain.last_renewed_at,
            last_reconciled_at: domain.last_reconciled_at,
            deletion_scheduled_at: domain.deletion_scheduled_at,
            transfer_lock_until: domain.transfer_lock_until,
            hold_reason: domain.hold_reason.map(|reason| reason.as_str().to_owned()),
            out_of_sync: domain.out_of_sync,
            auto_renew_mode: domain.auto_renew_mode.as_str().to_owned(),
            auth_code_hash: domain.auth_code_hash.as_ref().map(|hash| hash.expose().to_owned()),
            locked_by_registrant: domain.upkeep.locked_by_registrant,
            locked_by_policy: domain.upkeep.locked_by_policy,
            hold_request: domain.upkeep.hold_request.map(|request| request.as_str().to_owned()),
            deleted_at: domain.upkeep.deleted_at,
            restore_requested_at: domain.upkeep.restore_requested_at,
            reminders: domain.upkeep.reminders.into(),
            due_at: domain.upkeep.due_at,
            auth_code_until: domain.upkeep.auth_code_until,
            sampled_at: domain.inserted_at,
            inserted_at: domain.inserted_at,
            updated_at: domain.updated_at,
            version: domain.version,
        }
    }
}

impl TryFrom<Model> for Domain {
    type Error = Error;

    /// The domain with its lists still empty.
    fn try_from(row: Model) -> Result<Self, Error> {
        let hold_reason = row.hold_reason.map(|text| word("domains.hold_reason", &text)).transpose()?;
        let hold_request = row.hold_request.map(|text| word("domains.hold_request", &text)).transpose()?;
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            name: read("domains.name", DomainName::parse(&row.name))?,
            unicode_name: row.unicode_name,
            tld: row.tld,
            binding: row.binding,
            account_id: row.account_id.into(),
            state: word("domains.state", &row.state)?,
            nameservers: Vec::new(),
            epp_statuses: Vec::new(),
            ds_records: Vec::new(),
            registrant_handle: row.registrant_handle,
            admin_handle: row.admin_handle,
            tech_handle: row.tech_handle,
            billing_handle: row.billing_handle,
            registered_at: row.registered_at,
            expires_at: row.expires_at,
            last_renewed_at: row.last_renewed_at,
            last_reconciled_at: row.last_reconciled_at,
            deletion_scheduled_at: row.deletion_scheduled_at,
            transfer_lock_until: row.transfer_lock_until,
            hold_reason,
            out_of_sync: row.out_of_sync,
            auto_renew_mode: word("domains.auto_renew_mode", &row.auto_renew_mode)?,
            auth_code_hash: row.auth_code_hash.map(AuthCodeHash::new),
            upkeep: Upkeep {
                locked_by_registrant: row.locked_by_registrant,
                locked_by_policy: row.locked_by_policy,
                hold_request,
                deleted_at: row.deleted_at,
                restore_requested_at: row.restore_requested_at,
                reminders: read("domains.reminders", row.reminders.try_into())?,
                due_at: row.due_at,
                auth_code_until: row.auth_code_until,
            },
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
