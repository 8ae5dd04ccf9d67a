//! What requests carry: JSON bodies, query strings and path segments, each typed, or refused in our own envelope.
//!
//! What is no JSON at all is 400; JSON of the wrong shape is 422 and names the field.

use std::error::Error as _;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::time::timeout;

use crate::http::problem::Problem;

/// A JSON body. `Option<Body<T>>` is one that may be left out.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The variable segments of the path, percent-decoded.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = read(request, state).await?;
        if is_json { parse(&bytes).map(Self) } else { Err(unsupported()) }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        let is_json = is_json(request.headers());
        let bytes = read(request, state).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(None),
            (false, true) => parse(&bytes).map(|value| Some(Self(value))),
            (false, false) => Err(unsupported()),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(value)| Self(value)).map_err(|rejection| wrong_query(&rejection))
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::malformed())
    }
}

/// The whole body, of bounded size and in bounded time.
pub(super) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large");
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    match timeout(BODY_TIMEOUT, Bytes::from_request(request, state)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)))) => {
            Err(too_large())
        }
        Ok(Err(_)) => Err(Problem::malformed()),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout")),
    }
}

fn unsupported() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
}

/// `application/json`, or any type that is JSON underneath.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // A wrong field may stand before the place where the text stops being JSON, which is the graver fault.
    let is_json = || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        if error.inner().is_data() && is_json() {
            wrong_field(&error.path().to_string(), &error.inner().to_string())
        } else {
            Problem::malformed()
        }
    })?;
    json.end().map_err(|_| Problem::malformed())?;
    Ok(value)
}

/// The rejection keeps the path of the parameter two sources down.
fn wrong_query(rejection: &QueryRejection) -> Problem {
    type Cause = serde_path_to_error::Error<serde::de::value::Error>;
    let mut source = rejection.source();
    while let Some(error) = source {
        if let Some(cause) = error.downcast_ref::<Cause>() {
            return wrong_field(&cause.path().to_string(), &cause.inner().to_string());
        }
        source = error.source();
    }
    Problem::malformed()
}

/// Blames the field that the message names, if it names one, else the one at `path`.
fn wrong_field(path: &str, message: &str) -> Problem {
    let message = message.split(" at line ").next().unwrap_or(message);
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match missing {
        Some(field) if path == "." => Problem::field(field, "is required"),
        Some(field) => Problem::field(format!("{path}.{field}"), "is required"),
        None if message.starts_with("unknown field") => Problem::field(path, "is not known here"),
        None => Problem::field(path, message),
    }
}

/// No request of the API needs more than a fraction of this.
pub(super) const MAX_BODY: usize = 1024 * 1024;

/// Enough for a body of that size over a slow line; a client that stops sending holds nothing for longer.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use axum::body::{Body as RawBody, to_bytes};
    use axum::response::IntoResponse;
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Order {
        #[expect(dead_code, reason = "only its reading is tested")]
        name: String,
        #[expect(dead_code, reason = "only its reading is tested")]
        years: Option<u32>,
        #[serde(default)]
        #[expect(dead_code, reason = "only its reading is tested")]
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    struct Line {
        #[expect(dead_code, reason = "only its reading is tested")]
        tag: u16,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        limit: Option<u32>,
    }

    async fn envelope(problem: Problem) -> (u16, Value) {
        let response = problem.into_response();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap())
    }

    fn post(media_type: &str, body: impl Into<RawBody>) -> Request {
        Request::post("/").header(CONTENT_TYPE, media_type).body(body.into()).unwrap()
    }

    async fn refusal(request: Request) -> (u16, Value) {
        let body = <Body<Order> as FromRequest<()>>::from_request(request, &()).await;
        envelope(body.map(drop).unwrap_err()).await
    }

    #[tokio::test]
    async fn what_is_no_json_is_malformed_and_what_is_of_the_wrong_shape_names_the_field() {
        let malformed = (400, json!({"error": "malformed_request"}));
        for body in ["", "{", "{\"name\":\"a\"} x", "{\"name\":7,", "nonsense", &"[".repeat(10_000)] {
            assert_eq!(refusal(post("application/json", body.to_owned())).await, malformed, "{body:.20}");
        }
        assert_eq!(refusal(post("application/json", &b"{\"name\":\"\xff\"}"[..])).await, malformed);
        for (body, field) in [
            ("{}", "name"),
            (r#"{"name":7}"#, "name"),
            (r#"{"name":"a","years":"one"}"#, "years"),
            (r#"{"name":"a","years":-1}"#, "years"),
            (r#"{"name":"a","lines":[{"tag":1},{"tag":70000}]}"#, "lines[1].tag"),
            (r#"{"name":"a","lines":[{}]}"#, "lines[0].tag"),
        ] {
            let (status, body) = refusal(post("application/json; charset=utf-8", body)).await;
            assert_eq!((status, &body["error"]), (422, &json!("unprocessable_entity")));
            assert!(body["details"][field][0].is_string(), "{field}: {body}");
        }
    }

    #[tokio::test]
    async fn other_media_types_and_large_bodies_have_their_own_codes() {
        let (status, body) = refusal(post("text/plain", "{}")).await;
        assert_eq!((status, body), (415, json!({"error": "unsupported_media_type"})));
        let (status, body) = refusal(post("application/json", vec![b' '; MAX_BODY + 1])).await;
        assert_eq!((status, body), (413, json!({"error": "payload_too_large"})));
    }

    #[tokio::test]
    async fn an_optional_body_may_be_left_out_but_not_be_wrong() {
        type Optional = Body<Order>;
        let none = Request::post("/").body(RawBody::empty()).unwrap();
        let body = <Optional as OptionalFromRequest<()>>::from_request(none, &()).await;
        assert!(body.unwrap().is_none());
        let wrong = post("application/json", "{}");
        assert!(<Optional as OptionalFromRequest<()>>::from_request(wrong, &()).await.is_err());
    }

    #[tokio::test]
    async fn a_wrong_query_names_the_parameter() {
        for (uri, field) in [("/?limit=many", "limit"), ("/?limt=5", "limt")] {
            let (mut parts, ()) = Request::get(uri).body(()).unwrap().into_parts();
            let query = Query::<Filter>::from_request_parts(&mut parts, &()).await;
            let (status, body) = envelope(query.map(|query| query.0.limit).unwrap_err()).await;
            assert_eq!(status, 422);
            assert!(body["details"][field][0].is_string(), "{uri}: {body}");
        }
    }
}
