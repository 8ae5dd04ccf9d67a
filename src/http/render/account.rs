//! A registry account as answers show it: nothing that opens it.

use eppgate_model::Word;
use eppgate_model::tenant::RegistryAccount;
use serde::Serialize;

use super::Time;

/// A registry account.
#[derive(Debug, Serialize)]
pub struct Account {
    id: String,
    tenant_id: String,
    registry_binding: String,
    name: String,
    state: &'static str,
    is_default: bool,
    /// Credentials come from the configuration, which does not say when they changed.
    rotated_at: Option<Time>,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&RegistryAccount> for Account {
    fn from(account: &RegistryAccount) -> Self {
        Self {
            id: account.id.to_string(),
            tenant_id: account.tenant_id.to_string(),
            registry_binding: account.binding.clone(),
            name: account.name.clone(),
            state: account.state.as_str(),
            is_default: account.is_default,
            rotated_at: None,
            inserted_at: Time(account.inserted_at),
            updated_at: Time(account.updated_at),
        }
    }
}
