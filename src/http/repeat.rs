//! `Idempotency-Key`: what changes something may be sent again under the same key, and is done once.
//!
//! The caller is let in before the key is looked at, so that nobody learns the answer to a request that they may not
//! make. From there on all goes to its end, whether or not the caller waits: the answer is kept for their return.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use eppgate_model::idempotency::IdempotencyKey;
use serde_json::Value;

use crate::http::problem::Problem;
use crate::http::{auth, extract, told};
use crate::service::{Course, Gateway, Repeatable};

/// Whether a request asks to be done once, however often it is sent.
pub(super) fn is_asked_for(request: &Request) -> bool {
    CHANGING.contains(request.method()) && request.headers().contains_key(KEY)
}

/// Carries such a request out, or gives the answer that it got before.
pub(super) async fn once(gateway: &Gateway, request: Request, next: Next) -> Response {
    let own = gateway.clone();
    let work = async move { Ok(attempt(&own, request, next).await.unwrap_or_else(Problem::into_response)) };
    gateway.to_its_end(work).await.unwrap_or_else(|error| Problem::from(error).into_response())
}

async fn attempt(gateway: &Gateway, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Ok(caller) = auth::writer(&mut parts, gateway).await else {
        // The handler says why not, or that what is asked for changes nothing.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let key = one_key(&parts.headers)?;
    let body = extract::read(Request::from_parts(parts.clone(), body), gateway).await?;
    let canonical = canonical(&body);
    let mut told_apart = vec![parts.method.as_str().as_bytes(), target(&parts).as_bytes(), &canonical];
    for condition in [IF_MATCH, IF_NONE_MATCH] {
        told_apart.extend(parts.headers.get_all(condition).iter().map(HeaderValue::as_bytes));
    }
    let attempt = match gateway.attempt(&caller, &key, &told_apart).await? {
        Repeatable::Answer(answer) => {
            let answer = unpacked(&answer).ok_or_else(Problem::internal)?;
            return Ok(marked(answer, "true"));
        }
        Repeatable::Attempt(attempt) => attempt,
    };
    parts.extensions.insert(attempt.clone());
    let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if let Some(course) = Course::current() {
        told::result(&course, response.headers_mut());
    }
    let is_final = is_final(&response);
    let (head, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER).await.map_err(|_| Problem::internal())?;
    let packed = is_final.then(|| packed(head.status, &head.headers, &body));
    if let Err(error) = gateway.end_attempt(caller.tenant_id, &attempt, packed.as_deref()).await {
        tracing::error!(%error, "the answer to a request is not kept for its repetition");
    }
    Ok(marked(Response::from_parts(head, Body::from(body)), "false"))
}

/// The one well-formed key.
fn one_key(headers: &HeaderMap) -> Result<IdempotencyKey, Problem> {
    let mut values = headers.get_all(KEY).iter();
    let key = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(|text| text.parse().ok()),
        _ => None,
    };
    key.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "malformed_idempotency_key"))
}

fn target(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("", |target| target.as_str())
}

/// The body without what makes no difference: white space and the order of members.
fn canonical(body: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            value.sort_all_objects();
            value.to_string().into_bytes()
        }
        Err(_) => body.to_vec(),
    }
}

/// Whether a repetition would get the same answer. "Not you", "not now" and "we failed" may be otherwise next time.
fn is_final(response: &Response) -> bool {
    let status = response.status();
    let not_you = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    !status.is_server_error() && !not_you.contains(&status) && !response.headers().contains_key(RETRY_AFTER)
}

fn marked(mut response: Response, replayed: &'static str) -> Response {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static(replayed));
    response
}

/// An answer in one piece: a line of JSON with status and headers, then the body.
fn packed(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let kept = headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH);
    let kept: Vec<_> = kept.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let mut packed = serde_json::json!([status.as_u16(), kept]).to_string().into_bytes();
    packed.push(b'\n');
    packed.extend_from_slice(body);
    packed
}

fn unpacked(answer: &[u8]) -> Option<Response> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let (status, headers): (u16, Vec<(String, String)>) = serde_json::from_slice(&answer[..end]).ok()?;
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer[end + 1..].to_vec())).ok()
}

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const CHANGING: [Method; 4] = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Far more than any answer to a change.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_say_the_same_are_the_same() {
        for (one, other, same) in [
            (r#"{"a":1,"b":{"c":2,"d":3}}"#, r#" { "b": {"d":3, "c":2}, "a": 1 } "#, true),
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false),
            (r#"{"a":1}"#, r#"{"a":"1"}"#, false),
            ("", "{}", false),
            ("{", "{", true),
        ] {
            assert_eq!(canonical(one.as_bytes()) == canonical(other.as_bytes()), same, "{one} {other}");
        }
    }

    #[tokio::test]
    async fn an_answer_is_unpacked_as_it_was_packed() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", HeaderValue::from_static("\"7\""));
        for body in [&b"{\n}"[..], b""] {
            let answer = unpacked(&packed(StatusCode::CREATED, &headers, body)).unwrap();
            assert_eq!((answer.status(), answer.headers()), (StatusCode::CREATED, &headers));
            assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), body);
        }
        assert!(unpacked(b"not an answer").is_none());
    }
}
