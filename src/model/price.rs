//! What operations on domains cost a tenant: rate cards, and quotes that are made from them.
//!
//! ```text
//! issued ──> reserved ──> consumed      the operation that it pays for was carried out
//!    │   <──────┘                       it was not, for sure
//!    └─────────> expired                its hour is over
//! ```
//! While the outcome of the operation is unknown, its quote stays reserved.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::id::{OperationId, QuoteId, RateId, TenantId};
use crate::money::{Currency, Money};
use crate::name::DomainName;
use crate::word::Word;

/// A line of a tenant's rate card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub id: RateId,
    pub tenant_id: TenantId,
    /// The zone in A-label form.
    pub tld: String,
    pub item: Item,
    pub price: Money,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Rate {
    /// An amount as rate cards hold it, with four decimals; none when it is below zero, finer than that or too large.
    pub fn price(amount: Decimal, currency: Currency) -> Option<Money> {
        let mut exact = amount;
        exact.rescale(DECIMALS);
        // A number too large for its decimals keeps the ones it has.
        let held = exact == amount && exact.scale() == DECIMALS;
        (held && !amount.is_sign_negative()).then_some(Money { amount: exact, currency })
    }
}

/// What has a price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    pub operation: PricedOperation,
    pub tier: Tier,
    /// In years; none for a restore.
    pub period: Option<u8>,
}

/// An operation that costs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PricedOperation {
    Register,
    Renew,
    TransferIn,
    Restore,
}

impl PricedOperation {
    /// Whether its price is for a number of years.
    pub fn has_period(self) -> bool {
        self != Self::Restore
    }
}

impl Word for PricedOperation {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Register, "register"),
        (Self::Renew, "renew"),
        (Self::TransferIn, "transfer_in"),
        (Self::Restore, "restore"),
    ];
}

/// Whether a name costs what names usually cost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    Standard,
    /// More, by the registry's word for the class that the name is in.
    Premium(String),
}

impl Tier {
    /// The tier of a class; without one it is the standard tier.
    pub fn of_class(class: Option<String>) -> Self {
        class.map_or(Self::Standard, Self::Premium)
    }

    /// The class of a premium name.
    pub fn class(&self) -> Option<&str> {
        match self {
            Self::Standard => None,
            Self::Premium(class) => Some(class),
        }
    }

    /// `standard` or `premium`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium(_) => "premium",
        }
    }
}

/// A price that was promised for one operation on one name, once and for an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub id: QuoteId,
    pub tenant_id: TenantId,
    pub tld: String,
    pub name: DomainName,
    pub item: Item,
    /// What the tenant pays.
    pub price: Money,
    /// What the registry charges for a premium name, to be acknowledged in the command.
    pub registry_fee: Option<Money>,
    pub state: QuoteState,
    /// The operation that it is reserved for, or was consumed by.
    pub operation_id: Option<OperationId>,
    pub quoted_at: DateTime<Utc>,
    pub valid_until: DateTime<Utc>,
}

/// Where a quote stands. One that is issued is good only until its `valid_until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteState {
    Issued,
    Reserved,
    Consumed,
    Expired,
}

impl Word for QuoteState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Issued, "issued"),
        (Self::Reserved, "reserved"),
        (Self::Consumed, "consumed"),
        (Self::Expired, "expired"),
    ];
}

/// The decimals of a rate card.
const DECIMALS: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_four_decimals_and_is_not_rounded_to_have_them() {
        let usd: Currency = "USD".parse().unwrap();
        let price = |amount: &str| Rate::price(amount.parse().unwrap(), usd).map(|price| price.to_string());
        assert_eq!(price("9.99").as_deref(), Some("9.9900 USD"));
        assert_eq!(price("79").as_deref(), Some("79.0000 USD"));
        assert_eq!(price("0.12345"), None);
        assert_eq!(price("0.12340").as_deref(), Some("0.1234 USD"));
        assert_eq!(price("-1"), None);
        assert_eq!(price("79228162514264337593543950335"), None, "there is no room for its decimals");
    }
}
