//! Registry accounts: a tenant sees them, and says which is taken where a request names none.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::http::auth::{Reading, Writing};
use crate::http::extract::{Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Account, Data};
use crate::service::Gateway;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    registry_binding: Option<String>,
    state: Option<String>,
}

/// `GET T/registry_accounts`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(ListQuery { registry_binding, state }): Query<ListQuery>,
) -> Result<Json<Data<Vec<Account>>>, Problem> {
    let accounts = gateway.accounts(&caller, registry_binding.as_deref(), state.as_deref()).await?;
    Ok(Data::of(accounts.iter().map(Account::from).collect()))
}

#[derive(Deserialize)]
pub(super) struct AccountPath {
    id: String,
}

/// `POST T/registry_accounts/:id/set_default`
pub(super) async fn set_default(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(AccountPath { id }): Path<AccountPath>,
) -> Result<Json<Data<Account>>, Problem> {
    Ok(Data::of(Account::from(&gateway.set_default_account(&caller, &id, true).await?)))
}

/// `POST T/registry_accounts/:id/clear_default`
pub(super) async fn clear_default(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(AccountPath { id }): Path<AccountPath>,
) -> Result<Json<Data<Account>>, Problem> {
    Ok(Data::of(Account::from(&gateway.set_default_account(&caller, &id, false).await?)))
}
