//! What is read on every request and seldom changes, kept in memory for a short while.
//!
//! The store drops an entry when it changes the row; a change made by another process shows when the entry's time
//! is up. Absence is not remembered: what is inserted is seen at once.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use eppgate_model::price::Rate;
use eppgate_model::tenant::{RegistryAccount, Tenant, TldAssociation};
use eppgate_model::token::{Membership, TokenRecord};
use eppgate_model::{TenantId, TokenId, UserId};

use crate::Error;

/// All the caches; a clone is another handle.
#[derive(Clone)]
pub(crate) struct Caches {
    pub(crate) tenants: Cache<TenantId, Tenant>,
    pub(crate) memberships: Cache<(TenantId, UserId), Membership>,
    pub(crate) tokens: Cache<TokenId, TokenRecord>,
    pub(crate) accounts: Cache<TenantId, Arc<[RegistryAccount]>>,
    pub(crate) associations: Cache<TenantId, Arc<[TldAssociation]>>,
    pub(crate) rates: Cache<TenantId, Arc<[Rate]>>,
}

impl Caches {
    pub(crate) fn new() -> Self {
        Self {
            tenants: Cache::holding(1_000),
            memberships: Cache::holding(10_000),
            tokens: Cache::holding(50_000),
            accounts: Cache::holding(1_000),
            associations: Cache::holding(1_000),
            rates: Cache::holding(1_000),
        }
    }
}

/// One kind of row by its key.
#[derive(Clone)]
pub(crate) struct Cache<K, V>(moka::sync::Cache<K, V>);

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn holding(most: u64) -> Self {
        Self(moka::sync::Cache::builder().max_capacity(most).time_to_live(FRESH).build())
    }

    /// The value as remembered, else as `load` finds it.
    ///
    /// A value put by [`Self::put`] while `load` was under way wins over the older one that `load` may have seen.
    pub(crate) async fn get_or(
        &self,
        key: K,
        load: impl Future<Output = Result<Option<V>, Error>>,
    ) -> Result<Option<V>, Error> {
        if let Some(value) = self.0.get(&key) {
            return Ok(Some(value));
        }
        let loaded = load.await?;
        Ok(loaded.map(|value| self.0.entry(key).or_insert(value).into_value()))
    }

    /// Remembers a value that has just been written.
    pub(crate) fn put(&self, key: K, value: V) {
        self.0.insert(key, value);
    }

    /// Forgets a value that has just been changed.
    pub(crate) fn forget(&self, key: &K) {
        self.0.invalidate(key);
    }
}

const FRESH: Duration = Duration::from_secs(30);
