//! Looks out for a registry that cannot be reached, so that nobody waits longer for it than they have to.
//!
//! Waits grow with each attempt that fails, and so they should while logins fail, or a front end takes connections and drops
//! them. Where nobody takes a connection at all, there is nothing to spare: a knock costs the other side one packet, and no
//! login. So one task knocks, ever more rarely, and what waits goes on as soon as somebody opens.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::chance::Chance;
use crate::transport::Connect;

/// Since when the registry cannot be reached, if it cannot.
#[derive(Debug, Default)]
pub(crate) struct Lookout(watch::Sender<Option<Instant>>);

impl Lookout {
    /// Nobody takes a connection.
    pub(crate) fn lose(&self) {
        self.0.send_if_modified(|since| {
            let is_news = since.is_none();
            since.get_or_insert_with(Instant::now);
            is_news
        });
    }

    /// Somebody does.
    pub(crate) fn find(&self) {
        self.0.send_if_modified(|since| since.take().is_some());
    }

    /// Tells of each change.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<Instant>> {
        self.0.subscribe()
    }

    /// Waits until the registry, which could not be reached, can be. It knocks only while somebody wants in, and gives a
    /// knock up after `patience`.
    pub(crate) async fn sees(
        &self,
        connector: &impl Connect,
        is_wanted: impl Fn() -> bool,
        chance: &Chance,
        patience: Duration,
    ) {
        let mut lost = self.0.subscribe();
        loop {
            // This holds the sender.
            let since = lost.wait_for(Option::is_some).await.ok().and_then(|since| *since);
            let longest = since.map_or(FIRST, |since| since.elapsed() / PART).clamp(FIRST, LAST);
            sleep(chance.between(longest / 2, longest)).await;
            let is_open = is_wanted() && timeout(patience, connector.knock()).await.unwrap_or(false);
            if is_open && lost.borrow().is_some() {
                return;
            }
        }
    }
}

/// The longest first pause.
const FIRST: Duration = Duration::from_millis(10);
/// The longest pause of all.
const LAST: Duration = Duration::from_secs(5);
/// That part of the time it has been out of reach is what a registry is found too late at most.
const PART: u32 = 50;
