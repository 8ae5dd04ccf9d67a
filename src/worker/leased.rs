//! Work that one gateway at a time does, however many share the database.

use std::time::Duration;

use eppgate_model::Lease;
use tokio_util::sync::CancellationToken;

use crate::service::Gateway;

/// What there is to be done by one alone.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a> {
    pub kind: &'a str,
    pub subject: &'a str,
    /// How long another waits when the holder is gone.
    pub ttl: Duration,
}

/// Waits for the role's lease, does the work while it is held, and gives it back; again and again until it is stopped.
///
/// When the lease is lost or the end is asked for, `work` is dropped where it waits: what must not be cut short, it
/// hands to the gateway, whose changes run to their end. It must not count on being alone without naming its lease's
/// fence, since a process that was held up learns of its loss late.
pub async fn run<W>(gateway: &Gateway, role: Role<'_>, stop: &CancellationToken, work: impl Fn(Lease) -> W)
where
    W: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        match gateway.acquire_lease(role.kind, role.subject, role.ttl).await {
            Ok(Some(lease)) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = lost(gateway, role, &lease) => {}
                    () = work(lease.clone()) => {}
                }
                if let Err(error) = gateway.release_lease(&lease).await {
                    tracing::debug!(%error, kind = role.kind, "a lease is not given back");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, kind = role.kind, "a lease cannot be asked for"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(role.ttl / 3) => {}
        }
    }
}

/// Holds on to the lease until it is lost: taken by another, or not renewed for its whole length.
async fn lost(gateway: &Gateway, role: Role<'_>, lease: &Lease) {
    let mut failures = 0;
    while failures < 2 {
        tokio::time::sleep(role.ttl / 3).await;
        match gateway.renew_lease(lease, role.ttl).await {
            Ok(()) => failures = 0,
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, kind = role.kind, subject = role.subject, "a lease is not renewed");
            }
        }
    }
}

/// For work that may wait a little when its holder is gone.
pub const TTL: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chrono::DateTime;
    use eppgate_model::Clock;
    use eppgate_store::{Pool, Store};
    use tokio::sync::mpsc::{self, Receiver, Sender};
    use tokio::task::JoinHandle;

    use super::*;
    use crate::service::{Parts, Settings, TokenKeys};

    /// Short, since it only says how often to look: the clock stands still.
    const ROLE: Role<'static> = Role { kind: "test", subject: "a", ttl: Duration::from_millis(60) };

    async fn gateway(url: &str, clock: &Clock) -> Gateway {
        let pool = Pool { connections: 2, statement_timeout: Duration::from_secs(10) };
        let keys = TokenKeys::new(&"a secret that is long enough for tokens".into(), "test").unwrap();
        let second = Duration::from_secs(1);
        let settings = Settings { deadline: second, command: second, settle_grace: second };
        Gateway::new(Parts {
            store: Store::open(url, pool).await.unwrap(),
            registries: HashMap::new(),
            clock: clock.clone(),
            keys,
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
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("test.db").display());
        let clock = Clock::manual(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let (tell, mut told) = mpsc::channel(16);
        let (one, two) = (gateway(&url, &clock).await, gateway(&url, &clock).await);

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
    }
}
