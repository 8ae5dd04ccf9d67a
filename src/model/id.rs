//! Typed identifiers: UUIDs of version 7, which sort by the time they were made and so keep indices compact.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::contact::Contact;
use crate::domain::{Domain, DomainEvent};
use crate::host::Host;
use crate::idempotency::Attempt;
use crate::lease::Instance;
use crate::operation::Operation;
use crate::poll::PollMessage;
use crate::price::{Quote, Rate};
use crate::tenant::{RegistryAccount, Tenant, TldAssociation};
use crate::token::{TokenRecord, User};
use crate::transfer::Transfer;

/// The identifier of a `T`; one of another kind does not fit in its place.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

/// Identifies a tenant.
pub type TenantId = Id<Tenant>;
/// Identifies a person who signs in.
pub type UserId = Id<User>;
/// Identifies a domain's row: a name that is deleted and registered again gets another.
pub type DomainId = Id<Domain>;
/// Identifies a registry account.
pub type AccountId = Id<RegistryAccount>;
/// Identifies a TLD association.
pub type AssociationId = Id<TldAssociation>;
/// Identifies a journalled operation.
pub type OperationId = Id<Operation>;
/// Identifies an access token: its `jti`.
pub type TokenId = Id<TokenRecord>;
/// Identifies a contact: a handle that is given again names another.
pub type ContactId = Id<Contact>;
/// Identifies a host.
pub type HostId = Id<Host>;
/// Identifies a running gateway: each start has another.
pub type InstanceId = Id<Instance>;
/// Identifies one attempt at a request that carries an idempotency key.
pub type AttemptId = Id<Attempt>;
/// Identifies an entry of a domain's history.
pub type EventId = Id<DomainEvent>;
/// Identifies a line of a rate card.
pub type RateId = Id<Rate>;
/// Identifies a quote.
pub type QuoteId = Id<Quote>;
/// Identifies a transfer.
pub type TransferId = Id<Transfer>;
/// Identifies a message of a registry.
pub type PollMessageId = Id<PollMessage>;

impl<T> Id<T> {
    /// A new identifier, greater than all this process made before.
    #[expect(clippy::new_without_default, reason = "a default that differs each time would surprise")]
    pub fn new() -> Self {
        Self::from(Uuid::now_v7())
    }

    /// The bare UUID.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }
}

impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    /// Reads the hyphenated form only: one identifier has one spelling (but for letter case).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(*text.parse::<uuid::fmt::Hyphenated>()?.as_uuid()))
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Written out, because a derive would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_born_in_order_and_survive_their_text() {
        let ids: Vec<TenantId> = (0..1_000).map(|_| TenantId::new()).collect();
        assert!(ids.is_sorted());
        for id in ids {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn other_spellings_of_a_uuid_are_refused() {
        for text in ["", "x", "0192f0c1a2b37c4d8e5f60718293a4b5", "{0192f0c1-a2b3-7c4d-8e5f-60718293a4b5}"] {
            assert!(text.parse::<TenantId>().is_err(), "{text}");
        }
    }
}
