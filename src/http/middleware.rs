//! What happens around each request, from the outside in: it is labelled, measured and guarded.

use std::any::Any;
use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::{Encoding, Specification};
use metrics::{Counter, Histogram};
use tokio::time::{Instant, timeout};
use tracing::Instrument;
use uuid::Uuid;

use crate::http::problem::Problem;
use crate::http::{conditional, dry_run, repeat, told};
use crate::service::{Course, Gateway, Trip};

/// All of it in one layer: axum copies its routes for each layer of each request.
pub(super) async fn around(State(what): State<Around>, request: Request, next: Next) -> Response {
    labelled(measured(&what, request, next)).await
}

/// Gives every answer an id, which the log lines of the request carry too, and keeps it out of caches.
async fn labelled(answering: impl Future<Output = Response>) -> Response {
    let id = request_id();
    let span = tracing::info_span!("request", request_id = id);
    let mut response = answering.instrument(span).await;
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, HeaderValue::try_from(id).expect("a request id is ASCII"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Counts requests and their durations, by route and not by path: the labels stay a closed set.
async fn measured(what: &Around, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let handles = what.meter.of(route.as_ref().map_or(UNMATCHED, MatchedPath::as_str));
    let method = request.method().clone();
    let known = conditional::known(&method, request.headers());
    let started = Instant::now();
    let (course, plan) = match dry_run::is_asked_for(&request) {
        Ok(true) => {
            let (course, plan) = Course::rehearsal();
            (course, Ok(Some(plan)))
        }
        Ok(false) => (Course::default(), Ok(None)),
        Err(problem) => (Course::default(), Err(problem)),
    };
    let mut response = match (plan, &what.gateway) {
        (Err(problem), _) => problem.into_response(),
        (Ok(Some(plan)), _) => {
            let rehearsal = dry_run::rehearse(plan, request, next);
            course.clone().scope(guarded(&method, Box::pin(rehearsal))).await
        }
        (Ok(None), Some(gateway)) if repeat::is_asked_for(&request) => {
            let once = repeat::once(gateway, request, next);
            course.clone().scope(guarded(&method, Box::pin(once))).await
        }
        (Ok(None), _) => course.clone().scope(guarded(&method, next.run(request))).await,
    };
    if let Some(known) = &known {
        response = conditional::unless_known(known, response);
    }
    let took = started.elapsed();
    handles.duration.record(took);
    if let Some((trip, spent)) = course.away() {
        what.meter.overhead[usize::from(trip == Trip::Transform)].record(took.saturating_sub(spent));
    }
    told::result(&course, response.headers_mut());
    told::times(&course, response.headers_mut());
    let class = usize::from(response.status().as_u16() / 100).clamp(1, CLASSES.len()) - 1;
    let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len());
    handles.requests[method][class].increment(1);
    response
}

/// Bounds the time, and turns a panic into an answer: one request's bug is not the next one's.
async fn guarded(method: &Method, work: impl Future<Output = Response>) -> Response {
    let mut work = pin!(work);
    let caught = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    });
    match timeout(LONGEST, caught).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(%method, panic = panic_text(&*panic), "a handler panicked");
            Problem::internal().into_response()
        }
        Err(_) => {
            tracing::error!(%method, "a request outlived the service's own deadline");
            Problem::internal().into_response()
        }
    }
}

/// What the layer needs.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) meter: Meter,
    /// Where requests may be sent again.
    pub(super) gateway: Option<Gateway>,
}

/// Handles of the HTTP metrics, resolved once for each route.
#[derive(Clone)]
pub(super) struct Meter {
    routes: Arc<RwLock<HashMap<String, Arc<RouteMeter>>>>,
    /// The part of requests that was not spent on a registry: of those that ask, and of those that change something.
    overhead: Arc<[Histogram; 2]>,
}

struct RouteMeter {
    duration: Histogram,
    /// By method, then status class.
    requests: [[Counter; CLASSES.len()]; METHODS.len() + 1],
}

impl Meter {
    pub(super) fn new() -> Self {
        let overhead = ["read", "transform"]
            .map(|class| metrics::histogram!("eppgate_gateway_overhead_seconds", "class" => class));
        let meter = Self { routes: Arc::default(), overhead: Arc::new(overhead) };
        // So that there is something to see before the first request.
        meter.of(UNMATCHED);
        meter
    }

    fn of(&self, route: &str) -> Arc<RouteMeter> {
        if let Some(known) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(route) {
            return Arc::clone(known);
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(route.to_owned()).or_insert_with(|| Arc::new(RouteMeter::new(route))))
    }
}

impl RouteMeter {
    fn new(route: &str) -> Self {
        let counter = |method: usize, class: usize| {
            let method = METHODS.get(method).map_or("other", Method::as_str).to_owned();
            metrics::counter!("eppgate_http_requests_total",
                "route" => route.to_owned(), "method" => method, "status_class" => CLASSES[class])
        };
        Self {
            duration: metrics::histogram!("eppgate_http_request_duration_seconds", "route" => route.to_owned()),
            requests: std::array::from_fn(|method| std::array::from_fn(|class| counter(method, class))),
        }
    }
}

/// `req_` and a UUID of version 7 in Crockford's base 32, so ids sort by time.
pub(super) fn request_id() -> String {
    let mut id = String::with_capacity(30);
    id.push_str("req_");
    BASE32.encode_append(Uuid::now_v7().as_bytes(), &mut id);
    id
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut alphabet = Specification::new();
    alphabet.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    alphabet.encoding().expect("the alphabet has 32 distinct ASCII characters")
});

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// More than the body may take to arrive and the service to answer, together; whoever gets here met a bug.
const LONGEST: Duration = Duration::from_secs(40);

/// The route of a path that there is not.
const UNMATCHED: &str = "unmatched";

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn;
    use axum::routing::get;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;

    async fn answer(router: Router) -> (u16, Value) {
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap())
    }

    async fn around(request: Request, next: Next) -> Response {
        guarded(&Method::GET, next.run(request)).await
    }

    async fn panics() -> &'static str {
        panic!("on purpose, and not for the client to read")
    }

    async fn hangs() -> &'static str {
        std::future::pending().await
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_or_a_hang_is_an_internal_error_without_particulars() {
        for router in [Router::new().route("/", get(panics)), Router::new().route("/", get(hangs))] {
            assert_eq!(
                answer(router.layer(from_fn(around))).await,
                (500, json!({"error": "internal_error"}))
            );
        }
    }

    #[test]
    fn request_ids_are_born_in_order() {
        let (first, second) = (request_id(), request_id());
        assert_eq!(first.len(), 30);
        assert!(first < second, "{first} {second}");
    }
}
