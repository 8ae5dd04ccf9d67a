//! `eppgate check-config`: everything that is wrong with a configuration, before it meets a registry, and what each
//! registry's profile comes down to.

use std::path::PathBuf;
use std::process::ExitCode;

use eppgate::config::{Registry, source};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
}

#[expect(clippy::print_stdout, reason = "the findings are the command's output")]
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = source::read(&args.config)?;
    for explained in config.registries.iter().filter_map(explain) {
        println!("{explained}");
    }
    let problems = config.problems();
    for problem in &problems {
        println!("wrong: {problem}");
    }
    if problems.is_empty() {
        println!("{} is right", args.config.display());
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn explain(registry: &Registry) -> Option<String> {
    let profile = registry.profile().ok()?;
    let sessions = &profile.sessions;
    Some(format!(
        "{}: profile {}, {} account(s) with up to {} session(s) each, a keepalive after {:.0?} of silence, up to {} \
         names a check",
        registry.name,
        profile.name,
        registry.accounts.len(),
        sessions.limit,
        sessions.idle_limit.mul_f64(sessions.keepalive),
        profile.commands.max_check_names,
    ))
}
