//! What a verdict on a command changes beside the journal, whatever the command was about.

use eppgate_model::DomainEvent;
use sea_orm::DatabaseTransaction;

use crate::Error;
use crate::contacts::{self, ContactChange};
use crate::domains::{self, DomainChange};
use crate::hosts::{self, HostChange};
use crate::transfers::{self, TransferChange};

/// What becomes of our rows.
#[derive(Debug, Clone)]
pub enum Change {
    /// Nothing.
    None,
    Domain(Box<DomainChange>),
    Contact(ContactChange),
    Host(HostChange),
    Transfer(Box<TransferChange>),
}

impl Change {
    /// Makes the change and its entry in a domain's history, as part of a transaction.
    pub(crate) async fn apply(
        &self,
        tx: &DatabaseTransaction,
        event: Option<&DomainEvent>,
    ) -> Result<(), Error> {
        let domain = match self {
            Self::Transfer(change) => return transfers::apply(tx, change, event).await,
            Self::Domain(change) => change,
            Self::None => &DomainChange::None,
            Self::Contact(change) => {
                contacts::apply(tx, change).await?;
                &DomainChange::None
            }
            Self::Host(change) => {
                hosts::apply(tx, change).await?;
                &DomainChange::None
            }
        };
        domains::apply(tx, domain, event).await
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

impl From<TransferChange> for Change {
    fn from(change: TransferChange) -> Self {
        Self::Transfer(Box::new(change))
    }
}
