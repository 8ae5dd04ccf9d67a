//! From a name to the registry account its commands run with.

use eppgate_model::tenant::{AccountState, AssociationState, RegistryAccount, TldAssociation};
use eppgate_model::{AccountId, Domain, DomainName, TenantId};
use eppgate_registry::Registry;

use super::plan::checked;
use super::{Error, Gateway};

/// Where commands on a name go.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) association: TldAssociation,
    pub(super) account: RegistryAccount,
    pub(super) registry: Registry,
}

impl Gateway {
    /// The tenant's association for a name's TLD: the longest zone that it sells.
    pub(super) async fn association(
        &self,
        tenant: TenantId,
        name: &DomainName,
    ) -> Result<TldAssociation, Error> {
        let associations = self.0.store.associations(tenant).await?;
        let found =
            name.suffixes().find_map(|zone| associations.iter().find(|association| association.tld == zone));
        match found {
            Some(association) if association.state == AssociationState::Active => Ok(association.clone()),
            _ => Err(Error::TldNotAssociated),
        }
    }

    /// The route of a name that is not registered yet: by the account named, else by the selector rule. One usable
    /// account is taken as it is; of several the tenant's default, then the TLD's own; else the caller must choose.
    pub(super) async fn route_new(
        &self,
        tenant: TenantId,
        name: &DomainName,
        chosen: Option<&str>,
    ) -> Result<Route, Error> {
        let association = self.association(tenant, name).await?;
        let account = match chosen {
            Some(id) => {
                let id: AccountId =
                    id.parse().map_err(|_| Error::field("registry_account_id", "is not a UUID"))?;
                let account =
                    self.0.store.account(tenant, id).await?.ok_or(Error::RegistryAccountUnavailable)?;
                if account.binding != association.binding {
                    return Err(Error::RegistryBindingMismatch);
                }
                account
            }
            None => self.select_account(tenant, &association).await?,
        };
        if account.state != AccountState::Active {
            return Err(Error::RegistryAccountUnavailable);
        }
        self.route_by(association, account)
    }

    async fn select_account(
        &self,
        tenant: TenantId,
        association: &TldAssociation,
    ) -> Result<RegistryAccount, Error> {
        let accounts = self.0.store.accounts(tenant, Some(&association.binding)).await?;
        let usable: Vec<_> =
            accounts.into_iter().filter(|account| account.state == AccountState::Active).collect();
        let bound = |account: &&RegistryAccount| Some(account.id) == association.account_id;
        let chosen = match usable.as_slice() {
            [] => return Err(Error::RegistryAccountUnavailable),
            [only] => Some(only),
            several => {
                several.iter().find(|account| account.is_default).or_else(|| several.iter().find(bound))
            }
        };
        let candidates = || usable.iter().map(|account| (account.id, account.name.clone())).collect();
        chosen.cloned().ok_or_else(|| Error::RegistryAccountRequired(candidates()))
    }

    /// The route of a domain: always the account that sponsors it.
    pub(super) async fn route(&self, domain: &Domain) -> Result<Route, Error> {
        self.route_with(domain.tenant_id, &domain.tld, domain.account_id).await
    }

    /// The route of a name in a zone by one of the tenant's accounts.
    pub(super) async fn route_with(
        &self,
        tenant: TenantId,
        tld: &str,
        account: AccountId,
    ) -> Result<Route, Error> {
        let association = self.0.store.association(tenant, tld).await?.ok_or(Error::TldNotAssociated)?;
        let account = self.0.store.account(tenant, account).await?;
        self.route_by(association, account.ok_or(Error::RegistryAccountUnavailable)?)
    }

    /// The route of what belongs to an account rather than to a name: any of the TLDs that it serves stands for all.
    pub(super) async fn route_of_account(&self, tenant: TenantId, id: AccountId) -> Result<Route, Error> {
        let account = self.0.store.account(tenant, id).await?.ok_or(Error::RegistryAccountUnavailable)?;
        let associations = self.0.store.associations(tenant).await?;
        let served = associations.iter().find(|association| association.binding == account.binding);
        self.route_by(served.cloned().ok_or(Error::RegistryAccountUnavailable)?, account)
    }

    /// The registry behind an account.
    pub(super) fn registry(&self, account: AccountId) -> Result<Registry, Error> {
        self.0.registries.load().of(account).cloned().ok_or(Error::RegistryAccountUnavailable)
    }

    fn route_by(&self, association: TldAssociation, account: RegistryAccount) -> Result<Route, Error> {
        let registry = self.registry(account.id)?;
        checked("registry_account");
        Ok(Route { association, account, registry })
    }
}
