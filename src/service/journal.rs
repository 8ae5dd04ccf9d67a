//! How an object is changed at its registry: journalled before the first byte, sent once, settled by the reply or, when
//! that is lost, by what the registry says of the object afterwards. Never twice, never lost.
//!
//! When to write, send, ask and settle is the same for all objects, and stands here. What a kind of object needs beside
//! that is [`Journalled`].

use chrono::{DateTime, Utc};
use eppgate_epp::{Command, Response, ResultCode};
use eppgate_model::operation::{OperationKind, OperationState, Outcome};
use eppgate_model::token::{Actor, Principal};
use eppgate_model::{ClTrid, DomainEvent, Json, Operation, OperationId, UserId};
use eppgate_registry::{Class, Fate, Registry, Request};
use eppgate_store::{Conflict, DomainChange, Error as StoreError, Instead, OperationResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::call::{self, Look, RETRY_SOON};
use super::dialect::Dialect;
use super::effect::Intent;
use super::payment::Payment;
use super::plan::{self, Plan};
use super::precondition::expected;
use super::routing::Route;
use super::settle::Settlement;
use super::{Error, Gateway};

/// What journalled commands on one kind of object are to achieve. It is kept with the command, so that it can be settled
/// by a process that never saw the request; it holds no secrets.
pub(super) trait Journalled: Serialize + DeserializeOwned + Send + Sync + Sized + 'static {
    /// The kind of object: `domain`, `contact` or `host`.
    const OBJECT: &'static str;
    /// What names one at its registry.
    type Name: ToString + Send;
    /// What the registry answers when asked for it.
    type Info: Send + Sync;
    /// What is known of it at the registry after a change.
    type Fact: Send + Sync;
    /// Our side of it.
    type Row: Send;

    /// The verb that the journal files it under.
    fn kind(&self) -> OperationKind;

    /// Whether the reply leaves open what the object is like now, so that a look at it is due.
    fn wants_look(&self) -> bool;

    /// Whether it stays open what becomes of it when the registry has taken it: others have a say in that.
    fn is_open(&self, fact: &Self::Fact) -> bool;

    /// Asks the registry for the object as it is now.
    fn look(
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> impl Future<Output = Result<Look<Self::Info>, Error>> + Send;

    /// What the reply to the command itself tells.
    fn told(response: &Response<'_>) -> Result<Self::Fact, Error>;

    /// What a look tells, beside what the reply has told if there was one.
    fn seen(looked: &Look<Self::Info>, told: Option<&Self::Fact>) -> Result<Self::Fact, Error>;

    /// What a look proves of a command whose reply is lost. `own_id` is ours at the registry.
    fn judge(
        &self,
        operation: &Operation,
        looked: &Look<Self::Info>,
        fact: &Self::Fact,
        own_id: &str,
    ) -> Proof;

    /// What the caller meets when somebody else has the name.
    fn taken() -> Error;

    /// The parts of an answer that a verdict may rest on, for people who ask later.
    fn evidence(info: &Self::Info) -> Json;

    /// Our side as it is now.
    fn row(
        gateway: &Gateway,
        operation: &Operation,
    ) -> impl Future<Output = Result<Option<Self::Row>, Error>> + Send;

    /// What the executed command means for our side.
    fn effect(
        &self,
        gateway: &Gateway,
        operation: &Operation,
        actor: &Actor,
        fact: &Self::Fact,
    ) -> impl Future<Output = Result<Effect<Self::Row>, Error>> + Send;
}

/// What a look proves of a command whose reply is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It was done.
    Done,
    /// Somebody else has the name, so it was not done and never will be.
    Taken,
    /// What was asked for is not there. Not yet, or never.
    Absent,
}

/// What an executed command means for our side, to be written with its verdict.
pub(super) struct Effect<R> {
    /// As it is afterwards.
    pub(super) row: R,
    pub(super) change: eppgate_store::Change,
    pub(super) event: Option<DomainEvent>,
}

/// A change of an object, ready to be sent.
pub(super) struct Change<I: Journalled = Intent> {
    pub(super) principal: Principal,
    pub(super) route: Route,
    pub(super) name: I::Name,
    pub(super) intent: I,
    pub(super) command: Command,
}

/// What the journal keeps of a change beside its columns: enough for another process to settle it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept<I> {
    pub(super) intent: I,
    actor_type: String,
    actor_id: Option<String>,
}

impl<I: Journalled> Kept<I> {
    fn new(intent: I, actor: &Actor) -> Self {
        Self { intent, actor_type: actor.kind().to_owned(), actor_id: actor.id() }
    }

    /// What an operation's row keeps.
    pub(super) fn of(operation: &Operation) -> Result<Self, Error> {
        serde_json::from_value(operation.request.clone()).map_err(|error| Error::Internal(Box::new(error)))
    }

    pub(super) fn actor(&self) -> Actor {
        let id = self.actor_id.as_deref();
        match (self.actor_type.as_str(), id.map(str::parse::<UserId>), id) {
            ("user", Some(Ok(user)), _) => Actor::User(user),
            ("client", _, Some(client)) => Actor::Client(client.to_owned()),
            _ => Actor::System,
        }
    }
}

impl Gateway {
    /// Carries a change out and gives the object as it is afterwards.
    ///
    /// When the reply is lost, the time left is spent on finding out what became of the command; the caller gets the
    /// settled result if that succeeds, else [`Error::RegistryTimeout`] with the operation that a worker will settle.
    pub(super) async fn carry_out<I: Journalled>(&self, change: Change<I>) -> Result<I::Row, Error> {
        self.carry_out_paid(change, Payment::none()).await
    }

    /// The same for a change that costs something: its quote is reserved with the journal's row, and consumed or given
    /// back by its verdict.
    pub(super) async fn carry_out_paid<I: Journalled>(
        &self,
        change: Change<I>,
        payment: Payment,
    ) -> Result<I::Row, Error> {
        // A large thing, and most who call this are held in something large themselves.
        Box::pin(self.carry_out_now(change, payment)).await
    }

    async fn carry_out_now<I: Journalled>(
        &self,
        change: Change<I>,
        payment: Payment,
    ) -> Result<I::Row, Error> {
        let started = Instant::now();
        let Change { principal, route, name, intent, command } = change;
        if let Some(done) = self.sent_before(&principal, &name.to_string(), &intent).await? {
            return Ok(done);
        }
        let operation = self.draft(&principal, &route, name.to_string(), intent)?;
        let command = payment.acknowledge(command, &route.registry);
        let command = Dialect::of(&route.registry).complete(command, I::OBJECT, &route.association.tld);
        let command = command.finish(operation.cltrid.as_str())?;
        self.begin(&operation, &principal, &payment).await?;
        if let Some(plan) = Plan::current() {
            plan::checked("no_unfinished_operation");
            plan.add(&route, &operation, &command);
            return self.assumed::<I>(&operation).await;
        }
        let request = Request {
            command,
            class: call::class_of(&principal.actor),
            tenant: principal.tenant_id.uuid().as_u128(),
            deadline: started + self.0.settings.command,
        };
        let deadline = started + self.0.settings.deadline;
        match route.registry.execute(request).await {
            Ok(answer) => {
                let response = answer.response;
                match response.code() {
                    code if code.is_success() => match I::told(&response) {
                        Ok(told) => self.done::<I>(&route, &operation, told, &response, started).await,
                        // It was done, but what exactly must be asked.
                        Err(_) => self.find_out::<I>(&route.registry, operation, deadline).await,
                    },
                    // "Failed" and "failed, closing" do not say that nothing was done.
                    code if code == ResultCode::COMMAND_FAILED || code.ends_session() => {
                        self.find_out::<I>(&route.registry, operation, deadline).await
                    }
                    _ => {
                        let refusal = self.verdict(Outcome::Refused, Some(&response), None);
                        let undone = self.after_all::<I>(&route.registry, &operation, &refusal, deadline);
                        match undone.await {
                            Ok(Some(done)) => return Ok(done),
                            Ok(None) => {}
                            Err(error) => tracing::info!(%error, "no look at what may be in the way"),
                        }
                        self.0
                            .store
                            .commit_operation(operation.id, refusal, DomainChange::None, None)
                            .await?;
                        Err(call::refused(&response))
                    }
                }
            }
            Err(error) => match error.fate {
                Fate::NotSent => {
                    let result = self.verdict(Outcome::NotSent, None, None);
                    self.0.store.commit_operation(operation.id, result, DomainChange::None, None).await?;
                    Err(match call::failure(&error) {
                        // Nothing was sent: there is no outcome to wait for.
                        Error::RegistryTimeout { .. } => {
                            Error::RegistryUnavailable { retry_after: RETRY_SOON }
                        }
                        other => other,
                    })
                }
                Fate::Unknown | Fate::Refused(_) => {
                    self.find_out::<I>(&route.registry, operation, deadline).await
                }
            },
        }
    }

    /// Writes down what the registry has done by itself as if it had been asked to: paid for like any other change, and
    /// settled by a look. Nothing is sent.
    pub(super) async fn adopt<I: Journalled>(
        &self,
        change: Change<I>,
        payment: Payment,
    ) -> Result<I::Row, Error> {
        let deadline = Instant::now() + self.0.settings.deadline;
        let Change { principal, route, name, intent, .. } = change;
        if let Some(done) = self.sent_before(&principal, &name.to_string(), &intent).await? {
            return Ok(done);
        }
        let operation = self.draft(&principal, &route, name.to_string(), intent)?;
        self.begin(&operation, &principal, &payment).await?;
        if Plan::current().is_some() {
            return self.assumed::<I>(&operation).await;
        }
        let class = call::class_of(&principal.actor);
        match self.settle::<I>(&route.registry, &operation, class, deadline).await {
            Ok(Settlement::Executed(row)) => Ok(*row),
            _ => self.find_out::<I>(&route.registry, operation, deadline).await,
        }
    }

    fn draft<I: Journalled>(
        &self,
        principal: &Principal,
        route: &Route,
        name: String,
        intent: I,
    ) -> Result<Operation, Error> {
        let id = OperationId::new();
        let now = self.0.clock.now();
        let kind = intent.kind();
        let kept = serde_json::to_value(Kept::new(intent, &principal.actor))
            .map_err(|e| Error::Internal(Box::new(e)))?;
        Ok(Operation {
            id,
            cltrid: ClTrid::of(id),
            tenant_id: principal.tenant_id,
            account_id: route.account.id,
            binding: route.account.binding.clone(),
            kind,
            object: I::OBJECT.to_owned(),
            name,
            // From this row on the command counts as sent: a crash before the first byte is settled like one after it.
            state: OperationState::Sent,
            request: kept,
            result_code: None,
            svtrid: None,
            outcome: None,
            evidence: None,
            inserted_at: now,
            sent_at: Some(now),
            replied_at: None,
            settled_at: None,
            attempts: 0,
            next_attempt_at: None,
        })
    }

    /// Tries again as long as somebody else's change of the same object is under way, but no longer than a command may
    /// take. For what many requests have in common, such as a registrant.
    pub(super) async fn in_turn<T, F: Future<Output = Result<T, Error>>>(
        &self,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error> {
        let until = Instant::now() + self.0.settings.command;
        loop {
            match attempt().await {
                Err(Error::OperationInProgress { .. }) if Instant::now() < until => {
                    tokio::time::sleep(TURN).await;
                }
                done => return done,
            }
        }
    }

    async fn begin(
        &self,
        operation: &Operation,
        principal: &Principal,
        payment: &Payment,
    ) -> Result<(), Error> {
        let attempt = principal.attempt.as_ref();
        let begun = match (expected(principal, &operation.object)?, payment.quote_id()) {
            (Some(seen), quote) => {
                let begun = self.0.store.begin_operation_on(seen, operation, attempt, quote).await;
                if let (Ok(()), Some(condition)) = (&begun, &principal.expects) {
                    condition.begun();
                }
                begun
            }
            (None, Some(quote)) => self.0.store.begin_paid_operation(operation, attempt, quote).await,
            (None, None) => self.0.store.begin_operation(operation, attempt).await,
        };
        match begun {
            Err(StoreError::Conflict(Conflict::StaleVersion)) => Err(Error::PreconditionFailed),
            Err(StoreError::Conflict(Conflict::QuoteTaken)) => {
                Err(self.why_taken(operation, payment).await?)
            }
            Err(StoreError::Conflict(Conflict::AttemptOver)) => {
                Err(Error::IdempotencyKeyInUse { in_flight: true })
            }
            Err(StoreError::Conflict(Conflict::UnfinishedOperation)) => {
                let Operation { binding, object, name, .. } = operation;
                let other = self.0.store.unfinished_operation(binding, object, name).await?;
                let own = other.filter(|other| other.tenant_id == principal.tenant_id);
                Err(Error::OperationInProgress { operation_id: own.map(|own| own.id) })
            }
            other => Ok(other?),
        }
    }

    /// The reply says that it was done: writes what that means.
    async fn done<I: Journalled>(
        &self,
        route: &Route,
        operation: &Operation,
        told: I::Fact,
        response: &Response<'_>,
        started: Instant,
    ) -> Result<I::Row, Error> {
        let mut fact = told;
        if Kept::<I>::of(operation)?.intent.wants_look() {
            let deadline = started + self.0.settings.deadline;
            let class = call::class_of(&Kept::<I>::of(operation)?.actor());
            let looked = I::look(&route.registry, operation, class, deadline).await;
            match looked.and_then(|looked| I::seen(&looked, Some(&fact))) {
                Ok(seen) => fact = seen,
                Err(error) => {
                    let Operation { object, name, .. } = operation;
                    tracing::info!(%error, object, name, "no look at what was changed");
                }
            }
        }
        let result = self.verdict(Outcome::Executed, Some(response), None);
        self.conclude::<I>(operation, &fact, result, None).await
    }

    /// The reply is lost: asks the registry until it is clear what became of the command, or the caller's time is up.
    pub(super) async fn find_out<I: Journalled>(
        &self,
        registry: &Registry,
        operation: Operation,
        deadline: Instant,
    ) -> Result<I::Row, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        // Until the caller's time is up the operation is ours; then a worker may have it.
        let workers_turn = self.0.clock.now() + chrono::Duration::from_std(left).unwrap_or_default();
        self.0.store.mark_unknown(operation.id, workers_turn).await?;
        tracing::warn!(
            registry = registry.name(),
            cltrid = operation.cltrid.as_str(),
            "the reply to a change is lost"
        );
        let unknown = Error::RegistryTimeout { operation_id: Some(operation.id) };
        let mut pause = FIRST_PAUSE;
        loop {
            match self.settle::<I>(registry, &operation, Class::Interactive, deadline).await {
                Ok(Settlement::Executed(row)) => return Ok(*row),
                Ok(Settlement::NotExecuted { taken: true }) => return Err(I::taken()),
                Ok(Settlement::NotExecuted { taken: false }) => {
                    return Err(Error::RegistryUnavailable { retry_after: RETRY_SOON });
                }
                Ok(Settlement::Undecided) => {}
                Err(error) => tracing::info!(%error, cltrid = operation.cltrid.as_str(), "not settled yet"),
            }
            if Instant::now() + pause >= deadline {
                return Err(unknown);
            }
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Writes the verdict, our side of the object and its history in one transaction; and, if it overturns an earlier
    /// verdict, the refusal of the command that brought it to light.
    pub(super) async fn conclude<I: Journalled>(
        &self,
        operation: &Operation,
        fact: &I::Fact,
        result: OperationResult,
        instead: Option<Instead>,
    ) -> Result<I::Row, Error> {
        match self.conclude_first::<I>(operation, fact, result, instead).await? {
            Some(row) => Ok(row),
            // Somebody else was first.
            None => I::row(self, operation).await?.ok_or(Error::NotFound),
        }
    }

    /// The same for whose verdict counts only if it is the first: none if there was one.
    pub(super) async fn conclude_first<I: Journalled>(
        &self,
        operation: &Operation,
        fact: &I::Fact,
        result: OperationResult,
        instead: Option<Instead>,
    ) -> Result<Option<I::Row>, Error> {
        let kept = Kept::<I>::of(operation)?;
        let actor = kept.actor();
        let result = if kept.intent.is_open(fact) { left_open(result) } else { result };
        // Only what changes rows without the journal can come in between, and it is quick: a few tries do.
        for _ in 0..TRIES {
            let Effect { row, change, event } = kept.intent.effect(self, operation, &actor, fact).await?;
            let (store, result) = (&self.0.store, result.clone());
            let written = match instead.clone() {
                None => store.commit_operation(operation.id, result, change, event).await,
                Some(instead) => store.overturn_operation(operation.id, result, change, event, instead).await,
            };
            match written {
                Ok(()) => return Ok(Some(row)),
                Err(StoreError::Conflict(Conflict::StaleVersion)) => {}
                Err(StoreError::Conflict(Conflict::AlreadySettled)) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::internal("a row keeps changing under its own operation"))
    }

    /// A final verdict as the journal keeps it.
    pub(super) fn verdict(
        &self,
        outcome: Outcome,
        reply: Option<&Response<'_>>,
        evidence: Option<Json>,
    ) -> OperationResult {
        let now: DateTime<Utc> = self.0.clock.now();
        OperationResult {
            state: OperationState::Settled,
            outcome: Some(outcome),
            result_code: reply.map(|reply| reply.code().0),
            svtrid: reply.map(|reply| reply.tr_id.server.clone()),
            evidence,
            replied_at: reply.map(|_| now),
            settled_at: Some(now),
        }
    }
}

/// The verdict waits for others, and with it what pays for the command.
fn left_open(result: OperationResult) -> OperationResult {
    OperationResult { state: OperationState::Answered, outcome: None, settled_at: None, ..result }
}

const FIRST_PAUSE: std::time::Duration = std::time::Duration::from_millis(250);
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
const TURN: std::time::Duration = std::time::Duration::from_millis(50);
const TRIES: u32 = 5;
