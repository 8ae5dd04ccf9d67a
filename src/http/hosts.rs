//! Hosts: each handler reads the request, makes one call and shows the outcome.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::auth::{Reading, Writing};
use crate::http::conditional::Tagged;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Host, Listed};
use crate::service::Gateway;

/// A host, or why not.
type Answer = Result<Tagged<Host>, Problem>;

#[derive(Deserialize)]
pub(super) struct HostPath {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct CheckBody {
    name: String,
}

/// `POST T/hosts/check`
pub(super) async fn check(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Body(CheckBody { name }): Body<CheckBody>,
) -> Result<Json<Value>, Problem> {
    let (name, free) = gateway.host_is_free(&caller, &name).await?;
    let status = if free { "available" } else { "unavailable" };
    Ok(Json(json!({ "data": { "name": name.as_str(), "status": status } })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET T/hosts`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(ListQuery { cursor, limit }): Query<ListQuery>,
) -> Result<Json<Listed<Host>>, Problem> {
    Ok(Listed::of(gateway.list_hosts(&caller, cursor, limit).await?))
}

/// `GET T/hosts/:name`
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(HostPath { name }): Path<HostPath>,
) -> Answer {
    Ok(Tagged::of(&gateway.host(&caller, &name).await?))
}

/// The addresses of a host, by kind.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Addresses {
    v4: Vec<String>,
    v6: Vec<String>,
}

impl Addresses {
    fn read(self) -> Result<Vec<String>, Problem> {
        let six = |text: &String| text.contains(':');
        if self.v4.iter().any(six) || !self.v6.iter().all(six) {
            return Err(Problem::field(
                "ip_addresses",
                "holds IPv4 addresses in v4 and IPv6 addresses in v6",
            ));
        }
        Ok(self.v4.into_iter().chain(self.v6).collect())
    }
}

#[derive(Deserialize)]
pub(super) struct CreateBody {
    name: String,
    #[serde(default)]
    ip_addresses: Addresses,
}

/// `POST T/hosts`
pub(super) async fn create(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Body(CreateBody { name, ip_addresses }): Body<CreateBody>,
) -> Result<(StatusCode, Tagged<Host>), Problem> {
    let host = gateway.create_host(&caller, &name, ip_addresses.read()?).await?;
    Ok((StatusCode::CREATED, Tagged::of(&host)))
}

#[derive(Deserialize)]
pub(super) struct UpdateBody {
    ip_addresses: Addresses,
}

/// `PATCH T/hosts/:name`
pub(super) async fn update(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(HostPath { name }): Path<HostPath>,
    Body(UpdateBody { ip_addresses }): Body<UpdateBody>,
) -> Answer {
    Ok(Tagged::of(&gateway.update_host(&caller, &name, ip_addresses.read()?).await?))
}

#[derive(Deserialize)]
pub(super) struct RenameBody {
    new_name: String,
}

/// `POST T/hosts/:name/rename`
pub(super) async fn rename(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(HostPath { name }): Path<HostPath>,
    Body(RenameBody { new_name }): Body<RenameBody>,
) -> Answer {
    Ok(Tagged::of(&gateway.rename_host(&caller, &name, &new_name).await?))
}

/// `DELETE T/hosts/:name`
pub(super) async fn delete(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(HostPath { name }): Path<HostPath>,
) -> Result<StatusCode, Problem> {
    gateway.delete_host(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST T/hosts/:name/reconcile`
pub(super) async fn reconcile(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(HostPath { name }): Path<HostPath>,
) -> Answer {
    Ok(Tagged::of(&gateway.reconcile_host(&caller, &name).await?))
}
