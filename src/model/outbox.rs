//! News of changes: written in the same transaction as the change, taken from there to whoever wants to hear of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Json;
use crate::id::{EventId, TenantId};

/// An event that is still to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxEntry {
    /// The event's own, so that a listener who is told twice can tell.
    pub id: EventId,
    pub tenant_id: TenantId,
    /// What has changed: `domain`, …
    pub object: String,
    /// Which one.
    pub object_id: Uuid,
    pub event_type: String,
    /// `user`, `client` or `system`.
    pub actor_type: String,
    pub actor_id: Option<String>,
    pub payload: Json,
    pub inserted_at: DateTime<Utc>,
    /// How often it was taken up.
    pub attempts: i32,
}
