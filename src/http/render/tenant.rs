//! Tenants and the TLDs that they sell.

use eppgate_model::tenant::{self, TldConfig};
use eppgate_model::{self as model, Word};
use serde::Serialize;
use serde_json::{Value, json};

use super::Time;

/// A tenant.
#[derive(Debug, Serialize)]
pub struct Tenant {
    id: String,
    name: String,
    slug: String,
    status: &'static str,
    verification_from_email: Option<String>,
    suspension_from_email: Option<String>,
    renewal_from_email: Option<String>,
    verification_from_phone: Option<String>,
    suspension_from_phone: Option<String>,
    verification_url_template: Option<String>,
    transfer_out_mode: &'static str,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&tenant::Tenant> for Tenant {
    fn from(tenant: &tenant::Tenant) -> Self {
        let settings = tenant.settings.clone();
        Self {
            id: tenant.id.to_string(),
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            status: tenant.status.as_str(),
            verification_from_email: settings.verification_from_email,
            suspension_from_email: settings.suspension_from_email,
            renewal_from_email: settings.renewal_from_email,
            verification_from_phone: settings.verification_from_phone,
            suspension_from_phone: settings.suspension_from_phone,
            verification_url_template: settings.verification_url_template,
            transfer_out_mode: settings.transfer_out_mode.as_str(),
            inserted_at: Time(tenant.inserted_at),
            updated_at: Time(tenant.updated_at),
        }
    }
}

/// A TLD that a tenant sells.
#[derive(Debug, Serialize)]
pub struct TldAssociation {
    id: String,
    tenant_id: String,
    tld: String,
    accreditation_type: &'static str,
    state: &'static str,
    registry_account_id: Option<String>,
    config: Value,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&tenant::TldAssociation> for TldAssociation {
    fn from(association: &tenant::TldAssociation) -> Self {
        Self {
            id: association.id.to_string(),
            tenant_id: association.tenant_id.to_string(),
            tld: association.tld.clone(),
            accreditation_type: association.accreditation.as_str(),
            state: association.state.as_str(),
            registry_account_id: association.account_id.map(|id| id.to_string()),
            config: config(&association.config),
            inserted_at: Time(association.inserted_at),
            updated_at: Time(association.updated_at),
        }
    }
}

/// The policy as it is kept, with times as they are shown everywhere.
fn config(config: &TldConfig) -> Value {
    let mut shown = json!(config);
    let credit = &config.credit;
    for (key, at) in [
        ("last_low_balance_at", credit.last_low_balance_at),
        ("last_low_balance_warning_at", credit.last_low_balance_warning_at),
        ("last_low_balance_critical_at", credit.last_low_balance_critical_at),
        ("current_credit_at", credit.current_credit_at),
    ] {
        shown[key] = json!(at.map(model::clock::shown));
    }
    shown
}
