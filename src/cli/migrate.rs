//! `eppgate migrate`: the database's tables brought up to date, before the gateways that need them are started.

use std::path::PathBuf;

use eppgate::app;
use eppgate::config::source;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
}

#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    app::migrate(&source::read(&args.config)?).await?;
    println!("the tables are up to date");
    Ok(())
}
