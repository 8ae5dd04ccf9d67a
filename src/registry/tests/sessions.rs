//! What is promised about how many sessions there are, and how one follows another.

use std::collections::BTreeSet;
use std::time::Duration;

use eppgate_epp::Verb;
use secrecy::SecretString;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, parse, read, run, start, transform};
use crate::site::{Credentials, Site};
use crate::{Chance, Registry};

/// Logins and commands take a second each.
fn slow() -> Server {
    Server::new(|seen| match seen.verb {
        Verb::Logout => Act::Reply(1000),
        _ => Act::ReplyAfter(SECOND),
    })
}

/// So many commands at once.
fn crowd(registry: &Registry, callers: usize) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    for caller in 0..callers {
        let registry = registry.clone();
        crowd.spawn(async move {
            run(&registry, read(&format!("ABC-{caller}"))).await.unwrap();
        });
    }
    crowd
}

#[tokio::test(start_paused = true)]
async fn after_the_first_login_two_go_side_by_side() {
    let server = slow();
    let registry = start(&server, "sessions.limit = 8");
    let crowd = crowd(&registry, 100);
    for (at, open) in [(1, 1), (2, 3), (3, 5), (4, 7), (5, 8)] {
        let _ = at;
        sleep(SECOND).await;
        sleep(SECOND / 50).await;
        let sessions = registry.status().sessions;
        assert_eq!(sessions.idle + sessions.busy, open, "{at} s");
    }
    crowd.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_is_learnt_and_tried_again_later() {
    let begun = Instant::now();
    let mut logins = 0;
    let server = Server::new(move |seen| match seen.verb {
        Verb::Login => {
            logins += 1;
            let others_are_there = Instant::now() < begun + MINUTE;
            Act::Reply(if logins > 2 && others_are_there { 2502 } else { 1000 })
        }
        Verb::Logout => Act::Reply(1000),
        _ => Act::ReplyAfter(SECOND),
    });
    let registry = start(&server, "sessions.limit = 6");
    let crowded = crowd(&registry, 60);
    sleep(30 * SECOND).await;
    assert_eq!(registry.status().sessions.limit, 2);
    assert!(server.count(Verb::Login) <= 4);
    crowded.join_all().await;
    assert_eq!(registry.status().last_error, None);
    sleep(20 * MINUTE).await;
    assert_eq!(registry.status().sessions.limit, 6);
    crowd(&registry, 60).join_all().await;
    assert_eq!(registry.status().sessions.busy + registry.status().sessions.idle, 6);
}

#[tokio::test(start_paused = true)]
async fn with_room_for_both_a_session_is_replaced_before_it_ends() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::ReplyAfter(2 * SECOND),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "sessions = { limit = 2, max_age = '10m', max_commands = 300 }");
    run(&registry, read("ABC-0")).await.unwrap();
    for command in 1..2000 {
        sleep(SECOND).await;
        let begun = Instant::now();
        run(&registry, read(&format!("ABC-{command}"))).await.unwrap();
        assert!(begun.elapsed() < SECOND / 10, "command {command}");
    }
    assert!(server.count(Verb::Login) >= 6);
    assert_eq!(server.highest(), 2);
}

#[tokio::test(start_paused = true)]
async fn there_are_no_more_sessions_than_are_wanted() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { limit = 8, spares = 2, max_age = '10m' }");
    for hour in 0..5 {
        run(&registry, read(&format!("ABC-{hour}"))).await.unwrap();
        sleep(60 * MINUTE).await;
        let sessions = registry.status().sessions;
        assert_eq!(sessions.idle + sessions.busy, 3, "in hour {hour}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_room_one_ends_before_the_next_begins() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { limit = 1, max_age = '10m' }");
    for command in 0..40 {
        run(&registry, read(&format!("ABC-{command}"))).await.unwrap();
        sleep(MINUTE).await;
    }
    assert!(server.count(Verb::Login) >= 4);
    assert_eq!(server.highest(), 1);
}

#[tokio::test(start_paused = true)]
async fn sessions_that_begin_together_retire_one_after_the_other() {
    let credentials = Credentials { client_id: "me".into(), password: SecretString::from("secret") };
    let site = Site::new(
        "test".into(),
        parse("sessions = { limit = 5, max_age = '100m' }"),
        credentials,
        Chance::unknown(),
    );
    let begun = Instant::now();
    let profile = site.terms();
    let ages: Vec<Duration> = (0..5).map(|_| site.retire_at(&profile.profile.sessions) - begun).collect();
    assert!(ages.windows(2).all(|pair| pair[1] - pair[0] >= 4 * MINUTE), "{ages:?}");
    assert!(ages.iter().all(|age| (80 * MINUTE..=100 * MINUTE).contains(age)), "{ages:?}");
}

#[tokio::test(start_paused = true)]
async fn no_minute_has_more_logins_than_it_may() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { limit = 3, max_commands = 10, logins_per_minute = 6 }");
    let crowd = crowd(&registry, 200);
    let mut before = 0;
    for _ in 0..4 {
        sleep(MINUTE).await;
        let logins = server.count(Verb::Login);
        assert!(logins - before <= 6, "{} logins", logins - before);
        before = logins;
    }
    drop(crowd);
}

#[tokio::test(start_paused = true)]
async fn a_login_without_an_answer_holds_its_slot_until_the_registry_has_closed_it() {
    let mut logins = [Act::ReplyAfter(10 * SECOND)].into_iter();
    let server = Server::new(move |seen| match seen.verb {
        Verb::Login => logins.next().unwrap_or(Act::Reply(1000)),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "sessions.connect_timeout = '2s'");
    assert!(run(&registry, read("ABC-1")).await.is_ok());
    assert_eq!((server.count(Verb::Login), server.highest()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_slow_logouts_as_long_as_it_may() {
    let mut replies = Some(Act::ReplyAfter(8 * SECOND));
    let server = Server::new(move |seen| match seen.verb {
        Verb::Logout => replies.take().unwrap_or(Act::Reply(1000)),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    registry.drain(10 * SECOND).await;
    assert_eq!(server.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_given_up_holds_its_slot_as_long_as_the_registry_is_busy_with_it() {
    let mut acts = [Act::Garbage, Act::ReplyAfter(5 * SECOND)].into_iter();
    let server = Server::new(move |seen| match seen.verb {
        Verb::Poll => acts.next().unwrap_or(Act::Reply(1000)),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "sessions.window = 2");
    let (first, second) = tokio::join!(run(&registry, read("ABC-1")), run(&registry, read("ABC-2")));
    assert!(first.is_err() && second.is_err());
    assert!(run(&registry, read("ABC-3")).await.is_ok());
    assert_eq!((server.count(Verb::Login), server.highest()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn few_sessions_do_the_work_where_few_are_enough() {
    let mut slow = 4;
    let server = Server::new(move |seen| match seen.verb {
        Verb::Poll if slow > 0 => {
            slow -= 1;
            Act::ReplyAfter(SECOND)
        }
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "sessions.limit = 4");
    crowd(&registry, 4).join_all().await;
    assert_eq!(server.open(), 4);
    for number in 0..20 {
        run(&registry, transform(&format!("DEF-{number}"))).await.unwrap();
    }
    let worked: BTreeSet<usize> = server.connections_of(Verb::Delete).into_iter().collect();
    assert_eq!(worked.len(), 1, "{worked:?}");
    // The others are not needed, and all but the first lane's end.
    sleep(MINUTE).await;
    assert!(server.open() < 4);
}
