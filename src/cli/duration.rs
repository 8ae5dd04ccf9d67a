//! Lengths of time as people write them: `500ms`, `20s`, `5m`, `4h`, `30d`.

use std::time::Duration;

/// The text is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a length of time is written as 500ms, 20s, 5m, 4h or 30d")]
pub(super) struct DurationError;

/// Reads a whole number with its unit.
///
/// # Errors
/// [`DurationError`], also for what does not fit.
pub(super) fn parse(text: &str) -> Result<Duration, DurationError> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(DurationError)?;
    let (count, unit) = text.split_at(digits);
    let count: u64 = count.parse().map_err(|_| DurationError)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(DurationError),
    };
    count.checked_mul(millis).map(Duration::from_millis).ok_or(DurationError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, seconds) in [("500ms", 0.5), ("0s", 0.0), ("20s", 20.0), ("5m", 300.0), ("4h", 14_400.0)] {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        for text in
            ["", "5", "s", "-1s", "1.5s", "1 s", "1w", "99999999999999999999d", "18446744073709551615h"]
        {
            assert_eq!(parse(text), Err(DurationError), "{text}");
        }
    }
}
