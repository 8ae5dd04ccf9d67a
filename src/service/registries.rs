//! The registry accounts that commands run with: found by the tenant's account on a command's way, and by their names for
//! an operator. The set is replaced as a whole when the configuration is.

use std::collections::HashMap;

use eppgate_model::AccountId;
use eppgate_registry::Registry;

/// All of them.
#[derive(Default)]
pub struct Registries {
    by_account: HashMap<AccountId, Registry>,
    named: Vec<NamedRegistry>,
}

/// One account at a registry, as the configuration names it. Tenants may share it.
#[derive(Clone)]
pub struct NamedRegistry {
    /// The registry's name.
    pub registry: String,
    /// The account's name there.
    pub account: String,
    /// Which of the registry's installations it is at, in the words of RFC 9167.
    pub environment: String,
    /// What runs its commands.
    pub runs: Registry,
}

impl Registries {
    /// Of all accounts, and of which one stands behind each account of a tenant.
    #[must_use]
    pub fn new(mut named: Vec<NamedRegistry>, by_account: HashMap<AccountId, Registry>) -> Self {
        named.sort_by(|a, b| (&a.registry, &a.account).cmp(&(&b.registry, &b.account)));
        Self { by_account, named }
    }

    /// The one behind a tenant's account.
    pub(super) fn of(&self, account: AccountId) -> Option<&Registry> {
        self.by_account.get(&account)
    }

    /// Each of them once, in the order of their names.
    pub fn named(&self) -> &[NamedRegistry] {
        &self.named
    }
}
