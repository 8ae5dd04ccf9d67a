//! `eppgate dev`: sandbox registries over real TLS, a gateway with its pools to them and a demo tenant, in one process
//! and one folder. What it started with, it comes up with again.

mod keeping;
mod ready;
mod welcome;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use eppgate::app::{App, Provisioned, owner_token};
use eppgate::config::{self, Config};
use eppgate_model::price::PricedOperation;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::{Scope, Scopes};
use eppgate_model::{Clock, TenantId};
use eppgate_sandbox::{Character, DEFAULT_PASSWORD, Pki, PkiPaths, Sandbox, StateKind, periods, prices};

use super::sandbox::{PLAYED, Played};
use keeping::Keeping;
use ready::{OauthClient, PkiFiles, Ready, RegistryEntry, User};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the API listens
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where metrics are scraped
    #[arg(long, default_value = "127.0.0.1:8081")]
    operator_listen: SocketAddr,
    /// Everything that is kept
    #[arg(long, default_value = ".eppgate")]
    state_dir: PathBuf,
    /// Written when everything answers
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Another database than the one in the state folder
    #[arg(long)]
    database_url: Option<String>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    std::fs::create_dir_all(&args.state_dir)
        .with_context(|| format!("cannot make {}", args.state_dir.display()))?;
    let state_dir = args.state_dir.canonicalize()?;
    let mail_dir = state_dir.join("mail");
    std::fs::create_dir_all(&mail_dir)?;
    let keeping = Keeping::open(&state_dir.join("dev.json"))?;
    let pki_dir = state_dir.join("pki");
    std::fs::create_dir_all(&pki_dir)?;
    let pki = Pki::ensure(&pki_dir)?;

    let mut sandboxes = Vec::new();
    for Played { name, tlds, .. } in PLAYED {
        let config = eppgate_sandbox::Config {
            character: Character::named(name).context("a character without a name")?,
            state: StateKind::Dir(state_dir.join("registries").join(name)),
            ..eppgate_sandbox::Config::new(name, tlds, pki.clone())
        };
        sandboxes.push(Sandbox::start(config).await.with_context(|| format!("the sandbox {name}"))?);
    }
    let database_url =
        args.database_url.unwrap_or_else(|| format!("sqlite://{}", state_dir.join("eppgate.db").display()));
    let config = Config {
        listen: args.listen,
        operator_listen: args.operator_listen,
        database_url: database_url.into(),
        database: config::Database::default(),
        instance: Some("dev".to_owned()),
        tokens: config::Tokens { secret: keeping.token_secret.clone().into(), issuer: ISSUER.to_owned() },
        limits: config::Limits::default(),
        timeouts: config::Timeouts::default(),
        mail: Some(config::Mail { dir: mail_dir.clone(), from: SENDER.parse()? }),
        operators: vec![config::Operator {
            name: "dev".to_owned(),
            token: keeping.operator_token.clone().into(),
        }],
        registries: PLAYED
            .iter()
            .zip(&sandboxes)
            .map(|(played, sandbox)| registry(played, sandbox, &pki))
            .collect(),
        tenants: vec![demo_tenant(keeping.tenant_id)],
    };
    let app = App::start(config, Clock::system()).await?;
    let [tenant] = app.tenants() else { unreachable!("one tenant is configured") };

    let ready = announce(&app, tenant, &keeping, &pki, mail_dir, &sandboxes).await?;
    if let Some(file) = &args.ready_file {
        ready.write(file).with_context(|| format!("cannot write {}", file.display()))?;
    }
    welcome::print(&ready);
    super::told_to_stop().await?;
    app.shutdown(super::DRAIN).await;
    for sandbox in sandboxes {
        sandbox.stop().await;
    }
    Ok(())
}

async fn announce(
    app: &App,
    tenant: &Provisioned,
    keeping: &Keeping,
    pki: &PkiPaths,
    mail_dir: PathBuf,
    sandboxes: &[Sandbox],
) -> anyhow::Result<Ready> {
    let token =
        async |scopes: &[Scope]| owner_token(app.gateway(), tenant, Scopes::of(scopes), TOKEN_TTL).await;
    let entry = |(played, sandbox): (&Played, &Sandbox)| RegistryEntry {
        name: played.name.to_owned(),
        tlds: played.tlds.iter().map(|&tld| tld.to_owned()).collect(),
        address: sandbox.address().to_string(),
        client_id: ACCOUNT.to_owned(),
        password: DEFAULT_PASSWORD.to_owned(),
        control_url: format!("http://{}", sandbox.control_address()),
    };
    Ok(Ready {
        base_url: format!("http://{}", app.address()),
        operator_url: format!("http://{}", app.operator_address()),
        metrics_url: format!("http://{}/metrics", app.operator_address()),
        tenant_id: tenant.tenant_id.to_string(),
        user: User { email: OWNER.to_owned(), password: keeping.user_password.clone() },
        access_token: token(&[Scope::Read, Scope::Write]).await?,
        oauth_client: OauthClient {
            client_id: keeping.oauth_client_id.clone(),
            client_secret: keeping.oauth_client_secret.clone(),
        },
        operator_token: keeping.operator_token.clone(),
        api_key: keeping.api_key.clone(),
        directory_token: token(&[Scope::DirectoryRead]).await?,
        pki: PkiFiles {
            ca_pem: pki.ca.clone(),
            client_cert_pem: pki.client_cert.clone(),
            client_key_pem: pki.client_key.clone(),
        },
        mail_dir,
        registries: PLAYED.iter().zip(sandboxes).map(entry).collect(),
    })
}

fn registry(played: &Played, sandbox: &Sandbox, pki: &PkiPaths) -> config::Registry {
    config::Registry {
        name: played.name.to_owned(),
        profile: played.profile.to_owned(),
        address: sandbox.address().to_string(),
        server_name: None,
        environment: None,
        ca: pki.ca.clone(),
        cert: pki.client_cert.clone(),
        key: pki.client_key.clone(),
        accounts: vec![config::Account {
            name: "primary".to_owned(),
            client_id: ACCOUNT.to_owned(),
            password: DEFAULT_PASSWORD.into(),
        }],
    }
}

fn demo_tenant(id: TenantId) -> config::Tenant {
    let tld = |registry: &str, tld: &str| config::Tld {
        tld: tld.to_owned(),
        registry: registry.to_owned(),
        account: Some("primary".to_owned()),
        accreditation: match registry {
            "generic" | "dotcom" => Accreditation::IcannAccredited,
            _ => Accreditation::NonIcann,
        },
        policy: policy(),
    };
    let tlds = PLAYED.iter().flat_map(|played| played.tlds.iter().map(move |zone| tld(played.name, zone)));
    config::Tenant {
        id: Some(id),
        name: "Demo".to_owned(),
        slug: "demo".to_owned(),
        owner: OWNER.to_owned(),
        tlds: tlds.collect(),
        rate_card: PLAYED.iter().flat_map(|played| played.tlds).flat_map(|tld| rate_card(tld)).collect(),
    }
}

/// The demo tenant's TLDs are as the sandbox has them; whether a transfer waits is in the profiles.
fn policy() -> config::Policy {
    config::Policy {
        auto_renews: Some(true),
        auto_renewal_grace_period_days: Some(periods::AUTO_RENEW_GRACE),
        add_grace_days: Some(periods::ADD_GRACE),
        redemption_period_days: Some(periods::REDEMPTION),
        pending_delete_days: Some(periods::PENDING_DELETE),
        ..config::Policy::default()
    }
}

/// The demo tenant pays what the sandbox charges.
fn rate_card(tld: &str) -> Vec<config::Rate> {
    let currency = prices::CURRENCY.parse().expect("the sandbox has one currency");
    let line = |line: prices::Line| config::Rate {
        tld: tld.to_owned(),
        operation: match line.command {
            "create" => PricedOperation::Register,
            "renew" => PricedOperation::Renew,
            "transfer" => PricedOperation::TransferIn,
            "restore" => PricedOperation::Restore,
            other => unreachable!("the sandbox prices {other}"),
        },
        period: line.years,
        premium_class: line.class.map(ToOwned::to_owned),
        amount: line.amount,
        currency,
    };
    prices::lines().map(line).collect()
}

/// The first of the two accounts that every sandbox has.
const ACCOUNT: &str = "registrar-a";

/// Whom mail comes from.
const SENDER: &str = "eppgate@example.test";

const OWNER: &str = "owner@example.test";

const ISSUER: &str = "eppgate-dev";

/// A demo is not to run out in the middle of an afternoon.
const TOKEN_TTL: Duration = Duration::from_secs(30 * 24 * 3600);
