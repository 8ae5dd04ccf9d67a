//! Durations as people write them: `20ms` for waiting, ISO 8601 (`P45D`, `PT1H`) for the calendar.

use std::time::Duration;

use chrono::{DateTime, Months, TimeDelta, Utc};

/// Reads `500us`, `20ms`, `1.5s`, `2m` or `0`, up to an hour.
#[must_use]
pub fn parse_wait(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "us" => 0.000_001,
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = number.parse().ok().filter(|_| plain)?;
    Duration::try_from_secs_f64(number * seconds).ok().filter(|wait| *wait <= LONGEST_WAIT)
}

/// A stretch of the calendar: months first, then exact time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarSpan {
    months: Months,
    exact: TimeDelta,
}

impl CalendarSpan {
    /// Reads an ISO 8601 duration of whole numbers: `P1Y6M`, `P2W`, `P45DT12H`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let mut months = 0_u32;
        let mut seconds = 0_i64;
        for (count, unit) in parts(date)? {
            match unit {
                'Y' => months = months.checked_add(count.checked_mul(12)?)?,
                'M' => months = months.checked_add(count)?,
                'W' => seconds += i64::from(count) * 7 * DAY,
                'D' => seconds += i64::from(count) * DAY,
                _ => return None,
            }
        }
        for (count, unit) in parts(time)? {
            seconds += match unit {
                'H' => i64::from(count) * 3600,
                'M' => i64::from(count) * 60,
                'S' => i64::from(count),
                _ => return None,
            };
        }
        Some(Self { months: Months::new(months), exact: TimeDelta::try_seconds(seconds)? })
    }

    /// The moment this much after another, if the calendar reaches that far.
    #[must_use]
    pub fn after(self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        moment.checked_add_months(self.months)?.checked_add_signed(self.exact)
    }
}

/// `3D4H` as numbers and their units.
fn parts(text: &str) -> Option<Vec<(u32, char)>> {
    let mut rest = text;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit())?;
        let unit = rest[unit_at..].chars().next()?;
        parts.push((rest[..unit_at].parse().ok()?, unit));
        rest = &rest[unit_at + unit.len_utf8()..];
    }
    Some(parts)
}

const LONGEST_WAIT: Duration = Duration::from_secs(3600);
const DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_with_their_unit() {
        for (text, micros) in
            [("0", 0), ("500us", 500), ("20ms", 20_000), ("1.5s", 1_500_000), ("2m", 120_000_000)]
        {
            assert_eq!(parse_wait(text), Some(Duration::from_micros(micros)), "{text}");
        }
        for text in ["", "20", "ms", "-1s", "1e3s", "3h", "2000m", "infs"] {
            assert_eq!(parse_wait(text), None, "{text}");
        }
    }

    #[test]
    fn spans_move_by_the_calendar() {
        let from = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let start = from("2024-01-31T00:00:00Z");
        for (span, end) in [
            ("P45D", "2024-03-16T00:00:00Z"),
            ("PT1H", "2024-01-31T01:00:00Z"),
            ("P1M", "2024-02-29T00:00:00Z"),
            ("P1Y1DT2M3S", "2025-02-01T00:02:03Z"),
            ("P2W", "2024-02-14T00:00:00Z"),
        ] {
            assert_eq!(CalendarSpan::parse(span).unwrap().after(start), Some(from(end)), "{span}");
        }
        for span in ["", "P", "PT", "P1", "P1H", "PT1D", "P-1D", "45D", "P1.5D", "P99999999999D"] {
            assert_eq!(CalendarSpan::parse(span), None, "{span}");
        }
    }
}
