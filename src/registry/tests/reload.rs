//! What is promised about a change of certificates, password or profile: no command lost, no session too many.

use eppgate_epp::Verb;
use secrecy::SecretString;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, first, parse, read, run, site, start, transform};
use crate::terms::Begun;
use crate::{BreakerState, PasswordError, Registry};

const PASSWORD: &str = "sandbox-password";

fn renew(registry: &Registry, profile: &str, password: &str) -> bool {
    registry.renew(parse(profile), &SecretString::from(password))
}

/// A command every tenth of a second from each of so many callers, for a while. None may fail.
fn load(registry: &Registry, callers: usize) -> JoinSet<()> {
    let mut load = JoinSet::new();
    for caller in 0..callers {
        let registry = registry.clone();
        load.spawn(async move {
            for turn in 0..200 {
                run(&registry, transform(&format!("ABC-{caller}-{turn}"))).await.unwrap();
                sleep(SECOND / 10).await;
            }
        });
    }
    load
}

fn steady() -> Server {
    Server::new(|seen| match seen.verb {
        Verb::Delete => Act::ReplyAfter(SECOND / 10),
        _ => Act::Reply(1000),
    })
}

#[tokio::test(start_paused = true)]
async fn without_a_change_nothing_happens() {
    let server = Server::obedient();
    let registry = start(&server, "sessions = { limit = 2, spares = 1 }");
    run(&registry, read("ABC-1")).await.unwrap();
    sleep(SECOND).await;
    assert!(!renew(&registry, "sessions = { limit = 2, spares = 1 }", PASSWORD));
    sleep(MINUTE).await;
    assert_eq!((server.count(Verb::Login), server.count(Verb::Logout)), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn every_session_is_replaced_one_by_one_and_no_command_is_lost() {
    for limit in [1, 3] {
        let server = steady();
        let registry = start(&server, &format!("sessions.limit = {limit}"));
        let load = load(&registry, 6);
        sleep(5 * SECOND).await;
        let before = server.count(Verb::Login);
        assert_eq!(before, limit);
        assert!(renew(&registry, &format!("sessions.limit = {limit}\ncommands.timeout = '9s'"), PASSWORD));
        load.join_all().await;
        assert_eq!(server.count(Verb::Login), 2 * limit);
        assert_eq!((server.highest(), server.open()), (limit, limit));
        assert_eq!(server.count(Verb::Delete), 6 * 200);
        assert_eq!(registry.profile().commands.timeout, 9 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_can_fall_and_rise() {
    let server = steady();
    let registry = start(&server, "sessions = { limit = 4, spares = 1 }");
    let load = load(&registry, 8);
    sleep(5 * SECOND).await;
    assert_eq!(server.open(), 4);
    renew(&registry, "sessions = { limit = 2, spares = 0 }", PASSWORD);
    sleep(5 * SECOND).await;
    assert_eq!((server.open(), registry.status().sessions.limit), (2, 2));
    renew(&registry, "sessions = { limit = 6, spares = 1 }", PASSWORD);
    sleep(5 * SECOND).await;
    assert!(server.open() > 4, "{} sessions", server.open());
    load.join_all().await;
    assert!(server.highest() <= 6);
}

#[tokio::test(start_paused = true)]
async fn a_new_password_is_used_and_ends_a_latch() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login if seen.passwords != ["new"] => Act::Reply(2200),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    assert!(run(&registry, read("ABC-1")).await.is_err());
    assert_eq!(registry.status().breaker, BreakerState::AuthLatched);
    assert!(renew(&registry, "", "new"));
    assert!(run(&registry, read("ABC-2")).await.is_ok());
    assert_eq!(server.count(Verb::Login), 3);
}

#[tokio::test(start_paused = true)]
async fn a_password_is_changed_at_the_registry_under_load() {
    let server = steady();
    let registry = start(&server, "sessions.limit = 3");
    let load = load(&registry, 6);
    sleep(5 * SECOND).await;
    registry.change_password("changed".into()).await.unwrap();
    load.join_all().await;
    let logins = server.passwords();
    assert_eq!(logins.iter().filter(|login| login.len() == 2).count(), 1);
    assert_eq!(logins[3], [PASSWORD, "changed"]);
    assert!(logins.len() > 4 && logins[4..].iter().all(|login| *login == ["changed"]));
}

#[tokio::test(start_paused = true)]
async fn a_number_of_logins_is_taken_over_too() {
    let server = Server::obedient();
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    renew(&registry, "sessions = { max_commands = 10, logins_per_minute = 4 }", PASSWORD);
    let load = load(&registry, 1);
    for _ in 0..3 {
        let before = server.count(Verb::Login);
        sleep(MINUTE).await;
        let logins = server.count(Verb::Login) - before;
        assert!(logins <= 4, "{logins} logins");
    }
    drop(load);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_password_ends_with_the_account() {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, "");
    let change = registry.change_password("changed".into());
    let (changed, ()) = tokio::join!(change, registry.drain(SECOND));
    assert_eq!(changed, Err(PasswordError::CalledOff));
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_refused_changes_nothing() {
    let server = Server::new(|seen| match seen.passwords.len() {
        2 => Act::Reply(2306),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    let refused = registry.change_password("short".into()).await;
    assert_eq!(refused, Err(PasswordError::Refused(eppgate_epp::ResultCode(2306))));
    assert!(run(&registry, read("ABC-2")).await.is_ok());
    assert_eq!(server.passwords().last().unwrap(), &[PASSWORD]);
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_reply_is_lost_is_found_out() {
    for was_made in [true, false] {
        let mut logins = 0;
        let mut right = vec![PASSWORD.to_owned()];
        let server = Server::new(move |seen| {
            if seen.verb != Verb::Login {
                return Act::Reply(1000);
            }
            logins += 1;
            if logins == 2 {
                right = if was_made { vec!["changed".into()] } else { right.clone() };
                return Act::DropAfter;
            }
            let is_right = seen.passwords[0] == right[0];
            if is_right && seen.passwords.len() == 2 {
                right = vec![seen.passwords[1].clone()];
            }
            Act::Reply(if is_right { 1000 } else { 2200 })
        });
        let registry = start(&server, "");
        run(&registry, read("ABC-1")).await.unwrap();
        let begun = Instant::now();
        registry.change_password("changed".into()).await.unwrap();
        assert!(begun.elapsed() < MINUTE);
        assert!(run(&registry, read("ABC-2")).await.is_ok());
        assert_eq!(server.count(Verb::Login), if was_made { 3 } else { 4 });
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_in_flight_is_answered_before_its_session_is_replaced() {
    let server = first(Verb::Delete, [Act::ReplyAfter(10 * SECOND)]);
    let registry = start(&server, "");
    let renewed = async {
        sleep(SECOND).await;
        renew(&registry, "commands.timeout = '30s'", PASSWORD);
    };
    let (answer, ()) = tokio::join!(run(&registry, transform("ABC-1")), renewed);
    assert!(answer.is_ok());
    sleep(SECOND).await;
    assert_eq!((server.count(Verb::Logout), server.count(Verb::Login)), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_a_crash_cut_short_is_carried_to_its_end() {
    for was_made in [true, false] {
        let mut right = if was_made { "changed" } else { PASSWORD }.to_owned();
        let server = Server::new(move |seen| {
            if seen.verb == Verb::Login && seen.passwords[0] != right {
                return Act::Reply(2200);
            }
            if let [_, new] = &seen.passwords[..] {
                right = new.clone();
            }
            Act::Reply(1000)
        });
        let site = site("");
        let changed = site.passwords.change("changed".into(), Begun::Before);
        let registry = Registry::start_with(site, server.clone());
        assert_eq!(registry.changed(changed).await, Ok(()));
        assert!(run(&registry, read("ABC-1")).await.is_ok());
        let tried = server.passwords();
        assert_eq!(tried[0], ["changed"]);
        assert_eq!(tried[1..], if was_made { vec![] } else { vec![[PASSWORD, "changed"]] });
    }
}

#[tokio::test(start_paused = true)]
async fn when_neither_password_is_right_the_account_is_not_locked_out() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(2200),
        _ => Act::Reply(1000),
    });
    let site = site("");
    let changed = site.passwords.change("changed".into(), Begun::Before);
    let registry = Registry::start_with(site, server.clone());
    let refused = PasswordError::Refused(eppgate_epp::ResultCode(2200));
    assert_eq!(registry.changed(changed).await, Err(refused));
    sleep(MINUTE).await;
    assert_eq!(registry.status().breaker, BreakerState::AuthLatched);
    assert_eq!(server.count(Verb::Login), 2);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_no_login_could_make_is_called_off_at_the_end() {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, "");
    let changing = registry.change_password("changed".into());
    let (changed, ()) = tokio::join!(changing, async {
        sleep(MINUTE).await;
        registry.drain(SECOND).await;
    });
    assert_eq!(changed, Err(PasswordError::CalledOff));
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_before_the_login_leaves_no_doubt_about_a_change_of_password() {
    let server = Server::obedient();
    let registry = start(&server, "");
    run(&registry, read("ABC-1")).await.unwrap();
    server.set_mute(1);
    registry.change_password("changed".into()).await.unwrap();
    assert_eq!(server.passwords()[1..], [[PASSWORD, "changed"]]);
}
