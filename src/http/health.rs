//! Probes: is the process up, and can it do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::problem::{SOON, whole_seconds};
use crate::service::{Gateway, RegistryHealth};

/// `GET /healthz`: the process is up.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health`: the database answers, and how each registry's breaker stands. A registry in trouble degrades us;
/// without the database we are of no use.
pub(super) async fn ready(State(gateway): State<Gateway>) -> Response {
    let health = gateway.health().await;
    let registries: Vec<Value> = health.registries.iter().map(registry).collect();
    if !health.database_ok {
        let body = json!({ "error": "database_unavailable", "status": "fail",
                           "database": { "status": "fail" }, "registries": registries });
        let wait = [(RETRY_AFTER, whole_seconds(SOON).to_string())];
        return (StatusCode::SERVICE_UNAVAILABLE, wait, Json(body)).into_response();
    }
    let well = health.registries.iter().all(|registry| registry.breaker == "closed");
    let status = if well { "ok" } else { "degraded" };
    let body = json!({ "status": status, "database": { "status": "ok" }, "registries": registries });
    Json(body).into_response()
}

fn registry(health: &RegistryHealth) -> Value {
    json!({
        "name": health.name,
        "circuit_breaker": health.breaker,
        "retry_after_seconds": health.retry_after.map(whole_seconds),
    })
}
