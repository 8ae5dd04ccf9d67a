//! The outside: HTTP in, JSON out. A handler parses, makes one call to the [`Gateway`] and renders; it knows no rule.
//!
//! This page is the whole API. Every answer is JSON in one envelope, also those that no handler gave: unknown
//! routes, wrong methods, oversized bodies, panics.
//!
//! | file | what |
//! |---|---|
//! | [`serve`] | connections: accepted, bounded, drained |
//! | [`middleware`] | what happens around each request |
//! | [`auth`], [`extract`] | what a handler is given |
//! | [`problem`], [`render`] | what it gives back |
//! | `domains`, `locks`, `prices`, `operations`, `health` | the handlers, a file a resource |

pub mod auth;
mod domains;
pub mod extract;
mod health;
mod locks;
pub mod middleware;
mod operations;
mod prices;
pub mod problem;
pub mod render;
pub mod serve;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::http::middleware::Meter;
use crate::http::problem::Problem;
use crate::service::{Gateway, Lock};

/// The API.
pub fn router(gateway: Gateway) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::live))
        .route("/health", get(health::ready))
        .route("/api/v1/tenants/{tenant_id}/domains", get(domains::list).post(domains::register))
        .route("/api/v1/tenants/{tenant_id}/domains/check", post(domains::check))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}", get(domains::get).delete(domains::delete))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/reconcile", post(domains::reconcile))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/renew", post(domains::renew))
        .route(
            "/api/v1/tenants/{tenant_id}/domains/{name}/update_nameservers",
            post(domains::update_nameservers),
        )
        .route(
            "/api/v1/tenants/{tenant_id}/domains/{name}/update_ds_records",
            post(domains::update_ds_records),
        )
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/ds_records", delete(domains::delete_ds_records))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/auth_code/rotate", post(domains::rotate_auth_code))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/auto_renewal", put(domains::set_auto_renewal))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/transfer_lock", locks::of(Lock::Transfer))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/update_lock", locks::of(Lock::Update))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/delete_lock", locks::of(Lock::Delete))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/apply_hold", post(locks::apply_hold))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/release_hold", post(locks::release_hold))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/restore", post(domains::restore))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/events", get(domains::events))
        .route("/api/v1/tenants/{tenant_id}/rate_card", get(prices::rate_cards))
        .route("/api/v1/tenants/{tenant_id}/tlds/{tld}/rate_card", get(prices::rate_card))
        .route("/api/v1/tenants/{tenant_id}/quotes", post(prices::quote))
        .route("/api/v1/tenants/{tenant_id}/operations/{id}", get(operations::get))
        .with_state(gateway);
    surrounded(routes)
}

/// What operators see, on a listener of its own.
pub fn operator_router(metrics: PrometheusHandle) -> Router {
    let routes =
        Router::new().route("/healthz", get(health::live)).route("/metrics", get(scrape)).with_state(metrics);
    surrounded(routes)
}

/// The parts that every router has: the outermost layer stands last.
fn surrounded(routes: Router) -> Router {
    routes
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        })
        .layer(DefaultBodyLimit::max(extract::MAX_BODY))
        .layer(from_fn_with_state(Meter::new(), middleware::around))
}

async fn scrape(State(metrics): State<PrometheusHandle>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
}
