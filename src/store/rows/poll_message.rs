//! `poll_messages`.

use eppgate_model::Word;
use eppgate_model::poll::PollMessage;
use sea_orm::entity::prelude::*;

use super::word;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "poll_messages")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub binding: String,
    pub account: String,
    pub msg_id: String,
    pub digest: String,
    pub kind: String,
    pub name: Option<String>,
    pub words: Option<String>,
    pub raw: String,
    pub queued_at: Option<DateTimeUtc>,
    pub state: String,
    pub note: Option<String>,
    pub attempts: i32,
    pub due_at: Option<DateTimeUtc>,
    pub received_at: DateTimeUtc,
    pub settled_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&PollMessage> for Model {
    fn from(message: &PollMessage) -> Self {
        Self {
            id: message.id.uuid(),
            binding: message.binding.clone(),
            account: message.account.clone(),
            msg_id: message.msg_id.clone(),
            digest: message.digest.clone(),
            kind: message.kind.clone(),
            name: message.name.clone(),
            words: message.text.clone(),
            raw: message.raw.clone(),
            queued_at: message.queued_at,
            state: message.state.as_str().to_owned(),
            note: message.note.clone(),
            attempts: message.attempts,
            due_at: message.due_at,
            received_at: message.received_at,
            settled_at: message.settled_at,
        }
    }
}

impl TryFrom<Model> for PollMessage {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            binding: row.binding,
            account: row.account,
            msg_id: row.msg_id,
            digest: row.digest,
            kind: row.kind,
            name: row.name,
            text: row.words,
            raw: row.raw,
            queued_at: row.queued_at,
            state: word("poll_messages.state", &row.state)?,
            note: row.note,
            attempts: row.attempts,
            due_at: row.due_at,
            received_at: row.received_at,
            settled_at: row.settled_at,
        })
    }
}
