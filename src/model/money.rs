//! Amounts of money as registries state them: exact, with their currency, the scale kept.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

/// An amount in a currency. `9.9900` stays `9.9900`: a fee is acknowledged to a registry as it was quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

/// A currency by its ISO 4217 code, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters")]
pub struct CurrencyError;

impl Currency {
    /// The code.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("a currency is made of ASCII letters")
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code)).ok_or(CurrencyError)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_an_amount_is_kept() {
        for amount in ["9.99", "9.9900", "79.0000", "10", "0.00"] {
            let money = Money { amount: amount.parse().unwrap(), currency: "USD".parse().unwrap() };
            assert_eq!(money.to_string(), format!("{amount} USD"));
        }
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        for text in ["", "US", "usd", "USDT", "U5D", "ÄB"] {
            assert_eq!(text.parse::<Currency>(), Err(CurrencyError), "{text}");
        }
    }
}
