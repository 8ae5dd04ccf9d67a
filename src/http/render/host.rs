//! A host as answers show it.

use std::net::IpAddr;

use eppgate_model::{self as model, Word};
use serde::Serialize;

use super::Time;

/// A host.
#[derive(Debug, Serialize)]
pub struct Host {
    id: String,
    tenant_id: String,
    name: String,
    ip_addresses: Addresses,
    statuses: Vec<String>,
    state: &'static str,
    /// Whether it is below one of the tenant's domains, the one with this id.
    subordinate: bool,
    domain_id: Option<String>,
    last_reconciled_at: Option<Time>,
    inserted_at: Time,
    updated_at: Time,
}

/// By kind.
#[derive(Debug, Serialize)]
struct Addresses {
    v4: Vec<IpAddr>,
    v6: Vec<IpAddr>,
}

impl From<&model::Host> for Host {
    fn from(host: &model::Host) -> Self {
        let (v4, v6) = host.addresses.iter().partition(|address| address.is_ipv4());
        Self {
            id: host.id.to_string(),
            tenant_id: host.tenant_id.to_string(),
            name: host.name.to_string(),
            ip_addresses: Addresses { v4, v6 },
            statuses: host.statuses.clone(),
            state: host.state.as_str(),
            subordinate: host.domain_id.is_some(),
            domain_id: host.domain_id.map(|id| id.to_string()),
            last_reconciled_at: host.last_reconciled_at.map(Time),
            inserted_at: Time(host.inserted_at),
            updated_at: Time(host.updated_at),
        }
    }
}
