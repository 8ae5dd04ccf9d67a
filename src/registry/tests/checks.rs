//! What a check of names promises: each name its own answer, as few commands as possible, and no delay for that.

use eppgate_epp::Verb;
use eppgate_epp::ext::fee;
use eppgate_epp::xml::Decode;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::server::{Act, Server};
use super::{MINUTE, SECOND, TWO, first, run, start, transform};
use crate::error::{ErrorKind, Fate};
use crate::{CheckRequest, Class, NameAnswer, NameResult, Payload, Registry};

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}.test")).collect()
}

fn ask(names: Vec<String>, tenant: u128) -> CheckRequest {
    let deadline = Instant::now() + MINUTE;
    CheckRequest { names, payload: Payload::none(), class: Class::Interactive, tenant, deadline }
}

fn fees() -> Payload {
    let commands = vec![fee::CheckCommand::new("create".into(), None)];
    Payload::of(fee::Check { currency: None, commands }).unwrap()
}

async fn check(registry: &Registry, names: &[&str]) -> Vec<NameResult> {
    registry.check(ask(names.iter().map(|name| name.to_string()).collect(), 1)).await
}

fn avail(result: &NameResult) -> Option<bool> {
    result.as_ref().unwrap().cd.as_ref().map(|cd| cd.0.avail)
}

fn fails(result: &NameResult) -> (ErrorKind, Fate) {
    let error = result.clone().unwrap_err();
    (error.kind, error.fate)
}

/// Takes a second for each check.
fn slow() -> Server {
    Server::new(|seen| match seen.verb {
        Verb::Check => Act::ReplyAfter(SECOND),
        _ => Act::Reply(1000),
    })
}

#[tokio::test(start_paused = true)]
async fn each_name_gets_its_own_answer_by_name_and_not_by_order() {
    let registry = start(&Server::obedient(), "");
    let asked = ["Free.test", "taken.test.", "forgotten.test", "no name", ""];
    let results = check(&registry, &asked).await;
    assert_eq!([0, 1, 2].map(|place| avail(&results[place])), [Some(true), Some(false), None]);
    for wrong in &results[3..] {
        assert_eq!(fails(wrong), (ErrorKind::BadName, Fate::NotSent));
    }
    assert_eq!(results[0].as_ref().unwrap().name(), "free.test");
    assert!(check(&registry, &[]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_part_of_an_extension_about_a_name_is_found() {
    let registry = start(&Server::obedient(), "");
    let names = vec!["a.test".to_owned(), "long.test".to_owned()];
    let results = registry.check(CheckRequest { payload: fees(), ..ask(names, 1) }).await;
    let class =
        |answer: &NameAnswer| fee::Cd::decode(answer.about(fee::NS.uri).next().unwrap()).unwrap().class;
    let classes = results.iter().map(|result| class(result.as_ref().unwrap()).unwrap());
    assert_eq!(classes.collect::<Vec<_>>(), ["6", "9"]);
    let mut list = results[0].as_ref().unwrap().list(fee::NS.uri).unwrap();
    assert_eq!(list.one::<String>("currency").unwrap(), "EUR");
    assert!(results[0].as_ref().unwrap().about("urn:other").next().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_check_goes_at_once_and_names_that_come_meanwhile_share_the_next() {
    let server = slow();
    let registry = start(&server, "commands.max_check_names = 5");
    check(&registry, &["warm.test"]).await;
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..8 {
        let registry = registry.clone();
        callers.spawn(async move {
            let name = format!("name{caller}.test");
            let results = registry.check(ask(vec![name.clone()], u128::from(caller % 3_u8))).await;
            assert_eq!(results[0].as_ref().unwrap().name(), name);
        });
        sleep(SECOND / 100).await;
    }
    callers.join_all().await;
    let sizes: Vec<_> = server.checks().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 1, 5, 2]);
    assert_eq!(begun.elapsed(), 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn many_names_become_as_few_commands_as_can_carry_them() {
    let server = Server::obedient();
    let registry = start(&server, "commands.max_check_names = 20");
    let results = registry.check(ask(names("name", 50), 1)).await;
    assert!(results.iter().all(|result| avail(result) == Some(true)));
    let sizes: Vec<_> = server.checks().iter().map(Vec::len).collect();
    assert_eq!(sizes, [20, 20, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_asked_about_is_not_asked_again_but_with_another_payload() {
    let server = slow();
    let registry = start(&server, "");
    let other = async {
        sleep(SECOND / 2).await;
        registry.check(CheckRequest { payload: fees(), ..ask(vec!["same.test".into()], 3) }).await
    };
    let late = async {
        sleep(SECOND / 2).await;
        registry.check(ask(vec!["SAME.test".into(), "more.test".into()], 2)).await
    };
    let (early, late, other) = tokio::join!(check(&registry, &["same.test", "same.test"]), late, other);
    for result in early.iter().chain(&late).chain(&other) {
        assert_eq!(avail(result), Some(true));
    }
    let asked = server.checks();
    assert_eq!(asked.iter().flatten().filter(|name| *name == "same.test").count(), 2);
    assert_eq!(asked.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_bad_name_harms_no_other() {
    let server = Server::new(|seen| match seen.names.iter().any(|name| name.starts_with("bad")) {
        true => Act::Reply(2005),
        false => Act::Reply(1000),
    });
    let registry = start(&server, "");
    let mut asked = names("good", 15);
    asked.insert(6, "bad.test".into());
    let results = registry.check(ask(asked.clone(), 1)).await;
    for (name, result) in asked.iter().zip(&results) {
        assert_eq!(avail(result), name.starts_with("good").then_some(true), "{name}");
    }
    assert_eq!(results[6].as_ref().unwrap().reply().code().0, 2005);
    // 16, then the halves of what holds the bad name: 8 and 8, 4 and 4, 2 and 2, 1 and 1.
    assert_eq!(server.checks().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_no_names_fault_is_told_to_all_at_once() {
    let server = first(Verb::Check, [Act::Reply(2400)]);
    let registry = start(&server, "");
    let results = check(&registry, &["a.test", "b.test"]).await;
    assert!(results.iter().all(|result| result.as_ref().unwrap().reply().code().0 == 2400));
    assert_eq!(server.checks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_check_whose_reply_is_lost_is_asked_once_more_for_all() {
    let server = first(Verb::Check, [Act::DropAfter, Act::Reply(1000), Act::DropAfter, Act::DropAfter]);
    let registry = start(&server, "");
    let results = check(&registry, &["a.test", "b.test"]).await;
    assert!(results.iter().all(|result| avail(result) == Some(true)));
    let results = check(&registry, &["a.test", "b.test"]).await;
    for result in &results {
        assert_eq!(fails(result), (ErrorKind::ConnectionLost, Fate::Unknown));
    }
    assert_eq!(server.checks().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_takes_along_only_what_nobody_else_wants() {
    let server = slow();
    let registry = start(&server, "");
    let left = async {
        sleep(SECOND / 4).await;
        let both = registry.check(ask(vec!["mine.test".into(), "ours.test".into()], 1));
        assert!(tokio::time::timeout(SECOND / 4, both).await.is_err());
    };
    let stays = async {
        sleep(SECOND / 3).await;
        check(&registry, &["ours.test"]).await
    };
    let (_, (), ours) = tokio::join!(check(&registry, &["first.test"]), left, stays);
    assert_eq!(avail(&ours[0]), Some(true));
    assert_eq!(server.checks(), [["first.test"], ["ours.test"]]);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_kept_for_names_that_wait_and_for_names_that_are_asked() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Check => Act::ReplyAfter(5 * SECOND),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, "");
    check(&registry, &["warm.test"]).await;
    let within = |name: &str, patience| {
        let deadline = Instant::now() + patience;
        registry.check(CheckRequest { deadline, ..ask(vec![name.into()], 1) })
    };
    let begun = Instant::now();
    let late = async {
        sleep(SECOND / 2).await;
        within("waits.test", SECOND).await
    };
    let (asked, waited) = tokio::join!(within("asked.test", 2 * SECOND), late);
    assert_eq!(begun.elapsed(), 2 * SECOND);
    assert_eq!(fails(&asked[0]), (ErrorKind::Timeout, Fate::Unknown));
    assert_eq!(fails(&waited[0]), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    sleep(MINUTE).await;
    assert_eq!(server.checks().len(), 2);
    // The answer that came too late harmed nobody.
    assert!(check(&registry, &["next.test"]).await[0].is_ok());
    assert_eq!(server.count(Verb::Login), 1);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_down_is_told_for_every_name() {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, "");
    for _ in 0..2 {
        for result in check(&registry, &["a.test", "b.test"]).await {
            assert!(matches!(fails(&result), (ErrorKind::BreakerOpen { .. }, Fate::NotSent)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_names_as_well() {
    let server = slow();
    let registry = start(&server, "commands = { queue = 2, max_check_names = 2 }");
    let fills = async {
        sleep(SECOND / 4).await;
        registry.check(ask(names("name", 6), 1)).await
    };
    let (_, results) = tokio::join!(check(&registry, &["first.test"]), fills);
    let refused = results.iter().filter(|result| result.is_err());
    assert_eq!(refused.map(fails).collect::<Vec<_>>(), vec![(ErrorKind::QueueFull, Fate::NotSent); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_drain_answers_the_names_that_wait() {
    let server = slow();
    let registry = start(&server, "commands.max_check_names = 1");
    let drained = async {
        sleep(SECOND / 2).await;
        registry.drain(MINUTE).await;
    };
    let (results, ()) = tokio::join!(check(&registry, &["a.test", "b.test", "c.test"]), drained);
    assert!(results.iter().all(|result| avail(result) == Some(true)));
    let late = check(&registry, &["d.test"]).await;
    assert_eq!(fails(&late[0]), (ErrorKind::Draining, Fate::NotSent));
}

#[tokio::test(start_paused = true)]
async fn a_payload_may_be_for_one_name_only() {
    let server = Server::obedient();
    let registry = start(&server, "");
    let payload = Payload::none().at_most(1);
    let results = registry.check(CheckRequest { payload, ..ask(names("name", 3), 1) }).await;
    assert!(results.iter().all(|result| avail(result) == Some(true)));
    assert_eq!(server.checks(), [["name0.test"], ["name1.test"], ["name2.test"]]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_a_change_is_not_told_what_was_true_before_it() {
    // The first check is told of after the change, whose reply may be lost.
    for lost in [false, true] {
        let mut checks = [Act::ReplyAfter(3 * SECOND)].into_iter();
        let mut changed = false;
        let server = Server::new(move |seen| match seen.verb {
            Verb::Check => checks.next().unwrap_or(Act::Reply(if changed { 2400 } else { 1000 })),
            Verb::Delete => {
                changed = true;
                if lost { Act::DropAfter } else { Act::Reply(1000) }
            }
            _ => Act::Reply(1000),
        });
        let registry = start(&server, TWO);
        let later = async {
            sleep(SECOND).await;
            assert_eq!(run(&registry, transform("ABC-1")).await.is_err(), lost);
            check(&registry, &["same.test"]).await
        };
        let (first, later) = tokio::join!(check(&registry, &["same.test"]), later);
        assert_eq!(avail(&first[0]), Some(true));
        assert_eq!(later[0].as_ref().unwrap().reply().code().0, 2400);
        assert_eq!(server.checks().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_could_not_be_answered_in_time_is_refused_and_not_asked_about() {
    let server = slow();
    let registry = start(&server, "commands.max_check_names = 1");
    check(&registry, &["usual.test"]).await;
    let begun = Instant::now();
    let deadline = begun + SECOND * 3 / 2;
    let [first, late] = ["first.test", "late.test"]
        .map(|name| registry.check(CheckRequest { deadline, ..ask(vec![name.to_owned()], 1) }));
    let patient = registry.check(ask(vec!["late.test".to_owned(), "patient.test".to_owned()], 2));
    let late = async { (late.await, begun.elapsed()) };
    let (first, (late, after), patient) = tokio::join!(first, late, patient);
    assert_eq!(avail(&first[0]), Some(true));
    assert_eq!(fails(&late[0]), (ErrorKind::DeadlineInQueue, Fate::NotSent));
    assert!(after < SECOND * 3 / 2, "{after:?}");
    assert!(patient.iter().all(|answer| avail(answer) == Some(true)), "who has time is told");
}
