//! What answers tell in their headers of the way to registries: the result that decided, and where the time went.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::service::{Course, Times};

/// The result of the command that decided, with its transaction ids. An answer that is told again has its own already.
pub(super) fn result(course: &Course, headers: &mut HeaderMap) {
    let Some(reply) = course.reply().filter(|_| !headers.contains_key(RESULT_CODE)) else { return };
    headers.insert(RESULT_CODE, reply.code.0.into());
    // A registry may choose an id that is no text for a header.
    for (name, id) in [(CLIENT_ID, reply.client_id), (SERVER_ID, reply.server_id)] {
        if let Some(id) = HeaderValue::try_from(id).ok().filter(|id| !id.is_empty()) {
            headers.insert(name, id);
        }
    }
}

/// `Server-Timing`, in milliseconds, of what went to a registry.
pub(super) fn times(course: &Course, headers: &mut HeaderMap) {
    let Some(Times { queue, epp, db }) = course.times() else { return };
    let [queue, epp, db] = [queue, epp, db].map(|time| time.as_secs_f64() * 1000.0);
    let text = format!("queue;dur={queue:.3}, epp;dur={epp:.3}, db;dur={db:.3}");
    headers.insert(TIMING, HeaderValue::try_from(text).expect("numbers are ASCII"));
}

const RESULT_CODE: HeaderName = HeaderName::from_static("epp-result-code");
const CLIENT_ID: HeaderName = HeaderName::from_static("epp-cltrid");
const SERVER_ID: HeaderName = HeaderName::from_static("epp-svtrid");
const TIMING: HeaderName = HeaderName::from_static("server-timing");
