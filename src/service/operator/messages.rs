//! Messages of registries that are left to people: what nobody acts on, or what could not be taken over.

use eppgate_model::poll::{PollMessage, PollState};
use eppgate_model::{PollMessageId, Word};

use super::{Operator, Target, note};
use crate::service::read::{page_of, page_size};
use crate::service::{Error, Gateway, Page, Polled, Queue};

impl Gateway {
    /// Messages, the newest first: those that are left to people unless another state, or `all`, is asked for.
    pub async fn messages(
        &self,
        state: Option<&str>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<PollMessage>, Error> {
        let limit = page_size(limit)?;
        let state = match state {
            None => Some(PollState::Dead),
            Some("all") => None,
            Some(word) => Some(
                PollState::parse(word).ok_or_else(|| Error::field("state", "is not a state of messages"))?,
            ),
        };
        let after = cursor.map(|cursor| {
            cursor.parse().map_err(|_| Error::field("cursor", "is not one that this API gives out"))
        });
        let found = self.0.store.messages(state, after.transpose()?, u64::from(limit) + 1).await?;
        Ok(page_of(found, limit, |last| last.id.to_string()))
    }

    /// One of the messages.
    pub async fn message(&self, id: &str) -> Result<PollMessage, Error> {
        self.0.store.message(read_id(id)?).await?.ok_or(Error::NotFound)
    }

    /// Has a message acted on anew.
    pub async fn retry_message(&self, who: &Operator, id: &str) -> Result<PollMessage, Error> {
        let message = self.message(id).await?;
        let revived = self.0.store.revive_message(message.id, self.0.clock.now()).await;
        self.turned(who, "have a message acted on anew", &message, revived?).await
    }

    /// Puts a message away.
    pub async fn dismiss_message(&self, who: &Operator, id: &str) -> Result<PollMessage, Error> {
        let message = self.message(id).await?;
        let dismissed = self.0.store.dismiss_message(message.id, self.0.clock.now()).await;
        self.turned(who, "put a message away", &message, dismissed?).await
    }

    async fn turned(
        &self,
        who: &Operator,
        action: &'static str,
        message: &PollMessage,
        is_turned: bool,
    ) -> Result<PollMessage, Error> {
        let target = Target { registry: message.binding.clone(), account: Some(message.account.clone()) };
        note(who, action, &target, if is_turned { Ok(()) } else { Err(Error::WrongState) })?;
        self.0.store.message(message.id).await?.ok_or(Error::NotFound)
    }

    /// Reads the message queues at once, until they are empty. How many messages there were.
    pub async fn poll_at_once(&self, who: &Operator, target: &Target) -> Result<u64, Error> {
        let accounts = self.targets(target);
        let mut messages = 0;
        for one in note(who, "read the message queue", target, accounts)? {
            let queue = Queue { registry: one.registry, account: one.account };
            while messages < MOST && self.poll(&queue).await? == Polled::Message {
                messages += 1;
            }
        }
        while self.act_on_messages().await? > 0 {}
        Ok(messages)
    }
}

fn read_id(id: &str) -> Result<PollMessageId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// In one call.
const MOST: u64 = 1_000;
