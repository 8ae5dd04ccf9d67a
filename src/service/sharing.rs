//! Several gateways on one database: which of them are alive, and who is the only one to do something.

use std::time::Duration;

use eppgate_model::Lease;

use super::{Error, Gateway};

impl Gateway {
    /// Makes this gateway's presence known and takes over what those that are gone have left unfinished. For the
    /// start, before the first command. Under a `name`, what the last gateway of that name has left is taken over at
    /// once, so that two must never run under one.
    pub async fn join(&self, name: Option<&str>) -> Result<Lease, Error> {
        let presence = self.0.store.join(name, self.0.clock.now(), self.presence()).await?;
        self.adopt_orphans().await?;
        Ok(presence)
    }

    /// Keeps the presence up, and looks whether others have gone.
    pub async fn attend(&self, presence: &Lease) -> Result<(), Error> {
        self.0.store.renew_lease(presence, self.0.clock.now(), self.presence()).await?;
        self.adopt_orphans().await
    }

    /// Ends the presence: whatever is still unfinished may be taken over.
    pub async fn leave(&self, presence: &Lease) -> Result<(), Error> {
        self.release_lease(presence).await
    }

    /// The right to be the only one to do something for as long as `ttl`, unless another has it.
    pub async fn acquire_lease(
        &self,
        kind: &str,
        subject: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, Error> {
        let (now, ttl) = (self.0.clock.now(), chrono_of(ttl));
        Ok(self.0.store.acquire_lease(kind, subject, now, ttl).await?)
    }

    /// Holds on to it for longer.
    pub async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<(), Error> {
        Ok(self.0.store.renew_lease(lease, self.0.clock.now(), chrono_of(ttl)).await?)
    }

    /// Gives it back.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), Error> {
        Ok(self.0.store.release_lease(lease, self.0.clock.now()).await?)
    }

    /// Clears away what has had its time.
    pub async fn clear_away(&self) -> Result<(), Error> {
        let now = self.0.clock.now();
        let keys = self.0.store.drop_old_keys(now).await?;
        let news = self.0.store.drop_old_news(now).await?;
        let quotes = self.0.store.expire_quotes(now).await?;
        let messages = self.0.store.drop_old_messages(now).await?;
        tracing::debug!(keys, news, quotes, messages, "old rows are cleared away");
        Ok(())
    }

    async fn adopt_orphans(&self) -> Result<(), Error> {
        let adopted = self.0.store.adopt_orphans(self.0.clock.now()).await?;
        if adopted > 0 {
            tracing::warn!(adopted, "a gateway that is gone has left operations without an outcome");
        }
        Ok(())
    }

    /// How long a gateway that is not heard of counts as alive: long enough that none of its commands can still be on
    /// its way to a session when they are taken over.
    fn presence(&self) -> chrono::Duration {
        chrono_of((2 * self.0.settings.deadline).max(SHORTEST_PRESENCE))
    }
}

fn chrono_of(duration: Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX)
}

const SHORTEST_PRESENCE: Duration = Duration::from_secs(10);
