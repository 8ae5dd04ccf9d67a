//! How a domain is changed at its registry: journalled before the first byte, sent once, settled by the reply or, when
//! that is lost, by what the registry says of the domain afterwards. Never twice, never lost.

use chrono::{DateTime, Utc};
use eppgate_epp::{Command, Response, ResultCode};
use eppgate_model::operation::{OperationState, Outcome};
use eppgate_model::token::{Actor, Principal};
use eppgate_model::{ClTrid, Domain, DomainEvent, DomainName, Json, Operation, OperationId, UserId};
use eppgate_registry::{Class, Fate, Request};
use eppgate_store::{Conflict, DomainChange, Error as StoreError, OperationResult};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::call::{self, Look, RETRY_SOON, look};
use super::effect::{self, Fact, Intent};
use super::payment::Payment;
use super::routing::Route;
use super::settle::Settlement;
use super::{Error, Gateway};

/// A change of a domain, ready to be sent.
pub(super) struct Change {
    pub(super) principal: Principal,
    pub(super) route: Route,
    pub(super) name: DomainName,
    pub(super) intent: Intent,
    pub(super) command: Command,
}

/// What the journal keeps of a change beside its columns: enough for another process to settle it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) intent: Intent,
    actor_type: String,
    actor_id: Option<String>,
}

impl Kept {
    fn new(intent: &Intent, actor: &Actor) -> Self {
        Self { intent: intent.clone(), actor_type: actor.kind().to_owned(), actor_id: actor.id() }
    }

    /// What an operation's row keeps.
    pub(super) fn of(operation: &Operation) -> Result<Self, Error> {
        serde_json::from_value(operation.request.clone()).map_err(|error| Error::Internal(Box::new(error)))
    }

    fn actor(&self) -> Actor {
        let id = self.actor_id.as_deref();
        match (self.actor_type.as_str(), id.map(str::parse::<UserId>), id) {
            ("user", Some(Ok(user)), _) => Actor::User(user),
            ("client", _, Some(client)) => Actor::Client(client.to_owned()),
            _ => Actor::System,
        }
    }
}

impl Gateway {
    /// Carries a change out and gives the domain as it is afterwards.
    ///
    /// When the reply is lost, the time left is spent on finding out what became of the command; the caller gets the
    /// settled result if that succeeds, else [`Error::RegistryTimeout`] with the operation that a worker will settle.
    pub(super) async fn carry_out(&self, change: Change) -> Result<Domain, Error> {
        self.carry_out_paid(change, Payment::none()).await
    }

    /// The same for a change that costs something: its quote is reserved by the journal's row, and consumed or given
    /// back by its verdict.
    pub(super) async fn carry_out_paid(&self, change: Change, payment: Payment) -> Result<Domain, Error> {
        let started = Instant::now();
        let Change { principal, route, name, intent, command } = change;
        let operation = self.draft(&principal, &route, &name, &intent)?;
        let command = payment.acknowledge(command, &route.registry).finish(operation.cltrid.as_str())?;
        self.begin(&operation, &principal, &payment).await?;
        let request = Request {
            command,
            class: Class::Interactive,
            tenant: principal.tenant_id.uuid().as_u128(),
            deadline: started + self.0.settings.command,
        };
        match route.registry.execute(request).await {
            Ok(answer) => {
                let response = answer.response;
                match response.code() {
                    code if code.is_success() => match Fact::of_reply(&response) {
                        Ok(fact) => self.done(&route, &operation, fact, &response, started).await,
                        // It was done, but what exactly must be asked.
                        Err(_) => self.find_out(&route, operation, started).await,
                    },
                    // "Failed" and "failed, closing" do not say that nothing was done.
                    code if code == ResultCode::COMMAND_FAILED || code.ends_session() => {
                        self.find_out(&route, operation, started).await
                    }
                    _ => {
                        let result = self.verdict(Outcome::Refused, Some(&response), None);
                        self.0.store.commit_operation(operation.id, result, DomainChange::None, None).await?;
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
                Fate::Unknown | Fate::Refused(_) => self.find_out(&route, operation, started).await,
            },
        }
    }

    fn draft(
        &self,
        principal: &Principal,
        route: &Route,
        name: &DomainName,
        intent: &Intent,
    ) -> Result<Operation, Error> {
        let id = OperationId::new();
        let now = self.0.clock.now();
        let kept = serde_json::to_value(Kept::new(intent, &principal.actor))
            .map_err(|e| Error::Internal(Box::new(e)))?;
        Ok(Operation {
            id,
            cltrid: ClTrid::of(id),
            tenant_id: principal.tenant_id,
            account_id: route.account.id,
            binding: route.account.binding.clone(),
            kind: intent.kind(),
            object: "domain".to_owned(),
            name: name.as_str().to_owned(),
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

    async fn begin(
        &self,
        operation: &Operation,
        principal: &Principal,
        payment: &Payment,
    ) -> Result<(), Error> {
        let begun = match payment.quote_id() {
            Some(quote) => self.0.store.begin_paid_operation(operation, quote).await,
            None => self.0.store.begin_operation(operation).await,
        };
        match begun {
            Err(StoreError::Conflict(Conflict::QuoteTaken)) => {
                Err(self.why_taken(operation, payment).await?)
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
    async fn done(
        &self,
        route: &Route,
        operation: &Operation,
        mut fact: Fact,
        response: &Response<'_>,
        started: Instant,
    ) -> Result<Domain, Error> {
        if Kept::of(operation)?.intent.wants_look() {
            let deadline = started + self.0.settings.deadline;
            fact = match self.look_again(route, operation, deadline).await {
                Ok(seen) => seen.or(fact),
                Err(error) => {
                    tracing::info!(%error, name = operation.name, "no look at a domain after its change");
                    fact
                }
            };
        }
        let result = self.verdict(Outcome::Executed, Some(response), None);
        self.conclude(operation, &fact, result).await
    }

    async fn look_again(
        &self,
        route: &Route,
        operation: &Operation,
        deadline: Instant,
    ) -> Result<Fact, Error> {
        let name = DomainName::parse(&operation.name).map_err(|_| Error::internal("a journalled name"))?;
        match look(&route.registry, operation.tenant_id, &name, Class::Interactive, deadline).await? {
            Look::Found(found) => Fact::of_info(&found.0, &found.1),
            Look::Missing => Ok(Fact::gone()),
        }
    }

    /// The reply is lost: asks the registry until it is clear what became of the command, or the caller's time is up.
    async fn find_out(&self, route: &Route, operation: Operation, started: Instant) -> Result<Domain, Error> {
        let deadline = started + self.0.settings.deadline;
        let left = deadline.saturating_duration_since(Instant::now());
        // Until the caller's time is up the operation is ours; then a worker may have it.
        let workers_turn = self.0.clock.now() + chrono::Duration::from_std(left).unwrap_or_default();
        self.0.store.mark_unknown(operation.id, workers_turn).await?;
        tracing::warn!(
            registry = route.registry.name(),
            cltrid = operation.cltrid.as_str(),
            "the reply to a change is lost"
        );
        let unknown = Error::RegistryTimeout { operation_id: Some(operation.id) };
        let mut pause = FIRST_PAUSE;
        loop {
            match self.settle(&route.registry, &operation, Class::Interactive, deadline).await {
                Ok(Settlement::Executed(domain)) => return Ok(*domain),
                Ok(Settlement::NotExecuted { taken: true }) => return Err(Error::DomainUnavailable),
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

    /// Writes the verdict, the row and its history in one transaction.
    pub(super) async fn conclude(
        &self,
        operation: &Operation,
        fact: &Fact,
        result: OperationResult,
    ) -> Result<Domain, Error> {
        let kept = Kept::of(operation)?;
        let name = DomainName::parse(&operation.name).map_err(|_| Error::internal("a journalled name"))?;
        // Only what changes rows without the journal can come in between, and it is quick: a few tries do.
        for _ in 0..TRIES {
            let now = self.0.clock.now();
            let before = self.0.store.domain(operation.tenant_id, &name).await?;
            let tld = before
                .as_ref()
                .map_or_else(|| name.suffixes().next().unwrap_or_default(), |domain| &domain.tld);
            let config = self
                .0
                .store
                .association(operation.tenant_id, tld)
                .await?
                .map(|a| a.config)
                .unwrap_or_default();
            let after = effect::apply(&kept.intent, operation, before, fact, &config, now);
            let Some(after) = after else { return Err(Error::NotFound) };
            let (kind, payload) = effect::event(&kept.intent, operation, &after);
            let event = DomainEvent::new(&after, kind, &kept.actor(), payload, now);
            let change = match kept.intent {
                Intent::Create(_) => DomainChange::Insert(after.clone()),
                _ => DomainChange::Update(after.clone()),
            };
            match self.0.store.commit_operation(operation.id, result.clone(), change, Some(event)).await {
                Ok(()) => return Ok(after),
                Err(StoreError::Conflict(Conflict::StaleVersion)) => {}
                Err(StoreError::Conflict(Conflict::AlreadySettled)) => {
                    return self.0.store.domain(operation.tenant_id, &name).await?.ok_or(Error::NotFound);
                }
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

const FIRST_PAUSE: std::time::Duration = std::time::Duration::from_millis(250);
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
const TRIES: u32 = 5;
