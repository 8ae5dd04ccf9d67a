//! The control API: the side door through which tests look at the registry and make things happen to it. JSON over
//! HTTP, on a loopback port of its own, without authentication.
//!
//! | call | effect |
//! |---|---|
//! | `GET /log?after=N` | commands behind number N, 10,000 at a time; go on with `after` = `next` while `more` |
//! | `GET /ledger?after=N` | charges, and the sum for each account |
//! | `GET /objects/domains/{name}`, `contacts/{id}`, `hosts/{name}` | an object as the registry sees it, without its password |
//! | `GET /sessions` | open sessions and the most there ever were, by account |
//! | `GET`, `POST`, `DELETE /faults` | what goes wrong on request |
//! | `GET`, `POST /clock` | `{"advance": "P45D"}` or `{"set": "2030-01-01T00:00:00Z"}` |
//! | `POST /poll` | `{"account": "...", "msg": "..."}` queues a message; `data` and `extension` are elements that come with it |
//! | `POST /latency` | `{"rtt": "20ms"}` is added to each reply |
//! | `POST /balance` | `{"account": "...", "balance": "50.00", "threshold": "100.00"}`; a warning is queued below the threshold |
//! | `POST /phase` | `{"zone": "app", "phase": "sunrise"}`: `open`, `sunrise`, `claims` or `review` |
//! | `POST /review` | `{"name": "...", "accept": true}`: registers or renews a name that waits for a review, or does not |
//! | `POST /unlock` | `{"name": "...", "for": "PT1H"}`: opens a registry lock, for good without a time |
//! | `GET`, `POST /rate` | `{"per_second": 10, "code": 2400, "close": false}`: for each account; without a code connections are cut, `{}` lifts it |

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use eppgate_epp::xml::timestamp;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::character::{Excess, Rate};
use crate::faults::FaultError;
use crate::names::{Name, host_name};
use crate::phase::Phase;
use crate::record::{Charge, RawNotice};
use crate::registry::{Registry, Trouble};
use crate::shown;
use crate::span::{CalendarSpan, parse_wait};

/// Answers until it is told to stop.
pub(crate) async fn run(
    listener: TcpListener,
    registry: Arc<Registry>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
) {
    let service = TowerToHyperService::new(router(registry));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, Arc::clone(&places).try_acquire_owned()) else {
            tokio::task::yield_now().await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .serve_connection(TokioIo::new(stream), service.clone());
        let shutdown = shutdown.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                served = connection => if let Err(error) = served {
                    tracing::debug!(%error, "a control connection failed");
                },
            }
            drop(place);
        });
    }
}

fn router(registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/log", get(log))
        .route("/ledger", get(ledger))
        .route("/objects/domains/{name}", get(domain))
        .route("/objects/contacts/{id}", get(contact))
        .route("/objects/hosts/{name}", get(host))
        .route("/sessions", get(sessions))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/clock", get(clock).post(move_clock))
        .route("/poll", post(queue_message))
        .route("/latency", post(set_latency))
        .route("/balance", post(set_balance))
        .route("/unlock", post(unlock))
        .route("/phase", post(set_phase))
        .route("/review", post(review))
        .route("/rate", get(rate).post(set_rate))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_like_this)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(registry)
}

type Answer = Result<Json<Value>, Problem>;
type Body = Result<Bytes, BytesRejection>;

async fn log(State(registry): State<Arc<Registry>>, range: Result<Query<Range>, QueryRejection>) -> Answer {
    let Query(Range { after }) = range?;
    registry.look(|state| {
        let entries: Vec<&_> = state.log.after(after).take(PAGE).collect();
        let next = entries.last().map_or(after, |last| last.seq);
        let more = next < state.log.last();
        Ok(Json(json!({"entries": entries, "next": next, "more": more})))
    })
}

async fn ledger(
    State(registry): State<Arc<Registry>>,
    range: Result<Query<Range>, QueryRejection>,
) -> Answer {
    let Query(Range { after }) = range?;
    registry.look(|state| {
        let charges: Vec<&Charge> = state.ledger.after(after).collect();
        let first = state.ledger.last() + 1 - charges.len() as u64;
        let numbered = (first..).zip(charges);
        let entries: Vec<Numbered<'_>> = numbered.map(|(seq, charge)| Numbered { seq, charge }).collect();
        let totals: serde_json::Map<String, Value> =
            state.accounts().map(|(id, account)| (id.clone(), json!(account.charged))).collect();
        Ok(Json(json!({"entries": entries, "next": state.ledger.last(), "totals": totals})))
    })
}

async fn domain(State(registry): State<Arc<Registry>>, Path(name): Path<String>) -> Answer {
    let found = registry.look(|state| {
        let domain = Name::parse(&name).and_then(|name| state.domain(&name))?;
        Some(shown::domain(domain, state.now()))
    });
    found.map(Json).ok_or_else(|| Problem(StatusCode::NOT_FOUND, "no such domain".into()))
}

async fn contact(State(registry): State<Arc<Registry>>, Path(id): Path<String>) -> Answer {
    let found = registry.look(|state| {
        let contact = state.contact(&id)?;
        Some(shown::contact(contact, state.contact_is_linked(&id)))
    });
    found.map(Json).ok_or_else(|| Problem(StatusCode::NOT_FOUND, "no such contact".into()))
}

async fn host(State(registry): State<Arc<Registry>>, Path(name): Path<String>) -> Answer {
    let found = registry.look(|state| {
        let name = host_name(&name)?;
        Some(shown::host(state.host(&name)?, state.host_is_linked(&name)))
    });
    found.map(Json).ok_or_else(|| Problem(StatusCode::NOT_FOUND, "no such host".into()))
}

async fn sessions(State(registry): State<Arc<Registry>>) -> Answer {
    let sessions = registry.sessions();
    let open: usize = sessions.values().map(|(open, _)| open).sum();
    let accounts: serde_json::Map<String, Value> = sessions
        .into_iter()
        .map(|(account, (open, highest))| (account, json!({"open": open, "highest": highest})))
        .collect();
    let limit = registry.profile.max_sessions.load(Ordering::Relaxed);
    Ok(Json(json!({"open": open, "limit": limit, "accounts": accounts})))
}

async fn faults(State(registry): State<Arc<Registry>>) -> Answer {
    Ok(Json(json!({"faults": registry.faults().list()})))
}

async fn add_fault(
    State(registry): State<Arc<Registry>>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let fault = registry.faults().add(read(body)?)?;
    registry.tell_idle_sessions();
    Ok((StatusCode::CREATED, Json(json!(fault))))
}

async fn clear_faults(State(registry): State<Arc<Registry>>) -> Answer {
    registry.faults().clear();
    Ok(Json(json!({"faults": []})))
}

async fn clock(State(registry): State<Arc<Registry>>) -> Answer {
    Ok(Json(json!({"now": registry.look(crate::state::State::now)})))
}

async fn move_clock(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let now = match read(body)? {
        ClockMove::Advance(span) => {
            let span = CalendarSpan::parse(&span)
                .ok_or_else(|| bad("\"advance\" is a duration such as P45D or PT1H"))?;
            registry.move_clock(|now| span.after(now))?
        }
        ClockMove::Set(moment) => {
            let moment =
                timestamp(&moment).ok_or_else(|| bad("\"set\" is a time such as 2030-01-01T00:00:00Z"))?;
            registry.move_clock(|_| Some(moment))?
        }
    };
    Ok(Json(json!({"now": now})))
}

async fn queue_message(
    State(registry): State<Arc<Registry>>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let message: NewMessage = read(body)?;
    let raw = (message.data.is_some() || message.extension.is_some())
        .then_some(RawNotice { data: message.data, extension: message.extension });
    let id = registry.queue_message(&message.account, message.msg, raw)?;
    Ok((StatusCode::CREATED, Json(json!({"id": id.to_string()}))))
}

async fn set_latency(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let latency: Latency = read(body)?;
    let wait = parse_wait(&latency.rtt).ok_or_else(|| bad("\"rtt\" is a time such as 20ms"))?;
    registry.set_latency(wait);
    Ok(Json(json!(latency)))
}

async fn set_balance(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let new: NewBalance = read(body)?;
    registry.set_balance(&new.account, new.balance, new.threshold)?;
    Ok(Json(json!(new)))
}

async fn set_phase(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let new: NewPhase = read(body)?;
    registry.set_phase(&new.zone, new.phase)?;
    Ok(Json(json!(new)))
}

async fn review(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let end: EndOfReview = read(body)?;
    registry.review(&end.name, end.accept)?;
    Ok(Json(json!(end)))
}

async fn unlock(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let asked: Unlock = read(body)?;
    let span = asked
        .time
        .as_deref()
        .map(|span| CalendarSpan::parse(span).ok_or_else(|| bad("\"for\" is a duration such as PT1H")));
    registry.unlock(&asked.name, span.transpose()?)?;
    Ok(Json(json!(asked)))
}

async fn rate(State(registry): State<Arc<Registry>>) -> Answer {
    Ok(Json(json!(registry.rate().map_or_else(NewRate::default, NewRate::from))))
}

async fn set_rate(State(registry): State<Arc<Registry>>, body: Body) -> Answer {
    let new: NewRate = read(body)?;
    registry.set_rate(new.rule()?);
    Ok(Json(json!(new)))
}

async fn nowhere() -> Problem {
    Problem(StatusCode::NOT_FOUND, "no such path".into())
}

async fn not_like_this() -> Problem {
    Problem(StatusCode::METHOD_NOT_ALLOWED, "not with this method".into())
}

/// Which part of a list.
#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    after: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum ClockMove {
    Advance(String),
    Set(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    account: String,
    msg: String,
    data: Option<String>,
    extension: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    rtt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBalance {
    account: String,
    balance: Decimal,
    #[serde(default = "usual_threshold")]
    threshold: Decimal,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPhase {
    zone: String,
    phase: Phase,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unlock {
    name: String,
    #[serde(rename = "for", default)]
    time: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndOfReview {
    name: String,
    accept: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewRate {
    per_second: Option<u32>,
    code: Option<u16>,
    close: bool,
}

impl From<Rate> for NewRate {
    fn from(rate: Rate) -> Self {
        let (code, close) = match rate.excess {
            Excess::Refused(code) => (Some(code), false),
            Excess::Closed(code) => (Some(code), true),
            Excess::Cut => (None, true),
        };
        Self { per_second: Some(rate.per_second), code, close }
    }
}

impl NewRate {
    fn rule(&self) -> Result<Option<Rate>, Problem> {
        let excess = match self.code {
            None => Excess::Cut,
            Some(code) if !(2000..3000).contains(&code) => return Err(bad("\"code\" is from 2000 to 2999")),
            Some(code) if self.close => Excess::Closed(code),
            Some(code) => Excess::Refused(code),
        };
        match self.per_second {
            Some(0) => Err(bad("\"per_second\" counts from 1")),
            per_second => Ok(per_second.map(|per_second| Rate { per_second, excess })),
        }
    }
}

fn usual_threshold() -> Decimal {
    Decimal::new(10_000, 2)
}

#[derive(Serialize)]
struct Numbered<'a> {
    seq: u64,
    #[serde(flatten)]
    charge: &'a Charge,
}

/// An error as JSON.
#[derive(Debug)]
struct Problem(StatusCode, String);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<FaultError> for Problem {
    fn from(error: FaultError) -> Self {
        Self(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let status = match trouble {
            Trouble::NoAccount | Trouble::NoZone | Trouble::NoLock | Trouble::NoReview => {
                StatusCode::NOT_FOUND
            }
            Trouble::QueueFull => StatusCode::CONFLICT,
            Trouble::BadMessage | Trouble::ClockRange => StatusCode::BAD_REQUEST,
            Trouble::Journal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, trouble.to_string())
    }
}

/// A JSON body, whatever its content type says.
fn read<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    serde_json::from_slice(&body?).map_err(|error| Problem(StatusCode::BAD_REQUEST, error.to_string()))
}

fn bad(what: &str) -> Problem {
    Problem(StatusCode::BAD_REQUEST, what.into())
}

const PAGE: usize = 10_000;
const CONNECTIONS: usize = 64;
const HEADERS: Duration = Duration::from_secs(10);
const LONGEST_BODY: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use serde_json::json;

    use crate::client::{config, create, http, tls_login};
    use crate::{Config, Pki, PkiPaths, Sandbox};

    async fn sandbox() -> (tempfile::TempDir, PkiPaths, Sandbox) {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::ensure(dir.path()).unwrap();
        let sandbox = Sandbox::start(Config { pki: pki.clone(), ..config() }).await.unwrap();
        (dir, pki, sandbox)
    }

    #[tokio::test]
    async fn log_ledger_objects_and_sessions_tell_what_happened() {
        let (_dir, pki, sandbox) = sandbox().await;
        let mut wire = tls_login(sandbox.address(), &pki, "registrar-a").await;
        wire.ask(Command::new(&create("mine.example")), "create-1").await;
        let get = async |path: &str| http(sandbox.control_address(), "GET", path, "").await;

        let (_, log) = get("/log?after=1").await;
        let entry = &log["entries"][0];
        for (key, value) in [
            ("seq", json!(2)),
            ("session", json!(1)),
            ("account", json!("registrar-a")),
            ("verb", json!("create")),
            ("object", json!("domain")),
            ("name", json!("mine.example")),
            ("clTRID", json!("create-1")),
            ("svTRID", json!("generic-00000002")),
            ("code", json!(1000)),
            ("effect", json!("created")),
            ("amount", json!("10.00")),
        ] {
            assert_eq!(entry[key], value, "{key}");
        }
        assert_eq!((&log["next"], &log["more"]), (&json!(2), &json!(false)));
        assert_eq!(get("/log?after=2").await.1["entries"], json!([]));

        let (_, ledger) = get("/ledger").await;
        let charge = &ledger["entries"][0];
        assert_eq!((&charge["seq"], &charge["clTRID"]), (&json!(1), &json!("create-1")));
        assert_eq!((&charge["amount"], &charge["currency"]), (&json!("10.00"), &json!("USD")));
        assert_eq!(ledger["totals"]["registrar-a"], "10.00");

        let (status, domain) = get("/objects/domains/MINE.example").await;
        assert_eq!((status, &domain["sponsor"]), (200, &json!("registrar-a")));
        assert_eq!((&domain["statuses"], &domain["has_auth_info"]), (&json!(["inactive"]), &json!(true)));
        assert!(!domain.to_string().contains("sandbox-secret"));
        assert_eq!(get("/objects/domains/none.example").await.0, 404);

        let (_, sessions) = get("/sessions").await;
        assert_eq!(sessions["accounts"]["registrar-a"], json!({"open": 1, "highest": 1}));
    }

    #[tokio::test]
    async fn what_is_not_understood_is_refused_in_json() {
        let (_dir, _, sandbox) = sandbox().await;
        for (method, path, body, expected) in [
            ("POST", "/faults", r#"{"action": "explode"}"#, 400),
            ("POST", "/faults", r#"{"action": "stall", "colour": "red"}"#, 400),
            ("POST", "/faults", "not json", 400),
            ("POST", "/clock", r#"{"advance": "soon"}"#, 400),
            ("POST", "/clock", r#"{"set": "9999-01-01T00:00:00Z"}"#, 400),
            ("POST", "/clock", r#"{"advance": "P1D", "set": "2030-01-01T00:00:00Z"}"#, 400),
            ("POST", "/poll", r#"{"account": "nobody", "msg": "x"}"#, 404),
            ("POST", "/poll", r#"{"account": "registrar-a", "msg": "\u0001"}"#, 400),
            ("POST", "/latency", r#"{"rtt": "fast"}"#, 400),
            ("POST", "/balance", r#"{"account": "nobody", "balance": "1"}"#, 404),
            ("POST", "/phase", r#"{"zone": "unserved", "phase": "open"}"#, 404),
            ("POST", "/phase", r#"{"zone": "app", "phase": "sunset"}"#, 400),
            ("POST", "/unlock", r#"{"name": "none.example"}"#, 404),
            ("POST", "/rate", r#"{"per_second": 0}"#, 400),
            ("POST", "/rate", r#"{"per_second": 5, "code": 1000}"#, 400),
            ("GET", "/objects/contacts/nobody", "", 404),
            ("GET", "/objects/hosts/ns1.none.example", "", 404),
            ("GET", "/log?after=x", "", 400),
            ("DELETE", "/log", "", 405),
            ("GET", "/nowhere", "", 404),
            ("POST", "/poll", &"x".repeat(super::LONGEST_BODY + 1), 413),
        ] {
            let (status, reply) = http(sandbox.control_address(), method, path, body).await;
            assert_eq!(status, expected, "{method} {path} {body}: {reply}");
            assert!(reply["error"].is_string(), "{method} {path}: {reply}");
        }
    }

    #[tokio::test]
    async fn faults_are_listed_until_they_are_cleared() {
        let (_dir, pki, sandbox) = sandbox().await;
        let control = sandbox.control_address();
        let fault =
            r#"{"match": {"verb": "create", "nth": 1}, "action": "delay", "delay": "1ms", "times": 2}"#;
        let (status, added) = http(control, "POST", "/faults", fault).await;
        assert_eq!((status, &added["id"], &added["fired"]), (201, &json!(1), &json!(0)));
        let mut wire = tls_login(sandbox.address(), &pki, "registrar-a").await;
        wire.ask(Command::new(&create("mine.example")), "create-1").await;
        let (_, listed) = http(control, "GET", "/faults", "").await;
        assert_eq!(listed["faults"][0]["fired"], 1);
        assert_eq!(listed["faults"][0]["action"], "delay");
        http(control, "DELETE", "/faults", "").await;
        assert_eq!(http(control, "GET", "/faults", "").await.1, json!({"faults": []}));
    }

    #[tokio::test]
    async fn clock_latency_and_balance_can_be_set() {
        let (_dir, _, sandbox) = sandbox().await;
        let post = async |path: &str, body: &str| http(sandbox.control_address(), "POST", path, body).await;
        let (_, clock) = post("/clock", r#"{"set": "2040-06-01T00:00:00Z"}"#).await;
        assert!(clock["now"].as_str().unwrap().starts_with("2040-06-01T00:00:0"), "{clock}");
        assert_eq!(post("/latency", r#"{"rtt": "20ms"}"#).await.0, 200);
        assert_eq!(sandbox.registry.latency().as_millis(), 20);
        let balance = r#"{"account": "registrar-a", "balance": "50.00"}"#;
        assert_eq!(post("/balance", balance).await.1["threshold"], "100.00");
        let (_, queued) = post("/poll", r#"{"account": "registrar-a", "msg": "second"}"#).await;
        assert_eq!(queued["id"], "2");
    }

    #[tokio::test]
    async fn phases_and_rates_can_be_set_and_lifted() {
        let (_dir, pki, sandbox) = sandbox().await;
        let mut wire = tls_login(sandbox.address(), &pki, "registrar-a").await;
        let post = async |path: &str, body: &str| http(sandbox.control_address(), "POST", path, body).await;
        assert_eq!(post("/phase", r#"{"zone": "app", "phase": "sunrise"}"#).await.0, 200);
        assert_eq!(wire.ask(Command::new(&create("a.app")), "id-1").await.code, 2003);
        assert_eq!(post("/phase", r#"{"zone": "app", "phase": "open"}"#).await.0, 200);
        let rate = r#"{"per_second": 1, "code": 2400}"#;
        assert_eq!(post("/rate", rate).await.0, 200);
        let (_, told) = http(sandbox.control_address(), "GET", "/rate", "").await;
        assert_eq!(told, json!({"per_second": 1, "code": 2400, "close": false}));
        assert_eq!(post("/rate", "{}").await.1["per_second"], json!(null));
        assert_eq!(wire.ask(Command::new(&create("a.app")), "id-2").await.code, 1000);
    }
}
