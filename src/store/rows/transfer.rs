//! `transfers`.

use eppgate_model::transfer::Transfer;
use eppgate_model::{DomainName, Word};
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub domain_id: Option<Uuid>,
    pub name: String,
    pub tld: String,
    pub binding: String,
    pub account_id: Uuid,
    pub direction: String,
    pub state: String,
    pub operation_id: Option<Uuid>,
    pub registry_transfer_id: Option<String>,
    pub requested_at: Option<DateTimeUtc>,
    pub initiated_at: DateTimeUtc,
    pub auto_ack_at: DateTimeUtc,
    pub completed_at: Option<DateTimeUtc>,
    pub nack_reason: Option<String>,
    pub explicit_decision: Option<String>,
    pub registrant_handle: Option<String>,
    pub admin_handle: Option<String>,
    pub tech_handle: Option<String>,
    pub billing_handle: Option<String>,
    pub due_at: Option<DateTimeUtc>,
    pub attempts: i32,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Transfer> for Model {
    fn from(transfer: &Transfer) -> Self {
        Self {
            id: transfer.id.uuid(),
            tenant_id: transfer.tenant_id.uuid(),
            domain_id: transfer.domain_id.map(|id| id.uuid()),
            name: transfer.name.as_str().to_owned(),
            tld: transfer.tld.clone(),
            binding: transfer.binding.clone(),
            account_id: transfer.account_id.uuid(),
            direction: transfer.direction.as_str().to_owned(),
            state: transfer.state.as_str().to_owned(),
            operation_id: transfer.operation_id.map(|id| id.uuid()),
            registry_transfer_id: transfer.registry_transfer_id.clone(),
            requested_at: transfer.requested_at,
            initiated_at: transfer.initiated_at,
            auto_ack_at: transfer.auto_ack_at,
            completed_at: transfer.completed_at,
            nack_reason: transfer.nack_reason.map(|reason| reason.as_str().to_owned()),
            explicit_decision: transfer.explicit_decision.map(|decision| decision.as_str().to_owned()),
            registrant_handle: transfer.registrant_handle.clone(),
            admin_handle: transfer.admin_handle.clone(),
            tech_handle: transfer.tech_handle.clone(),
            billing_handle: transfer.billing_handle.clone(),
            due_at: transfer.due_at,
            attempts: transfer.attempts,
            inserted_at: transfer.inserted_at,
            updated_at: transfer.updated_at,
            version: transfer.version,
        }
    }
}

impl TryFrom<Model> for Transfer {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let reason = row.nack_reason.as_deref().map(|text| word("transfers.nack_reason", text));
        let decision = row.explicit_decision.as_deref().map(|text| word("transfers.explicit_decision", text));
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            domain_id: row.domain_id.map(Into::into),
            name: read("transfers.name", DomainName::parse(&row.name))?,
            tld: row.tld,
            binding: row.binding,
            account_id: row.account_id.into(),
            direction: word("transfers.direction", &row.direction)?,
            state: word("transfers.state", &row.state)?,
            operation_id: row.operation_id.map(Into::into),
            registry_transfer_id: row.registry_transfer_id,
            requested_at: row.requested_at,
            initiated_at: row.initiated_at,
            auto_ack_at: row.auto_ack_at,
            completed_at: row.completed_at,
            nack_reason: reason.transpose()?,
            explicit_decision: decision.transpose()?,
            registrant_handle: row.registrant_handle,
            admin_handle: row.admin_handle,
            tech_handle: row.tech_handle,
            billing_handle: row.billing_handle,
            due_at: row.due_at,
            attempts: row.attempts,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
