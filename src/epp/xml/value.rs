//! Text as values: strings, numbers, booleans, dates, in the forms of XML Schema part 2.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use rust_decimal::Decimal;

use super::{Decode, Element, Encode, Writer};
use crate::error::{DecodeError, DecodeErrorKind};

impl Decode for String {
    /// Without the white space around it: `token` and its kin. What must keep it reads `whole_text`.
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(from.text().to_owned())
    }
}

impl Encode for str {
    fn encode(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl Encode for String {
    fn encode(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, to: &mut Writer) {
        (**self).encode(to);
    }
}

impl Decode for bool {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        parse_bool(from.text()).ok_or_else(|| from.invalid("boolean"))
    }
}

impl Encode for bool {
    fn encode(&self, to: &mut Writer) {
        to.text(if *self { "1" } else { "0" });
    }
}

impl Decode for u8 {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        from.parse_text("number from 0 to 255")
    }
}

impl Decode for u16 {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        from.parse_text("number from 0 to 65535")
    }
}

impl Decode for u32 {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        from.parse_text("number from 0 to 4294967295")
    }
}

impl Decode for i32 {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        from.parse_text("number from -2147483648 to 2147483647")
    }
}

impl Encode for i32 {
    fn encode(&self, to: &mut Writer) {
        to.display(self);
    }
}

impl Encode for u8 {
    fn encode(&self, to: &mut Writer) {
        to.number(u64::from(*self));
    }
}

impl Encode for u16 {
    fn encode(&self, to: &mut Writer) {
        to.number(u64::from(*self));
    }
}

impl Encode for u32 {
    fn encode(&self, to: &mut Writer) {
        to.number(u64::from(*self));
    }
}

impl Decode for Decimal {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        from.parse_text("decimal")
    }
}

impl Encode for Decimal {
    /// The scale is kept: `5.00` stays `5.00`.
    fn encode(&self, to: &mut Writer) {
        to.display(self);
    }
}

impl Decode for DateTime<Utc> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        timestamp(from.text()).ok_or_else(|| from.invalid("dateTime"))
    }
}

impl Encode for DateTime<Utc> {
    /// In UTC, with as many digits of the second as it takes.
    fn encode(&self, to: &mut Writer) {
        to.display(Stamp(self));
    }
}

/// A time in its form on the wire.
struct Stamp<'t>(&'t DateTime<Utc>);

impl std::fmt::Display for Stamp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (date, time) = (self.0.date_naive(), self.0.time());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        // A leap second, which XML Schema does not know, counts as the second before it.
        let nanos = time.nanosecond().min(999_999_999);
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}")?;
        match (nanos, nanos % 1_000_000, nanos % 1_000) {
            (0, ..) => {}
            (_, 0, _) => write!(f, ".{:03}", nanos / 1_000_000)?,
            (.., 0) => write!(f, ".{:06}", nanos / 1_000)?,
            _ => write!(f, ".{nanos:09}")?,
        }
        f.write_str("Z")
    }
}

impl Decode for NaiveDate {
    /// A date; a time or zone behind it is skipped, since some registries write one.
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        date(from.text().as_bytes()).ok_or_else(|| from.invalid("date"))
    }
}

impl Encode for NaiveDate {
    fn encode(&self, to: &mut Writer) {
        to.display(self);
    }
}

/// Attributes as values.
impl Element<'_> {
    /// An optional attribute that is a word: text, or an enumeration of the wire.
    #[must_use]
    pub fn word<T: for<'t> From<&'t str>>(&self, name: &str) -> Option<T> {
        self.attr(name).map(|word| word.trim().into())
    }

    /// A required attribute that is a word.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`].
    pub fn need_word<T: for<'t> From<&'t str>>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.word(name).ok_or_else(|| self.error(DecodeErrorKind::Missing(name)))
    }

    /// An optional attribute that is a boolean.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] when it is there and none.
    pub fn bool_attr(&self, name: &str) -> Result<Option<bool>, DecodeError> {
        let value = self.attr(name).map(|value| parse_bool(value.trim()));
        value.map(|value| value.ok_or_else(|| self.invalid("boolean"))).transpose()
    }

    /// An optional attribute that is a time.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] when it is there and none.
    pub fn time_attr(&self, name: &str) -> Result<Option<DateTime<Utc>>, DecodeError> {
        let value = self.attr(name).map(|value| timestamp(value.trim()));
        value.map(|value| value.ok_or_else(|| self.invalid("dateTime"))).transpose()
    }
}

/// Attributes as values.
impl Writer {
    /// An attribute that is a boolean.
    pub fn attr_bool(&mut self, name: &str, value: bool) {
        self.attr(name, if value { "1" } else { "0" });
    }

    /// An attribute that is a time.
    pub fn attr_time(&mut self, name: &str, value: &DateTime<Utc>) {
        self.attr_display(name, Stamp(value));
    }
}

/// `1`, `true`, `0`, `false`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Reads `xs:dateTime`: `2026-04-03T22:00:00.0Z`. Another zone is converted to UTC; none at all is taken as UTC,
/// which is what RFC 5731 asks of a registry that forgets it. `None` when it is no date.
#[must_use]
pub fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let date = date(bytes)?;
    if *bytes.get(10)? != b'T' || *bytes.get(13)? != b':' || *bytes.get(16)? != b':' {
        return None;
    }
    let (hour, minute, second) = (two(bytes, 11)?, two(bytes, 14)?, two(bytes, 17)?);
    let mut at = 19;
    let mut nanos = 0;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        let start = at;
        let mut unit = 100_000_000;
        while let Some(digit) = digit(bytes, at) {
            nanos += digit * unit;
            unit /= 10;
            at += 1;
        }
        if at == start {
            return None;
        }
    }
    // 24:00:00 is the start of the next day.
    let (hour, next_day) =
        if hour == 24 && minute == 0 && second == 0 && nanos == 0 { (0, 1) } else { (hour, 0) };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    let local = NaiveDateTime::new(date, time).checked_add_signed(chrono::TimeDelta::days(next_day))?;
    let ahead = match bytes.get(at..)? {
        b"" | b"Z" => 0,
        [sign @ (b'+' | b'-'), zone @ ..] if zone.len() == 5 && zone[2] == b':' => {
            let (hours, minutes) = (two(zone, 0)?, two(zone, 3)?);
            let minutes = (hours <= 14 && minutes < 60).then_some(i64::from(hours * 60 + minutes))?;
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    Some(local.checked_sub_signed(chrono::TimeDelta::minutes(ahead))?.and_utc())
}

fn date(bytes: &[u8]) -> Option<NaiveDate> {
    if *bytes.get(4)? != b'-' || *bytes.get(7)? != b'-' {
        return None;
    }
    let year = two(bytes, 0)? * 100 + two(bytes, 2)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(bytes, 5)?, two(bytes, 8)?)
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    Some(digit(bytes, at)? * 10 + digit(bytes, at + 1)?)
}

fn digit(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'))
}

#[cfg(test)]
mod tests {
    use super::{Encode, Writer, timestamp};

    #[test]
    fn a_time_is_read_in_every_form_that_registries_write() {
        for (text, utc) in [
            ("2026-04-03T22:00:00.0Z", "2026-04-03T22:00:00+00:00"),
            ("2026-04-03T22:00:00Z", "2026-04-03T22:00:00+00:00"),
            ("2026-04-03T22:00:00", "2026-04-03T22:00:00+00:00"),
            ("2026-04-03T22:00:00+02:00", "2026-04-03T20:00:00+00:00"),
            ("2026-04-03T22:00:00.123456789-05:30", "2026-04-04T03:30:00.123456789+00:00"),
            ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00+00:00"),
        ] {
            assert_eq!(timestamp(text).unwrap().to_rfc3339(), utc, "{text}");
        }
        for text in [
            "",
            "2026-04-03",
            "2026-02-30T00:00:00Z",
            "2026-04-03T25:00:00Z",
            "2026-04-03T22:00:00.Z",
            "2026-04-03T22:00:00X",
        ] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_in_utc_with_the_digits_it_needs() {
        for (text, written) in [
            ("2026-04-03T22:00:00.0+02:00", "2026-04-03T20:00:00Z"),
            ("2026-04-03T02:03:04.05Z", "2026-04-03T02:03:04.050Z"),
            ("2026-04-03T02:03:04.000001Z", "2026-04-03T02:03:04.000001Z"),
            ("0999-04-03T02:03:04.000000001Z", "0999-04-03T02:03:04.000000001Z"),
        ] {
            let mut to = Writer::new(Vec::new());
            to.element("t", |to| timestamp(text).unwrap().encode(to));
            let frame = to.finish().unwrap();
            let xml = std::str::from_utf8(&frame[4..]).unwrap();
            assert!(xml.ends_with(&format!("<t>{written}</t>")), "{xml}");
        }
    }
}
