//! `eppgate sandbox`: a registry of its own, for other clients, tests and benchmarks.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use eppgate_sandbox::{Character, Config, Pki, Sandbox, StateKind, span};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its character
    #[arg(long, default_value = "generic")]
    profile: String,
    /// Where EPP clients connect
    #[arg(long, default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// Where the control API answers; loopback only
    #[arg(long, default_value = "127.0.0.1:7701")]
    control: SocketAddr,
    /// For certificates and keys, made when absent, and for the registry's state
    #[arg(long)]
    state_dir: PathBuf,
    /// Keep no state
    #[arg(long)]
    memory: bool,
    /// Added to each reply
    #[arg(long, default_value = "0", value_parser = latency)]
    latency: Duration,
    /// Open sessions of one account
    #[arg(long, default_value_t = 100)]
    max_sessions: usize,
}

#[expect(clippy::print_stdout, reason = "whoever starts it wants to know where it is")]
pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let played = PLAYED.iter().find(|played| played.name == args.profile);
    let (Some(played), Some(character)) = (played, Character::named(&args.profile)) else {
        let known: Vec<&str> = PLAYED.iter().map(|played| played.name).collect();
        bail!("there is no character {}; there are {}", args.profile, known.join(", "));
    };
    std::fs::create_dir_all(&args.state_dir)?;
    let pki = Pki::ensure(&args.state_dir)?;
    let state = if args.memory { StateKind::Memory } else { StateKind::Dir(args.state_dir) };
    let sandbox = Sandbox::start(Config {
        character,
        listen: args.listen,
        control: args.control,
        state,
        latency: args.latency,
        max_sessions: args.max_sessions,
        ..Config::new(played.name, played.tlds, pki)
    })
    .await?;
    println!("EPP over TLS:  {}", sandbox.address());
    println!("control API:   http://{}", sandbox.control_address());
    super::told_to_stop().await?;
    sandbox.stop().await;
    Ok(())
}

fn latency(text: &str) -> Result<Duration, &'static str> {
    span::parse_wait(text).ok_or("a latency is written as 500us, 20ms or 1.5s")
}

/// A registry that can be played.
pub(super) struct Played {
    /// Its character, and its name.
    pub(super) name: &'static str,
    pub(super) tlds: &'static [&'static str],
    /// What a gateway has to know of it.
    pub(super) profile: &'static str,
}

pub(super) const PLAYED: [Played; 4] = [
    Played { name: "generic", tlds: &["example", "app"], profile: "generic" },
    Played { name: "dotcom", tlds: &["com", "net"], profile: "verisign" },
    Played { name: "ccnordic", tlds: &["se", "nu"], profile: "iis" },
    Played { name: "legacy", tlds: &["test"], profile: "sandbox-legacy" },
];
