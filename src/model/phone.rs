//! Telephone numbers that exist as far as anybody can tell without dialling.
//!
//! A number is taken in the form of E.164, `+` and digits, and has to be one that the numbering plan of its country
//! knows. Registries write it with a dot behind the country code, which digits alone do not show: so that is how it is
//! kept.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::PhoneNumber;
use serde::{Deserialize, Serialize};

/// A telephone number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    country: String,
    national: String,
}

/// Why a text is not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Anything but `+` and up to 15 digits.
    #[error("must be in E.164 form, such as +46812345678")]
    Malformed,
    /// No country has such a number.
    #[error("is not a valid number for its country code")]
    Invalid,
}

impl Phone {
    /// Reads a number in E.164 form.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::Malformed)?;
        if !(1..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneError::Malformed);
        }
        let number = PhoneNumber::parse(text, None).map_err(|_| PhoneError::Invalid)?;
        if !number.is_valid() {
            return Err(PhoneError::Invalid);
        }
        let country = number.country_code.to_string();
        Ok(Self { country, national: number.get_national_significant_number() })
    }

    /// With a dot behind the country code, as in EPP (RFC 5733, 2.5).
    pub fn dotted(&self) -> String {
        format!("+{}.{}", self.country, self.national)
    }
}

/// In E.164 form.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}{}", self.country, self.national)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the form with the dot, in which a number is kept. Its country's plan may have changed since.
impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let parts = text.strip_prefix('+').and_then(|number| number.split_once('.'));
        let (country, national) = parts.ok_or(PhoneError::Malformed)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(country) || !digits(national) {
            return Err(PhoneError::Malformed);
        }
        Ok(Self { country: country.to_owned(), national: national.to_owned() })
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.dotted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_country_apart_and_its_leading_zeros() {
        for (text, dotted) in [
            ("+12025550173", "+1.2025550173"),
            ("+46812345678", "+46.812345678"),
            ("+390612345678", "+39.0612345678"),
            ("+35316711633", "+353.16711633"),
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!((phone.to_string().as_str(), phone.dotted().as_str()), (text, dotted));
            assert_eq!(dotted.parse(), Ok(phone));
        }
    }

    #[test]
    fn what_no_country_would_connect_is_refused() {
        for (text, why) in [
            ("", PhoneError::Malformed),
            ("+", PhoneError::Malformed),
            ("12025550173", PhoneError::Malformed),
            ("+1 202 555 0173", PhoneError::Malformed),
            ("+1.2025550173", PhoneError::Malformed),
            ("+1202555017300000", PhoneError::Malformed),
            ("+15554545", PhoneError::Invalid),
            ("+9990000000", PhoneError::Invalid),
            ("+120255501734", PhoneError::Invalid),
        ] {
            assert_eq!(Phone::parse(text), Err(why), "{text}");
        }
    }
}
