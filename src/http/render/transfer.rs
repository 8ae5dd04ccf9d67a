//! Transfers.

use eppgate_model::{self as model, Word};
use serde::Serialize;

use super::Time;

/// A transfer.
#[derive(Debug, Serialize)]
pub struct Transfer {
    id: String,
    tenant_id: String,
    domain_id: Option<String>,
    domain_name: String,
    direction: &'static str,
    state: &'static str,
    registry_transfer_id: Option<String>,
    /// Ours: the tenant's account that takes part in it.
    registry_account_id: String,
    initiated_at: Time,
    auto_ack_at: Time,
    completed_at: Option<Time>,
    nack_reason: Option<&'static str>,
    explicit_decision: Option<&'static str>,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&model::Transfer> for Transfer {
    fn from(transfer: &model::Transfer) -> Self {
        Self {
            id: transfer.id.to_string(),
            tenant_id: transfer.tenant_id.to_string(),
            domain_id: transfer.domain_id.map(|id| id.to_string()),
            domain_name: transfer.name.to_string(),
            direction: transfer.direction.as_str(),
            state: transfer.state.as_str(),
            registry_transfer_id: transfer.registry_transfer_id.clone(),
            registry_account_id: transfer.account_id.to_string(),
            initiated_at: Time(transfer.initiated_at),
            auto_ack_at: Time(transfer.auto_ack_at),
            completed_at: transfer.completed_at.map(Time),
            nack_reason: transfer.nack_reason.map(Word::as_str),
            explicit_decision: transfer.explicit_decision.map(Word::as_str),
            inserted_at: Time(transfer.inserted_at),
            updated_at: Time(transfer.updated_at),
        }
    }
}

/// The same beside the domain that it is about.
#[derive(Debug, Serialize)]
pub struct PendingTransfer {
    id: String,
    direction: &'static str,
    state: &'static str,
    registry_account_id: String,
    initiated_at: Time,
    auto_ack_at: Time,
}

impl From<&model::Transfer> for PendingTransfer {
    fn from(transfer: &model::Transfer) -> Self {
        Self {
            id: transfer.id.to_string(),
            direction: transfer.direction.as_str(),
            state: transfer.state.as_str(),
            registry_account_id: transfer.account_id.to_string(),
            initiated_at: Time(transfer.initiated_at),
            auto_ack_at: Time(transfer.auto_ack_at),
        }
    }
}
