//! The `eppgate` command: `dev` to try it, `serve` to run it, and what goes with them. See `cli`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
