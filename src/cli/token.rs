//! `eppgate token`: an access token for the owner of a configured tenant, printed once and kept nowhere.

use std::path::PathBuf;
use std::time::Duration;

use eppgate::app;
use eppgate::config::source;
use eppgate_model::Clock;
use eppgate_model::token::Scopes;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
    /// The tenant, by its slug
    #[arg(long)]
    tenant: String,
    /// Of read, write and directory:read
    #[arg(long, default_value = "read write")]
    scopes: Scopes,
    /// How long it is good for: 30m, 1h, 30d
    #[arg(long, default_value = "1h", value_parser = humantime::parse_duration)]
    ttl: Duration,
}

#[expect(clippy::print_stdout, reason = "the token is the command's output")]
pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let config = source::read(&args.config)?;
    let token = app::issue_token(&config, Clock::system(), &args.tenant, args.scopes, args.ttl).await?;
    println!("{token}");
    Ok(())
}
