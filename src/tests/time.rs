//! Time, as tests make it pass: at the gateway and at its registries alike.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use eppgate::app::App;
use eppgate::service::Gateway;
use eppgate_model::{Clock, Lease};
use serde_json::{Value, json};

use crate::support::{HOUR, JSON, send};

/// The clocks of a gateway and its registries, which go on together, and the work that becomes due.
pub(crate) struct Time {
    clock: Clock,
    /// Where the registries' clocks are set.
    controls: Vec<SocketAddr>,
    gateway: Gateway,
    /// Of a role that nobody else has.
    pub(crate) lease: Lease,
}

impl Time {
    /// `clock` is the gateway's; one that is started anew has another `role`.
    pub(crate) async fn of(app: &App, clock: Clock, controls: Vec<SocketAddr>, role: &str) -> Self {
        let gateway = app.gateway().clone();
        let lease = gateway.acquire_lease(role, "test", HOUR).await.unwrap().unwrap();
        Self { clock, controls, gateway, lease }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clocks go on.
    pub(crate) async fn pass(&self, time: chrono::Duration) {
        let span = json!({ "advance": format!("PT{}S", time.num_seconds()) }).to_string();
        for control in &self.controls {
            let passed = send(*control, "POST", "/clock", &[JSON], span.as_bytes()).await;
            assert_eq!(passed.status, 200, "{passed:?}");
        }
        self.clock.advance(time);
    }

    /// Only the gateway's clock goes on.
    pub(crate) fn pass_here(&self, time: chrono::Duration) {
        self.clock.advance(time);
    }

    /// The clocks go on until so long after (or before) a moment.
    pub(crate) async fn pass_to(&self, moment: &Value, and: chrono::Duration) {
        self.pass(at(moment) + and - self.now()).await;
    }

    /// Does what is due, until that has come of it which was to. The gateway's own worker may be at it as well, and what
    /// fails is tried again after a while.
    pub(crate) async fn until(&self, mut is_so: impl AsyncFnMut() -> bool) {
        for _ in 0..200 {
            self.work().await;
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.pass(chrono::Duration::minutes(2)).await;
        }
        panic!("it never came to be so");
    }

    /// Does all that is due.
    pub(crate) async fn work(&self) {
        while self.gateway.attend_domains(&self.lease).await.unwrap() > 0 {}
    }
}

/// A moment as the API tells it.
pub(crate) fn at(moment: &Value) -> DateTime<Utc> {
    moment.as_str().unwrap().parse().unwrap()
}

pub(crate) fn hours(hours: i64) -> chrono::Duration {
    chrono::Duration::hours(hours)
}

pub(crate) fn days(days: i64) -> chrono::Duration {
    chrono::Duration::days(days)
}
