//! The rules: one function for each use case. It takes the principal and a typed request, and gives the outcome or a
//! typed error; it knows neither HTTP nor SQL.
//!
//! | file | what |
//! |---|---|
//! | `error` | what a caller can meet |
//! | `access`, `tokens` | who may come in |
//! | `prices`, `payment` | rate cards and quotes, and how an operation is paid for with one |
//! | `accounts` | registry accounts as their tenant sees them |
//! | `routing` | from a name to the registry account its commands run with |
//! | `dialect` | how commands are said to one registry |
//! | `check` | availability and fees, fanned out over registries |
//! | `read` | what the gateway knows: domains, history, operations |
//! | `listing` | lists of domains |
//! | `register`, `lifecycle`, `restore`, `update`, `auth_code`, `locks`, `holds`, `auto_renewal` | what changes a domain |
//! | `transfers` | domains on their way between registrars |
//! | `poll` | messages that registries leave |
//! | `tenant`, `associations` | what a tenant chooses for itself, and what it sells |
//! | `contacts` | people: a tenant's records, and their copies at registries |
//! | `hosts` | name servers: of domains, and below the tenant's own |
//! | `precondition` | what callers want to hold before that |
//! | `journal` | how it is changed: journalled, sent, settled; never twice, never lost |
//! | `effect` | pure: what a change at the registry means for our row |
//! | `settle` | what became of a command whose reply was lost |
//! | `creation`, `renewal` | what the registry's staff has to look at: a creation, a renewal |
//! | `upkeep` | time: what it does to domains |
//! | `news` | changes are told to those who want to hear of them |
//! | `retry`, `sealing` | requests that are sent again, and their answers, sealed |
//! | `operator` | what the people who run it can see and do |
//! | `registries` | the registry accounts, by tenant and by name |
//! | `sharing` | several gateways on one database |
//! | `gates`, `actions` | pure: what stands in the way of an action; and who asks |
//! | `plan` | requests that only want to know what would be |
//! | `course` | what goes with a request wherever its work goes on |
//! | `call` | one command to a registry and its failures in the service's words |

mod access;
mod accounts;
mod actions;
mod associations;
mod auth_code;
mod auto_renewal;
mod call;
mod check;
mod contacts;
mod course;
mod creation;
mod dialect;
mod effect;
mod error;
mod gates;
mod holds;
mod hosts;
mod journal;
mod lifecycle;
mod listing;
mod locks;
mod news;
mod operator;
mod payment;
mod plan;
mod poll;
mod precondition;
mod prices;
mod read;
mod register;
mod registries;
mod renewal;
mod restore;
mod retry;
mod routing;
mod sealing;
mod settle;
mod sharing;
mod tenant;
mod tokens;
mod transfers;
mod update;
mod upkeep;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use eppgate_model::Clock;
pub use eppgate_registry::away::{Reply, Trip};
use eppgate_store::Store;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

pub use actions::Actions;
pub use associations::ListAssociations;
pub use check::{Check, CheckStatus, Checked, FeeQuote};
pub use contacts::{ContactInput, Given, Handles};
pub use course::{Course, Times};
pub use error::{Error, FieldError};
pub use gates::{Action, By, Obstacle};
pub use lifecycle::Renew;
pub use listing::{DomainList, ListDomains, Paging};
pub use locks::Lock;
pub use news::Post;
pub use operator::{
    AccountView, MaintenanceView, NewMaintenance, Operator, Operators, Refused, ReloadRequest,
    ReloadRequests, Reloaded, SessionView, Snapshot, Target, Verdict,
};
pub use plan::{Plan, Planned, PlannedCommand};
pub use poll::{Polled, Queue};
pub use prices::{AskQuote, RateCard};
pub use read::{DomainView, Health, Page, RegistryHealth};
pub use register::Register;
pub use registries::{NamedRegistry, Registries};
pub use restore::Restore;
pub use retry::Repeatable;
pub use sealing::Sealer;
pub use tenant::TenantInput;
pub use tokens::{TokenKeys, WeakSecret};
pub use transfers::{Coming, ListTransfers, TransferIn};
pub use update::DsInput;

/// The gateway: everything behind the facades. Clones share it.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

/// What is behind a [`Gateway`]: private, so that a facade cannot reach past it.
struct Inner {
    store: Store,
    registries: ArcSwap<Registries>,
    operators: ArcSwap<Operators>,
    reloads: OnceLock<mpsc::Sender<ReloadRequest>>,
    clock: Clock,
    keys: TokenKeys,
    sealer: Sealer,
    post: Option<Post>,
    settings: Settings,
    tasks: TaskTracker,
}

/// What a gateway is made of.
pub struct Parts {
    pub store: Store,
    pub registries: Registries,
    pub operators: Operators,
    pub clock: Clock,
    pub keys: TokenKeys,
    pub sealer: Sealer,
    /// None: nobody is told anything.
    pub post: Option<Post>,
    pub settings: Settings,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a caller waits at the most.
    pub deadline: Duration,
    /// The part of it that one command to a registry may take; the rest is for finding out what became of it.
    pub command: Duration,
    /// How long after its sending a lost command may still be carried out. Until then "it is not there" proves
    /// nothing.
    pub settle_grace: Duration,
}

impl Gateway {
    /// Puts a gateway together. Its workers are started by whoever owns it.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, registries, operators, clock, keys, sealer, post, settings } = parts;
        let (registries, operators) = (ArcSwap::from_pointee(registries), ArcSwap::from_pointee(operators));
        let tasks = TaskTracker::new();
        let reloads = OnceLock::new();
        Self(Arc::new(Inner {
            store,
            registries,
            operators,
            reloads,
            clock,
            keys,
            sealer,
            post,
            settings,
            tasks,
        }))
    }

    /// The present moment, as the gateway sees it.
    #[must_use]
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.clock.now()
    }

    /// Runs what changes something to its end, even when the caller goes away: nothing is left half done.
    pub async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        // What happens there belongs to the request as well.
        let course = Course::current().unwrap_or_default();
        self.0.tasks.spawn(course.scope(work)).await.map_err(|panic| Error::Internal(Box::new(panic)))?
    }

    /// Takes no new work, lets what was begun come to its end, logs out everywhere.
    pub async fn shutdown(&self, within: Duration) {
        self.0.tasks.close();
        let deadline = tokio::time::Instant::now() + within;
        if tokio::time::timeout_at(deadline, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.0.tasks.len(), "operations are left for the next start to settle");
        }
        let drain = |NamedRegistry { runs: registry, .. }: NamedRegistry| {
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            async move { registry.drain(left.max(LOGOUT_TIME)).await }
        };
        let mut drains =
            course::side_by_side(self.0.registries.load().named().to_vec().into_iter().map(drain));
        while drains.join_next().await.is_some() {}
    }
}

/// Sessions get at least this long to log out, however late it is.
const LOGOUT_TIME: Duration = Duration::from_secs(2);
