//! The gateway's nouns: tenants, domains, names, money, operations; parsed at construction, no I/O.
//!
//! A value of these types is right by having been made: a [`DomainName`] is a name in its one canonical form, an
//! [`Id`] of a domain cannot be passed for one of a tenant. Rules live above (service), rows below (store); both
//! speak in these types, so neither has its own.
//!
//! | file | what |
//! |---|---|
//! | [`clock`] | the time, settable in tests |
//! | [`id`] | typed identifiers |
//! | [`cltrid`] | the identifier of a command at a registry, and the way back to its operation |
//! | [`name`] | domain and host names, in A-label form |
//! | [`money`] | amounts with their currency and scale |
//! | [`word`] | enumerations that are stored and shown as one word |
//! | [`tenant`] | tenants, their registry accounts and TLDs |
//! | [`token`] | users, access tokens, scopes, and who is calling |
//! | [`domain`] | a domain, its states, its history |
//! | [`contact`] | people and organisations behind domains, and their copies at registries |
//! | [`phone`] | telephone numbers that exist |
//! | [`host`] | name servers |
//! | [`operation`] | the journal of commands that change something at a registry |
//! | [`idempotency`] | requests that may be sent again without being done again |
//! | [`lease`] | the right to be the only one to do something, for a while |
//! | [`outbox`] | news of changes, for those who want to hear of them |
//! | [`price`] | rate cards and quotes |
//! | [`transfer`] | domains on their way between registrars |
//! | [`poll`] | messages that registries leave |

pub mod clock;
pub mod cltrid;
pub mod contact;
pub mod domain;
pub mod host;
pub mod id;
pub mod idempotency;
pub mod lease;
pub mod money;
pub mod name;
pub mod operation;
pub mod outbox;
pub mod phone;
pub mod poll;
pub mod precondition;
pub mod price;
pub mod tenant;
pub mod token;
pub mod transfer;
pub mod word;

pub use clock::Clock;
pub use cltrid::ClTrid;
pub use contact::{Contact, ContactRegistration, Handle};
pub use domain::{Domain, DomainEvent, DomainState};
pub use host::Host;
pub use id::{
    AccountId, AssociationId, AttemptId, ContactId, DomainId, EventId, HostId, Id, InstanceId, OperationId,
    PollMessageId, QuoteId, RateId, TenantId, TokenId, TransferId, UserId,
};
pub use lease::Lease;
pub use money::{Currency, Money};
pub use name::{DomainName, HostName};
pub use operation::Operation;
pub use phone::Phone;
pub use poll::PollMessage;
pub use transfer::Transfer;
pub use word::Word;

/// Free-form details that are stored as they are: an event's payload, an operation's request and evidence.
pub type Json = serde_json::Value;
