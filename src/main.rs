//! The `eppgate` command: `dev` to try it, `serve` to run it, and what goes with them. See `cli`.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request makes many small allocations that end with it; this one is made for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
