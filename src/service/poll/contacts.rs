//! Messages about contacts. What a registry has are copies: the tenant's own record stays as it is, and a copy that has
//! become another is known for one, so that it is brought up to date before a domain needs it again.

use eppgate_epp::contact::TrnData;
use eppgate_epp::types::TransferStatus;
use eppgate_model::ContactRegistration;
use eppgate_store::ContactChange;

use super::{Fate, Queue};
use crate::service::contacts::{self, Standing};
use crate::service::journal::Journalled;
use crate::service::{Error, Gateway};

impl Gateway {
    /// How the transfer of a contact stands. Only a request for one of ours is for people: the gateway never asks for a
    /// contact, nor gives one away.
    pub(super) async fn contact_transfer_told(&self, queue: &Queue, told: &TrnData) -> Result<Fate, Error> {
        let is_asked_of_us =
            told.tr_status == TransferStatus::Pending && told.ac_id == self.behind(queue)?.client_id();
        if is_asked_of_us && self.0.store.contact_registered_as(&queue.registry, &told.id).await?.is_some() {
            return Ok(Fate::Dead("another registrar asks for a contact of ours".to_owned()));
        }
        self.contact_changed(queue, &told.id).await
    }

    /// Something has been done to a contact, or will not be: the registry is asked what it has.
    pub(super) async fn contact_changed(&self, queue: &Queue, id: &str) -> Result<Fate, Error> {
        // What a command of ours is about to bring about is judged by its own verdict first.
        let object = contacts::Intent::OBJECT;
        if self.0.store.unfinished_operation(&queue.registry, object, id).await?.is_some() {
            return Err(Error::OperationInProgress { operation_id: None });
        }
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        let Some(copy) = self.0.store.contact_registered_as(&queue.registry, id).await? else {
            return Ok(Fate::Done(Some("it is no copy of a contact of ours")));
        };
        if !accounts.iter().any(|account| account.id == copy.account_id) {
            return Ok(Fate::Done(Some("another account has the contact")));
        }
        let change = match self.standing_of_copy(&copy).await? {
            Standing::AsRecorded => return Ok(Fate::Done(Some("it is as it was"))),
            Standing::Pending => return Ok(Fate::Done(Some("it is not done yet"))),
            Standing::Elsewhere => return Ok(Fate::Dead("another registrar has the contact".to_owned())),
            Standing::Different => ContactChange::Updated(ContactRegistration { version: 0, ..copy }, None),
            Standing::Gone => ContactChange::Unregistered(copy),
        };
        self.0.store.change_contact(change).await?;
        Ok(Fate::Done(None))
    }
}
