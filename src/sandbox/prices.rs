//! What commands cost. One table for all zones, in one currency.

use eppgate_epp::ResultCode;
use eppgate_epp::ext::fee::{Agreed, FeeCommand};
use eppgate_epp::types::{Period, PeriodUnit};
use rust_decimal::Decimal;

use crate::flows::Refusal;
use crate::names::Name;

/// The one currency.
pub(crate) const CURRENCY: &str = "USD";

/// The tier a name is priced in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Standard,
    Premium,
}

impl Class {
    pub(crate) fn of(name: &Name) -> Self {
        if name.is_premium() { Self::Premium } else { Self::Standard }
    }

    /// As fee replies call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium => "premium",
        }
    }

    /// The price of a command for so many years; `None` for commands that do not exist here.
    pub(crate) fn price(self, command: &FeeCommand, years: u8) -> Option<Decimal> {
        let year = match self {
            Self::Standard => Decimal::new(1_000, 2),
            Self::Premium => Decimal::new(10_000, 2),
        };
        match command {
            FeeCommand::Create | FeeCommand::Renew | FeeCommand::Transfer => {
                Some(year * Decimal::from(years))
            }
            FeeCommand::Restore => Some(Decimal::new(4_000, 2)),
            FeeCommand::Update | FeeCommand::Delete => Some(Decimal::new(0, 2)),
            FeeCommand::Custom | FeeCommand::Other(_) => None,
        }
    }

    /// Whether the client may be charged the price (RFC 8748, 4): a premium name needs a fee that the client has agreed
    /// to, else 2003; a fee that is given must be the right one, to the cent and in our currency, else 2004.
    pub(crate) fn agree(self, price: Decimal, agreed: Option<&Agreed>) -> Result<(), Refusal> {
        let Some(agreed) = agreed else {
            return match self {
                Self::Standard => Ok(()),
                Self::Premium => Err(Refusal::new(
                    ResultCode::PARAMETER_MISSING,
                    "a premium name needs its fee in the command",
                )),
            };
        };
        currency(agreed.currency.as_deref())?;
        let fees: Decimal = agreed.fees.iter().map(|fee| fee.amount).sum();
        let credits: Decimal = agreed.credits.iter().map(|credit| credit.amount).sum();
        if fees + credits == price {
            Ok(())
        } else {
            Err(Refusal::new(ResultCode::PARAMETER_RANGE, format!("the fee is {price} {CURRENCY}")))
        }
    }
}

/// Refuses any other currency than ours.
pub(crate) fn currency(named: Option<&str>) -> Result<(), Refusal> {
    match named {
        None | Some(CURRENCY) => Ok(()),
        Some(_) => Err(Refusal::new(ResultCode::PARAMETER_RANGE, "the currency is USD")),
    }
}

/// The years of a period: 1 unless it is given, 10 at most.
pub(crate) fn years(period: Option<Period>) -> Result<u8, Refusal> {
    match period {
        None => Ok(1),
        Some(Period { value: value @ 1..=10, unit: PeriodUnit::Years }) => Ok(value),
        Some(_) => Err(Refusal::new(ResultCode::PARAMETER_RANGE, "periods are 1 to 10 whole years")),
    }
}
