//! Requests that may be sent again without being done again.
//!
//! A key belongs to the first request that carried it, for [`WINDOW`]. One attempt at that request is under way at a
//! time; each command that it journals is tied to its key, in a transaction that makes sure that it still is the one.
//! The answer is kept sealed, if it is worth keeping; whoever comes after an attempt that left none takes the request
//! over, with all that was journalled for it.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::idempotency::{Attempt, KeyHash};
use eppgate_model::{AttemptId, OperationId, TenantId};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select, Set, TryInsertResult,
};

use crate::leases::present;
use crate::rows::{idempotency_key, lease, operation};
use crate::{Conflict, Error, Store};

/// A request that carries a key, and the attempt at it that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct KeyClaim {
    pub tenant_id: TenantId,
    pub key_hash: KeyHash,
    /// Tells this request from others that carry the same key.
    pub fingerprint: [u8; 32],
    pub attempt_id: AttemptId,
}

/// What becomes of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The attempt may be made. These commands were journalled by earlier ones, newest first.
    Ours { earlier: Vec<OperationId> },
    /// The request has its answer, sealed.
    Answered(Vec<u8>),
    /// Another attempt is under way.
    InFlight,
    /// The key is another request's.
    OtherRequest,
}

impl Store {
    /// Claims a request for an attempt.
    pub async fn claim_key(&self, claim: KeyClaim, now: DateTime<Utc>) -> Result<Claim, Error> {
        let KeyClaim { tenant_id, key_hash, fingerprint, attempt_id } = claim;
        let fresh = idempotency_key::Model {
            tenant_id: tenant_id.uuid(),
            key_hash: key_hash.to_vec(),
            fingerprint: fingerprint.to_vec(),
            attempt_id: attempt_id.uuid(),
            instance_id: self.instance.uuid(),
            lease_until: now + IN_FLIGHT,
            answer: None,
            inserted_at: now,
            expires_at: now + WINDOW,
        };
        let tx = self.write().await?;
        let inserted = idempotency_key::Entity::insert_many([fresh.clone().into_active_model()])
            .on_conflict_do_nothing()
            .exec_without_returning(&*tx)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(1)) {
            tx.commit().await?;
            return Ok(Claim::Ours { earlier: Vec::new() });
        }
        let row = key(tenant_id, key_hash).lock_exclusive().one(&*tx).await?.ok_or(Error::NotFound)?;
        let claim = match row.answer {
            _ if row.expires_at <= now => {
                let renewed = fresh.into_active_model().reset_all();
                idempotency_key::Entity::update(renewed).exec(&*tx).await?;
                Claim::Ours { earlier: Vec::new() }
            }
            _ if row.fingerprint != fingerprint => Claim::OtherRequest,
            Some(answer) => Claim::Answered(answer),
            None if row.lease_until > now && self.is_present(&tx, row.instance_id, now).await? => {
                Claim::InFlight
            }
            None => {
                let taken_over = idempotency_key::ActiveModel {
                    attempt_id: Set(fresh.attempt_id),
                    instance_id: Set(fresh.instance_id),
                    lease_until: Set(fresh.lease_until),
                    ..row.clone().into_active_model()
                };
                idempotency_key::Entity::update(taken_over).exec(&*tx).await?;
                Claim::Ours { earlier: journalled(&tx, &row).await? }
            }
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// Keeps the answer to a request, sealed. An attempt that is over leaves none.
    pub async fn keep_answer(
        &self,
        tenant: TenantId,
        attempt: &Attempt,
        answer: Vec<u8>,
    ) -> Result<(), Error> {
        let change = idempotency_key::ActiveModel { answer: Set(Some(answer)), ..Default::default() };
        idempotency_key::Entity::update_many()
            .set(change)
            .filter(is_made(tenant, attempt))
            .exec(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends an attempt that leaves no answer: another may follow at once.
    pub async fn release_key(
        &self,
        tenant: TenantId,
        attempt: &Attempt,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let change = idempotency_key::ActiveModel { lease_until: Set(now), ..Default::default() };
        idempotency_key::Entity::update_many()
            .set(change)
            .filter(is_made(tenant, attempt))
            .exec(&self.writer)
            .await?;
        Ok(())
    }

    /// Clears away the keys whose time is up. How many those were.
    pub async fn drop_old_keys(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let old = idempotency_key::Column::ExpiresAt.lte(now);
        let dropped = idempotency_key::Entity::delete_many().filter(old).exec(&self.writer).await?;
        Ok(dropped.rows_affected)
    }

    async fn is_present(
        &self,
        tx: &DatabaseTransaction,
        instance: Uuid,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        if instance == self.instance.uuid() {
            return Ok(true);
        }
        let present = present(now).and_where(lease::Column::Holder.eq(instance)).take();
        Ok(tx.query_one(&present).await?.is_some())
    }
}

/// Makes sure that an attempt is the one under way, and keeps it so until the end of the transaction.
pub(crate) async fn hold(tx: &DatabaseTransaction, tenant: TenantId, attempt: &Attempt) -> Result<(), Error> {
    let held = key(tenant, attempt.key_hash)
        .filter(idempotency_key::Column::AttemptId.eq(attempt.id.uuid()))
        .filter(idempotency_key::Column::Answer.is_null())
        .lock_exclusive()
        .one(tx)
        .await?;
    held.map(drop).ok_or(Error::Conflict(Conflict::AttemptOver))
}

/// The commands that were journalled for a request, newest first.
async fn journalled(
    tx: &DatabaseTransaction,
    row: &idempotency_key::Model,
) -> Result<Vec<OperationId>, Error> {
    let ids = operation::Entity::find()
        .select_only()
        .column(operation::Column::Id)
        .filter(operation::Column::TenantId.eq(row.tenant_id))
        .filter(operation::Column::IdempotencyKey.eq(row.key_hash.as_slice()))
        .filter(operation::Column::InsertedAt.gte(row.inserted_at))
        .order_by_desc(operation::Column::Id)
        .into_tuple::<Uuid>()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(OperationId::from).collect())
}

fn key(tenant: TenantId, hash: KeyHash) -> Select<idempotency_key::Entity> {
    idempotency_key::Entity::find_by_id((tenant.uuid(), hash.to_vec()))
}

fn is_made(tenant: TenantId, attempt: &Attempt) -> Expr {
    let is = |column: idempotency_key::Column| Expr::col(column);
    is(idempotency_key::Column::TenantId)
        .eq(tenant.uuid())
        .and(is(idempotency_key::Column::KeyHash).eq(attempt.key_hash.to_vec()))
        .and(is(idempotency_key::Column::AttemptId).eq(attempt.id.uuid()))
}

/// How long a key belongs to the request that carried it first.
pub(crate) const WINDOW: Duration = Duration::hours(24);

/// How long an attempt may take at the most: more than any request does.
const IN_FLIGHT: Duration = Duration::minutes(1);

#[cfg(test)]
mod tests {
    use eppgate_model::idempotency::SealKey;
    use eppgate_model::tenant::RegistryAccount;

    use super::*;
    use crate::OperationResult;
    use crate::fixtures::{Database, noon, on_each_database, operation};

    fn claim(account: &RegistryAccount) -> KeyClaim {
        KeyClaim {
            tenant_id: account.tenant_id,
            key_hash: [1; 32],
            fingerprint: [2; 32],
            attempt_id: AttemptId::new(),
        }
    }

    fn attempt(claim: KeyClaim) -> Attempt {
        Attempt {
            id: claim.attempt_id,
            key_hash: claim.key_hash,
            seal: SealKey([0; 32]),
            earlier: Vec::new(),
        }
    }

    fn ours() -> Claim {
        Claim::Ours { earlier: Vec::new() }
    }

    async fn shop(database: &Database) -> (Store, RegistryAccount) {
        let (store, account) = database.shop().await;
        store.join(None, noon(), WINDOW * 10).await.unwrap();
        (store, account)
    }

    #[tokio::test]
    async fn a_request_is_under_way_once_and_then_has_its_answer_for_24_hours() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            let first = claim(&account);
            assert_eq!(store.claim_key(first, noon()).await.unwrap(), ours());
            assert_eq!(store.claim_key(claim(&account), noon()).await.unwrap(), Claim::InFlight);

            store.keep_answer(account.tenant_id, &attempt(first), b"sealed".to_vec()).await.unwrap();
            let (last, over) = (noon() + WINDOW - Duration::microseconds(1), noon() + WINDOW);
            let answered = Claim::Answered(b"sealed".to_vec());
            assert_eq!(store.claim_key(claim(&account), last).await.unwrap(), answered);
            assert_eq!(store.claim_key(claim(&account), over).await.unwrap(), ours());
            assert_eq!(store.claim_key(claim(&account), over).await.unwrap(), Claim::InFlight);
        })
        .await;
    }

    #[tokio::test]
    async fn a_key_belongs_to_one_request_of_its_tenant() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            let first = claim(&account);
            store.claim_key(first, noon()).await.unwrap();
            let other = KeyClaim { fingerprint: [3; 32], ..claim(&account) };
            assert_eq!(store.claim_key(other, noon()).await.unwrap(), Claim::OtherRequest);
            store.release_key(account.tenant_id, &attempt(first), noon()).await.unwrap();
            assert_eq!(store.claim_key(other, noon()).await.unwrap(), Claim::OtherRequest);

            let neighbour = crate::fixtures::tenant("neighbour");
            store.insert_tenant(&neighbour).await.unwrap();
            let theirs = KeyClaim { tenant_id: neighbour.id, ..other };
            assert_eq!(store.claim_key(theirs, noon()).await.unwrap(), ours());
        })
        .await;
    }

    #[tokio::test]
    async fn a_request_that_was_left_is_taken_over_with_all_that_was_journalled_for_it() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            let first = claim(&account);
            store.claim_key(first, noon()).await.unwrap();
            let unkeyed = operation(&account, "other.example");
            store.begin_operation(&unkeyed, None).await.unwrap();
            let command = operation(&account, "a.example");
            store.begin_operation(&command, Some(&attempt(first))).await.unwrap();

            let second = claim(&account);
            let later = noon() + IN_FLIGHT;
            let took = store.claim_key(second, later).await.unwrap();
            assert_eq!(took, Claim::Ours { earlier: vec![command.id] });
            let undone = OperationResult {
                state: eppgate_model::operation::OperationState::Settled,
                outcome: Some(eppgate_model::operation::Outcome::NotSent),
                result_code: None,
                svtrid: None,
                evidence: None,
                replied_at: None,
                settled_at: Some(later),
            };
            store.commit_operation(command.id, undone, crate::DomainChange::None, None).await.unwrap();

            // The first attempt can neither send anything more nor leave an answer.
            let late = store.begin_operation(&operation(&account, "a.example"), Some(&attempt(first))).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::AttemptOver))), "{late:?}");
            store.keep_answer(account.tenant_id, &attempt(first), b"late".to_vec()).await.unwrap();
            assert_eq!(store.claim_key(claim(&account), later).await.unwrap(), Claim::InFlight);
            let again = operation(&account, "a.example");
            store.begin_operation(&again, Some(&attempt(second))).await.unwrap();

            store.release_key(account.tenant_id, &attempt(second), later).await.unwrap();
            let took = store.claim_key(claim(&account), later).await.unwrap();
            assert_eq!(took, Claim::Ours { earlier: vec![again.id, command.id] });
        })
        .await;
    }

    #[tokio::test]
    async fn what_a_gateway_that_is_gone_had_under_way_is_free_at_once() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            store.claim_key(claim(&account), noon()).await.unwrap();
            let second = database.open().await;
            second.join(Some("second"), noon(), WINDOW).await.unwrap();
            assert_eq!(second.claim_key(claim(&account), noon()).await.unwrap(), Claim::InFlight);

            let successor = database.open().await;
            successor.join(Some("second"), noon(), WINDOW).await.unwrap();
            let of_second = KeyClaim { key_hash: [9; 32], ..claim(&account) };
            assert_eq!(second.claim_key(of_second, noon()).await.unwrap(), ours());
            assert_eq!(successor.claim_key(of_second, noon()).await.unwrap(), ours());
        })
        .await;
    }

    #[tokio::test]
    async fn of_many_attempts_at_once_one_is_made() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            let claims = (0..20).map(|_| store.claim_key(claim(&account), noon()));
            let claims = futures_util::future::join_all(claims).await;
            let made = claims.into_iter().filter(|claim| *claim.as_ref().unwrap() == ours());
            assert_eq!(made.count(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn old_keys_are_cleared_away() {
        on_each_database(async |database| {
            let (store, account) = shop(&database).await;
            store.claim_key(claim(&account), noon()).await.unwrap();
            assert_eq!(store.drop_old_keys(noon() + WINDOW - Duration::microseconds(1)).await.unwrap(), 0);
            assert_eq!(store.drop_old_keys(noon() + WINDOW).await.unwrap(), 1);
        })
        .await;
    }
}
