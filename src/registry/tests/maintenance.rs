//! What is promised about times in which a registry is worked on, and about an operator's word.

use eppgate_epp::Verb;
use tokio::time::{Instant, sleep};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, fails, first, read, request, run, start, transform};
use crate::error::{ErrorKind, Fate};
use crate::{BreakerState, Maintenance, Meanwhile, Origin, Registry};

/// A minute that begins in a minute.
fn schedule(registry: &Registry, meanwhile: Meanwhile) {
    let from = Instant::now() + MINUTE;
    let maintenance =
        Maintenance { id: "work".into(), from, until: from + MINUTE, meanwhile, origin: Origin::Operator };
    registry.schedule(maintenance).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_maintenance_finishes_logs_out_and_refuses_until_its_end() {
    let server = first(Verb::Delete, [Act::ReplyAfter(2 * SECOND)]);
    let registry = start(&server, "sessions = { limit = 2, spares = 1 }");
    schedule(&registry, Meanwhile::Reject);
    sleep(MINUTE - SECOND).await;
    let running = run(&registry, transform("ABC-1"));
    let refused = async {
        sleep(2 * SECOND).await;
        let refused = run(&registry, transform("ABC-2")).await.unwrap_err();
        assert_eq!(refused.retry_after(), Some(59 * SECOND));
        assert!(matches!((refused.kind, refused.fate), (ErrorKind::Maintenance { .. }, Fate::NotSent)));
    };
    let (running, ()) = tokio::join!(running, refused);
    assert!(running.is_ok());
    sleep(SECOND).await;
    assert_eq!((server.open(), server.count(Verb::Logout)), (0, 2));
    assert_eq!(registry.status().breaker, BreakerState::Maintenance);
    let attempts = server.attempts();
    sleep(56 * SECOND).await;
    assert_eq!(server.attempts(), attempts);
    sleep(3 * SECOND).await;
    assert_eq!(registry.status().breaker, BreakerState::Closed);
    assert!(run(&registry, transform("ABC-3")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_can_wait_until_the_end_may_do_so() {
    let server = Server::obedient();
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    schedule(&registry, Meanwhile::Hold);
    sleep(MINUTE + SECOND).await;
    let hopeless = registry.execute(request(transform("ABC-2"), 30 * SECOND)).await;
    assert!(matches!(fails(hopeless).0, ErrorKind::Maintenance { .. }));
    let begun = Instant::now();
    assert!(registry.execute(request(transform("ABC-3"), 2 * MINUTE)).await.is_ok());
    assert!(begun.elapsed() >= 59 * SECOND && begun.elapsed() < 62 * SECOND);
    assert_eq!(server.count(Verb::Delete), 1);
}

#[tokio::test(start_paused = true)]
async fn a_maintenance_can_be_called_off() {
    let registry = start(&Server::obedient(), "");
    schedule(&registry, Meanwhile::Reject);
    sleep(MINUTE + SECOND).await;
    assert_eq!(registry.status().breaker, BreakerState::Maintenance);
    registry.cancel_maintenance();
    sleep(2 * SECOND).await;
    assert!(run(&registry, read("ABC-1")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_operators_word_stands_above_what_happens() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(1000),
        _ => Act::Reply(2500),
    });
    let registry = start(&server, "");
    registry.force_closed();
    for number in 0..10 {
        let _ = run(&registry, transform(&format!("ABC-{number}"))).await;
    }
    assert_eq!((registry.status().breaker, server.count(Verb::Delete)), (BreakerState::Disabled, 10));
    registry.hold_until(Instant::now() + MINUTE, "lunch");
    let held = run(&registry, read("ABC-11")).await;
    assert!(matches!(fails(held), (ErrorKind::BreakerOpen { cause, .. }, Fate::NotSent) if cause == "lunch"));
    sleep(MINUTE + SECOND).await;
    assert_eq!(registry.status().breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_slow_for_all_is_in_trouble() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(1000),
        _ => Act::ReplyAfter(3 * SECOND),
    });
    let registry = start(&server, "sessions.limit = 10\ncommands.slow = '2s'");
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..50 {
        let registry = registry.clone();
        callers.spawn(async move { run(&registry, read(&format!("ABC-{caller}"))).await });
    }
    let done = callers.join_all().await;
    // Twenty that were slow, and those that had been sent by then.
    assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 30);
    assert!(registry.status().last_error.unwrap().contains("slow"));
}
