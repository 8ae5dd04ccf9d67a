//! The gateway as a running thing: put together from a [`Config`], taken apart in the right order.
//!
//! `serve`, `dev` and the tests all start it here, so what is tested is what runs.

mod provision;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use eppgate_model::token::{Scopes, TokenRecord};
use eppgate_model::{AccountId, Clock, Lease, TokenId};
use eppgate_registry::{ConfigError, Credentials, Registry, TlsIdentity};
use eppgate_store::{Pool, Store};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::provision::Binding;
pub use crate::app::provision::Provisioned;
use crate::config::{self, Config};
use crate::http::{self, serve::Server};
use crate::service::{self, Gateway, Parts, Settings, TokenKeys, WeakSecret};
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
    /// Starts everything. The ports are taken first, so that a second gateway by mistake touches nothing.
    ///
    /// # Errors
    /// [`Error`]; nothing is left running then.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, Error> {
        refuse_problems(&config)?;
        let public = listen(config.listen).await?;
        let operator = listen(config.operator_listen).await?;
        let recorder = metrics::install();
        let store = open_store(&config).await?;
        let (tenants, bindings) = provision::provision(&store, &config, clock.now()).await?;
        let registries = start_registries(&config, &bindings)?;
        let gateway = gateway(&config, store.clone(), registries, clock)?;
        let presence = gateway.join(config.instance.as_deref()).await?;

        let (background, stopping) = (TaskTracker::new(), CancellationToken::new());
        background.spawn(worker::presence::run(gateway.clone(), presence.clone(), stopping.clone()));
        background.spawn(worker::settle::run(gateway.clone(), stopping.clone()));
        background.spawn(worker::housekeeping::run(gateway.clone(), stopping.clone()));
        background.spawn(metrics::keep_up(recorder.clone(), stopping.clone()));
        let limit = config.limits.max_connections;
        let public = serve(public, config.listen, http::router(gateway.clone()), limit)?;
        let operator =
            serve(operator, config.operator_listen, http::operator_router(recorder), OPERATOR_CONNECTIONS)?;
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
    let gateway = gateway(config, store.clone(), HashMap::new(), clock)?;
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

fn gateway(
    config: &Config,
    store: Store,
    registries: HashMap<AccountId, Registry>,
    clock: Clock,
) -> Result<Gateway, Error> {
    let keys = TokenKeys::new(&config.tokens.secret, &config.tokens.issuer)?;
    let config::Timeouts { deadline, command, settle_grace } = config.timeouts;
    let settings = Settings { deadline, command, settle_grace };
    Ok(Gateway::new(Parts { store, registries, clock, keys, settings }))
}

/// One pool for each account at a registry, however many tenants share it: the session limit is the account's.
fn start_registries(
    config: &Config,
    bindings: &[Binding<'_>],
) -> Result<HashMap<AccountId, Registry>, Error> {
    let mut pools: HashMap<(&str, &str), Registry> = HashMap::new();
    let mut by_account = HashMap::new();
    for Binding { registry, account, id } in bindings {
        let key = (registry.name.as_str(), account.name.as_str());
        let pool = match pools.get(&key) {
            Some(pool) => pool.clone(),
            None => pools.entry(key).or_insert(start_registry(registry, account)?).clone(),
        };
        by_account.insert(*id, pool);
    }
    tracing::debug!(registries = config.registries.len(), pools = pools.len(), "registry pools are set up");
    Ok(by_account)
}

fn start_registry(registry: &config::Registry, account: &config::Account) -> Result<Registry, Error> {
    let profile = registry.profile().map_err(|problem| Error::Config(vec![problem]))?;
    // Metrics are by registry; the accounts of one are told apart only where there are several.
    let name = match registry.accounts.len() {
        1 => registry.name.clone(),
        _ => format!("{}/{}", registry.name, account.name),
    };
    let config = eppgate_registry::Config {
        name: name.clone(),
        profile,
        address: registry.address.clone(),
        credentials: Credentials { client_id: account.client_id.clone(), password: account.password.clone() },
        tls: TlsIdentity {
            ca: Some(file(&registry.ca)?),
            certificates: file(&registry.cert)?,
            key: file(&registry.key)?.into(),
            server_name: registry.server_name.clone(),
        },
    };
    Registry::start(config).map_err(|source| Error::Registry { name, source })
}

fn file(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// A scraper or two, and someone who looks.
const OPERATOR_CONNECTIONS: usize = 16;
