//! Tests of the whole: a gateway on a free port, a sandbox registry behind it over TLS, HTTP in front.

#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod accounts;
mod actions;
mod baggage;
mod beforehand;
mod characters;
mod conditional;
mod contacts;
mod coverage;
mod crash;
mod databases;
mod dev;
mod domains;
mod dry_run;
mod elsewhere;
mod hosts;
mod http;
mod idempotency;
mod layering;
mod leases;
mod life;
mod list;
mod lives;
mod locks;
mod news;
mod operator;
mod outage;
mod outcome;
mod own_ways;
mod pair;
mod policy;
mod poll;
mod prices;
mod purchases;
mod reconcile;
mod reload;
mod restore;
mod review;
mod support;
mod tenant;
mod time;
mod told;
mod transfers;
mod unknown;
mod world;
