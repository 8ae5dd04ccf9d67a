//! The TLDs that a tenant sells: seen by its members, and with the little of them that a tenant chooses itself.

use eppgate_model::contact::Email;
use eppgate_model::tenant::{Accreditation, AssociationState, TldAssociation};
use eppgate_model::token::Principal;
use eppgate_model::{AccountId, AssociationId, Word};
use eppgate_store::{Conflict, Error as StoreError};

use super::{Error, Gateway};

/// Which TLDs to list.
#[derive(Debug, Clone, Default)]
pub struct ListAssociations {
    pub state: Option<String>,
    pub accreditation_type: Option<String>,
    pub registry_account_id: Option<String>,
}

impl Gateway {
    /// The TLDs that the tenant sells, in order.
    pub async fn tld_associations(
        &self,
        principal: &Principal,
        list: ListAssociations,
    ) -> Result<Vec<TldAssociation>, Error> {
        let no_word = |field: &str| Error::field(field, "is not one that this API gives out");
        let state = list.state.as_deref().map(|word| AssociationState::parse(word).ok_or(word));
        let state = state.transpose().map_err(|_| no_word("state"))?;
        let kind = list.accreditation_type.as_deref().map(|word| Accreditation::parse(word).ok_or(word));
        let kind = kind.transpose().map_err(|_| no_word("accreditation_type"))?;
        let account = list.registry_account_id.as_deref().map(str::parse::<AccountId>);
        let account =
            account.transpose().map_err(|_| Error::field("registry_account_id", "is not a UUID"))?;
        let all = self.0.store.associations(principal.tenant_id).await?;
        let is_asked_for = |one: &&TldAssociation| {
            state.is_none_or(|state| one.state == state)
                && kind.is_none_or(|kind| one.accreditation == kind)
                && account.is_none_or(|account| one.account_id == Some(account))
        };
        Ok(all.iter().filter(is_asked_for).cloned().collect())
    }

    /// One of them, by its id or by the TLD just as it is written.
    pub async fn tld_association(
        &self,
        principal: &Principal,
        id_or_tld: &str,
    ) -> Result<TldAssociation, Error> {
        let all = self.0.store.associations(principal.tenant_id).await?;
        let id = id_or_tld.parse::<AssociationId>().ok();
        let found = all.iter().find(|one| Some(one.id) == id || one.tld == id_or_tld);
        found.cloned().ok_or(Error::NotFound)
    }

    /// Chooses who is to be told when the money for a TLD runs out; nobody, with an empty address.
    pub async fn set_notifications(
        &self,
        principal: &Principal,
        id: &str,
        low_balance_email: Option<String>,
    ) -> Result<TldAssociation, Error> {
        let (gateway, principal, id) = (self.clone(), principal.clone(), id.to_owned());
        let work = async move { gateway.set_notifications_now(&principal, &id, low_balance_email).await };
        self.to_its_end(work).await
    }

    async fn set_notifications_now(
        &self,
        principal: &Principal,
        id: &str,
        low_balance_email: Option<String>,
    ) -> Result<TldAssociation, Error> {
        self.may_decide(principal).await?;
        let id: AssociationId = id.parse().map_err(|_| Error::NotFound)?;
        let before = self.tld_association(principal, &id.to_string()).await?;
        let Some(text) = low_balance_email else { return Ok(before) };
        let email = match text.trim() {
            "" => None,
            text if text.parse::<Email>().is_ok() => Some(text.to_owned()),
            _ => return Err(Error::field("low_balance_notification_email", "is no e-mail address")),
        };
        let (seen, mut after) = (before.updated_at, before);
        after.config.credit.low_balance_notification_email = email;
        after.updated_at = self.0.clock.now();
        match self.0.store.set_config(&after, seen).await {
            Ok(()) => Ok(after),
            Err(StoreError::Conflict(Conflict::StaleVersion)) => {
                Err(Error::OperationInProgress { operation_id: None })
            }
            Err(error) => Err(error.into()),
        }
    }
}
