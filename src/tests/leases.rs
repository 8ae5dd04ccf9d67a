//! Work that one gateway at a time does, seen from two gateways on one database.

use std::time::Duration;

use chrono::DateTime;
use eppgate::service::{Gateway, Operators, Parts, Registries, Sealer, Settings, TokenKeys};
use eppgate::worker::leased::{Role, run};
use eppgate_model::Clock;
use eppgate_store::Store;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::databases::{POOL, on_each_database};

/// Short, since it only says how often to look: the clock stands still.
const ROLE: Role<'static> = Role { kind: "test", subject: "a", ttl: Duration::from_millis(60) };

async fn gateway(url: &str, clock: &Clock) -> Gateway {
    let keys = TokenKeys::new(&SECRET.into(), "test").unwrap();
    let second = Duration::from_secs(1);
    let settings = Settings { deadline: second, command: second, settle_grace: second };
    Gateway::new(Parts {
        store: Store::open(url, POOL).await.unwrap(),
        registries: Registries::default(),
        operators: Operators::default(),
        clock: clock.clone(),
        keys,
        sealer: Sealer::new(&SECRET.into()),
        post: None,
        settings,
    })
}

/// Tells when work begins, under which fence, and when it ends.
struct Working(Sender<(&'static str, i64, bool)>, &'static str, i64);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.try_send((self.1, self.2, false)).unwrap();
    }
}

fn start(
    gateway: Gateway,
    who: &'static str,
    tell: &Sender<(&'static str, i64, bool)>,
) -> (CancellationToken, JoinHandle<()>) {
    let (stop, tell) = (CancellationToken::new(), tell.clone());
    let token = stop.clone();
    let running = tokio::spawn(async move {
        run(&gateway, ROLE, &token, async |lease| {
            tell.try_send((who, lease.fence, true)).unwrap();
            let _working = Working(tell.clone(), who, lease.fence);
            std::future::pending::<()>().await;
        })
        .await;
    });
    (stop, running)
}

async fn next(told: &mut Receiver<(&'static str, i64, bool)>) -> (&'static str, i64, bool) {
    told.recv().await.unwrap()
}

#[tokio::test]
async fn one_at_a_time_works_and_the_next_follows_when_it_stops_or_is_held_up() {
    on_each_database(async |url| {
        let clock = Clock::manual(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let (tell, mut told) = mpsc::channel(16);
        let (one, two) = (gateway(url, &clock).await, gateway(url, &clock).await);

        let (stop_one, running_one) = start(one.clone(), "one", &tell);
        assert_eq!(next(&mut told).await, ("one", 1, true));
        let (stop_two, running_two) = start(two, "two", &tell);
        stop_one.cancel();
        running_one.await.unwrap();
        assert_eq!(next(&mut told).await, ("one", 1, false));
        assert_eq!(next(&mut told).await, ("two", 2, true));

        // Its time is up without its knowing: another gets in, and it is told to stop.
        let successor = loop {
            clock.advance(chrono::Duration::seconds(1));
            if let Some(lease) = one.acquire_lease(ROLE.kind, ROLE.subject, ROLE.ttl).await.unwrap() {
                break lease;
            }
        };
        assert_eq!(successor.fence, 3);
        assert_eq!(next(&mut told).await, ("two", 2, false));
        one.release_lease(&successor).await.unwrap();
        assert_eq!(next(&mut told).await, ("two", 4, true));
        stop_two.cancel();
        running_two.await.unwrap();
    })
    .await;
}

const SECRET: &str = "a secret that is long enough for tokens";
