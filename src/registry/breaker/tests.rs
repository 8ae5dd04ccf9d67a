//! The breaker by itself, on a paused clock.

use super::*;
use crate::trip::{IN_A_ROW, SAMPLES, WINDOW};

fn breaker() -> Breaker {
    Breaker::new(Arc::new(Metrics::new("test")), Chance::unknown())
}

fn trip(breaker: &Breaker) {
    for _ in 0..IN_A_ROW {
        breaker.fail(breaker.epoch(), &"no greeting");
    }
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_says_why_and_until_when_and_opens_longer_each_time() {
    let breaker = breaker();
    trip(&breaker);
    let ErrorKind::BreakerOpen { cause, .. } = breaker.admit().unwrap_err().kind else {
        panic!("refused for another reason");
    };
    assert_eq!(cause, "no greeting");
    for round in 0..8 {
        let start = Instant::now();
        let epoch = breaker.probe_due().await;
        let longest = OPEN_FIRST.saturating_mul(1 << round).min(OPEN_MOST);
        let waited = start.elapsed();
        assert!(waited >= longest / 2 && waited <= longest + SOON, "{waited:?}");
        assert!(breaker.admit().is_err());
        breaker.fail(epoch, &"no greeting");
        assert_eq!(breaker.state(), BreakerState::Open);
    }
    let epoch = breaker.probe_due().await;
    breaker.succeed(epoch);
    assert!(breaker.admit().is_ok());
}

#[tokio::test(start_paused = true)]
async fn results_from_before_a_trip_do_not_count() {
    let breaker = breaker();
    let before = breaker.admit().unwrap();
    trip(&breaker);
    breaker.probe_due().await;
    breaker.succeed(before);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn soft_failures_trip_by_their_share_only() {
    let breaker = breaker();
    for _ in 0..SAMPLES / 2 {
        breaker.succeed(0);
    }
    for _ in 1..SAMPLES / 2 {
        breaker.fail_softly(0, &"2400");
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.fail_softly(0, &"2400");
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn connections_lost_together_are_one_failure_and_lost_again_and_again_are_trouble() {
    let old = Instant::now();
    for waits in [false, true] {
        let breaker = breaker();
        tokio::time::advance(TOGETHER).await;
        for _ in 0..4 * IN_A_ROW {
            breaker.lose(breaker.epoch(), old, &"the connection was lost");
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        for _ in 1..IN_A_ROW {
            if waits {
                tokio::time::advance(TOGETHER).await;
            }
            let born = if waits { old } else { Instant::now() };
            breaker.lose(breaker.epoch(), born, &"the connection was lost");
        }
        assert_eq!(breaker.state(), BreakerState::Open);
    }
}

#[tokio::test(start_paused = true)]
async fn old_results_are_forgotten() {
    let breaker = breaker();
    for _ in 1..SAMPLES {
        breaker.fail_softly(0, &"2400");
    }
    tokio::time::advance(Duration::from_secs(WINDOW as u64)).await;
    breaker.fail_softly(0, &"2400");
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn slow_commands_trip_when_most_are() {
    let breaker = breaker();
    for _ in 0..5 {
        breaker.succeed(0);
    }
    for _ in 1..20 {
        breaker.succeed_slowly(0);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.succeed_slowly(0);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_disabled_breaker_never_trips_but_for_the_credentials() {
    let breaker = breaker();
    breaker.disable();
    for _ in 0..2 * IN_A_ROW {
        breaker.fail(breaker.epoch(), &"no greeting");
    }
    assert!(breaker.admit().is_ok());
    breaker.latch(&"wrong password");
    assert!(breaker.admit().is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_forced_until_a_time_ends_then() {
    let breaker = breaker();
    let minute = Duration::from_secs(60);
    breaker.force_open("lunch".into(), Some(Instant::now() + minute));
    assert_eq!(breaker.retry_after(), Some(minute));
    let _ = tokio::time::timeout(minute + SOON, breaker.keep_time()).await;
    assert_eq!(breaker.state(), BreakerState::Closed);
}
