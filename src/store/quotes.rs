//! Quotes: reserved with the journal's row of the operation that they pay for, and settled with its verdict, each in
//! that row's own transaction. A quote changes its state only from the one that it must be in.

use chrono::{DateTime, Utc};
use eppgate_model::operation::Outcome;
use eppgate_model::price::{Quote, QuoteState};
use eppgate_model::{Operation, OperationId, QuoteId, TenantId, Word};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use crate::rows::{self, operation, quote};
use crate::{Conflict, Error, Store};

impl Store {
    /// Remembers a quote that is given out.
    pub async fn insert_quote(&self, quote: &Quote) -> Result<(), Error> {
        rows::insert(&self.writer, quote::Model::from(quote)).await
    }

    /// One of the tenant's quotes.
    pub async fn quote(&self, tenant: TenantId, id: QuoteId) -> Result<Option<Quote>, Error> {
        let select = quote::Entity::find_by_id(id.uuid()).filter(quote::Column::TenantId.eq(tenant.uuid()));
        rows::one(&self.reader, select).await
    }

    /// Marks the quotes whose time was over before `now`. They are no good before they are marked either.
    pub async fn expire_quotes(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let expired = quote::Entity::update_many()
            .set(in_state(QuoteState::Expired))
            .filter(is(QuoteState::Issued))
            .filter(quote::Column::ValidUntil.lte(now))
            .exec(&self.writer)
            .await?;
        Ok(expired.rows_affected)
    }
}

/// Reserves a quote for an operation that begins. One that is taken, or no longer good, is [`Conflict::QuoteTaken`].
pub(crate) async fn reserve(
    tx: &impl ConnectionTrait,
    id: QuoteId,
    operation: &Operation,
) -> Result<(), Error> {
    let reserved =
        quote::ActiveModel { operation_id: Set(Some(operation.id.uuid())), ..in_state(QuoteState::Reserved) };
    let taken = quote::Entity::update_many()
        .set(reserved)
        .filter(quote::Column::TenantId.eq(operation.tenant_id.uuid()))
        .filter(quote::Column::Id.eq(id.uuid()))
        .filter(is(QuoteState::Issued))
        .filter(quote::Column::ValidUntil.gt(operation.inserted_at))
        .exec(tx)
        .await?;
    if taken.rows_affected == 0 { Err(Conflict::QuoteTaken.into()) } else { Ok(()) }
}

/// Consumes or gives back the quote of an operation, if it has one, by the verdict on it.
pub(crate) async fn settle(
    tx: &impl ConnectionTrait,
    operation: OperationId,
    outcome: Outcome,
) -> Result<(), Error> {
    let verdict = match outcome {
        Outcome::Executed => in_state(QuoteState::Consumed),
        Outcome::Refused | Outcome::NotSent => given_back(),
    };
    quote::Entity::update_many()
        .set(verdict)
        .filter(quote::Column::OperationId.eq(operation.uuid()))
        .filter(is(QuoteState::Reserved))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives back the quotes of all operations that were never sent.
pub(crate) async fn give_back_unsent(tx: &impl ConnectionTrait) -> Result<(), Error> {
    let unsent = Query::select()
        .column(operation::Column::Id)
        .from(operation::Entity)
        .and_where(operation::Column::Outcome.eq(Outcome::NotSent.as_str()))
        .take();
    quote::Entity::update_many()
        .set(given_back())
        .filter(is(QuoteState::Reserved))
        .filter(quote::Column::OperationId.in_subquery(unsent))
        .exec(tx)
        .await?;
    Ok(())
}

fn in_state(state: QuoteState) -> quote::ActiveModel {
    quote::ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() }
}

fn given_back() -> quote::ActiveModel {
    quote::ActiveModel { operation_id: Set(None), ..in_state(QuoteState::Issued) }
}

/// Written out rather than bound, so that the index on issued quotes can be seen to fit.
fn is(state: QuoteState) -> Expr {
    Expr::col(quote::Column::State).eq(Expr::Constant(state.as_str().into()))
}
