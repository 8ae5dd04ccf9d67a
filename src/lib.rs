//! eppgate: an EPP gateway and connection pooler. Domain commands come in over HTTP and are run over pooled, mutually
//! authenticated EPP sessions: within each registry's limits, and never twice.
//!
//! The data flows one way, and each layer may use only those below it; a test holds them to it.
//!
//! ```text
//! cli (the binary) ──> app ──> http, worker ──> service ──> store, registry ──> model, epp
//! ```
//!
//! | module | what |
//! |---|---|
//! | [`http`] | the API: parse, one call, render |
//! | [`worker`] | loops that call the same gateway |
//! | [`service`] | the rules |
//! | [`config`], [`app`] | what it is set to, and how it starts and stops |
//! | [`metrics`] | the recorder and its buckets |
//!
//! Crates of their own, each in its folder here: `epp` (the codec), `model` (the nouns), `store` (all SQL), `registry`
//! (sessions, pools, breakers), `sandbox` (a registry to try it all on).

pub mod app;
pub mod config;
pub mod http;
pub mod metrics;
pub mod service;
pub mod worker;
