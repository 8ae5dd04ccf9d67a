//! Messages that registries leave for an account: read, kept, acknowledged, acted on.
//!
//! ```text
//! poll req ──> kept, without secrets ──> poll ack ──> acted on ──> done
//!                    │ (seen again: only acknowledged)     └──────> left to people, who have it tried again or put it away
//! ```
//! A message is acknowledged only when it is kept, and acted on from what is kept: whenever the gateway dies, nothing is
//! lost and nothing is done twice. What each kind of message means is in one table, in `dispatch`.
//!
//! | file | what |
//! |---|---|
//! | `dispatch` | what a message says, and who acts on it |
//! | `domains` | messages about domains |
//! | `contacts`, `hosts` | messages about contacts' copies, and about hosts |
//! | `money` | messages about what is left in an account |

mod contacts;
mod dispatch;
mod domains;
mod hosts;
mod money;

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Duration, Utc};
use data_encoding::HEXLOWER;
use eppgate_epp::poll::Poll;
use eppgate_epp::response::MsgQ;
use eppgate_epp::types::MixedText;
use eppgate_epp::{Command, Response, ResultCode, redact};
use eppgate_model::poll::{PollMessage, PollState};
use eppgate_model::{ClTrid, PollMessageId, TenantId};
use eppgate_registry::{Class, Registry};
use tokio::time::Instant;
use uuid::Uuid;

use super::call::{ask, refused};
use super::{Error, Gateway, NamedRegistry};
pub(super) use money::{LOW_BALANCE, LOW_BALANCE_CRITICAL};

/// A message queue: each account at a registry has one, however many tenants share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Queue {
    pub registry: String,
    pub account: String,
}

/// What a look at a queue has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A message, which is kept and off the queue.
    Message,
    /// There is none.
    Empty,
    /// The registry has no queues.
    NoQueue,
}

/// What has come of a message.
enum Fate {
    /// It is taken over, or tells nothing new.
    Done(Option<&'static str>),
    /// People have to look at it.
    Dead(String),
}

impl Gateway {
    /// The queues that there are now.
    pub fn queues(&self) -> Vec<Queue> {
        let queue =
            |one: &NamedRegistry| Queue { registry: one.registry.clone(), account: one.account.clone() };
        self.0.registries.load().named().iter().map(queue).collect()
    }

    /// Takes the first message off a queue, if there is one.
    pub async fn poll(&self, queue: &Queue) -> Result<Polled, Error> {
        let (gateway, queue) = (self.clone(), queue.clone());
        self.to_its_end(async move { gateway.poll_now(&queue).await }).await
    }

    async fn poll_now(&self, queue: &Queue) -> Result<Polled, Error> {
        let registry = self.behind(queue)?;
        let shown = self.send_poll(&registry, &Poll::Req).await?;
        let head = match (shown.code(), &shown.msg_q) {
            (code, Some(head)) if code.is_success() && code != ResultCode::NO_MESSAGES => head,
            (code, _) if code.is_success() => {
                registry.polled(0);
                return Ok(Polled::Empty);
            }
            (code, _) if HAS_NO_QUEUE.contains(&code) => return Ok(Polled::NoQueue),
            _ => return Err(refused(&shown)),
        };
        if head.id.is_empty() {
            tracing::warn!(registry = registry.name(), "a message without an id cannot be acknowledged");
            return Err(Error::RegistryBadResponse);
        }
        let message = self.read_message(queue, head, &shown)?;
        if !self.0.store.keep_message(&message).await? {
            tracing::info!(registry = registry.name(), msg_id = head.id, "a message is shown again");
        }
        let acked = self.send_poll(&registry, &Poll::Ack(head.id.clone())).await?;
        match acked.code() {
            // Whoever acknowledged it before: it is off the queue.
            code if code.is_success() || code == ResultCode::OBJECT_DOES_NOT_EXIST => {}
            _ => return Err(refused(&acked)),
        }
        let left = acked.msg_q.as_ref().map_or_else(|| head.count.saturating_sub(1), |queue| queue.count);
        registry.polled(left);
        Ok(Polled::Message)
    }

    /// Acts on messages that are due. How many those were.
    pub async fn act_on_messages(&self) -> Result<usize, Error> {
        let gateway = self.clone();
        self.to_its_end(async move {
            let due = gateway.0.store.due_messages(gateway.0.clock.now(), BATCH).await?;
            for message in &due {
                gateway.act_on(message).await?;
            }
            Ok(due.len())
        })
        .await
    }

    async fn act_on(&self, message: &PollMessage) -> Result<(), Error> {
        let (id, now) = (message.id, self.0.clock.now());
        let store = &self.0.store;
        match Box::pin(self.dispatch(message)).await {
            Ok(Fate::Done(note)) => {
                Ok(store.settle_message(id, PollState::Done, note.map(str::to_owned), now).await?)
            }
            Ok(Fate::Dead(why)) => self.leave_to_people(message, why).await,
            Err(error) if message.attempts >= MOST_ATTEMPTS => {
                self.leave_to_people(message, told(&error)).await
            }
            Err(error) => {
                tracing::info!(%error, message = %id, kind = message.kind, "a message is acted on later");
                Ok(store.postpone_message(id, now + pause_after(message.attempts), told(&error)).await?)
            }
        }
    }

    async fn leave_to_people(&self, message: &PollMessage, why: String) -> Result<(), Error> {
        let PollMessage { id, binding, account, kind, .. } = message;
        tracing::warn!(message = %id, registry = binding, account, kind, why, "a message is left to people");
        let now = self.0.clock.now();
        Ok(self.0.store.settle_message(*id, PollState::Dead, Some(why), now).await?)
    }

    /// A message as it is kept.
    fn read_message(&self, queue: &Queue, head: &MsgQ, shown: &Response<'_>) -> Result<PollMessage, Error> {
        let now: DateTime<Utc> = self.0.clock.now();
        let (kind, name) = dispatch::about(shown);
        let text = head.msg.as_ref().and_then(words);
        Ok(PollMessage {
            id: PollMessageId::new(),
            binding: queue.registry.clone(),
            account: queue.account.clone(),
            msg_id: head.id.clone(),
            digest: digest_of(head, shown),
            kind: kind.to_owned(),
            name,
            text: text.map(str::to_owned),
            raw: redact::redact(shown.document().text()),
            queued_at: head.q_date,
            state: PollState::Received,
            note: None,
            attempts: 0,
            due_at: Some(now),
            received_at: now,
            settled_at: None,
        })
    }

    /// The account behind a queue.
    fn behind(&self, queue: &Queue) -> Result<Registry, Error> {
        self.named(queue).map(|one| one.runs)
    }

    fn named(&self, queue: &Queue) -> Result<NamedRegistry, Error> {
        let registries = self.0.registries.load();
        let is_it = |one: &&NamedRegistry| one.registry == queue.registry && one.account == queue.account;
        registries.named().iter().find(is_it).cloned().ok_or(Error::RegistryAccountUnavailable)
    }

    async fn send_poll(&self, registry: &Registry, poll: &Poll) -> Result<Response<'static>, Error> {
        let command = Command::poll(poll).finish(ClTrid::fresh().as_str())?;
        let deadline = Instant::now() + self.0.settings.command;
        // Messages are nobody's before they are read.
        let nobody = TenantId::from(Uuid::nil());
        ask(registry, nobody, command, Class::Background, deadline).await
    }
}

/// A hash of what a message says, whatever transaction shows it.
fn digest_of(head: &MsgQ, shown: &Response<'_>) -> String {
    let mut context = Context::new(&SHA256);
    let mut part = |text: &str| {
        context.update(&text.len().to_be_bytes());
        context.update(text.as_bytes());
    };
    part(&head.q_date.map(|date| date.to_rfc3339()).unwrap_or_default());
    part(match &head.msg {
        Some(MixedText::Plain(text)) => &text.text,
        Some(MixedText::Mixed(element)) => element.as_str(),
        None => "",
    });
    shown.all_data().for_each(|data| part(&data.self_contained()));
    shown.extensions().for_each(|extension| part(&extension.self_contained()));
    HEXLOWER.encode(context.finish().as_ref())
}

/// Words for people. What has elements in it may hold more than words, and is kept with the rest.
fn words(text: &MixedText) -> Option<&str> {
    match text {
        MixedText::Plain(text) => Some(&text.text),
        MixedText::Mixed(_) => None,
    }
}

/// A failure in the words of a note.
fn told(error: &Error) -> String {
    match error {
        Error::Internal(source) => source.to_string(),
        other => other.to_string(),
    }
}

/// How long to leave a message alone after so many attempts.
fn pause_after(attempts: i32) -> Duration {
    Duration::seconds(5 << attempts.clamp(0, 9))
}

/// What a registry without message queues says to a poll.
const HAS_NO_QUEUE: [ResultCode; 4] = [
    ResultCode::UNKNOWN_COMMAND,
    ResultCode::UNIMPLEMENTED_COMMAND,
    ResultCode::UNIMPLEMENTED_OPTION,
    ResultCode::UNIMPLEMENTED_OBJECT,
];
/// Some hours, with the pauses in between.
const MOST_ATTEMPTS: i32 = 12;
const BATCH: u64 = 16;
