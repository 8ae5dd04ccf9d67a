//! A tenant's own choices, and the TLDs that it sells.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::http::auth::{Reading, Writing};
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Data, Tenant, TldAssociation};
use crate::service::{Gateway, ListAssociations, TenantInput};

#[derive(Deserialize)]
pub(super) struct TenantBody {
    name: Option<String>,
    verification_from_email: Option<String>,
    suspension_from_email: Option<String>,
    renewal_from_email: Option<String>,
    verification_from_phone: Option<String>,
    suspension_from_phone: Option<String>,
    verification_url_template: Option<String>,
    transfer_out_mode: Option<String>,
}

/// `PATCH T` and `PUT T`
pub(super) async fn update(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Body(body): Body<TenantBody>,
) -> Result<Json<Data<Tenant>>, Problem> {
    let input = TenantInput {
        name: body.name,
        verification_from_email: body.verification_from_email,
        suspension_from_email: body.suspension_from_email,
        renewal_from_email: body.renewal_from_email,
        verification_from_phone: body.verification_from_phone,
        suspension_from_phone: body.suspension_from_phone,
        verification_url_template: body.verification_url_template,
        transfer_out_mode: body.transfer_out_mode,
    };
    Ok(Data::of(Tenant::from(&gateway.update_tenant(&caller, input).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    state: Option<String>,
    accreditation_type: Option<String>,
    registry_account_id: Option<String>,
}

/// `GET T/tld_associations`
pub(super) async fn associations(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(query): Query<ListQuery>,
) -> Result<Json<Data<Vec<TldAssociation>>>, Problem> {
    let ListQuery { state, accreditation_type, registry_account_id } = query;
    let list = ListAssociations { state, accreditation_type, registry_account_id };
    let found = gateway.tld_associations(&caller, list).await?;
    Ok(Data::of(found.iter().map(TldAssociation::from).collect()))
}

#[derive(Deserialize)]
pub(super) struct AssociationPath {
    id: String,
}

/// `GET T/tld_associations/:id_or_tld`
pub(super) async fn association(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(AssociationPath { id }): Path<AssociationPath>,
) -> Result<Json<Data<TldAssociation>>, Problem> {
    Ok(Data::of(TldAssociation::from(&gateway.tld_association(&caller, &id).await?)))
}

#[derive(Deserialize)]
pub(super) struct NotificationsBody {
    low_balance_notification_email: Option<String>,
}

/// `PATCH T/tld_associations/:id/notifications`
pub(super) async fn notifications(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(AssociationPath { id }): Path<AssociationPath>,
    Body(body): Body<NotificationsBody>,
) -> Result<Json<Data<TldAssociation>>, Problem> {
    let changed = gateway.set_notifications(&caller, &id, body.low_balance_notification_email).await?;
    Ok(Data::of(TldAssociation::from(&changed)))
}
