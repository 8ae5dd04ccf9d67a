//! Locks and holds of a domain. A lock is set and lifted by the same path: `POST` and `DELETE T/domains/:name/…_lock`.

use axum::extract::State;
use axum::routing::{MethodRouter, post};
use serde::Deserialize;

use crate::http::auth::Writing;
use crate::http::conditional::Tagged;
use crate::http::domains::DomainPath;
use crate::http::extract::{Body, Path};
use crate::http::problem::Problem;
use crate::http::render::Domain;
use crate::service::{Gateway, Lock};

type Answer = Result<Tagged<Domain>, Problem>;

/// Both methods of a lock.
pub(super) fn of(lock: Lock) -> MethodRouter<Gateway> {
    let set = move |State(gateway): State<Gateway>,
                    Writing(caller): Writing,
                    Path(DomainPath { name }): Path<DomainPath>| async move {
        Answer::Ok(Tagged::of(&gateway.lock(&caller, &name, lock).await?))
    };
    let lift = move |State(gateway): State<Gateway>,
                     Writing(caller): Writing,
                     Path(DomainPath { name }): Path<DomainPath>| async move {
        Answer::Ok(Tagged::of(&gateway.unlock(&caller, &name, lock).await?))
    };
    post(set).delete(lift)
}

#[derive(Default, Deserialize)]
pub(super) struct HoldBody {
    reason: Option<String>,
}

/// `POST T/domains/:name/apply_hold`
pub(super) async fn apply_hold(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    body: Option<Body<HoldBody>>,
) -> Answer {
    let HoldBody { reason } = body.map(|Body(body)| body).unwrap_or_default();
    Ok(Tagged::of(&gateway.apply_hold(&caller, &name, reason).await?))
}

/// `POST T/domains/:name/release_hold`
pub(super) async fn release_hold(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Answer {
    Ok(Tagged::of(&gateway.release_hold(&caller, &name).await?))
}
