//! `Dry-Run: 1`: a change that is only thought through. The handler runs as ever, and nothing that it does lasts; where it
//! succeeds, the answer is what it would have done instead of what it says.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;
use crate::http::render::{Data, Plan};
use crate::service;

/// Whether a request is only to be thought through. What changes nothing anyway is carried out.
pub(super) fn is_asked_for(request: &Request) -> Result<bool, Problem> {
    let mut values = request.headers().get_all(DRY_RUN).iter();
    let Some(value) = values.next().filter(|_| CHANGING.contains(request.method())) else { return Ok(false) };
    if value != "1" || values.next().is_some() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_dry_run"));
    }
    // Where there is nothing, there is nothing to think through either.
    let Some(path) = request.extensions().get::<MatchedPath>() else { return Ok(false) };
    let below = path.as_str().strip_prefix("/api/v1/tenants/{tenant_id}/").unwrap_or_default();
    match below.split('/').next().unwrap_or_default() {
        _ if below.ends_with("/check") => Ok(false),
        "domains" | "contacts" | "hosts" | "transfers" => Ok(true),
        // Nobody who asks for a dry run is to find that it was none.
        _ => Err(Problem::new(StatusCode::BAD_REQUEST, "dry_run_not_supported")),
    }
}

/// Thinks a request through.
pub(super) async fn rehearse(plan: service::Plan, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() {
        return Data::of(Plan::from(&plan.planned())).into_response();
    }
    response
}

const DRY_RUN: HeaderName = HeaderName::from_static("dry-run");
const CHANGING: [Method; 4] = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
