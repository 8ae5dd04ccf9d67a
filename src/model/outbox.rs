//! News of changes: written in the same transaction as the change, taken from there to whoever wants to hear of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Json;
use crate::id::{EventId, TenantId};
use crate::tenant::TldAssociation;
use crate::token::Actor;

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

impl OutboxEntry {
    /// Something that the gateway has found out about what a TLD is paid from.
    pub fn of_association(
        association: &TldAssociation,
        event_type: &str,
        payload: Json,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: EventId::new(),
            tenant_id: association.tenant_id,
            object: "tld_association".to_owned(),
            object_id: association.id.uuid(),
            event_type: event_type.to_owned(),
            actor_type: Actor::System.kind().to_owned(),
            actor_id: None,
            payload,
            inserted_at: now,
            attempts: 0,
        }
    }
}
