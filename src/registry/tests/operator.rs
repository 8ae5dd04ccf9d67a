//! What an operator is promised: to hold, to send home, to replace and to end, without a command lost or sent twice.

use eppgate_epp::Verb;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, TWO, fails, first, read, request, run, start, transform};
use crate::error::{ErrorKind, Fate};
use crate::{BreakerState, Class, Maintenance, Meanwhile, Origin, Registry};

/// Ten commands at once, each a second long at the registry.
fn load(registry: &Registry) -> JoinSet<bool> {
    let mut load = JoinSet::new();
    for number in 0..10 {
        let registry = registry.clone();
        load.spawn(async move { run(&registry, transform(&format!("ABC-{number}"))).await.is_ok() });
    }
    load
}

fn slow() -> Server {
    Server::new(|seen| match seen.verb {
        Verb::Delete => Act::ReplyAfter(SECOND),
        _ => Act::Reply(1000),
    })
}

#[tokio::test(start_paused = true)]
async fn while_paused_nothing_is_sent_nothing_refused_and_no_session_ends() {
    let server = slow();
    let registry = start(&server, TWO);
    run(&registry, read("ABC-0")).await.unwrap();
    registry.pause();
    let load = load(&registry);
    let hurried = registry.execute(request(read("ABC-10"), 5 * SECOND)).await;
    assert_eq!(fails(hurried), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    sleep(10 * SECOND).await;
    assert_eq!((server.count(Verb::Delete), server.count(Verb::Login), server.open()), (0, 1, 1));
    let seen = registry.snapshot();
    assert!(seen.paused);
    assert_eq!(seen.queue.classes[Class::Interactive as usize], (Class::Interactive, 11, 1));
    registry.resume();
    assert!(load.join_all().await.into_iter().all(|done| done));
    assert_eq!((server.count(Verb::Delete), registry.snapshot().paused), (10, false));
}

#[tokio::test(start_paused = true)]
async fn a_pause_does_not_hold_up_the_end() {
    let server = Server::obedient();
    let registry = start(&server, "");
    registry.pause();
    let waiting = run(&registry, transform("ABC-1"));
    let (waiting, ()) = tokio::join!(waiting, async {
        sleep(SECOND).await;
        registry.drain(MINUTE).await;
    });
    assert_eq!(fails(waiting), (ErrorKind::Draining, Fate::NotSent));
    assert_eq!(server.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_is_sent_home_finishes_first_and_comes_back_when_called() {
    let server = slow();
    let registry = start(&server, "sessions = { limit = 2, spares = 1 }");
    let running = run(&registry, transform("ABC-1"));
    let sent_home = async {
        sleep(SECOND / 2).await;
        assert!(registry.send_home("a drill", MINUTE).await);
        assert_eq!((server.open(), server.count(Verb::Logout)), (0, 2));
        assert_eq!(registry.status().breaker, BreakerState::Drained);
    };
    let (running, ()) = tokio::join!(running, sent_home);
    assert!(running.is_ok());
    let held = run(&registry, transform("ABC-2")).await;
    assert!(
        matches!(fails(held), (ErrorKind::BreakerOpen { cause, .. }, Fate::NotSent) if cause == "a drill")
    );
    sleep(MINUTE).await;
    assert_eq!(server.attempts(), 2);
    registry.resume();
    assert!(run(&registry, transform("ABC-3")).await.is_ok());
    assert_eq!(server.count(Verb::Delete), 2);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_being_opened_is_sent_home_as_well() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::ReplyAfter(2 * SECOND),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    sleep(SECOND).await;
    assert!(registry.send_home("too early", MINUTE).await);
    sleep(5 * SECOND).await;
    assert_eq!((server.open(), server.count(Verb::Login)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn reconnecting_replaces_every_session_and_loses_nothing() {
    let server = slow();
    let registry = start(&server, TWO);
    let load = load(&registry);
    sleep(2 * SECOND).await;
    registry.reconnect();
    assert!(load.join_all().await.into_iter().all(|done| done));
    assert_eq!((server.count(Verb::Delete), server.count(Verb::Login)), (10, 4));
    assert_eq!((server.highest(), server.count(Verb::Logout)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_session_can_be_ended_in_good_order_or_at_once() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Delete => Act::Hang,
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    let id = registry.snapshot().sessions[0].id;
    assert!(registry.end_session(id, false));
    run(&registry, read("ABC-2")).await.unwrap();
    assert_eq!((server.count(Verb::Login), server.count(Verb::Logout)), (2, 1));
    assert!(!registry.end_session(id, false), "it has gone");

    let lost = run(&registry, transform("ABC-3"));
    let cut = async {
        sleep(SECOND).await;
        assert!(registry.end_session(registry.snapshot().sessions[0].id, true));
    };
    let (lost, ()) = tokio::join!(lost, cut);
    assert_eq!(fails(lost), (ErrorKind::ConnectionLost, Fate::Unknown));
    assert_eq!(registry.snapshot().breaker.failure_ratio, 0.0);
    assert!(run(&registry, read("ABC-4")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_tells_what_each_session_does() {
    let server = first(Verb::Delete, [Act::ReplyAfter(10 * SECOND)]);
    let registry =
        start(&server, "sessions = { limit = 2, spares = 1 }\nrate = { per_second = 2.0, burst = 5 }");
    run(&registry, read("ABC-1")).await.unwrap();
    sleep(SECOND).await;
    let running = run(&registry, transform("ABC-2"));
    let look = async {
        sleep(SECOND).await;
        let seen = registry.snapshot();
        let of = |state| seen.sessions.iter().find(|session| session.state == state).unwrap();
        let (busy, idle) = (of("busy"), of("idle"));
        assert_eq!((busy.commands, busy.in_flight, busy.idle), (3, 1, None));
        assert_eq!((idle.commands, idle.in_flight), (1, 0));
        assert!(idle.idle.unwrap() >= 2 * SECOND && busy.age >= 2 * SECOND);
        assert_eq!((seen.sessions.len(), seen.session_limit, seen.spares), (2, 2, 1));
        let limiter = seen.limiter.unwrap();
        assert_eq!((limiter.per_second, limiter.ceiling, limiter.lowered), (Some(2.0), Some(2.0), false));
    };
    assert!(tokio::join!(running, look).0.is_ok());
}

#[tokio::test(start_paused = true)]
async fn resuming_takes_back_only_what_an_operator_did() {
    let registry = start(&Server::new(|_| Act::Reply(2200)), "");
    assert!(timeout(MINUTE, run(&registry, read("ABC-1"))).await.unwrap().is_err());
    assert_eq!(registry.status().breaker, BreakerState::AuthLatched);
    registry.resume();
    assert_eq!(registry.status().breaker, BreakerState::AuthLatched);

    let server = Server::obedient();
    let registry = start(&server, "");
    let (id, now) = ("work".into(), Instant::now());
    let (from, until, meanwhile) = (now, now + MINUTE, Meanwhile::Reject);
    registry.schedule(Maintenance { id, from, until, meanwhile, origin: Origin::Operator }).unwrap();
    assert_eq!(registry.status().breaker, BreakerState::Maintenance);
    registry.hold("as well");
    registry.resume();
    assert_eq!(registry.status().breaker, BreakerState::Maintenance);
    assert_eq!(registry.snapshot().maintenances.len(), 1);
    assert!(registry.cancel("work") && !registry.cancel("work"));
    sleep(2 * SECOND).await;
    assert!(run(&registry, read("ABC-2")).await.is_ok());
}
