//! Tests of the whole: a gateway on a free port, a sandbox registry behind it over TLS, HTTP in front.

#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod crash;
mod dev;
mod domains;
mod http;
mod layering;
mod outage;
mod outcome;
mod support;
