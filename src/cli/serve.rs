//! `eppgate serve`: the gateway, as its configuration says.

use std::path::PathBuf;

use eppgate::app::App;
use eppgate::config::source;
use eppgate_model::Clock;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The TOML file; EPPGATE__SECTION__KEY in the environment goes before it
    #[arg(long, env = "EPPGATE_CONFIG", default_value = "eppgate.toml")]
    config: PathBuf,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let app = App::start(source::read(&args.config)?, Clock::system()).await?;
    super::told_to_stop().await?;
    app.shutdown(super::DRAIN).await;
    Ok(())
}
