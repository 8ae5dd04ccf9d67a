//! The figures of a run: a table for people, JSON for programs, and the line that says how far it is.

use std::fmt::{self, Display, Formatter};
use std::io::{IsTerminal, stderr};
use std::num::NonZero;
use std::thread::available_parallelism;

use serde::Serialize;
use serde_json::Value;

use crate::load::Samples;

/// All that a run found out.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) scenario: &'static str,
    pub(crate) settings: Value,
    pub(crate) versions: Versions,
    pub(crate) cores: usize,
    pub(crate) figures: Vec<Figures>,
    pub(crate) ratios: Vec<Ratios>,
}

/// Who was measured, by whom.
#[derive(Serialize)]
pub(crate) struct Versions {
    bench: &'static str,
    eppgate: String,
    #[serde(rename = "instant-epp")]
    instant_epp: &'static str,
}

/// One side with some number of callers.
#[derive(Clone, Serialize)]
pub(crate) struct Figures {
    side: &'static str,
    callers: usize,
    requests: u64,
    errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_error: Option<String>,
    seconds: f64,
    requests_per_second: f64,
    latency_us: Latency,
}

/// Microseconds.
#[derive(Clone, Serialize)]
struct Latency {
    min: f64,
    mean: f64,
    p50: f64,
    p90: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

/// The second side over the first, with the same number of callers.
#[derive(Serialize)]
pub(crate) struct Ratios {
    sides: [&'static str; 2],
    callers: usize,
    p50: f64,
    p99: f64,
    requests_per_second: f64,
}

impl Report {
    pub(crate) fn new(scenario: &'static str, settings: Value, eppgate: &str) -> Self {
        Self {
            scenario,
            settings,
            versions: Versions {
                bench: env!("CARGO_PKG_VERSION"),
                eppgate: eppgate.to_owned(),
                instant_epp: locked_version("instant-epp"),
            },
            cores: available_parallelism().map_or(1, NonZero::get),
            figures: Vec::new(),
            ratios: Vec::new(),
        }
    }

    /// Adds both sides of one comparison.
    pub(crate) fn compare(&mut self, base: Figures, other: Figures) {
        self.ratios.push(Ratios::of(&base, &other));
        self.figures.extend([base, other]);
    }

    /// Why the run does not count, if it does not.
    pub(crate) fn failure(&self) -> Option<String> {
        let errors: u64 = self.figures.iter().map(|figures| figures.errors).sum();
        let first = self.figures.iter().find_map(|figures| figures.first_error.as_deref());
        (errors > 0).then(|| format!("{errors} requests failed, the first: {}", first.unwrap_or("unknown")))
    }
}

impl Figures {
    pub(crate) fn new(side: &'static str, callers: usize, samples: Samples) -> Self {
        let Samples { latency, errors, first_error, elapsed } = samples;
        let quantile = |q| micros(latency.value_at_quantile(q));
        Self {
            side,
            callers,
            requests: latency.len(),
            errors,
            first_error,
            seconds: elapsed.as_secs_f64(),
            requests_per_second: latency.len() as f64 / elapsed.as_secs_f64(),
            latency_us: Latency {
                min: micros(latency.min()),
                mean: latency.mean() / NANOS_PER_MICRO,
                p50: quantile(0.5),
                p90: quantile(0.9),
                p99: quantile(0.99),
                p999: quantile(0.999),
                max: micros(latency.max()),
            },
        }
    }
}

impl Ratios {
    fn of(base: &Figures, other: &Figures) -> Self {
        Self {
            sides: [other.side, base.side],
            callers: base.callers,
            p50: other.latency_us.p50 / base.latency_us.p50,
            p99: other.latency_us.p99 / base.latency_us.p99,
            requests_per_second: other.requests_per_second / base.requests_per_second,
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Versions { eppgate, instant_epp, .. } = &self.versions;
        writeln!(
            f,
            "{}: eppgate {eppgate}, instant-epp {instant_epp}, {} cores\n",
            self.scenario, self.cores
        )?;
        writeln!(
            f,
            "{:<16}{:>8}{:>11}{:>11}{:>11}{:>12}{:>11}{:>8}",
            "side", "callers", "p50 µs", "p99 µs", "max µs", "requests/s", "requests", "errors"
        )?;
        for figures in &self.figures {
            let Figures { side, callers, requests, errors, requests_per_second, .. } = figures;
            let Latency { p50, p99, max, .. } = figures.latency_us;
            writeln!(
                f,
                "{side:<16}{callers:>8}{p50:>11.0}{p99:>11.0}{max:>11.0}{requests_per_second:>12.0}{requests:>11}{errors:>8}"
            )?;
        }
        for Ratios { sides: [other, base], callers, p50, p99, requests_per_second } in &self.ratios {
            let sides = format!("{other}/{base}");
            write!(
                f,
                "\n{sides:<16}{callers:>8}{p50:>10.2}x{p99:>10.2}x{:>11}{requests_per_second:>11.2}x",
                ""
            )?;
        }
        Ok(())
    }
}

/// Says on stderr how far a run is: a line that is rewritten on a terminal, one line a step elsewhere.
pub(crate) struct Progress {
    rewrites: bool,
}

impl Progress {
    pub(crate) fn on_stderr() -> Self {
        Self { rewrites: stderr().is_terminal() }
    }

    /// A new step has begun.
    pub(crate) fn step(&self, text: &str) {
        if self.rewrites { eprint!("{CLEAR_LINE}{text}") } else { eprintln!("{text}") }
    }

    /// The step goes on; shown where the line can be rewritten.
    pub(crate) fn tick(&self, text: &str) {
        if self.rewrites {
            eprint!("{CLEAR_LINE}{text}");
        }
    }

    /// Takes the line away before the report is printed.
    pub(crate) fn clear(&self) {
        self.tick("");
    }
}

/// The version that the lock file names, as no crate says its own.
pub(crate) fn locked_version(package: &str) -> &'static str {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let after = include_str!("../../Cargo.lock").split_once(&entry).map(|(_, after)| after);
    after.and_then(|after| after.split_once('"')).map_or("unknown", |(version, _)| version)
}

fn micros(nanos: u64) -> f64 {
    nanos as f64 / NANOS_PER_MICRO
}

const NANOS_PER_MICRO: f64 = 1000.0;
const CLEAR_LINE: &str = "\r\x1b[2K";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn figures(side: &'static str, micros: &[u64], errors: u64) -> Figures {
        let mut samples = Samples::new();
        for micros in micros {
            samples.latency.saturating_record(micros * 1000);
        }
        samples.errors = errors;
        samples.first_error = (errors > 0).then(|| "refused".to_owned());
        samples.elapsed = Duration::from_secs(2);
        Figures::new(side, 1, samples)
    }

    fn report(errors: u64) -> Report {
        let mut report = Report::new("roundtrip", Value::Null, "0.0.0");
        report.compare(figures("direct", &[100, 100, 200, 200], 0), figures("gateway", &[150, 150], errors));
        report
    }

    #[test]
    fn ratios_are_the_second_side_over_the_first() {
        let [Ratios { sides, p50, p99, requests_per_second, .. }] = report(0).ratios[..] else {
            panic!("one comparison was made")
        };
        assert_eq!(sides, ["gateway", "direct"]);
        for (found, expected) in [(p50, 1.5), (p99, 0.75), (requests_per_second, 0.5)] {
            assert!((found - expected).abs() < 0.01, "{found} is not {expected}");
        }
    }

    #[test]
    fn the_table_shows_both_sides_and_their_ratio() {
        let table = report(0).to_string();
        let row = |name: &str| table.lines().any(|line| line.starts_with(name));
        assert!(row("direct ") && row("gateway ") && row("gateway/direct "), "{table}");
    }

    #[test]
    fn a_run_with_an_error_fails_and_says_which() {
        assert_eq!(report(0).failure(), None);
        assert_eq!(report(3).failure().as_deref(), Some("3 requests failed, the first: refused"));
    }

    #[test]
    fn the_peers_version_is_the_locked_one() {
        assert!(locked_version("instant-epp").starts_with("0.5."));
        assert_eq!(locked_version("no-such-crate"), "unknown");
    }
}
