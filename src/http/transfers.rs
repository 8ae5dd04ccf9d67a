//! Transfers: domains that come, and domains that go.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::auth::{Reading, Writing};
use crate::http::conditional::Tagged;
use crate::http::domains::DomainPath;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Data, Domain, Listed, PendingTransfer, Transfer};
use crate::service::{Gateway, Handles, ListTransfers, TransferIn};

#[derive(Deserialize)]
pub(super) struct TransferInBody {
    auth_code: SecretString,
    registrant_handle: Option<String>,
    admin_handle: Option<String>,
    tech_handle: Option<String>,
    billing_handle: Option<String>,
    years: Option<u32>,
    quote_id: Option<String>,
    registry_account_id: Option<String>,
}

/// `POST T/domains/:name/transfer_in`
///
/// What comes from outside is no domain of the tenant's yet, and shown as little.
pub(super) async fn transfer_in(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    Body(body): Body<TransferInBody>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let request = TransferIn {
        auth_code: body.auth_code,
        contacts: Handles {
            registrant: body.registrant_handle,
            admin: body.admin_handle,
            tech: body.tech_handle,
            billing: body.billing_handle,
        },
        years: body.years,
        quote_id: body.quote_id,
        registry_account_id: body.registry_account_id,
    };
    let coming = gateway.transfer_in(&caller, &name, request).await?;
    let mut data = match &coming.domain {
        Some(domain) => json!(Domain::from(domain)),
        None => json!({
            "name": coming.transfer.name.as_str(),
            "tld": coming.transfer.tld,
            "registrant_handle": coming.transfer.registrant_handle,
            "admin_handle": coming.transfer.admin_handle,
            "tech_handle": coming.transfer.tech_handle,
            "billing_handle": coming.transfer.billing_handle,
        }),
    };
    data["pending_transfer"] = json!(PendingTransfer::from(&coming.transfer));
    Ok((StatusCode::ACCEPTED, Json(json!({ "data": data }))))
}

#[derive(Deserialize)]
pub(super) struct TransferPath {
    id: String,
}

/// `GET T/transfers/:pending_id`
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(TransferPath { id }): Path<TransferPath>,
) -> Result<Json<Data<Transfer>>, Problem> {
    Ok(Data::of(Transfer::from(&gateway.transfer(&caller, &id).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    direction: Option<String>,
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// `GET T/transfers`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(ListQuery { direction, state, limit, cursor }): Query<ListQuery>,
) -> Result<Json<Listed<Transfer>>, Problem> {
    let list = ListTransfers { direction, state, limit, cursor };
    Ok(Listed::of(gateway.list_transfers(&caller, list).await?))
}

/// `POST T/transfers/:pending_id/cancel`
pub(super) async fn cancel(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(TransferPath { id }): Path<TransferPath>,
) -> Result<StatusCode, Problem> {
    gateway.cancel_transfer(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST T/domains/:name/approve_transfer_out`
pub(super) async fn approve(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Result<Tagged<Domain>, Problem> {
    Ok(Tagged::of(&gateway.approve_transfer_out(&caller, &name).await?))
}

#[derive(Default, Deserialize)]
pub(super) struct RejectBody {
    reason: Option<String>,
}

/// `POST T/domains/:name/reject_transfer_out`
pub(super) async fn reject(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    body: Option<Body<RejectBody>>,
) -> Result<Tagged<Domain>, Problem> {
    let RejectBody { reason } = body.map(|Body(body)| body).unwrap_or_default();
    let kept = gateway.reject_transfer_out(&caller, &name, reason.as_deref()).await?;
    Ok(Tagged::of(&kept))
}
