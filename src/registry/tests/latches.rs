//! What ends the holding back of commands, and what does not.

use std::sync::Arc;

use tokio::time::{Instant, timeout};

use super::SECOND;
use crate::breaker::Breaker;
use crate::metrics::Metrics;
use crate::trip::IN_A_ROW;
use crate::{BreakerState, Chance};

#[tokio::test(start_paused = true)]
async fn a_latch_outlasts_an_operators_hold() {
    let breaker = Breaker::new(Arc::new(Metrics::new("test")), Chance::unknown());
    breaker.latch(&"wrong password");
    breaker.force_open("lunch".into(), Some(Instant::now() + SECOND));
    let _ = timeout(2 * SECOND, breaker.keep_time()).await;
    assert_eq!(breaker.state(), BreakerState::AuthLatched);
    breaker.unlatch();
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_hello_ends_a_row_of_failures_but_no_trouble() {
    let breaker = Breaker::new(Arc::new(Metrics::new("test")), Chance::unknown());
    for _ in 0..2 * IN_A_ROW {
        breaker.fail(breaker.epoch(), &"no greeting");
        breaker.is_reached(breaker.epoch());
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    for _ in 0..IN_A_ROW {
        breaker.fail(breaker.epoch(), &"no greeting");
    }
    breaker.is_reached(breaker.probe_due().await);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn a_hold_during_a_probe_leaves_it_to_another_probe() {
    let breaker = Breaker::new(Arc::new(Metrics::new("test")), Chance::unknown());
    for _ in 0..IN_A_ROW {
        breaker.fail(breaker.epoch(), &"no greeting");
    }
    let probed = breaker.probe_due().await;
    breaker.force_open("lunch".into(), Some(Instant::now() + SECOND));
    let _ = timeout(2 * SECOND, breaker.keep_time()).await;
    breaker.succeed(probed);
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.succeed(breaker.probe_due().await);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn only_an_operator_opens_a_latch() {
    let breaker = Breaker::new(Arc::new(Metrics::new("test")), Chance::unknown());
    breaker.latch(&"wrong password");
    breaker.succeed(breaker.epoch());
    assert_eq!(breaker.state(), BreakerState::AuthLatched);
    breaker.reset();
    assert_eq!(breaker.state(), BreakerState::Closed);
}
