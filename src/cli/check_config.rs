//! `eppgate check-config`: everything that is wrong with a configuration, before it meets a registry.

use std::path::PathBuf;
use std::process::ExitCode;

use eppgate::config::source;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
}

#[expect(clippy::print_stdout, reason = "the findings are the command's output")]
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let problems = source::read(&args.config)?.problems();
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!("{} is right", args.config.display());
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
