//! The figures of a run: a table for people, JSON for programs.

use std::fmt::{self, Display, Formatter};
use std::num::NonZero;
use std::thread::available_parallelism;

use serde::Serialize;

use crate::report::locked_version;

/// All that a run found out.
#[derive(Serialize)]
pub(crate) struct Table {
    scenario: &'static str,
    seconds: u32,
    versions: Vec<(&'static str, &'static str)>,
    cores: usize,
    pub(super) rows: Vec<Row>,
}

/// One message in one direction.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) message: &'static str,
    pub(super) direction: Direction,
    pub(super) bytes: usize,
    /// Allocations that the message as a value consists of: each string and each list that is not empty.
    pub(super) owned: usize,
    pub(super) figures: Vec<Figures>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    Encode,
    Decode,
}

/// One side of it.
#[derive(Serialize)]
pub(super) struct Figures {
    pub(super) side: &'static str,
    /// One message, in the median turn.
    pub(super) ns: f64,
    /// One message.
    pub(super) allocations: usize,
}

pub(super) const EPPGATE: &str = "eppgate";
pub(super) const INSTANT_EPP: &str = "instant-epp";
pub(super) const ROXMLTREE: &str = "roxmltree";
pub(super) const QUICK_XML: &str = "quick-xml";

impl Table {
    pub(super) fn new(seconds: u32) -> Self {
        let peers = [INSTANT_EPP, ROXMLTREE, QUICK_XML].map(|peer| (peer, locked_version(peer)));
        Self {
            scenario: "codec",
            seconds,
            versions: [(EPPGATE, env!("CARGO_PKG_VERSION"))].into_iter().chain(peers).collect(),
            cores: available_parallelism().map_or(1, NonZero::get),
            rows: Vec::new(),
        }
    }
}

impl Row {
    fn of(&self, side: &str) -> Option<&Figures> {
        self.figures.iter().find(|figures| figures.side == side)
    }

    /// One side's time over another's.
    fn ratio(&self, side: &str, base: &str) -> Option<f64> {
        Some(self.of(side)?.ns / self.of(base)?.ns)
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let versions: Vec<String> =
            self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        writeln!(f, "codec: {}, {} cores", versions.join(", "), self.cores)?;
        writeln!(f, "ns a message (allocations)\n")?;
        write!(f, "{:<36}{:<8}{:>6}{:>7}", "message", "", "bytes", "owns")?;
        for name in [EPPGATE, INSTANT_EPP, ROXMLTREE, QUICK_XML, "typed/walk", "peer/typed"] {
            write!(f, "{name:>15}")?;
        }
        for row in &self.rows {
            write!(f, "\n{:<36}{:<8}{:>6}{:>7}", row.message, row.direction, row.bytes, row.owned)?;
            for side in [EPPGATE, INSTANT_EPP, ROXMLTREE, QUICK_XML] {
                let figures =
                    row.of(side).map(|figures| format!("{:.0} ({})", figures.ns, figures.allocations));
                write!(f, "{:>15}", figures.unwrap_or_default())?;
            }
            for (side, base) in [(EPPGATE, QUICK_XML), (INSTANT_EPP, EPPGATE)] {
                let ratio = row.ratio(side, base).map(|ratio| format!("{ratio:.2}x"));
                write!(f, "{:>15}", ratio.unwrap_or_default())?;
            }
        }
        Ok(())
    }
}

impl Display for Direction {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        })
    }
}
