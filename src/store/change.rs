//! What a verdict on a command changes beside the journal, whatever the command was about.

use eppgate_model::DomainEvent;
use sea_orm::DatabaseTransaction;

use crate::contacts::{self, ContactChange};
use crate::domains::{self, DomainChange};
use crate::hosts::{self, HostChange};
use crate::{Error, rows};

/// What becomes of our rows.
#[derive(Debug, Clone)]
pub enum Change {
    /// Nothing.
    None,
    Domain(Box<DomainChange>),
    Contact(ContactChange),
    Host(HostChange),
}

impl Change {
    /// Makes the change and its entry in a domain's history, as part of a transaction.
    pub(crate) async fn apply(
        &self,
        tx: &DatabaseTransaction,
        event: Option<&DomainEvent>,
    ) -> Result<(), Error> {
        match self {
            Self::None => {}
            Self::Domain(change) => return domains::apply(tx, change, event).await,
            Self::Contact(change) => contacts::apply(tx, change).await?,
            Self::Host(change) => hosts::apply(tx, change).await?,
        }
        match event {
            Some(event) => rows::insert(tx, rows::event::Model::from(event)).await,
            None => Ok(()),
        }
    }
}

impl From<DomainChange> for Change {
    fn from(change: DomainChange) -> Self {
        Self::Domain(Box::new(change))
    }
}

impl From<ContactChange> for Change {
    fn from(change: ContactChange) -> Self {
        Self::Contact(change)
    }
}

impl From<HostChange> for Change {
    fn from(change: HostChange) -> Self {
        Self::Host(change)
    }
}
