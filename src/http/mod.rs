//! The outside: HTTP in, JSON out. A handler parses, makes one call to the [`Gateway`] and renders; it knows no rule.
//!
//! This page is the whole API. Every answer is JSON in one envelope, also those that no handler gave: unknown
//! routes, wrong methods, oversized bodies, panics.
//!
//! | file | what |
//! |---|---|
//! | [`serve`], `unread` | connections: accepted, bounded, drained; requests that cannot be read |
//! | [`middleware`] | what happens around each request |
//! | `repeat`, `dry_run` | requests that may be sent again, and such as are only thought through |
//! | `conditional` | versions of objects, and requests that depend on them |
//! | [`auth`], [`extract`] | what a handler is given |
//! | [`problem`], [`render`], `told` | what it gives back |
//! | `operator` | the handlers of the operators' own listener |
//! | `domains`, `transfers`, `contacts`, `hosts`, `locks`, `prices`, `accounts`, `tenant`, `operations`, `health` | the handlers, a file a resource |

mod accounts;
pub mod auth;
mod conditional;
mod contacts;
mod domains;
mod dry_run;
pub mod extract;
mod health;
mod hosts;
mod locks;
pub mod middleware;
mod operations;
mod operator;
mod prices;
pub mod problem;
pub mod render;
mod repeat;
pub mod serve;
mod tenant;
mod told;
mod transfers;
mod unread;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::http::middleware::{Around, Meter};
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
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/update_contacts", post(domains::update_contacts))
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
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/actions", get(domains::actions))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/transfer_in", post(transfers::transfer_in))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/approve_transfer_out", post(transfers::approve))
        .route("/api/v1/tenants/{tenant_id}/domains/{name}/reject_transfer_out", post(transfers::reject))
        .route("/api/v1/tenants/{tenant_id}/transfers", get(transfers::list))
        .route("/api/v1/tenants/{tenant_id}/transfers/{id}", get(transfers::get))
        .route("/api/v1/tenants/{tenant_id}/transfers/{id}/cancel", post(transfers::cancel))
        .route("/api/v1/tenants/{tenant_id}", patch(tenant::update).put(tenant::update))
        .route("/api/v1/tenants/{tenant_id}/tld_associations", get(tenant::associations))
        .route("/api/v1/tenants/{tenant_id}/tld_associations/{id}", get(tenant::association))
        .route(
            "/api/v1/tenants/{tenant_id}/tld_associations/{id}/notifications",
            patch(tenant::notifications),
        )
        .route("/api/v1/tenants/{tenant_id}/contacts", get(contacts::list).post(contacts::create))
        .route("/api/v1/tenants/{tenant_id}/contacts/check", post(contacts::check))
        .route(
            "/api/v1/tenants/{tenant_id}/contacts/{handle}",
            get(contacts::get).patch(contacts::update).delete(contacts::delete),
        )
        .route("/api/v1/tenants/{tenant_id}/contacts/{handle}/transfer", post(contacts::transfer))
        .route("/api/v1/tenants/{tenant_id}/hosts", get(hosts::list).post(hosts::create))
        .route("/api/v1/tenants/{tenant_id}/hosts/check", post(hosts::check))
        .route(
            "/api/v1/tenants/{tenant_id}/hosts/{name}",
            get(hosts::get).patch(hosts::update).delete(hosts::delete),
        )
        .route("/api/v1/tenants/{tenant_id}/hosts/{name}/rename", post(hosts::rename))
        .route("/api/v1/tenants/{tenant_id}/hosts/{name}/reconcile", post(hosts::reconcile))
        .route("/api/v1/tenants/{tenant_id}/registry_accounts", get(accounts::list))
        .route("/api/v1/tenants/{tenant_id}/registry_accounts/{id}/set_default", post(accounts::set_default))
        .route(
            "/api/v1/tenants/{tenant_id}/registry_accounts/{id}/clear_default",
            post(accounts::clear_default),
        )
        .route("/api/v1/tenants/{tenant_id}/rate_card", get(prices::rate_cards))
        .route("/api/v1/tenants/{tenant_id}/tlds/{tld}/rate_card", get(prices::rate_card))
        .route("/api/v1/tenants/{tenant_id}/quotes", post(prices::quote))
        .route("/api/v1/tenants/{tenant_id}/operations/{id}", get(operations::get))
        .with_state(gateway.clone());
    surrounded(routes, Some(gateway))
}

/// What operators see and do, on a listener of its own. Probes and scrapers need no token.
pub fn operator_router(gateway: Gateway, metrics: PrometheusHandle) -> Router {
    let open =
        Router::new().route("/healthz", get(health::live)).route("/metrics", get(scrape)).with_state(metrics);
    let mut routes = Router::new()
        .route("/operator/v1/reload", post(operator::reload))
        .route("/operator/v1/operations", get(operator::operations::list))
        .route("/operator/v1/operations/{id}", get(operator::operations::show))
        .route("/operator/v1/operations/{id}/look", post(operator::operations::look))
        .route("/operator/v1/operations/{id}/settle", post(operator::operations::settle))
        .route("/operator/v1/registries", get(operator::list))
        .route("/operator/v1/poll_messages", get(operator::messages::list))
        .route("/operator/v1/poll_messages/{id}", get(operator::messages::get))
        .route("/operator/v1/poll_messages/{id}/retry", post(operator::messages::retry))
        .route("/operator/v1/poll_messages/{id}/dismiss", post(operator::messages::dismiss))
        .route(
            "/operator/v1/registries/{registry}/accounts/{account}/sessions/{id}",
            delete(operator::end_session),
        );
    for target in
        ["/operator/v1/registries/{registry}", "/operator/v1/registries/{registry}/accounts/{account}"]
    {
        let at = |part: &str| format!("{target}{part}");
        routes = routes
            .route(target, get(operator::show))
            .route(&at("/pause"), post(operator::pause))
            .route(&at("/resume"), post(operator::resume))
            .route(&at("/drain"), post(operator::drain))
            .route(&at("/reconnect"), post(operator::reconnect))
            .route(&at("/poll"), post(operator::messages::poll))
            .route(&at("/breaker/open"), post(operator::open_breaker))
            .route(&at("/breaker/close"), post(operator::close_breaker))
            .route(&at("/breaker/reset"), post(operator::reset_breaker))
            .route(&at("/maintenance"), get(operator::maintenances).post(operator::schedule))
            .route(&at("/maintenance/{id}"), delete(operator::cancel));
    }
    surrounded(open.merge(routes.with_state(gateway)), None)
}

/// The parts that every router has: the outermost layer stands last.
fn surrounded(routes: Router, gateway: Option<Gateway>) -> Router {
    routes
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        })
        .layer(DefaultBodyLimit::max(extract::MAX_BODY))
        .layer(from_fn_with_state(Around { meter: Meter::new(), gateway }, middleware::around))
}

async fn scrape(State(metrics): State<PrometheusHandle>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
}
