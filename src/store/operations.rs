//! The journal: which commands were sent, what became of them, and which are still to be found out.
//!
//! A command is journalled before its first byte, and settled in the same transaction that changes the domain
//! and writes its history: there is no moment in which one is true without the others. Settling succeeds once;
//! whoever comes second, a late reply or a worker, is told [`Conflict::AlreadySettled`] and changes nothing.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::idempotency::Attempt;
use eppgate_model::operation::{OperationKind, OperationState, Outcome};
use eppgate_model::precondition::Seen;
use eppgate_model::{DomainEvent, Json, Operation, OperationId, QuoteId, TenantId, Word};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set,
};

use crate::change::Change;
use crate::idempotency::hold;
use crate::leases::present;
use crate::rows::{self, contact, domain, host, operation};
use crate::{Conflict, Error, Store, quotes};

/// The command that was refused because an earlier one like it had been executed after all.
#[derive(Debug, Clone)]
pub struct Instead {
    pub operation: OperationId,
    pub refusal: OperationResult,
}

/// What became of a command, and how that is known.
#[derive(Debug, Clone)]
pub struct OperationResult {
    pub state: OperationState,
    pub outcome: Option<Outcome>,
    pub result_code: Option<u16>,
    pub svtrid: Option<String>,
    /// What the verdict rests on, when there was no reply to read it from.
    pub evidence: Option<Json>,
    pub replied_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Journals a command that is about to be sent. While another on the same name is unfinished it is refused
    /// with [`Conflict::UnfinishedOperation`]; and if it is for a keyed request, with [`Conflict::AttemptOver`] unless
    /// the attempt is the one under way.
    pub async fn begin_operation(
        &self,
        operation: &Operation,
        attempt: Option<&Attempt>,
    ) -> Result<(), Error> {
        if attempt.is_none() {
            return rows::insert(&self.writer, self.under_way(operation, None)).await;
        }
        let tx = self.write().await?;
        self.journal(&tx, operation, attempt).await?;
        Ok(tx.commit().await?)
    }

    /// Journals a command that a quote pays for, and reserves the quote for it. A quote that is taken, or no longer
    /// good, is [`Conflict::QuoteTaken`].
    pub async fn begin_paid_operation(
        &self,
        operation: &Operation,
        attempt: Option<&Attempt>,
        quote: QuoteId,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        self.journal(&tx, operation, attempt).await?;
        quotes::reserve(&*tx, quote, operation).await?;
        Ok(tx.commit().await?)
    }

    /// The same, if the object is still in the version in which it was seen; else [`Conflict::StaleVersion`]. Whatever
    /// has changed it under an earlier entry is settled and seen, since entries on one name exclude each other.
    pub async fn begin_operation_on(
        &self,
        seen: Seen,
        operation: &Operation,
        attempt: Option<&Attempt>,
        quote: Option<QuoteId>,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        self.journal(&tx, operation, attempt).await?;
        if let Some(quote) = quote {
            quotes::reserve(&*tx, quote, operation).await?;
        }
        if !is_still(&tx, operation.tenant_id, seen).await? {
            return Err(Conflict::StaleVersion.into());
        }
        Ok(tx.commit().await?)
    }

    async fn journal(
        &self,
        tx: &DatabaseTransaction,
        operation: &Operation,
        attempt: Option<&Attempt>,
    ) -> Result<(), Error> {
        if let Some(attempt) = attempt {
            hold(tx, operation.tenant_id, attempt).await?;
        }
        rows::insert(tx, self.under_way(operation, attempt)).await
    }

    /// The row of a command that is under way here.
    fn under_way(&self, operation: &Operation, attempt: Option<&Attempt>) -> operation::Model {
        operation::Model {
            instance_id: Some(self.instance.uuid()),
            idempotency_key: attempt.map(|attempt| attempt.key_hash.to_vec()),
            ..operation::Model::from(operation)
        }
    }

    /// Notes that a queued command is being handed to a session, from when on it may have reached the registry.
    pub async fn mark_sent(&self, id: OperationId, at: DateTime<Utc>) -> Result<(), Error> {
        let change = operation::ActiveModel {
            state: Set(OperationState::Sent.as_str().to_owned()),
            sent_at: Set(Some(at)),
            ..Default::default()
        };
        advance(&self.writer, id, one_of(&[OperationState::Queued]), change).await
    }

    /// Notes that a command's reply is lost, and when to look for its outcome.
    pub async fn mark_unknown(&self, id: OperationId, next_attempt_at: DateTime<Utc>) -> Result<(), Error> {
        let change = operation::ActiveModel {
            state: Set(OperationState::Unknown.as_str().to_owned()),
            next_attempt_at: Set(Some(next_attempt_at)),
            ..Default::default()
        };
        advance(&self.writer, id, one_of(&UNFINISHED), change).await
    }

    /// Puts off the next look at a command whose outcome could not be found out yet.
    pub async fn reschedule(&self, id: OperationId, next_attempt_at: DateTime<Utc>) -> Result<(), Error> {
        let change =
            operation::ActiveModel { next_attempt_at: Set(Some(next_attempt_at)), ..Default::default() };
        advance(&self.writer, id, one_of(&[OperationState::Unknown]), change).await
    }

    /// Writes what became of a command, what it means for its quote and for our rows, and a domain's history: all or
    /// nothing. One that the registry has taken and not decided on has its verdict from whoever follows its object.
    pub async fn commit_operation(
        &self,
        id: OperationId,
        result: OperationResult,
        change: impl Into<Change>,
        event: Option<DomainEvent>,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        settle(&tx, id, one_of(&UNFINISHED), result).await?;
        change.into().apply(&tx, event.as_ref()).await?;
        Ok(tx.commit().await?)
    }

    /// Writes that a command was executed after all, which was taken as not executed because nothing was to be seen
    /// of it; and that another like it was refused instead, which hands its quote over. A verdict that rests on a
    /// reply is not overturned: [`Conflict::AlreadySettled`].
    pub async fn overturn_operation(
        &self,
        id: OperationId,
        executed: OperationResult,
        change: impl Into<Change>,
        event: Option<DomainEvent>,
        instead: Instead,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        quotes::hand_over(&*tx, instead.operation, id).await?;
        settle(&tx, instead.operation, one_of(&UNFINISHED), instead.refusal).await?;
        settle(&tx, id, judged_undone(), executed).await?;
        change.into().apply(&tx, event.as_ref()).await?;
        Ok(tx.commit().await?)
    }

    /// One of the tenant's operations.
    pub async fn operation(&self, tenant: TenantId, id: OperationId) -> Result<Option<Operation>, Error> {
        let select = operation::Entity::find_by_id(id.uuid());
        rows::one(&self.reader, select.filter(operation::Column::TenantId.eq(tenant.uuid()))).await
    }

    /// An operation, whosever it is: for operators.
    pub async fn any_operation(&self, id: OperationId) -> Result<Option<Operation>, Error> {
        rows::one(&self.reader, operation::Entity::find_by_id(id.uuid())).await
    }

    /// Operations of unknown outcome of all tenants, oldest first: for operators.
    pub async fn unknown_operations(
        &self,
        binding: Option<&str>,
        after: Option<OperationId>,
        limit: u64,
    ) -> Result<Vec<Operation>, Error> {
        let select = operation::Entity::find()
            .filter(one_of(&UNFINISHED))
            .filter(one_of(&[OperationState::Unknown]))
            .apply_if(binding, |select, binding| select.filter(operation::Column::Binding.eq(binding)))
            .apply_if(after, |select, after| select.filter(operation::Column::Id.gt(after.uuid())))
            .order_by_asc(operation::Column::Id)
            .limit(limit);
        rows::all(&self.reader, select).await
    }

    /// The operation that keeps others from changing an object. It may be another tenant's: names are unique at
    /// a registry, so this is for deciding only, not for showing.
    pub async fn unfinished_operation(
        &self,
        binding: &str,
        object: &str,
        name: &str,
    ) -> Result<Option<Operation>, Error> {
        let select = operation::Entity::find()
            .filter(operation::Column::Binding.eq(binding))
            .filter(operation::Column::Object.eq(object))
            .filter(operation::Column::Name.eq(name))
            .filter(one_of(&UNFINISHED));
        rows::one(&self.reader, select).await
    }

    /// Claims at most `limit` commands whose outcome is due to be looked for, oldest first; they are the caller's
    /// until [`LEASE`] is over, and count as one more attempt each. A command that was sent longer than
    /// [`SENT_GRACE`] ago is one of them: nobody waits for its reply any more.
    pub async fn due_unknown(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<Operation>, Error> {
        let due = Condition::any()
            .add(one_of(&[OperationState::Unknown]).and(operation::Column::NextAttemptAt.lte(now)))
            .add(one_of(&[OperationState::Sent]).and(operation::Column::SentAt.lte(now - SENT_GRACE)));
        let claimed = Query::select()
            .column(operation::Column::Id)
            .from(operation::Entity)
            .and_where(one_of(&UNFINISHED))
            .cond_where(due)
            .order_by(operation::Column::Id, Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let change = operation::ActiveModel {
            state: Set(OperationState::Unknown.as_str().to_owned()),
            next_attempt_at: Set(Some(now + LEASE)),
            ..Default::default()
        };
        let claimed = operation::Entity::update_many()
            .set(change)
            .col_expr(operation::Column::Attempts, Expr::col(operation::Column::Attempts).add(1))
            .filter(operation::Column::Id.in_subquery(claimed))
            .exec_with_returning(&self.writer)
            .await?;
        let mut operations: Vec<Operation> =
            claimed.into_iter().map(Operation::try_from).collect::<Result<_, _>>()?;
        operations.sort_by_key(|operation| operation.id);
        Ok(operations)
    }

    /// The tenant's command of a kind on an object that the registry has taken and not decided on.
    pub async fn answered_operation(
        &self,
        tenant: TenantId,
        (object, name): (&str, &str),
        kind: OperationKind,
    ) -> Result<Option<Operation>, Error> {
        let select = operation::Entity::find()
            .filter(operation::Column::TenantId.eq(tenant.uuid()))
            .filter(operation::Column::Object.eq(object))
            .filter(operation::Column::Name.eq(name))
            .filter(operation::Column::Kind.eq(kind.as_str()))
            .filter(
                Expr::col(operation::Column::State)
                    .eq(Expr::Constant(OperationState::Answered.as_str().into())),
            )
            .order_by_desc(operation::Column::Id)
            .limit(1);
        rows::one(&self.reader, select).await
    }

    /// The tenant's latest command on an object that was taken as not executed because nothing was to be seen of it.
    pub async fn judged_undone(
        &self,
        tenant: TenantId,
        object: &str,
        name: &str,
    ) -> Result<Option<Operation>, Error> {
        let select = operation::Entity::find()
            .filter(operation::Column::TenantId.eq(tenant.uuid()))
            .filter(operation::Column::Object.eq(object))
            .filter(operation::Column::Name.eq(name))
            .filter(judged_undone())
            .order_by_desc(operation::Column::Id)
            .limit(1);
        rows::one(&self.reader, select).await
    }

    /// Takes over what gateways that are gone have left, and says how many commands are to be looked into: what they
    /// had sent is unknown now and due at once, what they had only queued was never sent.
    pub async fn adopt_orphans(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let unknown = operation::ActiveModel {
            state: Set(OperationState::Unknown.as_str().to_owned()),
            next_attempt_at: Set(Some(now)),
            ..Default::default()
        };
        let not_sent = operation::ActiveModel {
            state: Set(OperationState::Settled.as_str().to_owned()),
            outcome: Set(Some(Outcome::NotSent.as_str().to_owned())),
            settled_at: Set(Some(now)),
            ..Default::default()
        };
        let instance = || Expr::col(operation::Column::InstanceId);
        let orphaned = || {
            let gone = instance().ne(self.instance.uuid()).and(instance().not_in_subquery(present(now)));
            instance().is_null().or(gone)
        };
        let left_in = |state| one_of(&UNFINISHED).and(one_of(&[state])).and(orphaned());
        let tx = self.write().await?;
        let sent = left_in(OperationState::Sent);
        let adopted = operation::Entity::update_many().set(unknown).filter(sent).exec(&*tx).await?;
        let queued = left_in(OperationState::Queued);
        operation::Entity::update_many().set(not_sent).filter(queued).exec(&*tx).await?;
        quotes::give_back_unsent(&*tx).await?;
        tx.commit().await?;
        Ok(adopted.rows_affected)
    }
}

/// Writes the verdict on an operation that is as `from` says, and what it means for its quote.
async fn settle(
    tx: &DatabaseTransaction,
    id: OperationId,
    from: Expr,
    result: OperationResult,
) -> Result<(), Error> {
    let verdict = operation::ActiveModel {
        state: Set(result.state.as_str().to_owned()),
        outcome: Set(result.outcome.map(|outcome| outcome.as_str().to_owned())),
        result_code: Set(result.result_code.map(Into::into)),
        svtrid: Set(result.svtrid),
        evidence: Set(result.evidence.map(|evidence| evidence.to_string())),
        replied_at: Set(result.replied_at),
        settled_at: Set(result.settled_at),
        next_attempt_at: Set(None),
        ..Default::default()
    };
    advance(tx, id, from, verdict).await?;
    match result.outcome {
        Some(outcome) => quotes::settle(tx, id, outcome).await,
        None => Ok(()),
    }
}

/// Writes the verdict on an operation, unless there is one.
pub(crate) async fn settle_once(
    tx: &DatabaseTransaction,
    id: OperationId,
    result: OperationResult,
) -> Result<(), Error> {
    match settle(tx, id, one_of(&NOT_SETTLED), result).await {
        Err(Error::Conflict(Conflict::AlreadySettled)) => Ok(()),
        other => other,
    }
}

/// Changes an operation that is as `from` says. One that is not has been settled by someone else.
async fn advance(
    db: &impl ConnectionTrait,
    id: OperationId,
    from: Expr,
    change: operation::ActiveModel,
) -> Result<(), Error> {
    let advanced = operation::Entity::update_many()
        .set(change)
        .filter(operation::Column::Id.eq(id.uuid()))
        .filter(from)
        .exec(db)
        .await?;
    if advanced.rows_affected == 0 {
        return Err(Conflict::AlreadySettled.into());
    }
    Ok(())
}

/// Written out rather than bound: the indices on unfinished commands are used only where the question can be seen
/// to be about [`UNFINISHED`] ones, and without them it would be put to the whole journal.
fn one_of(states: &[OperationState]) -> Expr {
    let words = states.iter().map(|state| Expr::Constant(state.as_str().into()));
    Expr::col(operation::Column::State).is_in(words)
}

/// Settled by a look that showed nothing; the words as the index on them has them.
fn judged_undone() -> Expr {
    let word = |word: &'static str| Expr::Constant(word.into());
    one_of(&[OperationState::Settled])
        .and(Expr::col(operation::Column::Outcome).eq(word(Outcome::Refused.as_str())))
        .and(Expr::col(operation::Column::ResultCode).is_null())
}

const UNFINISHED: [OperationState; 3] =
    [OperationState::Queued, OperationState::Sent, OperationState::Unknown];

const NOT_SETTLED: [OperationState; 4] =
    [OperationState::Queued, OperationState::Sent, OperationState::Unknown, OperationState::Answered];

/// How long a sent command belongs to the process that sent it. After that the process is taken for dead and the
/// command for unknown, so this is far longer than any command is waited for.
pub const SENT_GRACE: Duration = Duration::minutes(10);

/// How long a claimed command is left to who claimed it.
pub const LEASE: Duration = Duration::minutes(1);

/// Whether the tenant's row is in that version now.
async fn is_still(tx: &DatabaseTransaction, tenant: TenantId, seen: Seen) -> Result<bool, Error> {
    let Seen { object, id, version } = seen;
    let count = match object {
        "domain" => {
            let row = domain::Entity::find_by_id(id).filter(domain::Column::TenantId.eq(tenant.uuid()));
            row.filter(domain::Column::Version.eq(version)).count(tx).await?
        }
        "contact" => {
            let row = contact::Entity::find_by_id(id).filter(contact::Column::TenantId.eq(tenant.uuid()));
            row.filter(contact::Column::Version.eq(version)).count(tx).await?
        }
        "host" => {
            let row = host::Entity::find_by_id(id).filter(host::Column::TenantId.eq(tenant.uuid()));
            row.filter(host::Column::Version.eq(version)).count(tx).await?
        }
        _ => 0,
    };
    Ok(count == 1)
}

#[cfg(test)]
mod tests;
