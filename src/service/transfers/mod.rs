//! Transfers: domains that come from another registrar, or go to one, or from one account of a tenant to another.
//!
//! ```text
//! request ──1001──> pending ──> how does it stand? ──> through: the domain is the tenant's, locked, with a new code
//!                      ^              │          └──> rejected, cancelled, expired: nothing has changed
//!                      └── not yet ───┘
//! ```
//! A registry says how it stands in messages, and when it is asked: now and then, and when the time to answer is over.
//! Either way the same is done once. The command that asked for it stays open until then, and with it its quote.
//!
//! | file | what |
//! |---|---|
//! | `incoming` | asking for a domain, and calling that off |
//! | `outgoing` | what another registrar has asked for: approved, or rejected for a reason |
//! | `intent` | what the commands are to achieve, and what they mean for our rows |
//! | `standing` | how a transfer stands, and what follows |
//! | `arrival` | a domain has come: what is done with it |

mod arrival;
mod incoming;
mod intent;
mod outgoing;
mod standing;

use eppgate_model::token::Principal;
use eppgate_model::transfer::{Direction, Transfer, TransferState};
use eppgate_model::{Domain, Word};
use eppgate_store::TransferFilter;

use super::read::{page_of, page_size};
use super::routing::Route;
use super::{DomainView, Error, Gateway, Page};

pub use incoming::TransferIn;
pub(super) use intent::Intent;
#[cfg(test)]
pub(super) use outgoing::asked_for;

/// Which transfers to list.
#[derive(Debug, Clone, Default)]
pub struct ListTransfers {
    pub direction: Option<String>,
    pub state: Option<String>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// A domain that was asked for.
#[derive(Debug, Clone)]
pub struct Coming {
    pub transfer: Transfer,
    /// The domain, if the tenant has it: before the transfer with another account, or after it.
    pub domain: Option<DomainView>,
}

impl Gateway {
    /// The tenant's transfers, the newest first, a page at a time.
    pub async fn list_transfers(
        &self,
        principal: &Principal,
        list: ListTransfers,
    ) -> Result<Page<Transfer>, Error> {
        let limit = page_size(list.limit)?;
        let filter = TransferFilter {
            direction: word::<Direction>("direction", list.direction.as_deref())?,
            state: word::<TransferState>("state", list.state.as_deref())?,
            after: list.cursor.map(|cursor| cursor.parse().map_err(|_| unknown("cursor"))).transpose()?,
            limit: u64::from(limit) + 1,
        };
        let found = self.0.store.transfers(principal.tenant_id, &filter).await?;
        Ok(page_of(found, limit, |last| last.id.to_string()))
    }

    /// One of the tenant's transfers.
    pub async fn transfer(&self, principal: &Principal, id: &str) -> Result<Transfer, Error> {
        let id = id.parse().map_err(|_| Error::NotFound)?;
        self.0.store.transfer(principal.tenant_id, id).await?.ok_or(Error::NotFound)
    }

    /// The route of a transfer: by the tenant's account that takes part in it.
    async fn route_of_transfer(&self, transfer: &Transfer) -> Result<Route, Error> {
        self.route_with(transfer.tenant_id, &transfer.tld, transfer.account_id).await
    }

    /// The tenant's domain that is on its way.
    async fn domain_of(&self, transfer: &Transfer) -> Result<Option<Domain>, Error> {
        match transfer.domain_id {
            Some(id) => Ok(self.0.store.domain_of_id(transfer.tenant_id, id).await?),
            None => Ok(None),
        }
    }
}

fn word<T: Word>(field: &str, text: Option<&str>) -> Result<Option<T>, Error> {
    text.map(|text| T::parse(text).ok_or_else(|| unknown(field))).transpose()
}

fn unknown(field: &str) -> Error {
    Error::field(field, "is not one that this API gives out")
}
