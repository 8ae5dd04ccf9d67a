//! Verisign's synchronisation (`sync-1.0`): moves the day on which a registration ends.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/sync-1.0", prefix: "sync" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_command::<Update>(DOCUMENT)];
const DOCUMENT: &str = "Verisign ConsoliDate";

/// `<sync:update>`: the domain is to end on this day of the year, which extends it by less than a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update {
    /// `expMonthDay`
    pub exp_month_day: MonthDay,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { exp_month_day: from.one("expMonthDay")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("expMonthDay", &self.exp_month_day);
    }
}

/// A day of any year: `--05-31` (`xs:gMonthDay`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    month: u8,
    day: u8,
}

impl MonthDay {
    /// A day of a month, counted from 1; `None` when no year has it.
    #[must_use]
    pub fn new(month: u8, day: u8) -> Option<Self> {
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 29,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { month, day })
    }

    /// January is 1.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The first is 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.strip_prefix("--")?.split_once('-')?;
        let two_digits = |text: &str| -> Option<u8> {
            (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
        };
        Self::new(two_digits(month)?, two_digits(day.trim_end_matches('Z'))?)
    }
}

impl Decode for MonthDay {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Self::parse(from.text()).ok_or_else(|| from.invalid("day of a month"))
    }
}

impl Encode for MonthDay {
    fn encode(&self, to: &mut Writer) {
        to.display(format_args!("--{:02}-{:02}", self.month, self.day));
    }
}

#[cfg(test)]
mod tests {
    use super::MonthDay;

    #[test]
    fn a_day_is_one_that_some_year_has() {
        for (text, month, day) in [("--05-31", 5, 31), ("--02-29", 2, 29), ("--12-01Z", 12, 1)] {
            assert_eq!(MonthDay::parse(text), MonthDay::new(month, day), "{text}");
        }
        for text in ["", "05-31", "--02-30", "--13-01", "--00-10", "--5-31", "--05-00", "--+5-31", "--05-31-"]
        {
            assert_eq!(MonthDay::parse(text), None, "{text}");
        }
    }
}
