//! Tests of the whole: a gateway on a free port, a sandbox registry behind it over TLS, HTTP in front.

mod http;
mod layering;
mod support;
