//! A registry that cannot be reached is found again in time, and bothered little meanwhile.

use super::*;

/// How long a registry that was away is not found, and how often it was knocked at.
async fn found_after(outage: Duration) -> (Duration, usize) {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, TWO);
    sleep(outage).await;
    let knocks = server.knocks();
    server.set_down(false);
    let back = Instant::now();
    while run(&registry, read("ABC-1")).await.is_err() {
        sleep(SECOND / 1000).await;
    }
    (back.elapsed(), knocks)
}

#[tokio::test(start_paused = true)]
async fn a_registry_is_found_in_a_fiftieth_of_the_time_it_was_away() {
    for (outage, most) in [(2, 50), (60, 1210), (3600, 5010)] {
        let (found, _) = found_after(outage * SECOND).await;
        assert!(found <= Duration::from_millis(most), "{outage} s: {found:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_away_for_long_is_knocked_at_rarely() {
    let (_, minute) = found_after(MINUTE).await;
    let (_, hour) = found_after(60 * MINUTE).await;
    assert!(minute < 500, "{minute} knocks in a minute");
    assert!(hour - minute < 2000, "{hour} knocks in an hour");
}

#[tokio::test(start_paused = true)]
async fn nobody_knocks_where_connections_are_taken_and_logins_fail() {
    let server = Server::new(|seen| match seen.verb {
        Verb::Login => Act::Reply(2400),
        _ => Act::Reply(1000),
    });
    let registry = start(&server, TWO);
    run(&registry, read("ABC-1")).await.unwrap_err();
    sleep(MINUTE).await;
    assert_eq!(server.knocks(), 0);
    assert!(server.attempts() < 20, "{} attempts", server.attempts());
}

#[tokio::test(start_paused = true)]
async fn nobody_knocks_while_an_operator_holds_commands_back() {
    let server = Server::obedient();
    server.set_down(true);
    let registry = start(&server, TWO);
    run(&registry, read("ABC-1")).await.unwrap_err();
    registry.hold("moving");
    let knocks = server.knocks();
    assert!(knocks > 0);
    sleep(MINUTE).await;
    assert!(server.knocks() <= knocks + 1);
}
