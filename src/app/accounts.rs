//! The registry accounts of a configuration: each is set up in full before any is started or changed, so that a mistake in
//! one leaves all as they are.

use std::collections::HashMap;
use std::path::Path;

use eppgate_registry::{Config, Credentials, Registry, TlsIdentity};

use crate::app::Error;
use crate::app::provision::Binding;
use crate::config;
use crate::service::{NamedRegistry, Registries, Reloaded};

/// One account at a registry, however many tenants share it: the session limit is the account's.
pub(super) struct Plan {
    registry: String,
    account: String,
    environment: String,
    config: Config,
}

/// What became of the accounts on a reload.
pub(super) struct Applied {
    pub(super) named: Vec<NamedRegistry>,
    /// Those that are not used any more.
    pub(super) retired: Vec<Registry>,
    pub(super) told: Reloaded,
}

impl Plan {
    fn is_of(&self, one: &NamedRegistry) -> bool {
        (&self.registry, &self.account) == (&one.registry, &one.account)
    }

    fn start(self) -> Result<NamedRegistry, Error> {
        let Self { registry, account, environment, config } = self;
        let name = config.name.clone();
        let runs = Registry::start(config).map_err(|source| Error::Registry { name, source })?;
        Ok(NamedRegistry { registry, account, environment, runs })
    }

    fn told(&self) -> String {
        format!("{}/{}", self.registry, self.account)
    }
}

/// Sets up the accounts that tenants use.
pub(super) fn plan(config: &config::Config) -> Result<Vec<Plan>, Error> {
    let mut plans: Vec<Plan> = Vec::new();
    let used = config.tenants.iter().flat_map(|tenant| &tenant.tlds).flat_map(|tld| config.accounts(tld));
    for (registry, account) in used {
        let is_known = |plan: &Plan| plan.registry == registry.name && plan.account == account.name;
        if plans.iter().any(is_known) {
            continue;
        }
        let config = set_up(registry, account)?;
        let name = config.name.clone();
        config.check().map_err(|source| Error::Registry { name, source })?;
        plans.push(Plan {
            registry: registry.name.clone(),
            account: account.name.clone(),
            environment: registry.environment().to_owned(),
            config,
        });
    }
    Ok(plans)
}

/// Starts them all.
pub(super) fn start(plans: Vec<Plan>) -> Result<Vec<NamedRegistry>, Error> {
    plans.into_iter().map(Plan::start).collect()
}

/// Makes the accounts that run those of the plans: new ones are started, others changed, and what has not changed is not
/// touched.
pub(super) fn apply(plans: Vec<Plan>, running: &[NamedRegistry]) -> Result<Applied, Error> {
    // An account with another client id is another account.
    let same = |plan: &Plan, one: &NamedRegistry| {
        plan.is_of(one) && one.runs.client_id() == plan.config.credentials.client_id
    };
    let mut told = Reloaded::default();
    let (stay, come): (Vec<Plan>, Vec<Plan>) =
        plans.into_iter().partition(|plan| running.iter().any(|one| same(plan, one)));
    let gone = running.iter().filter(|one| !stay.iter().any(|plan| same(plan, one)));
    let gone: Vec<&NamedRegistry> = gone.collect();
    told.removed.extend(gone.iter().map(|one| format!("{}/{}", one.registry, one.account)));
    told.added.extend(come.iter().map(Plan::told));
    // Only this can go wrong, so it comes first.
    let mut named = start(come)?;
    for mut plan in stay {
        let one = running.iter().find(|one| same(&plan, one)).expect("those that stay are running");
        // Metrics go on under the name they began with.
        plan.config.name = one.runs.name().to_owned();
        let (name, told_name) = (plan.config.name.clone(), plan.told());
        let changed = one.runs.reload(plan.config).map_err(|source| Error::Registry { name, source })?;
        let changed = changed || one.environment != plan.environment;
        if changed { &mut told.changed } else { &mut told.unchanged }.push(told_name);
        named.push(NamedRegistry { environment: plan.environment, ..one.clone() });
    }
    let retired = gone.into_iter().map(|one| one.runs.clone()).collect();
    Ok(Applied { named, retired, told })
}

/// Ties each account of a tenant to the one that runs its commands.
pub(super) fn bind(named: Vec<NamedRegistry>, bindings: &[Binding<'_>]) -> Registries {
    let mut by_account = HashMap::new();
    for Binding { registry, account, id } in bindings {
        let behind = named.iter().find(|one| one.registry == registry.name && one.account == account.name);
        if let Some(behind) = behind {
            by_account.insert(*id, behind.runs.clone());
        }
    }
    Registries::new(named, by_account)
}

fn set_up(registry: &config::Registry, account: &config::Account) -> Result<Config, Error> {
    let profile = registry.profile().map_err(|problem| Error::Config(vec![problem]))?;
    // Metrics are by registry; the accounts of one are told apart only where there are several.
    let name = match registry.accounts.len() {
        1 => registry.name.clone(),
        _ => format!("{}/{}", registry.name, account.name),
    };
    Ok(Config {
        name,
        profile,
        address: registry.address.clone(),
        credentials: Credentials { client_id: account.client_id.clone(), password: account.password.clone() },
        tls: TlsIdentity {
            ca: Some(file(&registry.ca)?),
            certificates: file(&registry.cert)?,
            key: file(&registry.key)?.into(),
            server_name: registry.server_name.clone(),
        },
    })
}

fn file(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })
}
