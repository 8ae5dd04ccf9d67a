//! What commands cost. One table for all zones, in one currency.

use eppgate_epp::ResultCode;
use eppgate_epp::ext::fee::{Agreed, FeeCommand};
use eppgate_epp::types::{Period, PeriodUnit};
use rust_decimal::Decimal;

use crate::flows::Refusal;
use crate::names::Name;

/// The one currency.
pub const CURRENCY: &str = "USD";

/// A line of the price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As fee replies call it; none for names that are not premium.
    pub class: Option<&'static str>,
    /// `create`, `renew`, `transfer` or `restore`.
    pub command: &'static str,
    /// None for a restore.
    pub years: Option<u8>,
    /// What it costs.
    pub amount: Decimal,
}

/// The whole price list: what commands cost in each class, for each period.
pub fn lines() -> impl Iterator<Item = Line> {
    let classes = [Class::Standard, Class::Premium, Class::Gold, Class::Platinum].into_iter();
    let commands = ["create", "renew", "transfer", "restore"];
    let kinds = classes.flat_map(move |class| commands.map(|command| (class, command)));
    kinds.flat_map(|(class, command)| {
        let years = if command == "restore" { 1..=1 } else { 1..=LONGEST };
        years.filter_map(move |years| {
            Some(Line {
                class: (class != Class::Standard).then_some(class.as_str()),
                command,
                years: (command != "restore").then_some(years),
                amount: class.price(&command.into(), years)?,
            })
        })
    })
}

/// The tier a name is priced in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Standard,
    /// Ten times as much, each year.
    Premium,
    /// Twenty-five times as much, each year.
    Gold,
    /// A hundred times as much in the first year, and no more than others later.
    Platinum,
}

impl Class {
    pub(crate) fn of(name: &Name) -> Self {
        match name.premium() {
            None => Self::Standard,
            Some(tier) if tier.starts_with("-gold") => Self::Gold,
            Some(tier) if tier.starts_with("-platinum") => Self::Platinum,
            Some(_) => Self::Premium,
        }
    }

    /// As fee replies call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium => "premium",
            Self::Gold => "premium-gold",
            Self::Platinum => "premium-platinum",
        }
    }

    /// The price of a command for so many years; `None` for commands that do not exist here.
    pub(crate) fn price(self, command: &FeeCommand, years: u8) -> Option<Decimal> {
        let more_years = Decimal::from(years) - Decimal::ONE;
        match command {
            FeeCommand::Create if self == Self::Platinum => Some(PLATINUM + STANDARD * more_years),
            FeeCommand::Create | FeeCommand::Renew | FeeCommand::Transfer => {
                Some(self.year() * Decimal::from(years))
            }
            FeeCommand::Restore => Some(Decimal::new(4_000, 2)),
            FeeCommand::Update | FeeCommand::Delete => Some(Decimal::new(0, 2)),
            FeeCommand::Custom | FeeCommand::Other(_) => None,
        }
    }

    /// Whether a command costs what it costs for any name.
    pub(crate) fn is_standard(self, command: &FeeCommand) -> bool {
        self.price(command, 1) == Self::Standard.price(command, 1)
    }

    fn year(self) -> Decimal {
        match self {
            Self::Standard | Self::Platinum => STANDARD,
            Self::Premium => Decimal::new(10_000, 2),
            Self::Gold => Decimal::new(25_000, 2),
        }
    }

    /// The price, if the client may be charged it (RFC 8748, 4): one that is not the standard needs a fee that the client
    /// has agreed to, else 2003; a fee that is given must be the right one, to the cent and in our currency, else 2004.
    pub(crate) fn agree(
        self,
        command: &FeeCommand,
        years: u8,
        agreed: Option<&Agreed>,
    ) -> Result<Decimal, Refusal> {
        let price = self.price(command, years).ok_or(ResultCode::UNIMPLEMENTED_COMMAND)?;
        let Some(agreed) = agreed else {
            if self.is_standard(command) {
                return Ok(price);
            }
            let reason = "a premium name needs its fee in the command";
            return Err(Refusal::new(ResultCode::PARAMETER_MISSING, reason));
        };
        currency(agreed.currency.as_deref())?;
        let fees: Decimal = agreed.fees.iter().map(|fee| fee.amount).sum();
        let credits: Decimal = agreed.credits.iter().map(|credit| credit.amount).sum();
        if fees + credits == price {
            Ok(price)
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
        Some(Period { value: value @ 1..=LONGEST, unit: PeriodUnit::Years }) => Ok(value),
        Some(_) => Err(Refusal::new(ResultCode::PARAMETER_RANGE, "periods are 1 to 10 whole years")),
    }
}

/// The longest period, in years.
const LONGEST: u8 = 10;

/// A year of a usual name, and the first of a platinum one.
const STANDARD: Decimal = Decimal::from_parts(1_000, 0, 0, false, 2);
const PLATINUM: Decimal = Decimal::from_parts(100_000, 0, 0, false, 2);
