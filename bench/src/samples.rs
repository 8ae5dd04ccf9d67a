//! What some callers saw: by rounds, so that a disturbed one can be told from the others.
//!
//! A figure is the median of the rounds, with the lowest and highest beside it where that says how steady it is.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::json;

use crate::report::Row;

/// What one side saw in all its rounds.
#[derive(Default)]
pub(crate) struct Samples {
    pub(crate) rounds: Vec<Round>,
    pub(crate) errors: u64,
    pub(crate) first_error: Option<String>,
}

/// What one side saw in one round.
pub(crate) struct Round {
    /// Nanoseconds from the request to the understood answer, of those that succeeded.
    pub(crate) latency: Histogram<u64>,
    /// Names that were answered.
    pub(crate) names: u64,
    pub(crate) elapsed: Duration,
    /// What this process spent on cores meanwhile.
    pub(crate) cpu: Duration,
}

/// The median of some figures, and how far they are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Round {
    pub(crate) fn new() -> Self {
        Self { latency: histogram(), names: 0, elapsed: Duration::ZERO, cpu: Duration::ZERO }
    }

    pub(crate) fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(LONGEST);
        self.latency.saturating_record(nanos);
    }

    pub(crate) fn requests_per_second(&self) -> f64 {
        self.latency.len() as f64 / self.elapsed.as_secs_f64()
    }

    fn names_per_second(&self) -> f64 {
        self.names as f64 / self.elapsed.as_secs_f64()
    }
}

impl Samples {
    /// Requests that succeeded.
    pub(crate) fn requests(&self) -> u64 {
        self.rounds.iter().map(|round| round.latency.len()).sum()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.rounds.iter().map(|round| round.elapsed).sum()
    }

    pub(crate) fn requests_per_second(&self) -> Spread {
        Spread::of(self.rounds.iter().map(Round::requests_per_second))
    }

    pub(crate) fn names_per_second(&self) -> Spread {
        Spread::of(self.rounds.iter().map(Round::names_per_second))
    }

    /// Microseconds on a core for a request.
    pub(crate) fn cpu_us(&self) -> Spread {
        let each = |round: &Round| round.cpu.as_secs_f64() * 1e6 / round.latency.len() as f64;
        Spread::of(self.answered().map(each))
    }

    /// Microseconds that a part of the requests took at the most.
    pub(crate) fn quantile_us(&self, part: f64) -> Spread {
        let each = |round: &Round| round.latency.value_at_quantile(part) as f64 / NANOS_PER_MICRO;
        Spread::of(self.answered().map(each))
    }

    /// Forgets the rounds so far: they were the warm-up's. Errors count.
    pub(crate) fn forget_rounds(&mut self) {
        self.rounds.clear();
    }

    /// Who was measured how, and with what result: the beginning of each row.
    pub(crate) fn row(&self, side: &'static str, callers: usize) -> Row {
        let rate = self.requests_per_second();
        let all = self.all();
        let micros = |nanos: u64| nanos as f64 / NANOS_PER_MICRO;
        let [p50, p90, p99, p999] = [0.5, 0.9, 0.99, 0.999].map(|part| self.quantile_us(part).median);
        Row::new()
            .text("side", "side", side)
            .count("callers", "callers", callers as u64)
            .kept("seconds", json!(self.elapsed().as_secs_f64()))
            .kept("rounds", json!(self.rounds.len()))
            .number("requests_per_second", "requests/s", rate.median, 0)
            .kept("requests_per_second_range", json!([rate.low, rate.high]))
            .text("spread", "spread", rate.percent())
            .number("p50_us", "p50 µs", p50, 0)
            .number("p99_us", "p99 µs", p99, 0)
            .kept(
                "latency_us",
                json!({
                    "min": micros(all.min()), "mean": all.mean() / NANOS_PER_MICRO, "p50": p50, "p90": p90,
                    "p99": p99, "p999": p999, "max": micros(all.max()),
                }),
            )
            .count("requests", "requests", self.requests())
            .count("errors", "errors", self.errors)
    }

    /// Those of the second side over those of the first, both with so many callers.
    pub(crate) fn ratios(sides: [&'static str; 2], callers: usize, of: &Self, base: &Self) -> Row {
        let rates = of.requests_per_second().median / base.requests_per_second().median;
        let quantile = |part| of.quantile_us(part).median / base.quantile_us(part).median;
        Row::new()
            .text("ratio", "ratio", sides.join("/"))
            .kept("sides", json!(sides))
            .count("callers", "callers", callers as u64)
            .times("requests_per_second", "requests/s", rates)
            .times("p50", "p50", quantile(0.5))
            .times("p99", "p99", quantile(0.99))
    }

    fn answered(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter(|round| !round.latency.is_empty())
    }

    fn all(&self) -> Histogram<u64> {
        let mut all = histogram();
        for round in &self.rounds {
            all.add(&round.latency).expect("all histograms have the same bounds");
        }
        all
    }
}

impl Spread {
    /// Of none, there is none: zeros.
    pub(crate) fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else {
            return Self { median: 0.0, low: 0.0, high: 0.0 };
        };
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            _ => sorted[middle],
        };
        Self { median, low: *low, high: *high }
    }

    /// How far the lowest and highest are from the median.
    pub(crate) fn percent(self) -> String {
        let part = |figure: f64| (figure / self.median - 1.0) * 100.0;
        if self.median > 0.0 {
            format!("{:+.0} {:+.0} %", part(self.low), part(self.high))
        } else {
            String::new()
        }
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are in order")
}

const NANOS_PER_MICRO: f64 = 1000.0;
/// In nanoseconds, and above every deadline.
const LONGEST: u64 = 60_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(rounds: &[(&[u64], u64)]) -> Samples {
        let round = |(micros, seconds): &(&[u64], u64)| {
            let mut round = Round::new();
            micros.iter().for_each(|micros| round.record(Duration::from_micros(*micros)));
            Round { elapsed: Duration::from_secs(*seconds), cpu: Duration::from_millis(1), ..round }
        };
        Samples { rounds: rounds.iter().map(round).collect(), ..Samples::default() }
    }

    #[test]
    fn a_disturbed_round_does_not_move_the_figures() {
        let samples = samples(&[(&[100, 100], 1), (&[9_000], 1), (&[101, 101, 101], 1)]);
        assert_eq!(samples.requests_per_second(), Spread { median: 2.0, low: 1.0, high: 3.0 });
        let p99 = samples.quantile_us(0.99).median;
        assert!((p99 - 101.0).abs() < 0.2, "{p99}");
        assert_eq!(samples.cpu_us().median, 500.0);
    }

    #[test]
    fn ratios_are_the_second_side_over_the_first() {
        let (base, other) = (samples(&[(&[100, 100, 200, 200], 2)]), samples(&[(&[150, 150], 2)]));
        let row = serde_json::to_value(Samples::ratios(["other", "base"], 1, &other, &base)).unwrap();
        assert_eq!(row["sides"], json!(["other", "base"]));
        for (key, expected) in [("p50", 1.5), ("p99", 0.75), ("requests_per_second", 0.5)] {
            let found = row[key].as_f64().unwrap();
            assert!((found - expected).abs() < 0.01, "{key} is {found}, not {expected}");
        }
    }

    #[test]
    fn an_even_number_of_figures_has_its_median_between_two() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0].into_iter()).median, 2.5);
        assert_eq!(Spread::of(std::iter::empty()).percent(), "");
        assert_eq!(Spread { median: 2.0, low: 1.0, high: 3.0 }.percent(), "-50 +50 %");
    }
}
