//! Operations of unknown outcome: seen, looked into at once, and, where the registry cannot tell, settled by hand. A
//! verdict by hand means the same as any other: for the quote, for the domain and its history, and for the caller who
//! sends the request again. Of two verdicts the first counts, whoever's it is.

use eppgate_model::operation::{OperationKind, OperationState, Outcome};
use eppgate_model::token::Actor;
use eppgate_model::{Domain, DomainEvent, DomainName, DomainState, Json, Operation, OperationId};
use eppgate_registry::Class;
use eppgate_store::{Conflict, DomainChange, Error as StoreError};
use serde_json::json;
use tokio::time::Instant;

use super::Operator;
use crate::service::call::Look;
use crate::service::journal::Journalled;
use crate::service::read::{page_of, page_size};
use crate::service::{Error, Gateway, Page, contacts, effect, hosts, transfers, upkeep};

/// An operator's verdict on an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it was carried out at the registry.
    pub executed: bool,
    /// How that is known.
    pub reason: String,
}

impl Gateway {
    /// The operations of all tenants whose outcome is unknown, oldest first, a page at a time.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unknown_operations(
        &self,
        registry: Option<&str>,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Result<Page<Operation>, Error> {
        let limit = page_size(limit)?;
        let after = cursor.map(|cursor| cursor.parse::<OperationId>()).transpose();
        let after = after.map_err(|_| Error::field("cursor", "is not one that this API gives out"))?;
        let found = self.0.store.unknown_operations(registry, after, u64::from(limit) + 1).await?;
        Ok(page_of(found, limit, |last| last.id.to_string()))
    }

    /// An operation, whosever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn any_operation(&self, id: &str) -> Result<Operation, Error> {
        let id = id.parse().map_err(|_| Error::NotFound)?;
        self.0.store.any_operation(id).await?.ok_or(Error::NotFound)
    }

    /// Looks into an operation now, and gives it as it stands then.
    ///
    /// # Errors
    /// [`Error`] when the registry cannot be asked.
    pub async fn look_again(&self, who: &Operator, id: &str) -> Result<Operation, Error> {
        let operation = self.any_operation(id).await?;
        let gateway = self.clone();
        let looked = self.to_its_end(async move {
            if operation.state == OperationState::Unknown {
                let registry = gateway.registry(operation.account_id)?;
                let deadline = Instant::now() + gateway.0.settings.command;
                gateway.settle_one(&registry, &operation, deadline).await?;
            }
            gateway.0.store.any_operation(operation.id).await?.ok_or(Error::NotFound)
        });
        noted(who, "look again", id, looked.await)
    }

    /// Settles an operation whose outcome is unknown, or a creation that its registry has taken and never decides on.
    ///
    /// # Errors
    /// [`Error::OperationSettled`] when it has its verdict; [`Error::WrongState`] while its caller still waits.
    pub async fn settle_by_hand(
        &self,
        who: &Operator,
        id: &str,
        verdict: Verdict,
    ) -> Result<Operation, Error> {
        if verdict.reason.trim().is_empty() {
            return Err(Error::field("reason", "is required"));
        }
        tracing::info!(
            operator = who.name,
            operation = id,
            executed = verdict.executed,
            reason = verdict.reason,
            "an operator has a verdict on an operation"
        );
        let operation = self.any_operation(id).await?;
        let (gateway, operator) = (self.clone(), who.clone());
        let settled = self.to_its_end(async move { gateway.settle_so(&operator, operation, verdict).await });
        noted(who, "settle", id, settled.await)
    }

    async fn settle_so(
        &self,
        who: &Operator,
        operation: Operation,
        verdict: Verdict,
    ) -> Result<Operation, Error> {
        match operation.state {
            OperationState::Unknown => {}
            OperationState::Answered if operation.kind == OperationKind::Create => {
                self.end_creation(who, &operation, verdict).await?;
                return self.0.store.any_operation(operation.id).await?.ok_or(Error::NotFound);
            }
            OperationState::Settled | OperationState::Answered => return Err(Error::OperationSettled),
            OperationState::Queued | OperationState::Sent => return Err(Error::WrongState),
        }
        let evidence = json!({
            "settled_by": "operator", "operator": who.name, "reason": verdict.reason, "at": self.0.clock.now(),
        });
        match (verdict.executed, operation.object.as_str()) {
            (false, _) => {
                let result = self.verdict(Outcome::Refused, None, Some(evidence));
                match self.0.store.commit_operation(operation.id, result, DomainChange::None, None).await {
                    Err(StoreError::Conflict(Conflict::AlreadySettled)) => {
                        return Err(Error::OperationSettled);
                    }
                    other => other?,
                }
            }
            (true, _) if operation.kind == OperationKind::Transfer => {
                self.executed::<transfers::Intent>(&operation, evidence).await?;
            }
            (true, effect::Intent::OBJECT) => self.executed::<effect::Intent>(&operation, evidence).await?,
            (true, contacts::Intent::OBJECT) => {
                self.executed::<contacts::Intent>(&operation, evidence).await?;
            }
            (true, hosts::Intent::OBJECT) => self.executed::<hosts::Intent>(&operation, evidence).await?,
            (true, _) => {
                return Err(Error::internal("an operation on an object that the journal does not know"));
            }
        }
        self.0.store.any_operation(operation.id).await?.ok_or(Error::NotFound)
    }

    /// How a creation has ended that the registry's staff had to look at, where the registry itself never tells. A domain
    /// that is registered is taken to be as it was asked for, and out of step until it has been compared.
    async fn end_creation(&self, who: &Operator, asked: &Operation, verdict: Verdict) -> Result<(), Error> {
        let name = DomainName::parse(&asked.name).map_err(|_| Error::internal("a journalled name"))?;
        let pending = self.0.store.domain(asked.tenant_id, &name).await?;
        let pending = pending.filter(|domain| domain.state == DomainState::PendingCreate);
        let pending = pending.ok_or(Error::OperationSettled)?;
        let now = self.0.clock.now();
        let mut after = Domain { updated_at: now, ..pending };
        let kind = if verdict.executed {
            after.state = DomainState::Registered;
            after.registered_at = Some(now);
            after.out_of_sync = true;
            "registered"
        } else {
            after.state = DomainState::Failed;
            "registration_failed"
        };
        let config = self.policy(&after).await?;
        upkeep::schedule(&mut after, &config);
        let payload = json!({ "settled_by": "operator", "operator": who.name, "reason": verdict.reason });
        let event = DomainEvent::new(&after, kind, &Actor::System, payload, now);
        let verdict = self.creation_verdict(DomainState::PendingCreate, &after).await?;
        let verdict = verdict.ok_or(Error::OperationSettled)?;
        match self.0.store.decide_domain(DomainChange::Update(after), Some(event), verdict).await {
            Err(StoreError::Conflict(Conflict::StaleVersion)) => Err(Error::OperationSettled),
            other => Ok(other?),
        }
    }

    /// It was carried out, an operator says. What it has led to the registry tells, if it tells anything; else it is taken
    /// to be as it was asked for, and the domain's row to be out of step.
    async fn executed<I: Journalled>(&self, operation: &Operation, evidence: Json) -> Result<(), Error> {
        let registry = self.registry(operation.account_id)?;
        let deadline = Instant::now() + self.0.settings.command;
        let fact = match I::look(&registry, operation, Class::Interactive, deadline).await {
            Ok(looked @ Look::Found(_)) => I::seen(&looked, None)?,
            Ok(Look::Missing) | Err(_) => Self::assumed_fact::<I>()?,
        };
        let result = self.verdict(Outcome::Executed, None, Some(evidence));
        match self.conclude_first::<I>(operation, &fact, result, None).await? {
            Some(_) => Ok(()),
            None => Err(Error::OperationSettled),
        }
    }
}

/// Writes down that an operator did something to an operation, or could not.
fn noted(
    who: &Operator,
    action: &'static str,
    operation: &str,
    result: Result<Operation, Error>,
) -> Result<Operation, Error> {
    match &result {
        Ok(done) => {
            let outcome = done.outcome.map(|outcome| format!("{outcome:?}"));
            tracing::info!(operator = who.name, action, operation, outcome, "an operator's word: done");
        }
        Err(error) => {
            tracing::warn!(operator = who.name, action, operation, %error, "an operator's word: refused");
        }
    }
    result
}
