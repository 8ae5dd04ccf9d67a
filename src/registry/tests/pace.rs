//! What is promised about a registry's limits on commands.

use std::sync::{Arc, Mutex};

use eppgate_epp::Verb;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, first, read, request, run, start, transform};
use crate::error::{ErrorKind, Fate};

/// An obedient registry, and when its commands came.
fn watched() -> (Server, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&times);
    let server = Server::new(move |_| {
        kept.lock().unwrap().push(Instant::now());
        Act::Reply(1000)
    });
    (server, times)
}

#[tokio::test(start_paused = true)]
async fn in_no_window_are_there_more_commands_than_the_rate_and_the_burst_logins_included() {
    let (server, times) = watched();
    let profile = "sessions = { limit = 3, spares = 1, max_commands = 10, idle_limit = '20s' }\nrate = { per_second = 4.0, burst = 3 }";
    let registry = start(&server, profile);
    let mut callers = JoinSet::new();
    for caller in 0..120 {
        let registry = registry.clone();
        callers.spawn(async move { run(&registry, read(&format!("ABC-{caller}"))).await.unwrap() });
    }
    callers.join_all().await;
    sleep(MINUTE).await;
    let times = times.lock().unwrap().clone();
    assert!(times.len() > 120);
    keeps(&times, 4.0, 3.0);
}

/// No window has more than the rate and the burst.
fn keeps(times: &[Instant], rate: f64, burst: f64) {
    for (from, begin) in times.iter().enumerate() {
        for (to, end) in times.iter().enumerate().skip(from) {
            let most = burst + rate * (*end - *begin).as_secs_f64() + 0.1;
            assert!((to - from + 1) as f64 <= most, "{} within {:?}", to - from + 1, *end - *begin);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_keeps_to_the_rate_as_well() {
    let (server, times) = watched();
    server.set_mute(5);
    let registry = start(&server, "rate = { per_second = 1.0, burst = 1 }\nsessions.connect_timeout = '2s'");
    assert!(run(&registry, read("ABC-0")).await.is_err());
    sleep(10 * SECOND).await;
    for number in 1..5 {
        run(&registry, read(&format!("ABC-{number}"))).await.unwrap();
    }
    let times = times.lock().unwrap().clone();
    assert!(times.len() >= 6);
    keeps(&times, 1.0, 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_cannot_go_before_its_deadline_is_refused_at_once() {
    let registry = start(&Server::obedient(), "rate = { per_second = 1.0, burst = 2 }");
    run(&registry, read("ABC-0")).await.unwrap();
    let mut callers = JoinSet::new();
    for caller in 1..=5 {
        let registry = registry.clone();
        callers.spawn(async move { run(&registry, read(&format!("ABC-{caller}"))).await });
        sleep(SECOND / 100).await;
    }
    let begun = Instant::now();
    let hopeless = registry.execute(request(transform("ABC-9"), 3 * SECOND)).await;
    let error = hopeless.unwrap_err();
    assert!(begun.elapsed() < SECOND / 10);
    assert!(error.retry_after().unwrap() > 3 * SECOND && error.is_unavailable());
    assert!(matches!((error.kind, error.fate), (ErrorKind::RateLimited { .. }, Fate::NotSent)));
    assert!(callers.join_all().await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_the_rate_slows_down_and_trips_nothing() {
    let server = first(Verb::Poll, [Act::Reply(2308); 8]);
    let registry =
        start(&server, "rate = { per_second = 100.0, refusals = [{ code = 2308, text = 'AS TOLD' }] }");
    // Asked once more, and then answered as it is.
    let refused = run(&registry, read("ABC-1")).await.unwrap();
    assert_eq!((refused.response.code().0, server.count(Verb::Poll)), (2308, 2));
    let begun = Instant::now();
    for number in 0..50 {
        run(&registry, transform(&format!("XYZ-{number}"))).await.unwrap();
    }
    let took = begun.elapsed();
    assert!(took > SECOND * 9 / 10 && took < SECOND * 11 / 10, "{took:?}");
    assert_eq!(registry.status().last_error, None);
}

#[tokio::test(start_paused = true)]
async fn a_session_under_penalty_rests_while_another_goes_on() {
    let server = first(Verb::Delete, [Act::Reply(2302)]);
    let registry = start(&server, "sessions.limit = 2\nrate.penalties = [{ code = 2302, time = '5s' }]");
    run(&registry, transform("ABC-1")).await.unwrap();
    sleep(SECOND).await;
    assert_eq!(registry.status().sessions.penalised, 1);
    let begun = Instant::now();
    for number in 0..20 {
        run(&registry, read(&format!("XYZ-{number}"))).await.unwrap();
    }
    assert!(begun.elapsed() < SECOND);
    assert!(server.connections_of(Verb::Poll).iter().all(|connection| *connection == 2));
    sleep(5 * SECOND).await;
    assert_eq!(registry.status().sessions.penalised, 0);
}

#[tokio::test(start_paused = true)]
async fn far_more_than_can_be_done_does_not_keep_what_can_be_from_being_done() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(1000),
        _ => Act::ReplyAfter(SECOND / 10),
    });
    let registry = start(&server, "");
    run(&registry, read("ABC-0")).await.unwrap();
    let mut callers = JoinSet::new();
    for number in 0..300 {
        let registry = registry.clone();
        callers.spawn(async move {
            sleep(SECOND / 30 * number).await;
            registry.execute(request(read(&format!("ABC-{}", number + 1)), 2 * SECOND)).await.is_ok()
        });
    }
    let done = callers.join_all().await.into_iter().filter(|is_done| *is_done).count();
    // Ten a second, for ten seconds.
    assert!(done >= 95, "{done} commands");
}
