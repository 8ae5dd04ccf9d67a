//! What operators see and do, on their own listener: `/operator/v1`. A registry's name stands for all its accounts there;
//! each call works on one of them as well, below `/accounts/{account}`.

pub(super) mod messages;
pub(super) mod operations;
mod view;

use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::http::auth::bearer;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::Data;
use crate::service::{Error, Gateway, NewMaintenance, Operator, Target};

use view::{Maintenance, Registry, Reloaded, Seen};

/// An operator, who has shown a token.
#[derive(Debug)]
pub(super) struct Operating(Operator);

impl FromRequestParts<Gateway> for Operating {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or(Error::Unauthenticated);
        let operator = token.and_then(|token| gateway.operator(token));
        operator.map(Self).map_err(|error| {
            tracing::warn!(method = %parts.method, path = parts.uri.path(), "refused: no operator's token");
            error.into()
        })
    }
}

/// The registry of the path, and the account if it names one.
#[derive(Deserialize)]
pub(super) struct TargetPath {
    registry: String,
    account: Option<String>,
}

impl From<TargetPath> for Target {
    fn from(TargetPath { registry, account }: TargetPath) -> Self {
        Self { registry, account }
    }
}

/// Something of the target.
#[derive(Deserialize)]
pub(super) struct PartPath {
    registry: String,
    account: Option<String>,
    id: String,
}

impl PartPath {
    fn split(self) -> (Target, String) {
        let Self { registry, account, id } = self;
        (Target { registry, account }, id)
    }
}

/// Why, and for how long.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Word {
    #[serde(deserialize_with = "short")]
    reason: Option<String>,
    #[serde(rename = "for", deserialize_with = "duration")]
    time: Option<Duration>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Why {
    #[serde(deserialize_with = "short")]
    reason: Option<String>,
}

/// A maintenance: its end is a time, or so long after its beginning.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaintenanceRequest {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    #[serde(default, rename = "for", deserialize_with = "duration")]
    time: Option<Duration>,
    meanwhile: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndQuery {
    #[serde(default)]
    now: bool,
}

type Answer = Result<Json<Data<Seen>>, Problem>;

/// `GET /operator/v1/registries`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
) -> Result<Json<Data<Vec<Registry>>>, Problem> {
    Ok(Data::of(Registry::each(gateway.registry_accounts())))
}

/// `GET …/registries/{registry}` and `…/accounts/{account}`
pub(super) async fn show(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.look(&target)?)))
}

/// `POST …/pause`
pub(super) async fn pause(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.pause(&who, &target)?)))
}

/// `POST …/resume`
pub(super) async fn resume(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.resume(&who, &target)?)))
}

/// `POST …/drain`
pub(super) async fn drain(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
    body: Option<Body<Why>>,
) -> Answer {
    let (target, why) = (target.into(), body.map(|Body(why)| why).unwrap_or_default());
    Ok(Data::of(Seen::of(&target, gateway.drain(&who, &target, why.reason).await?)))
}

/// `POST …/reconnect`
pub(super) async fn reconnect(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.reconnect(&who, &target)?)))
}

/// `POST …/breaker/open`
pub(super) async fn open_breaker(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
    body: Option<Body<Word>>,
) -> Answer {
    let (target, word) = (target.into(), body.map(|Body(word)| word).unwrap_or_default());
    Ok(Data::of(Seen::of(&target, gateway.open_breaker(&who, &target, word.reason, word.time)?)))
}

/// `POST …/breaker/close`
pub(super) async fn close_breaker(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.close_breaker(&who, &target)?)))
}

/// `POST …/breaker/reset`
pub(super) async fn reset_breaker(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
) -> Answer {
    let target = target.into();
    Ok(Data::of(Seen::of(&target, gateway.reset_breaker(&who, &target)?)))
}

/// `GET …/maintenance`
pub(super) async fn maintenances(
    State(gateway): State<Gateway>,
    Operating(_): Operating,
    Path(target): Path<TargetPath>,
) -> Result<Json<Data<Vec<Maintenance>>>, Problem> {
    Ok(Data::of(Maintenance::each(&gateway.look(&target.into())?)))
}

/// `POST …/maintenance`
pub(super) async fn schedule(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(target): Path<TargetPath>,
    Body(request): Body<MaintenanceRequest>,
) -> Result<(StatusCode, Json<Data<Maintenance>>), Problem> {
    let MaintenanceRequest { from, until, time, meanwhile } = request;
    let until = match (until, time) {
        (Some(until), None) => until,
        (None, Some(time)) => from.unwrap_or_else(|| gateway.now()) + time,
        _ => return Err(Problem::field("until", "is to be given, or for: one of the two")),
    };
    let wanted = NewMaintenance { from, until, meanwhile };
    let scheduled = gateway.schedule_maintenance(&who, &target.into(), &wanted)?;
    Ok((StatusCode::CREATED, Data::of(Maintenance::from(&scheduled))))
}

/// `DELETE …/maintenance/{id}`
pub(super) async fn cancel(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(path): Path<PartPath>,
) -> Result<StatusCode, Problem> {
    let (target, id) = path.split();
    gateway.cancel_maintenance(&who, &target, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/accounts/{account}/sessions/{id}`
pub(super) async fn end_session(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
    Path(path): Path<PartPath>,
    Query(EndQuery { now }): Query<EndQuery>,
) -> Result<StatusCode, Problem> {
    let (target, id) = path.split();
    let id = id.parse().map_err(|_| Error::NotFound)?;
    gateway.end_session(&who, &target, id, now)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /operator/v1/reload`
pub(super) async fn reload(
    State(gateway): State<Gateway>,
    Operating(who): Operating,
) -> Result<Json<Data<Reloaded>>, Problem> {
    Ok(Data::of(gateway.reload(&who).await?.into()))
}

/// Words for a log and a page, not an essay.
fn short<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    match text {
        Some(text) if text.len() > LONGEST_REASON => Err(serde::de::Error::custom("is too long")),
        text => Ok(text),
    }
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let parse = |text: String| humantime::parse_duration(&text).map_err(serde::de::Error::custom);
    match text.map(parse).transpose()? {
        Some(time) if time > LONGEST => Err(serde::de::Error::custom("is longer than a year")),
        time => Ok(time),
    }
}

const LONGEST_REASON: usize = 200;
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
