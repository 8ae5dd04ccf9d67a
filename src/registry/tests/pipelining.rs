//! What a session with several commands in flight promises.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eppgate_epp::xml::Document;
use eppgate_epp::{CommandFrame, Received, Verb};
use tokio::io::{DuplexStream, Join};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::server::{self, Act, Seen, Server};
use super::{MINUTE, SECOND, fails, first, read, request, run, start, start_at, transform};
use crate::Registry;
use crate::error::{ErrorKind, Fate};
use crate::frames::Wire;
use crate::request::{Class, Request};
use crate::transport::{Connect, Unreached};

/// An obedient registry that is far away: it reads on while its replies are under way.
#[derive(Clone)]
struct Far {
    lag: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    verbs: Vec<Verb>,
    unanswered: usize,
    most_unanswered: usize,
}

impl Far {
    fn new(lag: Duration) -> Self {
        Self { lag, state: Arc::default() }
    }

    fn most_unanswered(&self) -> usize {
        self.state.lock().unwrap().most_unanswered
    }

    fn answers(&self) {
        let mut state = self.state.lock().unwrap();
        state.unanswered = state.unanswered.saturating_sub(1);
    }

    fn came(&self, verb: Verb) {
        let mut state = self.state.lock().unwrap();
        state.verbs.push(verb);
        state.unanswered += 1;
        state.most_unanswered = state.most_unanswered.max(state.unanswered);
    }
}

impl Connect for Far {
    type Stream = DuplexStream;

    async fn connect(&self) -> Result<DuplexStream, Unreached> {
        let (client, near) = tokio::io::duplex(1 << 16);
        let Wire { mut reader, mut writer } = Wire::new(near, 1 << 16);
        let (replies, mut due) = mpsc::channel::<(Instant, Vec<u8>)>(1000);
        let far = self.clone();
        tokio::spawn(async move {
            let lag = far.lag;
            replies.send((Instant::now(), server::greeting())).await.unwrap();
            while let Ok(Some(message)) = reader.frame().await {
                let received = Received::read(Document::from_bytes(message).unwrap()).unwrap();
                let Received::Command(command) = received else { panic!("nobody says hello so soon") };
                far.came(command.verb);
                let cl_trid = command.cl_trid.clone().unwrap();
                let (names, passwords) = (vec![], vec![]);
                let seen = Seen { connection: 1, verb: command.verb, cl_trid, names, fees: false, passwords };
                replies.send((Instant::now() + lag, server::reply(1000, &seen))).await.unwrap();
            }
        });
        let far = self.clone();
        tokio::spawn(async move {
            while let Some((at, reply)) = due.recv().await {
                sleep_until(at).await;
                far.answers();
                writer.queue(&reply);
                writer.flush().await.unwrap();
            }
        });
        Ok(client)
    }

    async fn knock(&self) -> bool {
        true
    }
}

/// Runs commands one moment after the other, and waits for all.
async fn run_all(registry: &Registry, commands: impl IntoIterator<Item = CommandFrame>) {
    let mut callers = JoinSet::new();
    for (tenant, command) in (0..).zip(commands) {
        let registry = registry.clone();
        let deadline = Instant::now() + MINUTE;
        let request = Request { command, class: Class::Interactive, tenant, deadline };
        callers.spawn(async move { registry.execute(request).await.unwrap() });
        sleep(SECOND / 100).await;
    }
    callers.join_all().await;
}

fn reads(count: usize) -> Vec<CommandFrame> {
    (0..count).map(|number| read(&format!("ABC-{number}"))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_window_is_filled_and_never_exceeded() {
    let server = Far::new(SECOND);
    let registry = start_at(server.clone(), "sessions.window = 4");
    run_all(&registry, reads(12)).await;
    assert_eq!(server.most_unanswered(), 4);
}

#[tokio::test(start_paused = true)]
async fn only_one_transform_is_unfinished_on_a_session_while_reads_pass() {
    let server = Far::new(SECOND);
    let registry = start_at(server.clone(), "sessions.window = 4");
    let mut commands: Vec<_> = (0..3).map(|number| transform(&format!("XYZ-{number}"))).collect();
    commands.extend(reads(2));
    let begun = Instant::now();
    run_all(&registry, commands).await;
    // A login; then the reads went with the first transform, the others after it.
    assert_eq!(server.state.lock().unwrap().verbs[1..4], [Verb::Delete, Verb::Poll, Verb::Poll]);
    assert!(begun.elapsed() >= 4 * SECOND && begun.elapsed() < 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_profile_may_allow_more_transforms() {
    let server = Far::new(SECOND);
    let registry = start_at(server.clone(), "sessions = { window = 4, transforms = 3 }");
    let begun = Instant::now();
    run_all(&registry, (0..3).map(|number| transform(&format!("XYZ-{number}")))).await;
    assert!(begun.elapsed() < 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_bytes_in_flight_are_bounded_too() {
    let server = Far::new(SECOND);
    let size = read("ABC-1").bytes.len();
    let registry =
        start_at(server.clone(), &format!("sessions = {{ window = 9, window_bytes = {} }}", 2 * size));
    run_all(&registry, reads(9)).await;
    assert_eq!(server.most_unanswered(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_must_be_read_before_it_reads_on_is_no_deadlock() {
    // The pipe holds less than one command and less than one reply.
    let server = Server::obedient().with_pipe(64);
    let registry = start(&server, "sessions.window = 32");
    run_all(&registry, reads(64)).await;
    assert_eq!(server.count(Verb::Poll), 64);
}

#[tokio::test(start_paused = true)]
async fn a_transform_that_no_session_takes_opens_another() {
    let server = first(Verb::Delete, [Act::ReplyAfter(10 * SECOND)]);
    let registry = start(&server, "sessions = { limit = 2, window = 4 }");
    let slow = run(&registry, transform("ABC-1"));
    let quick = async {
        sleep(SECOND).await;
        let begun = Instant::now();
        run(&registry, transform("ABC-2")).await.unwrap();
        begun.elapsed()
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert!(slow.is_ok() && quick < SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_write_takes_no_more_commands() {
    // The pipe holds a part of the first command, whose rest waits for the registry.
    let server = first(Verb::Poll, [Act::ReplyAfter(10 * SECOND)]).with_pipe(64);
    let registry = start(&server, "sessions.window = 4");
    let stuck = async {
        sleep(SECOND).await;
        run(&registry, read("ABC-2")).await
    };
    let late = async {
        sleep(2 * SECOND).await;
        registry
            .execute(Request { deadline: Instant::now() + SECOND, ..request(transform("ABC-3"), MINUTE) })
            .await
    };
    let (first, stuck, late) = tokio::join!(run(&registry, read("ABC-1")), stuck, late);
    assert!(first.is_ok() && stuck.is_ok());
    assert_eq!(fails(late), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    assert_eq!(server.count(Verb::Delete), 0);
}

/// A registry that answers a login, then two commands at once, and hangs up behind that. It reads as much as that, and not
/// what comes behind it.
struct Parting;

impl Connect for Parting {
    type Stream = Join<DuplexStream, DuplexStream>;

    async fn connect(&self) -> Result<Self::Stream, Unreached> {
        let ((from, to), (commands, replies)) = (tokio::io::duplex(1 << 16), tokio::io::duplex(64));
        tokio::spawn(async move {
            let (mut read, mut write) = (Wire::new(replies, 1 << 16).reader, Wire::new(to, 1 << 16).writer);
            write.queue(&server::greeting());
            write.flush().await.unwrap();
            for count in [1, 2] {
                for _ in 0..count {
                    let Ok(Some(message)) = read.frame().await else { return };
                    let received = Received::read(Document::from_bytes(message).unwrap()).unwrap();
                    let Received::Command(command) = received else { panic!("nobody says hello so soon") };
                    let cl_trid = command.cl_trid.clone().unwrap();
                    let (names, passwords) = (vec![], vec![]);
                    let seen =
                        Seen { connection: 1, verb: command.verb, cl_trid, names, fees: false, passwords };
                    write.queue(&server::reply(1000, &seen));
                }
                sleep(SECOND).await;
                write.flush().await.unwrap();
            }
        });
        Ok(tokio::io::join(from, commands))
    }

    async fn knock(&self) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
async fn replies_that_are_there_count_when_nothing_can_be_written_any_more() {
    let registry = start_at(Parting, "sessions = { limit = 1, window = 3 }");
    let stuck = async {
        // The two are on their way, and not answered.
        sleep(SECOND * 3 / 2).await;
        registry.execute(request(read("ABC-3"), SECOND)).await
    };
    let (first, second, stuck) =
        tokio::join!(run(&registry, read("ABC-1")), run(&registry, transform("ABC-2")), stuck);
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert!(stuck.is_err());
}
