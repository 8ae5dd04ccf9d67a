//! Operations of unknown outcome, for operators: `/operator/v1/operations`.

use axum::Json;
use axum::extract::State;
use eppgate_model::Word;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Operating;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Data, Listed, Time, outcome};
use crate::service::{Gateway, Verdict};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListQuery {
    registry: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
pub(in crate::http) struct OperationPath {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Settling {
    outcome: String,
    reason: String,
}

type Answer = Result<Json<Data<Operation>>, Problem>;

/// `GET /operator/v1/operations`: those of unknown outcome.
pub(in crate::http) async fn list(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Query(ListQuery { registry, cursor, limit }): Query<ListQuery>,
) -> Result<Json<Listed<Operation>>, Problem> {
    Ok(Listed::of(gateway.unknown_operations(registry.as_deref(), cursor, limit).await?))
}

/// `GET /operator/v1/operations/{id}`
pub(in crate::http) async fn show(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Path(OperationPath { id }): Path<OperationPath>,
) -> Answer {
    Ok(Data::of(Operation::from(&gateway.any_operation(&id).await?)))
}

/// `POST …/{id}/look`
pub(in crate::http) async fn look(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(OperationPath { id }): Path<OperationPath>,
) -> Answer {
    Ok(Data::of(Operation::from(&gateway.look_again(&who, &id).await?)))
}

/// `POST …/{id}/settle`
pub(in crate::http) async fn settle(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(OperationPath { id }): Path<OperationPath>,
    Body(Settling { outcome, reason }): Body<Settling>,
) -> Answer {
    let executed = match outcome.as_str() {
        "executed" => true,
        "not_executed" => false,
        _ => return Err(Problem::field("outcome", "must be executed or not_executed")),
    };
    if reason.len() > super::LONGEST_REASON {
        return Err(Problem::field("reason", "is too long"));
    }
    let settled = gateway.settle_by_hand(&who, &id, Verdict { executed, reason }).await?;
    Ok(Data::of(Operation::from(&settled)))
}

/// An operation with all that the journal has of it, but secrets.
#[derive(Serialize)]
pub(in crate::http) struct Operation {
    id: String,
    tenant_id: String,
    registry: String,
    registry_account_id: String,
    cltrid: String,
    svtrid: Option<String>,
    kind: &'static str,
    object: String,
    name: String,
    state: &'static str,
    outcome: &'static str,
    epp_code: Option<u16>,
    request: Value,
    evidence: Option<Value>,
    attempts: i32,
    inserted_at: Time,
    sent_at: Option<Time>,
    replied_at: Option<Time>,
    settled_at: Option<Time>,
    next_attempt_at: Option<Time>,
}

impl From<&eppgate_model::Operation> for Operation {
    fn from(operation: &eppgate_model::Operation) -> Self {
        Self {
            id: operation.id.to_string(),
            tenant_id: operation.tenant_id.to_string(),
            registry: operation.binding.clone(),
            registry_account_id: operation.account_id.to_string(),
            cltrid: operation.cltrid.as_str().to_owned(),
            svtrid: operation.svtrid.clone(),
            kind: operation.kind.as_str(),
            object: operation.object.clone(),
            name: operation.name.clone(),
            state: operation.state.as_str(),
            outcome: outcome(operation),
            epp_code: operation.result_code,
            request: masked(operation.request.clone()),
            evidence: operation.evidence.clone(),
            attempts: operation.attempts,
            inserted_at: Time(operation.inserted_at),
            sent_at: operation.sent_at.map(Time),
            replied_at: operation.replied_at.map(Time),
            settled_at: operation.settled_at.map(Time),
            next_attempt_at: operation.next_attempt_at.map(Time),
        }
    }
}

/// The journal keeps hashes and sealed codes, which are nobody's to see, and a contact's details, which are not for this.
fn masked(mut request: Value) -> Value {
    match &mut request {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                *value = match SECRET.contains(&name.as_str()) && !value.is_null() {
                    true => json!("***"),
                    false => masked(value.take()),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = masked(item.take())),
        _ => {}
    }
    request
}

const SECRET: [&str; 4] = ["hash", "sealed", "auth_code_hash", "details"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_request_are_masked_wherever_they_are() {
        let request = json!({ "intent": { "create": { "tld": "test", "auth_code_hash": "sha256:1" } },
                              "all": [{ "hash": "sha256:2", "sealed": null }] });
        let shown = json!({ "intent": { "create": { "tld": "test", "auth_code_hash": "***" } },
                            "all": [{ "hash": "***", "sealed": null }] });
        assert_eq!(masked(request), shown);
    }
}
