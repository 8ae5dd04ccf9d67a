//! `outbox`: what is still to be told of events.

use eppgate_model::DomainEvent;
use eppgate_model::outbox::OutboxEntry;
use sea_orm::entity::prelude::*;

use super::json;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub object: String,
    pub object_id: Uuid,
    pub event_type: String,
    pub actor_type: String,
    pub actor_id: Option<String>,
    pub payload: String,
    pub inserted_at: DateTimeUtc,
    pub attempts: i32,
    pub next_attempt_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&DomainEvent> for Model {
    fn from(event: &DomainEvent) -> Self {
        Self {
            id: event.id.uuid(),
            tenant_id: event.tenant_id.uuid(),
            object: "domain".to_owned(),
            object_id: event.domain_id.uuid(),
            event_type: event.event_type.clone(),
            actor_type: event.actor_type.clone(),
            actor_id: event.actor_id.clone(),
            payload: event.payload.to_string(),
            inserted_at: event.inserted_at,
            attempts: 0,
            next_attempt_at: event.inserted_at,
        }
    }
}

impl From<&OutboxEntry> for Model {
    fn from(entry: &OutboxEntry) -> Self {
        Self {
            id: entry.id.uuid(),
            tenant_id: entry.tenant_id.uuid(),
            object: entry.object.clone(),
            object_id: entry.object_id,
            event_type: entry.event_type.clone(),
            actor_type: entry.actor_type.clone(),
            actor_id: entry.actor_id.clone(),
            payload: entry.payload.to_string(),
            inserted_at: entry.inserted_at,
            attempts: entry.attempts,
            next_attempt_at: entry.inserted_at,
        }
    }
}

impl TryFrom<Model> for OutboxEntry {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            object: row.object,
            object_id: row.object_id,
            event_type: row.event_type,
            actor_type: row.actor_type,
            actor_id: row.actor_id,
            payload: json("outbox.payload", &row.payload)?,
            inserted_at: row.inserted_at,
            attempts: row.attempts,
        })
    }
}
