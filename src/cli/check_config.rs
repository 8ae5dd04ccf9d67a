//! `eppgate check-config`: everything that is wrong with a configuration, before it meets a registry, and what each
//! registry's profile and each TLD's policy come down to.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use eppgate::config::{self, Registry, explain, source};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
    /// Explain this profile, by its name or as a file, and look at no configuration
    #[arg(long)]
    profile: Option<String>,
}

#[expect(clippy::print_stdout, reason = "the findings are the command's output")]
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(name) = &args.profile {
        let (profile, notes) = config::profile(name).map_err(|problem| anyhow!(problem))?;
        print!("{}", explain::profile(&profile, &notes));
        return Ok(ExitCode::SUCCESS);
    }
    check(&args.config)
}

#[expect(clippy::print_stdout, reason = "the findings are the command's output")]
fn check(path: &Path) -> anyhow::Result<ExitCode> {
    let config = source::read(path)?;
    for registry in &config.registries {
        // What is wrong with a profile is told below.
        if let Ok((profile, notes)) = config::profile(&registry.profile) {
            print!("{}", explain::registry(registry));
            println!("{}", explain::profile(&profile, &notes));
        }
    }
    for tenant in &config.tenants {
        for tld in &tenant.tlds {
            if let Some(Ok(profile)) = config.registry(tld).map(Registry::profile) {
                println!("{} sells {}", tenant.slug, explain::policy(tld, &profile));
            }
        }
    }
    let problems = config.problems();
    for problem in &problems {
        println!("wrong: {problem}");
    }
    if problems.is_empty() {
        println!("{} is right", path.display());
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
