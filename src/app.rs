//! The gateway as a running thing: put together from a [`Config`], taken apart in the right order.
//!
//! `serve`, `dev` and the tests all start it here, so what is tested is what runs.

mod accounts;
mod provision;
mod reload;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use eppgate_model::token::{Scopes, TokenRecord};
use eppgate_model::{Clock, Lease, TokenId};
use eppgate_registry::ConfigError;
use eppgate_store::{Pool, Store};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use crate::app::provision::Provisioned;
use crate::app::reload::{Fixed, Reloader, Source};
use crate::config::{self, Config};
use crate::http::{self, serve::Server};
use crate::service::{
    self, Gateway, Operator, Operators, Parts, Post, Registries, Reloaded, Sealer, Settings, TokenKeys,
    WeakSecret,
};
use crate::{metrics, worker};

/// A running gateway.
pub struct App {
    gateway: Gateway,
    tenants: Vec<Provisioned>,
    store: Store,
    presence: Lease,
    public: Server,
    operator: Server,
    background: TaskTracker,
    stopping: CancellationToken,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the configuration is not right: {}", .0.join("; "))]
    Config(Vec<String>),
    #[error("the configuration cannot be read")]
    Source(#[from] config::source::Error),
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("cannot read {path}")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the database cannot be used")]
    Store(#[from] eppgate_store::Error),
    #[error("the registry {name} cannot be set up")]
    Registry {
        name: String,
        #[source]
        source: ConfigError,
    },
    #[error(transparent)]
    Tokens(#[from] WeakSecret),
    /// The configuration asks for something else than what is stored, which only an operator may change.
    #[error("{0}")]
    Provision(String),
    #[error("there is no tenant {0}")]
    NoTenant(String),
    #[error("the journal cannot be taken over")]
    Service(#[from] service::Error),
}

impl App {
    /// Starts everything. The ports are taken first, so that a second gateway by mistake touches nothing. A reload reads
    /// the files anew that the configuration names.
    ///
    /// # Errors
    /// [`Error`]; nothing is left running then.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, Error> {
        Self::start_from(move || Ok(config.clone()), clock).await
    }

    /// Starts everything, and reads the configuration anew from the same source on a reload.
    ///
    /// # Errors
    /// [`Error`]; nothing is left running then.
    pub async fn start_from(
        source: impl Fn() -> Result<Config, config::source::Error> + Send + Sync + 'static,
        clock: Clock,
    ) -> Result<Self, Error> {
        let config = source()?;
        refuse_problems(&config)?;
        let plans = accounts::plan(&config)?;
        let public = listen(config.listen).await?;
        let operator = listen(config.operator_listen).await?;
        let recorder = metrics::install();
        let store = open_store(&config).await?;
        let (tenants, bindings) = provision::provision(&store, &config, clock.now()).await?;
        let registries = accounts::bind(accounts::start(plans)?, &bindings);
        let gateway = gateway(&config, store.clone(), registries, clock.clone())?;
        let presence = gateway.join(config.instance.as_deref()).await?;

        let (background, stopping) = (TaskTracker::new(), CancellationToken::new());
        background.spawn(worker::presence::run(gateway.clone(), presence.clone(), stopping.clone()));
        background.spawn(worker::settle::run(gateway.clone(), stopping.clone()));
        background.spawn(worker::housekeeping::run(gateway.clone(), stopping.clone()));
        background.spawn(worker::upkeep::run(gateway.clone(), stopping.clone()));
        background.spawn(worker::poll::run(gateway.clone(), config.timeouts.poll, stopping.clone()));
        background.spawn(worker::transfers::run(gateway.clone(), stopping.clone()));
        background.spawn(worker::news::run(gateway.clone(), stopping.clone()));
        let (source, fixed): (Source, _) = (Box::new(source), Fixed::of(&config));
        let reloader = Reloader { source, gateway: gateway.clone(), store: store.clone(), clock, fixed };
        background.spawn(reload::run(reloader, gateway.reload_requests(), stopping.clone()));
        background.spawn(metrics::keep_up(recorder.clone(), stopping.clone()));
        let limit = config.limits.max_connections;
        let public = serve(public, config.listen, http::router(gateway.clone()), limit)?;
        let operator = serve(
            operator,
            config.operator_listen,
            http::operator_router(gateway.clone(), recorder),
            OPERATOR_CONNECTIONS,
        )?;
        tracing::info!(address = %public.address(), operator_address = %operator.address(), "the gateway is up");
        Ok(Self { gateway, tenants, store, presence, public, operator, background, stopping })
    }

    /// Where the API answers.
    pub fn address(&self) -> SocketAddr {
        self.public.address()
    }

    /// Where metrics are scraped.
    pub fn operator_address(&self) -> SocketAddr {
        self.operator.address()
    }

    /// The gateway behind the API.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The tenants of the configuration, as they are stored.
    pub fn tenants(&self) -> &[Provisioned] {
        &self.tenants
    }

    /// Has the configuration read anew and taken over, at the word of `who`. What comes of it is logged.
    ///
    /// # Errors
    /// [`service::Error::ConfigurationRefused`]: everything is as it was then.
    pub async fn reload(&self, who: &str) -> Result<Reloaded, service::Error> {
        self.gateway.reload(&Operator { name: who.to_owned() }).await
    }

    /// Takes no new requests, answers those under way, brings operations to their end, logs out at the registries.
    /// Whatever is left at the end of `within` is for the next start to settle.
    pub async fn shutdown(self, within: Duration) {
        let deadline = Instant::now() + within;
        self.public.stop(deadline).await;
        self.stopping.cancel();
        self.background.close();
        if tokio::time::timeout_at(deadline, self.background.wait()).await.is_err() {
            tracing::warn!("a worker did not stop in time");
        }
        self.gateway.shutdown(deadline.saturating_duration_since(Instant::now())).await;
        self.operator.stop(deadline).await;
        if let Err(error) = self.gateway.leave(&self.presence).await {
            tracing::warn!(%error, "others learn late that this gateway is gone");
        }
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the database was not closed");
        }
        tracing::info!("the gateway is down");
    }
}

/// Brings the database's tables up to date. Starting a gateway does so too; this is for doing it beforehand.
///
/// # Errors
/// [`Error`]
pub async fn migrate(config: &Config) -> Result<(), Error> {
    Ok(open_store(config).await?.close().await?)
}

/// Makes a token for a tenant's owner without starting a gateway; one that runs on the same database honours it.
///
/// # Errors
/// [`Error`]
pub async fn issue_token(
    config: &Config,
    clock: Clock,
    slug: &str,
    scopes: Scopes,
    ttl: Duration,
) -> Result<String, Error> {
    let store = open_store(config).await?;
    let (tenants, _) = provision::provision(&store, config, clock.now()).await?;
    let tenant = tenants.iter().find(|tenant| tenant.slug == slug);
    let tenant = tenant.ok_or_else(|| Error::NoTenant(slug.to_owned()))?;
    let gateway = gateway(config, store.clone(), Registries::default(), clock)?;
    let token = owner_token(&gateway, tenant, scopes, ttl).await?;
    store.close().await?;
    Ok(token)
}

/// A fresh token of a tenant's owner.
///
/// # Errors
/// [`service::Error`]
pub async fn owner_token(
    gateway: &Gateway,
    tenant: &Provisioned,
    scopes: Scopes,
    ttl: Duration,
) -> Result<String, service::Error> {
    let ttl = chrono::Duration::from_std(ttl).unwrap_or(chrono::Duration::MAX);
    let expires_at =
        gateway.now().checked_add_signed(ttl).unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    let record = TokenRecord {
        jti: TokenId::new(),
        tenant_id: tenant.tenant_id,
        user_id: Some(tenant.owner_id),
        client_id: None,
        scopes,
        expires_at,
        revoked_at: None,
    };
    gateway.issue_token(&record).await
}

fn refuse_problems(config: &Config) -> Result<(), Error> {
    let problems = config.problems();
    if problems.is_empty() { Ok(()) } else { Err(Error::Config(problems)) }
}

async fn open_store(config: &Config) -> Result<Store, eppgate_store::Error> {
    let config::Database { connections, statement_timeout } = config.database;
    Store::open(config.database_url.expose_secret(), Pool { connections, statement_timeout }).await
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

fn serve(
    listener: TcpListener,
    address: SocketAddr,
    router: axum::Router,
    limit: usize,
) -> Result<Server, Error> {
    Server::start(listener, router, limit).map_err(|source| Error::Listen { address, source })
}

fn gateway(config: &Config, store: Store, registries: Registries, clock: Clock) -> Result<Gateway, Error> {
    let keys = TokenKeys::new(&config.tokens.secret, &config.tokens.issuer)?;
    let config::Timeouts { deadline, command, settle_grace, poll: _ } = config.timeouts;
    let settings = Settings { deadline, command, settle_grace };
    let operators = operators(config);
    let sealer = Sealer::new(&config.tokens.secret);
    let post = config.mail.as_ref().map(|mail| Post::new(mail.dir.clone(), mail.from.clone()));
    Ok(Gateway::new(Parts { store, registries, operators, clock, keys, sealer, post, settings }))
}

fn operators(config: &Config) -> Operators {
    Operators::new(config.operators.iter().map(|one| (one.name.as_str(), &one.token)))
}

/// A scraper or two, and someone who looks.
const OPERATOR_CONNECTIONS: usize = 16;
