//! What a registry account promises, shown against a registry in memory under a paused clock.

mod checks;
mod latches;
mod load;
mod lookout;
mod maintenance;
mod operator;
mod pace;
mod pipelining;
mod reload;
mod server;
mod sessions;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use eppgate_epp::domain::Delete;
use eppgate_epp::poll::Poll;
use eppgate_epp::{Command, CommandFrame, ResultCode, Verb};
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use crate::error::{Error, ErrorKind, Fate};
use crate::request::{Answer, Class, Request};
use crate::site::{Credentials, Site};
use crate::transport::Connect;
use crate::{BreakerState, Chance, Profile, Registry};
use server::{Act, Server};

const DOMAIN: &str = "urn:ietf:params:xml:ns:domain-1.0";

fn start(server: &Server, profile: &str) -> Registry {
    start_at(server.clone(), profile)
}

fn start_at(server: impl Connect, profile: &str) -> Registry {
    Registry::start_with(site(profile), server)
}

fn site(profile: &str) -> Site {
    let credentials =
        Credentials { client_id: "me".into(), password: SecretString::from("sandbox-password") };
    Site::new("test".into(), parse(profile), credentials, Chance::unknown())
}

fn parse(profile: &str) -> Profile {
    let head = format!("name = 'test'\nservices = {{ objects = ['{DOMAIN}', 'urn:mine'] }}\n");
    Profile::parse(&(head + profile)).unwrap()
}

/// Two sessions at work and no spare.
const TWO: &str = "sessions.limit = 2";

fn request(command: CommandFrame, patience: Duration) -> Request {
    Request { command, class: Class::Interactive, tenant: 1, deadline: Instant::now() + patience }
}

/// A command that changes nothing.
fn read(id: &str) -> CommandFrame {
    Command::poll(&Poll::Req).finish(id).unwrap()
}

/// A command that must not be sent twice.
fn transform(id: &str) -> CommandFrame {
    let delete = Delete { name: "example.test".into() };
    Command::new(&delete).finish(id).unwrap()
}

async fn run(registry: &Registry, command: CommandFrame) -> Result<Answer, Error> {
    registry.execute(request(command, MINUTE)).await
}

fn fails(result: Result<Answer, Error>) -> (ErrorKind, Fate) {
    let error = result.unwrap_err();
    (error.kind, error.fate)
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The first commands of each verb are treated by the list, all others are done.
fn first<const N: usize>(verb: Verb, acts: [Act; N]) -> Server {
    let mut acts = acts.into_iter();
    Server::new(move |seen| match seen.verb == verb {
        true => acts.next().unwrap_or(Act::Reply(1000)),
        false => Act::Reply(1000),
    })
}

#[tokio::test(start_paused = true)]
async fn a_command_gets_its_own_reply() {
    let server = Server::obedient();
    let registry = start(&server, "");
    let answer = run(&registry, transform("ABC-1")).await.unwrap();
    assert_eq!(answer.response.code(), ResultCode::OK);
    assert_eq!(answer.response.tr_id.client.as_deref(), Some("ABC-1"));
}

#[tokio::test(start_paused = true)]
async fn only_what_greeting_and_profile_name_is_spoken() {
    let registry = start(&Server::obedient(), "");
    assert!(registry.speaks(DOMAIN) && registry.speaks("urn:mine"));
    run(&registry, read("ABC-1")).await.unwrap();
    assert!(registry.speaks(DOMAIN));
    assert!(!registry.speaks("urn:mine") && !registry.speaks("urn:other"));
}

#[tokio::test(start_paused = true)]
async fn a_reply_to_another_command_makes_all_in_flight_unknown() {
    let server = first(Verb::Delete, [Act::Hang, Act::WrongId]);
    let registry = start(&server, "sessions = { window = 3, transforms = 3 }");
    let (a, b, c) = tokio::join!(
        run(&registry, transform("ABC-1")),
        run(&registry, transform("ABC-2")),
        run(&registry, read("ABC-3")),
    );
    for result in [a, b, c] {
        assert_eq!(fails(result), (ErrorKind::Desync, Fate::Unknown));
    }
    assert!(run(&registry, read("ABC-4")).await.is_ok());
    assert_eq!(server.count(Verb::Login), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_does_not_lose_the_session() {
    let server = first(Verb::Delete, [Act::ReplyAfter(SECOND)]);
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    let left = registry.execute(request(transform("ABC-2"), MINUTE));
    assert!(tokio::time::timeout(SECOND / 2, left).await.is_err());
    let answer = run(&registry, read("ABC-3")).await.unwrap();
    assert_eq!(answer.response.tr_id.client.as_deref(), Some("ABC-3"));
    assert_eq!((server.count(Verb::Login), server.count(Verb::Delete)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_the_queue_takes_its_command_along() {
    let server = first(Verb::Poll, [Act::ReplyAfter(2 * SECOND)]);
    let registry = start(&server, "");
    let busy = run(&registry, read("ABC-1"));
    let left = async {
        sleep(SECOND).await;
        let waiting = registry.execute(request(transform("ABC-2"), MINUTE));
        assert!(tokio::time::timeout(SECOND / 2, waiting).await.is_err());
    };
    let (busy, ()) = tokio::join!(busy, left);
    busy.unwrap();
    run(&registry, read("ABC-3")).await.unwrap();
    assert_eq!(server.count(Verb::Delete), 0);
}

#[tokio::test(start_paused = true)]
async fn a_command_without_a_byte_written_is_done_on_another_session() {
    // The server takes the first command and no more; the pipe then holds a part of the second and nothing of the third.
    let server = first(Verb::Delete, [Act::StallAndDrop(SECOND)]).with_pipe(64);
    let registry = start(&server, "sessions = { window = 3, transforms = 3 }");
    let (first, second, third) = tokio::join!(
        run(&registry, transform("ABC-1")),
        run(&registry, transform("ABC-2")),
        run(&registry, transform("ABC-3")),
    );
    for lost in [first, second] {
        assert_eq!(fails(lost), (ErrorKind::ConnectionLost, Fate::Unknown));
    }
    assert!(third.is_ok());
    assert_eq!(server.connections_of(Verb::Delete), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_session_lost_in_idleness_costs_no_command() {
    let server = first(Verb::Poll, [Act::Reply(1500)]);
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    assert!(run(&registry, transform("ABC-2")).await.is_ok());
    assert_eq!(server.connections_of(Verb::Delete), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_transform_whose_reply_is_lost_is_unknown_and_not_sent_again() {
    let server = first(Verb::Delete, [Act::DropAfter]);
    let registry = start(&server, TWO);
    let lost = run(&registry, transform("ABC-1")).await;
    assert_eq!(fails(lost), (ErrorKind::ConnectionLost, Fate::Unknown));
    sleep(MINUTE).await;
    assert_eq!(server.count(Verb::Delete), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_whose_reply_is_lost_is_asked_once_more_elsewhere() {
    let server = first(Verb::Poll, [Act::DropAfter, Act::Reply(1300), Act::DropAfter, Act::DropAfter]);
    let registry = start(&server, TWO);
    assert!(run(&registry, read("ABC-1")).await.is_ok());
    let lost = run(&registry, read("ABC-2")).await;
    assert_eq!(fails(lost), (ErrorKind::ConnectionLost, Fate::Unknown));
    let connections = server.connections_of(Verb::Poll);
    assert_eq!(connections.len(), 4);
    assert!(connections[0] != connections[1] && connections[2] != connections[3]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_logged_out_is_retired() {
    let server = first(Verb::Poll, [Act::Reply(2002)]);
    let registry = start(&server, "");
    assert!(run(&registry, read("ABC-1")).await.is_ok());
    assert_eq!(server.connections_of(Verb::Poll), [1, 2]);
    let server = first(Verb::Delete, [Act::Reply(2002)]);
    let registry = start(&server, "");
    let refused = run(&registry, transform("ABC-1")).await;
    assert_eq!(fails(refused), (ErrorKind::NotLoggedIn, Fate::NotSent));
    assert_eq!(server.count(Verb::Delete), 1);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_ends_the_session_is_told() {
    for code in [2500, 2501, 2502].map(ResultCode) {
        let mut told = Some(Act::Reply(code.0));
        let server = Server::new(move |seen| match seen.verb {
            Verb::Delete => told.take().unwrap_or(Act::Reply(1000)),
            _ => Act::Reply(1000),
        });
        let registry = start(&server, "");
        let ended = run(&registry, transform("ABC-1")).await;
        assert_eq!(fails(ended), (ErrorKind::SessionEnded(code), Fate::Refused(code)));
        assert!(run(&registry, transform("ABC-2")).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn business_results_and_2400_are_answers() {
    for code in [1001, 2302, 2303, 2400] {
        let server = Server::new(move |seen| match seen.verb {
            Verb::Delete => Act::Reply(code),
            _ => Act::Reply(1000),
        });
        let registry = start(&server, "");
        let answer = run(&registry, transform("ABC-1")).await.unwrap();
        assert_eq!(answer.response.code(), ResultCode(code));
        run(&registry, read("ABC-2")).await.unwrap();
        assert_eq!(server.count(Verb::Login), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_epp_ends_the_session() {
    let server = first(Verb::Delete, [Act::Garbage]);
    let registry = start(&server, "");
    let (kind, fate) = fails(run(&registry, transform("ABC-1")).await);
    assert!(matches!(kind, ErrorKind::Garbled(_)));
    assert_eq!(fate, Fate::Unknown);
    assert!(run(&registry, read("ABC-2")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_told_at_its_deadline_and_the_reply_goes_to_nobody() {
    let server = first(Verb::Delete, [Act::ReplyAfter(5 * SECOND)]);
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    let begun = Instant::now();
    let late = registry.execute(request(transform("ABC-2"), 2 * SECOND)).await;
    assert_eq!(fails(late), (ErrorKind::Timeout, Fate::Unknown));
    assert_eq!(begun.elapsed().as_secs(), 2);
    let next = run(&registry, read("ABC-3")).await.unwrap();
    assert_eq!(next.response.tr_id.client.as_deref(), Some("ABC-3"));
    assert_eq!(server.count(Verb::Login), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_reply_is_overdue_is_given_up_and_logs_out_if_it_comes() {
    let server = first(Verb::Delete, [Act::ReplyAfter(3 * SECOND), Act::Hang]);
    let registry = start(&server, "sessions.limit = 3\ncommands = { timeout = '2s', late_grace = '2s' }");
    for logouts in [1, 1] {
        let late = run(&registry, transform("ABC-1")).await;
        assert_eq!(fails(late), (ErrorKind::Timeout, Fate::Unknown));
        assert!(run(&registry, read("ABC-2")).await.is_ok());
        sleep(5 * SECOND).await;
        assert_eq!(server.count(Verb::Logout), logouts);
    }
    let connections = server.connections_of(Verb::Delete);
    assert_ne!(connections[0], connections[1]);
}

#[tokio::test(start_paused = true)]
async fn the_session_limit_holds_whatever_happens() {
    let mut count = 0;
    let server = Server::new(move |seen| {
        count += 1;
        match (seen.verb, count % 7) {
            (Verb::Login | Verb::Logout, _) => Act::Reply(1000),
            (_, 3) => Act::DropAfter,
            (_, 5) => Act::Reply(2502),
            (_, 6) => Act::ReplyAfter(SECOND / 10),
            _ => Act::Reply(1000),
        }
    });
    let registry = start(&server, "sessions = { limit = 4, spares = 1, max_commands = 10, max_age = '2s' }");
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..20 {
        let registry = registry.clone();
        callers.spawn(async move {
            for turn in 0..20 {
                // Some are lost by intent: only the count of sessions matters here.
                let _ = run(&registry, read(&format!("ABC-{caller}-{turn}"))).await;
                sleep(SECOND / 20).await;
            }
        });
    }
    callers.join_all().await;
    assert_eq!(server.highest(), 4);
    assert!(server.count(Verb::Login) > 20);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_down_is_told_at_once_and_found_again() {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, TWO);
    let waiting = run(&registry, read("ABC-1")).await;
    assert!(matches!(fails(waiting), (ErrorKind::BreakerOpen { .. }, Fate::NotSent)));
    assert_eq!(server.attempts(), 5);
    let begun = Instant::now();
    let refused = run(&registry, transform("ABC-2")).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert!(refused.retry_after().is_some() && refused.is_unavailable());
    assert!(refused.to_string().contains("cannot be reached"));
    let status = registry.status();
    assert_eq!((status.breaker, status.sessions.idle), (BreakerState::Open, 0));

    sleep(MINUTE).await;
    let probes = server.attempts() - 5;
    assert!((4..=12).contains(&probes), "{probes} probes in a minute");
    server.set_down(false);
    sleep(2 * MINUTE).await;
    assert_eq!(registry.status().breaker, BreakerState::Closed);
    assert!(run(&registry, transform("ABC-3")).await.is_ok());
    assert_eq!(server.count(Verb::Delete), 1);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_works_is_not_enough_for_a_probe() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(1000),
        _ => Act::DropAfter,
    });
    let registry = start(&server, TWO);
    for _ in 0..5 {
        let _ = run(&registry, transform("ABC-1")).await;
    }
    sleep(MINUTE).await;
    assert_ne!(registry.status().breaker, BreakerState::Closed);
    assert_eq!(server.count(Verb::Delete), 5);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_asked_again_is_held_back_as_well() {
    let operators = Arc::new(OnceLock::<Registry>::new());
    let phone = Arc::clone(&operators);
    let server = Server::new(move |seen| match seen.verb {
        Verb::Poll => {
            phone.get().unwrap().hold("lunch");
            Act::Reply(2002)
        }
        _ => Act::Reply(1000),
    });
    let registry = start(&server, TWO);
    operators.set(registry.clone()).unwrap();
    let asked = run(&registry, read("ABC-1")).await;
    assert!(matches!(fails(asked), (ErrorKind::BreakerOpen { .. }, Fate::NotSent)));
    sleep(MINUTE).await;
    assert_eq!(server.count(Verb::Poll), 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_at_once() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(1000),
        _ => Act::ReplyAfter(SECOND),
    });
    let registry = start(&server, "commands.queue = 2");
    let begun = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..3 {
        let registry = registry.clone();
        callers.spawn(async move { run(&registry, read(&format!("ABC-{caller}"))).await });
        sleep(SECOND / 10).await;
    }
    let refused = run(&registry, read("ABC-9")).await;
    assert_eq!(fails(refused), (ErrorKind::QueueFull, Fate::NotSent));
    assert!(begun.elapsed() < SECOND);
    assert!(callers.join_all().await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_in_the_queue_is_kept_and_nothing_is_sent() {
    let server = first(Verb::Poll, [Act::ReplyAfter(10 * SECOND)]);
    let registry = start(&server, "");
    let waiting = async {
        sleep(SECOND).await;
        registry.execute(request(transform("ABC-2"), SECOND)).await
    };
    let (busy, waited) = tokio::join!(run(&registry, read("ABC-1")), waiting);
    assert!(busy.is_ok());
    assert_eq!(fails(waited), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    let hopeless = registry.execute(request(transform("ABC-3"), Duration::ZERO)).await;
    assert_eq!(fails(hopeless), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    sleep(MINUTE).await;
    assert_eq!(server.count(Verb::Delete), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_kept_alive_within_the_idle_limit() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { limit = 2, spares = 1, idle_limit = '100s' }");
    run(&registry, read("ABC-1")).await.unwrap();
    sleep(Duration::from_secs(670)).await;
    let hellos = server.hellos();
    // Two sessions, each with a hello every 54 to 66 seconds.
    assert!((20..=24).contains(&hellos), "{hellos} hellos");
    assert_eq!(server.count(Verb::Login), 2);
}

#[tokio::test(start_paused = true)]
async fn a_keepalive_that_needs_the_login_finds_out_when_there_is_none() {
    let mut polls = 0;
    let server = Server::new(move |seen| {
        polls += usize::from(seen.verb == Verb::Poll);
        Act::Reply(if seen.verb == Verb::Poll && polls == 5 { 2002 } else { 1300 })
    });
    let registry = start(&server, "sessions = { idle_limit = '100s', keepalive_by = 'poll' }");
    run(&registry, read("ABC-1")).await.unwrap();
    // A keepalive every 54 to 66 seconds: the fourth is refused, and the next session has sent none yet.
    sleep(Duration::from_secs(267)).await;
    assert_eq!((server.count(Verb::Poll), server.hellos(), server.count(Verb::Logout)), (5, 0, 0));
    let answer = run(&registry, read("ABC-2")).await.unwrap();
    assert_eq!(answer.response.code(), ResultCode(1300));
    assert_eq!(server.connections_of(Verb::Poll), [1, 1, 1, 1, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn sessions_are_replaced_before_they_are_too_old_or_worn_out() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { max_age = '10m', max_commands = 10 }");
    for command in 0..16 {
        run(&registry, read(&format!("ABC-{command}"))).await.unwrap();
    }
    sleep(SECOND).await;
    // Eight each, between a login and a logout.
    assert_eq!((server.count(Verb::Login), server.count(Verb::Logout)), (3, 2));
    sleep(Duration::from_secs(601)).await;
    assert_eq!((server.count(Verb::Login), server.count(Verb::Logout)), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn a_drain_finishes_logs_out_and_takes_nothing_more() {
    let server = first(Verb::Delete, [Act::ReplyAfter(SECOND)]);
    let registry = start(&server, "sessions = { limit = 2, spares = 1 }");
    let running = run(&registry, transform("ABC-1"));
    let drained = async {
        sleep(SECOND / 2).await;
        let late = async {
            sleep(SECOND / 10).await;
            run(&registry, read("ABC-2")).await
        };
        let ((), late) = tokio::join!(registry.drain(10 * SECOND), late);
        assert_eq!(fails(late), (ErrorKind::Draining, Fate::NotSent));
    };
    let (answer, ()) = tokio::join!(running, drained);
    assert!(answer.is_ok());
    assert_eq!((server.count(Verb::Logout), server.open()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_in_time_even_if_the_registry_hangs() {
    let server = first(Verb::Delete, [Act::Hang]);
    let registry = start(&server, "");
    let begun = Instant::now();
    let drained = async {
        sleep(SECOND).await;
        registry.drain(5 * SECOND).await;
    };
    let (hung, ()) = tokio::join!(run(&registry, transform("ABC-1")), drained);
    assert_eq!(fails(hung), (ErrorKind::ConnectionLost, Fate::Unknown));
    assert!(begun.elapsed() <= 12 * SECOND);
    sleep(SECOND).await;
    assert_eq!(server.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_tried_twice_and_no_more() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(2200),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, TWO);
    let refused = run(&registry, read("ABC-1")).await;
    assert!(matches!(fails(refused), (ErrorKind::BreakerOpen { .. }, Fate::NotSent)));
    sleep(60 * MINUTE).await;
    assert_eq!(server.count(Verb::Login), 2);
    assert_eq!(registry.status().breaker, BreakerState::AuthLatched);
}

#[tokio::test(start_paused = true)]
async fn the_last_clone_logs_out_when_it_is_dropped() {
    let server = Server::obedient();
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    drop(registry);
    sleep(SECOND).await;
    assert_eq!((server.count(Verb::Logout), server.open()), (1, 0));
}
