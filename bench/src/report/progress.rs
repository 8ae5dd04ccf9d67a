//! The line that says how far a run is.

use std::io::{IsTerminal, stderr};

/// Says it on stderr: in a line that is rewritten on a terminal, in one line a step elsewhere.
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

    /// Takes the line away before a report is printed.
    pub(crate) fn clear(&self) {
        self.tick("");
    }
}

const CLEAR_LINE: &str = "\r\x1b[2K";
