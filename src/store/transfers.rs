//! Transfers between registrars. A change of one is written together with what it means for the domain, for its history
//! and for the command that asked for the transfer, whose quote is settled by that.

use chrono::{DateTime, Utc};
use eppgate_model::transfer::{Direction, Transfer, TransferState};
use eppgate_model::{DomainEvent, DomainName, OperationId, TenantId, TransferId, Word};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, NotSet, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::change::Change;
use crate::domains::{self, DomainChange};
use crate::operations::{LEASE, OperationResult, settle_once};
use crate::rows::{self, transfer};
use crate::{Conflict, Error, Store};

/// Which transfers to list, the newest first.
#[derive(Debug, Clone, Default)]
pub struct TransferFilter {
    pub direction: Option<Direction>,
    pub state: Option<TransferState>,
    /// The last transfer of the page before.
    pub after: Option<TransferId>,
    /// How many at most.
    pub limit: u64,
}

/// What becomes of a transfer, and of what hangs on it.
#[derive(Debug, Clone)]
pub struct TransferChange {
    pub row: TransferRow,
    pub domain: DomainChange,
    /// The verdict on the command that asked for it, or for the domain that it takes away, unless there is one already.
    pub request: Option<(OperationId, OperationResult)>,
}

/// What becomes of a transfer's row.
#[derive(Debug, Clone)]
pub enum TransferRow {
    /// It is new. While another of the name is pending in the same direction: [`Conflict::TransferPending`].
    Insert(Transfer),
    /// It is replaced, unless its version is no longer the one given here.
    Update(Transfer),
}

impl Store {
    /// One of the tenant's transfers.
    pub async fn transfer(&self, tenant: TenantId, id: TransferId) -> Result<Option<Transfer>, Error> {
        rows::one(&self.reader, of(tenant).filter(transfer::Column::Id.eq(id.uuid()))).await
    }

    /// The tenant's transfers that pass `filter`.
    pub async fn transfers(&self, tenant: TenantId, filter: &TransferFilter) -> Result<Vec<Transfer>, Error> {
        let TransferFilter { direction, state, after, limit } = filter;
        let select = of(tenant)
            .apply_if(*direction, |select, word| select.filter(transfer::Column::Direction.eq(word.as_str())))
            .apply_if(*state, |select, word| select.filter(transfer::Column::State.eq(word.as_str())))
            .apply_if(*after, |select, id| select.filter(transfer::Column::Id.lt(id.uuid())))
            .order_by_desc(transfer::Column::Id)
            .limit(*limit);
        rows::all(&self.reader, select).await
    }

    /// The transfer that a command asked for.
    pub async fn transfer_of_operation(
        &self,
        tenant: TenantId,
        operation: OperationId,
    ) -> Result<Option<Transfer>, Error> {
        let asked = transfer::Column::OperationId.eq(operation.uuid());
        rows::one(&self.reader, of(tenant).filter(asked)).await
    }

    /// The pending transfers of a name at a registry, whosever they are: for what registries tell, not for showing.
    pub async fn pending_transfers(&self, binding: &str, name: &DomainName) -> Result<Vec<Transfer>, Error> {
        rows::all(&self.reader, of_name(binding, name).filter(pending())).await
    }

    /// When the latest transfer of a name in one direction that we know of was asked for, by its registry's clock.
    pub async fn last_requested_at(
        &self,
        direction: Direction,
        binding: &str,
        name: &DomainName,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let there = transfer::Column::Direction.eq(direction.as_str());
        let known: Vec<Transfer> = rows::all(&self.reader, of_name(binding, name).filter(there)).await?;
        Ok(known.iter().filter_map(|transfer| transfer.requested_at).max())
    }

    /// Claims at most `limit` transfers that are due for a look, oldest first; they are the caller's for [`LEASE`].
    pub async fn due_transfers(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<Transfer>, Error> {
        let due = Query::select()
            .column(transfer::Column::Id)
            .from(transfer::Entity)
            .and_where(transfer::Column::DueAt.lte(now))
            .order_by(transfer::Column::DueAt, Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let claimed = transfer::Entity::update_many()
            .set(transfer::ActiveModel { due_at: Set(Some(now + LEASE)), ..Default::default() })
            .filter(transfer::Column::Id.in_subquery(due))
            .exec_with_returning(&self.writer)
            .await?;
        let mut transfers: Vec<Transfer> =
            claimed.into_iter().map(Transfer::try_from).collect::<Result<_, _>>()?;
        transfers.sort_by_key(|transfer| transfer.id);
        Ok(transfers)
    }

    /// Makes a change that no command of ours brought about, and writes it into the domain's history.
    pub async fn change_transfer(
        &self,
        change: TransferChange,
        event: Option<DomainEvent>,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        Change::from(change).apply(&tx, event.as_ref()).await?;
        Ok(tx.commit().await?)
    }
}

/// Makes the change, as part of a transaction. The domain comes first: the transfer refers to it.
pub(crate) async fn apply(
    tx: &DatabaseTransaction,
    change: &TransferChange,
    event: Option<&DomainEvent>,
) -> Result<(), Error> {
    domains::apply(tx, &change.domain, event).await?;
    match &change.row {
        TransferRow::Insert(transfer) => rows::insert(tx, transfer::Model::from(transfer)).await?,
        TransferRow::Update(transfer) => update(tx, transfer).await?,
    }
    match &change.request {
        Some((operation, result)) => settle_once(tx, *operation, result.clone()).await,
        None => Ok(()),
    }
}

async fn update(tx: &DatabaseTransaction, transfer: &Transfer) -> Result<(), Error> {
    let row = transfer::ActiveModel {
        id: NotSet,
        tenant_id: NotSet,
        inserted_at: NotSet,
        version: Set(transfer.version + 1),
        ..transfer::Model::from(transfer).into_active_model().reset_all()
    };
    let updated = transfer::Entity::update_many()
        .set(row)
        .filter(transfer::Column::TenantId.eq(transfer.tenant_id.uuid()))
        .filter(transfer::Column::Id.eq(transfer.id.uuid()))
        .filter(transfer::Column::Version.eq(transfer.version))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 { Err(Conflict::StaleVersion.into()) } else { Ok(()) }
}

fn of(tenant: TenantId) -> Select<transfer::Entity> {
    transfer::Entity::find().filter(transfer::Column::TenantId.eq(tenant.uuid()))
}

fn of_name(binding: &str, name: &DomainName) -> Select<transfer::Entity> {
    transfer::Entity::find()
        .filter(transfer::Column::Binding.eq(binding))
        .filter(transfer::Column::Name.eq(name.as_str()))
}

/// Written out rather than bound, so that the index on pending transfers can be seen to fit.
fn pending() -> Expr {
    Expr::col(transfer::Column::State).eq(Expr::Constant(TransferState::Pending.as_str().into()))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use eppgate_model::operation::{OperationState, Outcome};
    use eppgate_model::token::Actor;
    use eppgate_model::transfer::{Decision, NackReason};
    use eppgate_model::{Operation, operation::OperationKind};

    use super::*;
    use crate::fixtures::{account, domain, noon, on_each_database, operation, tenant, transfer};

    fn insert(transfer: &Transfer) -> TransferChange {
        TransferChange {
            row: TransferRow::Insert(transfer.clone()),
            domain: DomainChange::None,
            request: None,
        }
    }

    fn update(transfer: &Transfer) -> TransferChange {
        TransferChange { row: TransferRow::Update(transfer.clone()), ..insert(transfer) }
    }

    fn settled(outcome: Outcome) -> OperationResult {
        OperationResult {
            state: OperationState::Settled,
            outcome: Some(outcome),
            result_code: Some(1001),
            svtrid: None,
            evidence: None,
            replied_at: Some(noon()),
            settled_at: Some(noon()),
        }
    }

    #[tokio::test]
    async fn a_transfer_is_read_back_as_it_was_written_by_its_own_tenant_only() {
        on_each_database(async |database| {
            let (store, mine) = database.shop().await;
            let other = tenant("other");
            store.insert_tenant(&other).await.unwrap();
            let mut one = transfer(&mine, "a.example");
            store.change_transfer(insert(&one), None).await.unwrap();
            assert_eq!(store.transfer(mine.tenant_id, one.id).await.unwrap(), Some(one.clone()));
            assert_eq!(store.transfer(other.id, one.id).await.unwrap(), None);
            one.state = TransferState::Rejected;
            one.nack_reason = Some(NackReason::CourtOrder);
            one.explicit_decision = Some(Decision::Rejected);
            one.completed_at = Some(noon());
            one.due_at = None;
            store.change_transfer(update(&one), None).await.unwrap();
            let stale = store.change_transfer(update(&one), None).await;
            assert!(matches!(stale, Err(Error::Conflict(Conflict::StaleVersion))), "{stale:?}");
            one.version += 1;
            assert_eq!(store.transfer(mine.tenant_id, one.id).await.unwrap(), Some(one));
        })
        .await;
    }

    #[tokio::test]
    async fn a_name_is_on_its_way_once_in_each_direction() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let first = transfer(&account, "a.example");
            store.change_transfer(insert(&first), None).await.unwrap();
            let second = transfer(&account, "a.example");
            let refused = store.change_transfer(insert(&second), None).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::TransferPending))), "{refused:?}");
            let out = Transfer { direction: Direction::Out, ..second.clone() };
            store.change_transfer(insert(&out), None).await.unwrap();
            let pending = store.pending_transfers("here", &first.name).await.unwrap();
            assert_eq!(pending.len(), 2);
            let over = Transfer { state: TransferState::Cancelled, ..first };
            store.change_transfer(update(&over), None).await.unwrap();
            let again = Transfer { id: TransferId::new(), ..second };
            store.change_transfer(insert(&again), None).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn the_newest_come_first_page_by_page_and_filters_narrow_them() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            for number in 0..7 {
                let mut one = transfer(&account, &format!("n{number}.example"));
                if number % 2 == 0 {
                    one.direction = Direction::Out;
                    one.state = TransferState::Completed;
                }
                store.change_transfer(insert(&one), None).await.unwrap();
            }
            let names = async |filter: &TransferFilter| {
                let found = store.transfers(account.tenant_id, filter).await.unwrap();
                (found.last().map(|last| last.id), found.iter().map(|one| one.name.to_string()).collect())
            };
            let mut filter = TransferFilter { limit: 3, ..TransferFilter::default() };
            let mut seen: Vec<String> = Vec::new();
            loop {
                let (last, page): (_, Vec<String>) = names(&filter).await;
                seen.extend(page);
                if last.is_none() {
                    break;
                }
                filter.after = last;
            }
            assert_eq!(seen, (0..7).rev().map(|n| format!("n{n}.example")).collect::<Vec<_>>());
            let coming = TransferFilter { direction: Some(Direction::In), limit: 9, ..Default::default() };
            assert_eq!(names(&coming).await.1.len(), 3);
            let over =
                TransferFilter { state: Some(TransferState::Completed), limit: 9, ..Default::default() };
            assert_eq!(names(&over).await.1.len(), 4);
        })
        .await;
    }

    #[tokio::test]
    async fn the_end_of_a_transfer_settles_its_command_and_its_domain_in_one() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let asked = Operation { kind: OperationKind::Transfer, ..operation(&account, "a.example") };
            store.begin_operation(&asked, None).await.unwrap();
            let mut one = Transfer { operation_id: Some(asked.id), ..transfer(&account, "a.example") };
            let open = OperationResult {
                state: OperationState::Answered,
                outcome: None,
                ..settled(Outcome::Executed)
            };
            store.commit_operation(asked.id, open, insert(&one), None).await.unwrap();
            let found = store.transfer_of_operation(account.tenant_id, asked.id).await.unwrap();
            assert_eq!(found.map(|found| found.id), Some(one.id));
            let now = store.operation(account.tenant_id, asked.id).await.unwrap().unwrap();
            assert_eq!((now.state, now.outcome), (OperationState::Answered, None));

            let come = domain(&account, "a.example");
            one.domain_id = Some(come.id);
            one.state = TransferState::Completed;
            let event = DomainEvent::new(&come, "in", &Actor::System, serde_json::json!({}), noon());
            let change = TransferChange {
                domain: DomainChange::Insert(come.clone()),
                request: Some((asked.id, settled(Outcome::Executed))),
                ..update(&one)
            };
            store.change_transfer(change.clone(), Some(event)).await.unwrap();
            let now = store.operation(account.tenant_id, asked.id).await.unwrap().unwrap();
            assert_eq!((now.state, now.outcome), (OperationState::Settled, Some(Outcome::Executed)));
            assert_eq!(store.events(account.tenant_id, come.id, None, 9).await.unwrap().len(), 1);
            assert!(store.change_transfer(change, None).await.is_err(), "and only once");
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_due_is_claimed_once_and_comes_back_if_nothing_comes_of_it() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let due = transfer(&account, "due.example");
            let later =
                Transfer { due_at: Some(noon() + Duration::hours(1)), ..transfer(&account, "later.example") };
            let never = Transfer { due_at: None, ..transfer(&account, "never.example") };
            for one in [&due, &later, &never] {
                store.change_transfer(insert(one), None).await.unwrap();
            }
            let claim = async |at| {
                let claimed = store.due_transfers(at, 10).await.unwrap();
                claimed.into_iter().map(|one| one.id).collect::<Vec<_>>()
            };
            assert_eq!(claim(noon()).await, [due.id]);
            assert_eq!(claim(noon()).await, []);
            assert_eq!(claim(noon() + LEASE).await, [due.id]);
            assert_eq!(claim(noon() + Duration::hours(1)).await, [due.id, later.id]);
        })
        .await;
    }

    #[tokio::test]
    async fn a_transfer_is_tied_to_an_account_and_domain_of_its_own_tenant_only() {
        on_each_database(async |database| {
            let (store, mine) = database.shop().await;
            let other = tenant("other");
            store.insert_tenant(&other).await.unwrap();
            let theirs = account(&other, "here");
            store.insert_account(&theirs).await.unwrap();
            let their_domain = domain(&theirs, "b.example");
            store.insert_domain(&their_domain).await.unwrap();
            let right = transfer(&mine, "a.example");
            for wrong in [
                Transfer { account_id: theirs.id, ..right.clone() },
                Transfer { domain_id: Some(their_domain.id), ..right.clone() },
            ] {
                let refused = store.change_transfer(insert(&wrong), None).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
            }
            store.change_transfer(insert(&right), None).await.unwrap();
        })
        .await;
    }
}
