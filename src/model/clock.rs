//! The time of day. Everything that stamps or compares calendar time asks a [`Clock`], so that a test moves a year
//! ahead in one line. Waiting is another matter: that is tokio's, which tests pause.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, SecondsFormat, SubsecRound, Utc};

/// Tells the time in UTC, to the microsecond: the precision at which it is stored, so that a value read back
/// equals the one written. Clones share the same time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is advanced.
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.timestamp_micros()))))
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Manual(micros) => DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst))
                .expect("a manual clock stays within the years that chrono can name"),
        }
    }

    /// Moves a manual clock by `step`, backwards if it is negative; the machine's clock is left alone.
    pub fn advance(&self, step: Duration) {
        if let Source::Manual(micros) = &self.0 {
            let step = step.num_microseconds().unwrap_or_default();
            micros.fetch_add(step, Ordering::SeqCst);
        }
    }
}

/// A time as the outside sees it, everywhere alike: RFC 3339 in UTC, to the second when it is one, else to the
/// microsecond.
pub fn shown(at: DateTime<Utc>) -> String {
    let precision =
        if at.timestamp_subsec_micros() == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
    at.to_rfc3339_opts(precision, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_for_all_its_clones() {
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let clock = Clock::manual(start);
        let clone = clock.clone();
        assert_eq!(clone.now(), start);
        clock.advance(Duration::days(365));
        assert_eq!(clone.now(), start + Duration::days(365));
    }

    #[test]
    fn a_time_is_shown_to_the_second_or_to_the_microsecond() {
        for (text, as_shown) in [
            ("2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00Z"),
            ("2026-03-01T13:00:00.5+01:00", "2026-03-01T12:00:00.500000Z"),
        ] {
            assert_eq!(shown(text.parse().unwrap()), as_shown);
        }
    }

    #[test]
    fn the_system_clock_is_no_finer_than_what_is_stored() {
        let now = Clock::system().now();
        assert_eq!(now.timestamp_subsec_nanos() % 1_000, 0);
    }
}
