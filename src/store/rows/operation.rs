//! `epp_commands`: the journal.

use eppgate_model::{Operation, Word};
use sea_orm::entity::prelude::*;

use super::{json, read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "epp_commands")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cltrid: String,
    pub tenant_id: Uuid,
    pub account_id: Uuid,
    pub binding: String,
    pub kind: String,
    pub object: String,
    pub name: String,
    pub state: String,
    pub request: String,
    pub result_code: Option<i32>,
    pub svtrid: Option<String>,
    pub outcome: Option<String>,
    pub evidence: Option<String>,
    pub inserted_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    pub replied_at: Option<DateTimeUtc>,
    pub settled_at: Option<DateTimeUtc>,
    pub attempts: i32,
    pub next_attempt_at: Option<DateTimeUtc>,
    /// The gateway that it is under way in.
    pub instance_id: Option<Uuid>,
    /// The hash of the one that its request carried.
    pub idempotency_key: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Operation> for Model {
    fn from(operation: &Operation) -> Self {
        Self {
            id: operation.id.uuid(),
            cltrid: operation.cltrid.as_str().to_owned(),
            tenant_id: operation.tenant_id.uuid(),
            account_id: operation.account_id.uuid(),
            binding: operation.binding.clone(),
            kind: operation.kind.as_str().to_owned(),
            object: operation.object.clone(),
            name: operation.name.clone(),
            state: operation.state.as_str().to_owned(),
            request: operation.request.to_string(),
            result_code: operation.result_code.map(Into::into),
            svtrid: operation.svtrid.clone(),
            outcome: operation.outcome.map(|outcome| outcome.as_str().to_owned()),
            evidence: operation.evidence.as_ref().map(ToString::to_string),
            inserted_at: operation.inserted_at,
            sent_at: operation.sent_at,
            replied_at: operation.replied_at,
            settled_at: operation.settled_at,
            attempts: operation.attempts,
            next_attempt_at: operation.next_attempt_at,
            instance_id: None,
            idempotency_key: None,
        }
    }
}

impl TryFrom<Model> for Operation {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let result_code = row.result_code.map(u16::try_from).transpose();
        let outcome = row.outcome.map(|text| word("epp_commands.outcome", &text)).transpose()?;
        let evidence = row.evidence.map(|text| json("epp_commands.evidence", &text)).transpose()?;
        Ok(Self {
            id: row.id.into(),
            cltrid: read("epp_commands.cltrid", row.cltrid.parse())?,
            tenant_id: row.tenant_id.into(),
            account_id: row.account_id.into(),
            binding: row.binding,
            kind: word("epp_commands.kind", &row.kind)?,
            object: row.object,
            name: row.name,
            state: word("epp_commands.state", &row.state)?,
            request: json("epp_commands.request", &row.request)?,
            result_code: read("epp_commands.result_code", result_code)?,
            svtrid: row.svtrid,
            outcome,
            evidence,
            inserted_at: row.inserted_at,
            sent_at: row.sent_at,
            replied_at: row.replied_at,
            settled_at: row.settled_at,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at,
        })
    }
}
