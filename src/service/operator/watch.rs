//! How the registry accounts are doing.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use eppgate_registry::Maintenance;
pub use eppgate_registry::{SessionView, Snapshot};
use tokio::time::Instant;

use super::Target;
use crate::service::{Error, Gateway, NamedRegistry};

/// A registry account at one moment.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// The registry's name.
    pub registry: String,
    /// The account's name there.
    pub account: String,
    /// The moment.
    pub at: DateTime<Utc>,
    /// How it is.
    pub seen: Snapshot,
    /// Its maintenances, those to come and those that go on, with times of day.
    pub maintenances: Vec<MaintenanceView>,
}

/// A time in which a registry is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceView {
    pub id: String,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// `reject` or `hold`: what becomes of commands meanwhile.
    pub meanwhile: &'static str,
    /// `operator` or `registry`: whose word it is.
    pub origin: &'static str,
    /// Whether it has begun.
    pub is_going_on: bool,
}

impl Gateway {
    /// All registry accounts, in the order of their names.
    #[must_use]
    pub fn registry_accounts(&self) -> Vec<AccountView> {
        self.0.registries.load().named().iter().map(|one| self.view_account(one)).collect()
    }

    /// The accounts that are meant.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub fn look(&self, target: &Target) -> Result<Vec<AccountView>, Error> {
        Ok(self.targets(target)?.iter().map(|one| self.view_account(one)).collect())
    }

    fn view_account(&self, one: &NamedRegistry) -> AccountView {
        let (at, now) = (self.now(), Instant::now());
        let seen = one.runs.snapshot();
        let maintenances = seen.maintenances.iter().map(|one| MaintenanceView::new(one, now, at)).collect();
        let NamedRegistry { registry, account, .. } = one;
        AccountView { registry: registry.clone(), account: account.clone(), at, seen, maintenances }
    }
}

impl MaintenanceView {
    /// Instants are as good as the clock that they were made from, which is good to the second.
    pub(super) fn new(one: &Maintenance, now: Instant, at: DateTime<Utc>) -> Self {
        let time_of = |instant: Instant| {
            let ahead = TimeDelta::from_std(instant - now).unwrap_or(TimeDelta::MAX);
            let behind = TimeDelta::from_std(now - instant).unwrap_or(TimeDelta::MAX);
            let time = at.checked_add_signed(ahead - behind).unwrap_or(DateTime::<Utc>::MAX_UTC);
            time.duration_round(TimeDelta::seconds(1)).unwrap_or(time)
        };
        Self {
            id: one.id.to_string(),
            from: time_of(one.from),
            until: time_of(one.until),
            meanwhile: one.meanwhile.as_str(),
            origin: one.origin.as_str(),
            is_going_on: one.from <= now,
        }
    }
}
