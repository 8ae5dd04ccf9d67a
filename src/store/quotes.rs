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

/// Lets the quote of one operation pay for another.
pub(crate) async fn hand_over(
    tx: &impl ConnectionTrait,
    from: OperationId,
    to: OperationId,
) -> Result<(), Error> {
    quote::Entity::update_many()
        .set(quote::ActiveModel { operation_id: Set(Some(to.uuid())), ..Default::default() })
        .filter(quote::Column::OperationId.eq(from.uuid()))
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

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use eppgate_model::DomainName;
    use eppgate_model::operation::OperationState;
    use eppgate_model::price::{Item, PricedOperation, Rate, Tier};
    use eppgate_model::tenant::RegistryAccount;

    use super::*;
    use crate::fixtures::{association, noon, on_each_database, operation};
    use crate::{DomainChange, OperationResult};

    fn quote(account: &RegistryAccount) -> Quote {
        let currency = "USD".parse().unwrap();
        let price = |amount: &str| Rate::price(amount.parse().unwrap(), currency).unwrap();
        Quote {
            id: QuoteId::new(),
            tenant_id: account.tenant_id,
            tld: "example".to_owned(),
            name: DomainName::parse("a.example").unwrap(),
            item: Item {
                operation: PricedOperation::Register,
                tier: Tier::Premium("gold".to_owned()),
                period: Some(2),
            },
            price: price("500"),
            registry_fee: Some(price("250")),
            state: QuoteState::Issued,
            operation_id: None,
            quoted_at: noon(),
            valid_until: noon() + Duration::hours(1),
        }
    }

    fn verdict(outcome: Outcome) -> OperationResult {
        OperationResult {
            state: OperationState::Settled,
            outcome: Some(outcome),
            result_code: None,
            svtrid: None,
            evidence: None,
            replied_at: None,
            settled_at: Some(noon()),
        }
    }

    /// A store with a quote in it.
    async fn quoted(database: &crate::fixtures::Database) -> (Store, RegistryAccount, Quote) {
        let (store, account) = database.shop().await;
        store.insert_association(&association(&account, "example")).await.unwrap();
        let quote = quote(&account);
        store.insert_quote(&quote).await.unwrap();
        (store, account, quote)
    }

    #[tokio::test]
    async fn a_quote_goes_the_way_of_its_operation() {
        on_each_database(async |database| {
            let (store, account, quote) = quoted(&database).await;
            let tenant = account.tenant_id;
            for (outcome, state) in [
                (Outcome::Refused, QuoteState::Issued),
                (Outcome::NotSent, QuoteState::Issued),
                (Outcome::Executed, QuoteState::Consumed),
            ] {
                let operation = operation(&account, "a.example");
                store.begin_paid_operation(&operation, None, quote.id).await.unwrap();
                let held = store.quote(tenant, quote.id).await.unwrap().unwrap();
                assert_eq!((held.state, held.operation_id), (QuoteState::Reserved, Some(operation.id)));
                store.mark_unknown(operation.id, noon()).await.unwrap();
                assert_eq!(store.quote(tenant, quote.id).await.unwrap(), Some(held));
                store
                    .commit_operation(operation.id, verdict(outcome), DomainChange::None, None)
                    .await
                    .unwrap();
                let left = store.quote(tenant, quote.id).await.unwrap().unwrap();
                let by = (state == QuoteState::Consumed).then_some(operation.id);
                assert_eq!(left, Quote { state, operation_id: by, ..quote.clone() });
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_quote_that_cannot_be_reserved_leaves_no_operation_behind() {
        on_each_database(async |database| {
            let (store, account, quote) = quoted(&database).await;
            let first = operation(&account, "a.example");
            store.begin_paid_operation(&first, None, quote.id).await.unwrap();
            let late = Quote { id: QuoteId::new(), valid_until: noon(), ..quote.clone() };
            store.insert_quote(&late).await.unwrap();
            let theirs = QuoteId::new();
            for taken in [quote.id, late.id, theirs] {
                let second = operation(&account, "b.example");
                let refused = store.begin_paid_operation(&second, None, taken).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::QuoteTaken))), "{refused:?}");
                assert_eq!(store.operation(account.tenant_id, second.id).await.unwrap(), None);
            }
            assert_eq!(store.quote(TenantId::new(), quote.id).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn what_was_never_sent_gives_its_quote_back_at_the_next_start() {
        on_each_database(async |database| {
            let (store, account, quote) = quoted(&database).await;
            let queued = Operation {
                state: OperationState::Queued,
                sent_at: None,
                ..operation(&account, "a.example")
            };
            store.begin_paid_operation(&queued, None, quote.id).await.unwrap();
            database.open().await.adopt_orphans(noon()).await.unwrap();
            assert_eq!(store.quote(account.tenant_id, quote.id).await.unwrap(), Some(quote));
        })
        .await;
    }

    #[tokio::test]
    async fn only_an_issued_quote_expires() {
        on_each_database(async |database| {
            let (store, account, held) = quoted(&database).await;
            store.begin_paid_operation(&operation(&account, "a.example"), None, held.id).await.unwrap();
            let issued = Quote { id: QuoteId::new(), ..held.clone() };
            store.insert_quote(&issued).await.unwrap();
            let state = async |id| store.quote(account.tenant_id, id).await.unwrap().unwrap().state;
            let almost = held.valid_until - Duration::microseconds(1);
            assert_eq!(store.expire_quotes(almost).await.unwrap(), 0);
            assert_eq!(store.expire_quotes(held.valid_until).await.unwrap(), 1);
            assert_eq!(
                (state(held.id).await, state(issued.id).await),
                (QuoteState::Reserved, QuoteState::Expired)
            );
        })
        .await;
    }
}
