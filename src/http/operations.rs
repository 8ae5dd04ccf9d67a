//! Operations: what became of a change whose reply was lost. An addition of ours; a 504 names the one to ask for.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::http::auth::Reading;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::http::render::{Data, Operation};
use crate::service::Gateway;

#[derive(Deserialize)]
pub(super) struct OperationPath {
    id: String,
}

/// `GET T/operations/:id`
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(OperationPath { id }): Path<OperationPath>,
) -> Result<Json<Data<Operation>>, Problem> {
    let operation = gateway.operation(&caller, &id).await?;
    Ok(Data::of(Operation::from(&operation)))
}
