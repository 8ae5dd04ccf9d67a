//! What a scenario found out: tables for people, JSON for programs, and how it stands against its targets.
//!
//! A [`Row`] is a list of named values. It is shown as a line of a table, and kept in JSON under the same names, so a
//! scenario says once what it measured.

pub(crate) mod markdown;
pub(crate) mod plot;
pub(crate) mod progress;
mod row;

use std::fmt::{self, Display, Formatter};
use std::num::NonZero;
use std::thread::available_parallelism;

use serde::Serialize;
use serde_json::Value;

use crate::machine::Neighbours;
use crate::samples::Samples;

pub(crate) use self::plot::Plot;
pub(crate) use self::row::{Row, table};

/// All that a scenario found out.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) scenario: &'static str,
    /// What it is about, in a sentence or two.
    pub(crate) about: &'static str,
    settings: Value,
    versions: Versions,
    cores: usize,
    /// What else the machine did meanwhile.
    pub(crate) neighbours: Option<Neighbours>,
    pub(crate) figures: Vec<Row>,
    pub(crate) ratios: Vec<Row>,
    pub(crate) targets: Vec<Target>,
    #[serde(skip)]
    pub(crate) plots: Vec<Plot>,
    /// Why the figures are worth nothing, if they are not.
    faults: Vec<String>,
}

/// Who was measured, by whom.
#[derive(Serialize)]
pub(crate) struct Versions {
    bench: &'static str,
    pub(crate) eppgate: String,
    #[serde(rename = "instant-epp")]
    pub(crate) instant_epp: &'static str,
}

/// What a figure should be, and whether it is.
#[derive(Serialize)]
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) aim: String,
    pub(crate) found: String,
    pub(crate) met: bool,
}

impl Report {
    pub(crate) fn new(scenario: &'static str, about: &'static str, settings: Value, eppgate: &str) -> Self {
        Self {
            scenario,
            about,
            settings,
            versions: Versions {
                bench: env!("CARGO_PKG_VERSION"),
                eppgate: eppgate.to_owned(),
                instant_epp: locked_version("instant-epp"),
            },
            cores: available_parallelism().map_or(1, NonZero::get),
            neighbours: None,
            figures: Vec::new(),
            ratios: Vec::new(),
            targets: Vec::new(),
            plots: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Compares a figure with the least it should be.
    pub(crate) fn at_least(&mut self, what: impl Into<String>, aim: f64, found: f64, unit: &str) {
        self.target(what, format!("at least {aim}{unit}"), format!("{found:.2}{unit}"), found >= aim);
    }

    /// Compares a figure with the most it should be.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, aim: f64, found: f64, unit: &str) {
        self.target(what, format!("at most {aim}{unit}"), format!("{found:.2}{unit}"), found <= aim);
    }

    pub(crate) fn target(&mut self, what: impl Into<String>, aim: String, found: String, met: bool) {
        self.targets.push(Target { what: what.into(), aim, found, met });
    }

    /// Takes note of requests that failed where none may.
    pub(crate) fn expect_no_error(&mut self, side: &str, samples: &Samples) {
        if let (1.., Some(first)) = (samples.errors, &samples.first_error) {
            self.fault(format!("{side}: {} requests failed, the first: {first}", samples.errors));
        }
    }

    pub(crate) fn fault(&mut self, text: String) {
        self.faults.push(text);
    }

    /// Why the figures are worth nothing, if they are not.
    pub(crate) fn failure(&self) -> Option<String> {
        (!self.faults.is_empty()).then(|| self.faults.join("; "))
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Versions { eppgate, instant_epp, .. } = &self.versions;
        write!(f, "{}: eppgate {eppgate}, instant-epp {instant_epp}, {} cores", self.scenario, self.cores)?;
        if let Some(neighbours) = &self.neighbours {
            write!(f, ", {neighbours}")?;
        }
        for rows in [&self.figures, &self.ratios] {
            if !rows.is_empty() {
                write!(f, "\n\n{}", table::aligned(rows))?;
            }
        }
        if !self.targets.is_empty() {
            writeln!(f)?;
        }
        for Target { what, aim, found, met } in &self.targets {
            let verdict = if *met { "met" } else { "NOT MET" };
            write!(f, "\n{verdict:<8} {what}: {aim}, found {found}")?;
        }
        Ok(())
    }
}

/// The version that the lock file names, as no crate says its own.
pub(crate) fn locked_version(package: &str) -> &'static str {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let after = include_str!("../../../Cargo.lock").split_once(&entry).map(|(_, after)| after);
    after.and_then(|after| after.split_once('"')).map_or("unknown", |(version, _)| version)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn targets_are_met_at_their_bound_and_missed_beyond_it() {
        let mut report = Report::new("x", "", Value::Null, "0.0.0");
        report.at_least("speed", 2.0, 2.0, "x");
        report.at_least("speed", 2.0, 1.99, "x");
        report.at_most("delay", 1.5, 1.51, " ms");
        let met: Vec<bool> = report.targets.iter().map(|target| target.met).collect();
        assert_eq!(met, [true, false, false]);
        let text = report.to_string();
        assert!(text.contains("NOT MET  delay: at most 1.5 ms, found 1.51 ms"), "{text}");
    }

    #[test]
    fn what_is_shown_is_also_what_json_keeps() {
        let mut report = Report::new("x", "", json!({"seconds": 1}), "0.0.0");
        report.figures.push(Row::new().text("side", "side", "peer").number("p50_us", "p50 µs", 12.34, 1));
        assert!(report.to_string().contains("p50 µs"));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["figures"][0], json!({"side": "peer", "p50_us": 12.34}));
    }

    #[test]
    fn a_run_with_an_error_fails_and_says_which() {
        let mut report = Report::new("x", "", Value::Null, "0.0.0");
        assert_eq!(report.failure(), None);
        let refused = Samples { errors: 3, first_error: Some("refused".to_owned()), ..Samples::default() };
        report.expect_no_error("peer", &Samples::default());
        report.expect_no_error("peer", &refused);
        assert_eq!(report.failure().as_deref(), Some("peer: 3 requests failed, the first: refused"));
    }

    #[test]
    fn the_peers_version_is_the_locked_one() {
        assert!(locked_version("instant-epp").starts_with("0.5."));
        assert_eq!(locked_version("no-such-crate"), "unknown");
    }
}
