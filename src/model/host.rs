//! Name servers as a tenant knows them. One below a domain of the tenant's own has addresses, which only the tenant can
//! give; any other is a name that domains use, and is here so that it can be seen which.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use crate::id::{DomainId, HostId, TenantId};
use crate::name::HostName;
use crate::word::Word;

/// A name server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub id: HostId,
    pub tenant_id: TenantId,
    pub name: HostName,
    /// The tenant's domain that it is below; none for a host outside.
    pub domain_id: Option<DomainId>,
    pub state: HostState,
    pub addresses: Vec<IpAddr>,
    /// As the registry spells them, known to us or not.
    pub statuses: Vec<String>,
    pub last_reconciled_at: Option<DateTime<Utc>>,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts the row's changes; the store refuses a change to a row that has moved on.
    pub version: i64,
}

/// Whether domains can name a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostState {
    Active,
    /// The registry has not agreed to it yet.
    PendingCreate,
}

impl Word for HostState {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::PendingCreate, "pending_create")];
}
