//! Conditional requests (RFC 9110, 13): `ETag` on what has versions, `If-Match` and `If-None-Match` on what is asked of it.
//!
//! A change whose condition does not hold is refused before anything is sent; the service compares once more where the
//! change is begun. That a reader has the newest already is seen from the answer.

use axum::Json;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use eppgate_model::precondition::{Precondition, Tags, tag};
use eppgate_model::{Contact, Host};
use serde::Serialize;

use crate::http::problem::Problem;
use crate::http::render::Data;
use crate::service::{DomainView, Error};

/// What is shown has versions.
pub(super) trait Versioned {
    /// The tag of the one that is shown.
    fn tag(&self) -> String;
}

impl Versioned for DomainView {
    fn tag(&self) -> String {
        tag(self.domain.id.uuid(), self.domain.version)
    }
}

impl Versioned for Contact {
    fn tag(&self) -> String {
        tag(self.id.uuid(), self.version)
    }
}

impl Versioned for Host {
    fn tag(&self) -> String {
        tag(self.id.uuid(), self.version)
    }
}

/// An object with the tag of its version.
pub(super) struct Tagged<T> {
    tag: String,
    data: Json<Data<T>>,
}

impl<T> Tagged<T> {
    /// Shows it.
    pub(super) fn of<V: Versioned>(object: &V) -> Self
    where
        T: for<'a> From<&'a V>,
    {
        Self { tag: object.tag(), data: Data::of(T::from(object)) }
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(ETAG, format!("\"{}\"", self.tag))], self.data).into_response()
    }
}

/// What a request wants to hold of the object that it is about. What has no versions cannot meet a condition.
pub(super) fn precondition(parts: &Parts) -> Result<Option<Precondition>, Problem> {
    let wanted = named(&parts.headers, &IF_MATCH)?;
    let unwanted = named(&parts.headers, &IF_NONE_MATCH)?;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    // A reader that has the newest is told so, which is no failure.
    let unwanted = unwanted.filter(|_| !reads).map(|tags| tags.weakly());
    let wanted = wanted.map(|tags| tags.strongly());
    if wanted.is_none() && unwanted.is_none() {
        return Ok(None);
    }
    let is_versioned = parts
        .extensions
        .get::<MatchedPath>()
        .is_some_and(|path| VERSIONED.iter().any(|object| path.as_str().contains(object)));
    match is_versioned || reads {
        true => Ok(Some(Precondition::new(wanted, unwanted))),
        false if wanted.is_some() => Err(Error::PreconditionFailed.into()),
        false => Ok(None),
    }
}

/// What a reader has already, if that is what they say.
pub(super) fn known(method: &Method, headers: &HeaderMap) -> Option<Tags> {
    let reads = matches!(*method, Method::GET | Method::HEAD) && headers.contains_key(IF_NONE_MATCH);
    named(headers, &IF_NONE_MATCH).ok().flatten().filter(|_| reads).map(Named::weakly)
}

/// The answer for a reader who has that.
pub(super) fn unless_known(known: &Tags, response: Response) -> Response {
    let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(|tag| tag.trim_matches('"'));
    if response.status() != StatusCode::OK || !tag.is_some_and(|tag| known.contain(tag)) {
        return response;
    }
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    for absent in [CONTENT_LENGTH, CONTENT_TYPE] {
        head.headers.remove(absent);
    }
    Response::from_parts(head, Body::empty())
}

/// Tags as a header names them.
struct Named(Option<Vec<EntityTag>>);

struct EntityTag {
    is_weak: bool,
    text: String,
}

impl Named {
    /// For a comparison in which a weak tag is like none.
    fn strongly(self) -> Tags {
        let strong = |tags: Vec<EntityTag>| tags.into_iter().filter(|tag| !tag.is_weak).collect::<Vec<_>>();
        Self(self.0.map(strong)).weakly()
    }

    /// For one in which it is like a strong one.
    fn weakly(self) -> Tags {
        match self.0 {
            None => Tags::Any,
            Some(tags) => Tags::Of(tags.into_iter().map(|tag| tag.text).collect()),
        }
    }
}

/// A header's tags: `*`, or a list that may go on in further lines.
fn named(headers: &HeaderMap, header: &HeaderName) -> Result<Option<Named>, Problem> {
    let mut lines = headers.get_all(header).iter().peekable();
    if lines.peek().is_none() {
        return Ok(None);
    }
    let lines: Vec<&[u8]> = lines.map(|line| line.as_bytes()).collect();
    let text = lines.join(&b","[..]);
    if text.trim_ascii() == b"*" {
        return Ok(Some(Named(None)));
    }
    list(&text).map(|tags| Some(Named(Some(tags)))).ok_or_else(Problem::malformed)
}

/// `[W/]"…"`, with commas between; a member may be empty, but not all.
fn list(mut text: &[u8]) -> Option<Vec<EntityTag>> {
    let mut tags = Vec::new();
    loop {
        text = text.trim_ascii_start();
        if !text.is_empty() && !text.starts_with(b",") {
            let (is_weak, quoted) = match text.strip_prefix(b"W/") {
                Some(quoted) => (true, quoted),
                None => (false, text),
            };
            let opaque = quoted.strip_prefix(b"\"")?;
            let end = opaque.iter().position(|byte| *byte == b'"')?;
            if !opaque[..end].iter().all(|byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)) {
                return None;
            }
            tags.push(EntityTag { is_weak, text: String::from_utf8_lossy(&opaque[..end]).into_owned() });
            text = opaque[end + 1..].trim_ascii_start();
        }
        match text.split_first() {
            None => return (!tags.is_empty()).then_some(tags),
            Some((b',', rest)) => text = rest,
            Some(_) => return None,
        }
    }
}

/// Paths below which one object is meant.
const VERSIONED: [&str; 3] = ["/domains/{name}", "/contacts/{handle}", "/hosts/{name}"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tags_are_read_as_they_are_defined() {
        for (lines, tags) in [
            (&["\"a\""][..], Some("a")),
            (&["\"a\" , W/\"b\",\"c,d\""], Some("a W/b c,d")),
            (&["\"a\"", "\"b\""], Some("a b")),
            (&[", \"a\",, "], Some("a")),
            (&["\"\""], Some("")),
            (&["*"], Some("*")),
            (&[" * "], Some("*")),
            (&["a"], None),
            (&["\"a"], None),
            (&["\"a\"\"b\""], None),
            (&["\"a\" \"b\""], None),
            (&["w/\"a\""], None),
            (&["\"a b\""], None),
            (&["*, \"a\""], None),
            (&["\"a\"", "*"], None),
            (&[""], None),
            (&[","], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(IF_MATCH, line.parse().unwrap());
            }
            let read = named(&headers, &IF_MATCH).ok().flatten().map(|named| match named.0 {
                None => "*".to_owned(),
                Some(tags) => {
                    let shown =
                        |tag: EntityTag| format!("{}{}", if tag.is_weak { "W/" } else { "" }, tag.text);
                    tags.into_iter().map(shown).collect::<Vec<_>>().join(" ")
                }
            });
            assert_eq!(read.as_deref(), tags, "{lines:?}");
        }
    }

    #[test]
    fn a_weak_tag_is_enough_to_have_but_not_to_change() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, "W/\"a\"".parse().unwrap());
        assert!(known(&Method::GET, &headers).unwrap().contain("a"));
        assert_eq!(known(&Method::POST, &headers), None);
        let named = named(&headers, &IF_NONE_MATCH).ok().flatten().unwrap();
        assert!(!named.strongly().contain("a"));
    }
}
