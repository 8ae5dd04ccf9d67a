//! Messages of registries: those that are left to people, and what people do with them.

use axum::Json;
use axum::extract::State;
use eppgate_model::clock::shown;
use eppgate_model::{PollMessage, Word};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Operating, TargetPath};
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Data, Listed};
use crate::service::Gateway;

/// A message.
#[derive(Serialize)]
pub(in crate::http) struct Message {
    id: String,
    registry: String,
    account: String,
    msg_id: String,
    kind: String,
    name: Option<String>,
    text: Option<String>,
    state: &'static str,
    note: Option<String>,
    attempts: i32,
    queued_at: Option<String>,
    received_at: String,
    settled_at: Option<String>,
}

impl From<&PollMessage> for Message {
    fn from(message: &PollMessage) -> Self {
        Self {
            id: message.id.to_string(),
            registry: message.binding.clone(),
            account: message.account.clone(),
            msg_id: message.msg_id.clone(),
            kind: message.kind.clone(),
            name: message.name.clone(),
            text: message.text.clone(),
            state: message.state.as_str(),
            note: message.note.clone(),
            attempts: message.attempts,
            queued_at: message.queued_at.map(shown),
            received_at: shown(message.received_at),
            settled_at: message.settled_at.map(shown),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListQuery {
    state: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET /operator/v1/poll_messages`
pub(in crate::http) async fn list(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Query(ListQuery { state, cursor, limit }): Query<ListQuery>,
) -> Result<Json<Listed<Message>>, Problem> {
    Ok(Listed::of(gateway.messages(state.as_deref(), cursor.as_deref(), limit).await?))
}

#[derive(Deserialize)]
pub(in crate::http) struct MessagePath {
    id: String,
}

/// `GET /operator/v1/poll_messages/{id}`: with all that it says, but for secrets
pub(in crate::http) async fn get(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Path(MessagePath { id }): Path<MessagePath>,
) -> Result<Json<Value>, Problem> {
    let message = gateway.message(&id).await?;
    let mut data = json!(Message::from(&message));
    data["raw"] = json!(message.raw);
    Ok(Json(json!({ "data": data })))
}

/// `POST /operator/v1/poll_messages/{id}/retry`
pub(in crate::http) async fn retry(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(MessagePath { id }): Path<MessagePath>,
) -> Result<Json<Data<Message>>, Problem> {
    Ok(Data::of(Message::from(&gateway.retry_message(&who, &id).await?)))
}

/// `POST /operator/v1/poll_messages/{id}/dismiss`
pub(in crate::http) async fn dismiss(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(MessagePath { id }): Path<MessagePath>,
) -> Result<Json<Data<Message>>, Problem> {
    Ok(Data::of(Message::from(&gateway.dismiss_message(&who, &id).await?)))
}

/// `POST …/poll`
pub(in crate::http) async fn poll(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Result<Json<Value>, Problem> {
    let messages = gateway.poll_at_once(&who, &target.into()).await?;
    Ok(Json(json!({ "data": { "messages": messages } })))
}
