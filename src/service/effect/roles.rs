//! Contacts of a domain that become others.

use eppgate_epp::domain::{ContactRole, DomainContact, InfData};
use eppgate_model::{Domain, Json};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Role {
    Registrant,
    Admin,
    Tech,
    Billing,
}

impl Role {
    /// The field that names the contact in requests and answers.
    pub(in crate::service) fn field(self) -> &'static str {
        match self {
            Self::Registrant => "registrant_handle",
            Self::Admin => "admin_handle",
            Self::Tech => "tech_handle",
            Self::Billing => "billing_handle",
        }
    }

    /// Those in which a registry has somebody.
    pub(in crate::service) fn filled(info: &InfData) -> Vec<Self> {
        let is_filled = |role: &Self| match role.of(String::new()).role {
            None => info.registrant.is_some(),
            kind => info.contacts.iter().any(|there| there.role == kind),
        };
        [Self::Registrant, Self::Admin, Self::Tech, Self::Billing].into_iter().filter(is_filled).collect()
    }

    /// Whom a domain names for it.
    pub(in crate::service) fn handle(self, domain: &Domain) -> Option<&str> {
        let handle = match self {
            Self::Registrant => &domain.registrant_handle,
            Self::Admin => &domain.admin_handle,
            Self::Tech => &domain.tech_handle,
            Self::Billing => &domain.billing_handle,
        };
        handle.as_deref()
    }

    /// A contact in this role at the registry. The registrant stands elsewhere in commands.
    pub(in crate::service) fn of(self, id: String) -> DomainContact {
        let role = match self {
            Self::Registrant => None,
            Self::Admin => Some(ContactRole::Admin),
            Self::Tech => Some(ContactRole::Tech),
            Self::Billing => Some(ContactRole::Billing),
        };
        DomainContact { id, role }
    }
}

/// One role that goes to another contact, or to none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct RoleChange {
    pub(in crate::service) role: Role,
    pub(in crate::service) handle: Option<String>,
    /// What the registry has in the place of the old contact and of the new one.
    pub(in crate::service) removed_id: Option<String>,
    pub(in crate::service) added_id: Option<String>,
}

impl RoleChange {
    /// Whether the registry's contacts of a domain are as they were to become.
    pub(in crate::service) fn is_in(&self, contacts: &[DomainContact]) -> bool {
        let is_there =
            |id: &Option<String>| id.clone().is_some_and(|id| contacts.contains(&self.role.of(id)));
        !is_there(&self.removed_id) && (self.added_id.is_none() || is_there(&self.added_id))
    }

    /// What the change means for the row.
    pub(in crate::service) fn apply(&self, domain: &mut Domain) {
        let handle = match self.role {
            Role::Registrant => &mut domain.registrant_handle,
            Role::Admin => &mut domain.admin_handle,
            Role::Tech => &mut domain.tech_handle,
            Role::Billing => &mut domain.billing_handle,
        };
        handle.clone_from(&self.handle);
    }
}

/// The roles in an event: who has them now.
pub(in crate::service) fn payload(changes: &[RoleChange]) -> Json {
    changes.iter().map(|change| (change.role.field().to_owned(), json!(change.handle))).collect()
}

/// The event that tells of it.
pub(in crate::service) const CONTACTS_UPDATED: &str = "contacts_updated";
