//! Registry accounts as their tenant sees them, and which is taken where a request names none.

use eppgate_model::tenant::{AccountState, RegistryAccount};
use eppgate_model::token::Principal;
use eppgate_model::{AccountId, TenantId, Word};
use eppgate_store::{Conflict, Error as StoreError};

use super::{Error, Gateway};

impl Gateway {
    /// The tenant's accounts in order of name: all, or those at one registry, or in one state.
    pub async fn accounts(
        &self,
        principal: &Principal,
        binding: Option<&str>,
        state: Option<&str>,
    ) -> Result<Vec<RegistryAccount>, Error> {
        let state = state.map(|word| {
            AccountState::parse(word).ok_or_else(|| Error::field("state", "must be active or disabled"))
        });
        let state = state.transpose()?;
        let mut accounts = self.0.store.accounts(principal.tenant_id, binding).await?;
        accounts.retain(|account| state.is_none_or(|state| account.state == state));
        Ok(accounts)
    }

    /// Makes an account the one of its registry that is taken where a request names none, or not that any more.
    pub async fn set_default_account(
        &self,
        principal: &Principal,
        id: &str,
        is_default: bool,
    ) -> Result<RegistryAccount, Error> {
        let id: AccountId = id.parse().map_err(|_| Error::NotFound)?;
        let (gateway, tenant) = (self.clone(), principal.tenant_id);
        self.to_its_end(async move { gateway.set_default_now(tenant, id, is_default).await }).await
    }

    async fn set_default_now(
        &self,
        tenant: TenantId,
        id: AccountId,
        is_default: bool,
    ) -> Result<RegistryAccount, Error> {
        let account = self.0.store.account(tenant, id).await?.ok_or(Error::NotFound)?;
        if is_default && account.state != AccountState::Active {
            return Err(Error::RegistryAccountUnavailable);
        }
        let now = self.0.clock.now();
        // Whoever makes another account the default at the same moment may come in between.
        for _ in 0..TRIES {
            match self.0.store.set_default_account(&account, is_default, now).await {
                Err(StoreError::Conflict(Conflict::DefaultAccount)) => {}
                changed => return Ok(changed?),
            }
        }
        Err(Error::OperationInProgress { operation_id: None })
    }
}

const TRIES: u32 = 3;
