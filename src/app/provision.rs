//! Makes the tenants of the configuration exist: what is there stays, what is missing is added, and nothing is changed but
//! prices and the policies of TLDs, since a domain's registry may not be turned by an edit of a file.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use eppgate_model::price::Rate;
use eppgate_model::tenant::{
    AccountState, AssociationState, RegistryAccount, Tenant, TenantSettings, TenantStatus, TldAssociation,
    TldConfig,
};
use eppgate_model::token::{Membership, MembershipState, Role, User};
use eppgate_model::{AccountId, AssociationId, RateId, TenantId, UserId};
use eppgate_store::{Conflict, Error as StoreError, Store};

use crate::app::Error;
use crate::config::{self, Config};

/// A tenant of the configuration, as it is stored.
#[derive(Debug, Clone)]
pub struct Provisioned {
    pub slug: String,
    pub tenant_id: TenantId,
    /// The person whom tokens made by the operator belong to.
    pub owner_id: UserId,
}

/// A tenant's account and what the configuration knows of it.
pub(super) struct Binding<'a> {
    pub(super) registry: &'a config::Registry,
    pub(super) account: &'a config::Account,
    pub(super) id: AccountId,
}

/// Makes them exist.
pub(super) async fn provision<'a>(
    store: &Store,
    config: &'a Config,
    now: DateTime<Utc>,
) -> Result<(Vec<Provisioned>, Vec<Binding<'a>>), Error> {
    let (mut tenants, mut bindings) = (Vec::new(), Vec::new());
    for wanted in &config.tenants {
        let tenant_id = tenant(store, wanted, now).await?;
        let owner_id = owner(store, tenant_id, &wanted.owner, now).await?;
        for tld in &wanted.tlds {
            let mut own = None;
            for (registry, account) in config.accounts(tld) {
                let id = registry_account(store, tenant_id, registry, account, now).await?;
                own = tld.account.as_ref().map(|_| id);
                bindings.push(Binding { registry, account, id });
            }
            if own.is_none() && tld.account.is_some() {
                let (account, registry) = (tld.account.as_deref().unwrap_or_default(), &tld.registry);
                return Err(Error::Provision(format!("there is no account {account} at {registry}")));
            }
            association(store, tenant_id, config, tld, own, now).await?;
        }
        rate_card(store, tenant_id, wanted, now).await?;
        tenants.push(Provisioned { slug: wanted.slug.clone(), tenant_id, owner_id });
    }
    Ok((tenants, bindings))
}

/// What the configuration wants otherwise than it is stored, which only an operator may change. Looked for before anything
/// is written, so that a new configuration is taken over as a whole or not at all.
pub(super) async fn conflicts(store: &Store, config: &Config) -> Result<Vec<String>, Error> {
    let mut conflicts = Vec::new();
    for wanted in &config.tenants {
        let not_priced =
            wanted.rate_card.iter().filter(|line| Rate::price(line.amount, line.currency).is_none());
        conflicts.extend(not_priced.map(|line| format!("{} is no price", line.amount)));
        let Some(stored) = store.tenant_by_slug(&wanted.slug).await? else { continue };
        if wanted.id.is_some_and(|id| id != stored.id) {
            conflicts.push(other_id(wanted, stored.id));
        }
        for tld in &wanted.tlds {
            let accounts = store.accounts(stored.id, Some(&tld.registry)).await?;
            let named = accounts.iter().find(|account| Some(&account.name) == tld.account.as_ref());
            let account = named.map(|account| account.id);
            let Some(association) = store.association(stored.id, &tld.tld).await? else { continue };
            if !is_as_wanted(&association, tld, account) {
                conflicts.push(other_terms(&association));
            }
            conflicts.extend(no_policy(tld, &tld.policy.over(association.config)));
        }
    }
    Ok(conflicts)
}

fn other_id(wanted: &config::Tenant, stored: TenantId) -> String {
    format!("the tenant {} is stored with the id {stored}", wanted.slug)
}

fn other_terms(stored: &TldAssociation) -> String {
    let TldAssociation { tld, binding, .. } = stored;
    format!("the TLD {tld} is stored with the registry {binding} under other terms than the configuration's")
}

/// What is wrong with what a TLD's policy would come to.
fn no_policy(tld: &config::Tld, config: &TldConfig) -> Option<String> {
    let wrong: Vec<String> = config.problems().map(|wrong| wrong.to_string()).collect();
    (!wrong.is_empty()).then(|| format!("the policy of the TLD {}: {}", tld.tld, wrong.join(", ")))
}

fn is_as_wanted(stored: &TldAssociation, wanted: &config::Tld, account: Option<AccountId>) -> bool {
    stored.binding == wanted.registry
        && stored.account_id == account
        && stored.accreditation == wanted.accreditation
}

async fn tenant(store: &Store, wanted: &config::Tenant, now: DateTime<Utc>) -> Result<TenantId, Error> {
    match (store.tenant_by_slug(&wanted.slug).await?, wanted.id) {
        (Some(stored), Some(id)) if stored.id != id => Err(Error::Provision(other_id(wanted, stored.id))),
        (Some(stored), _) => Ok(stored.id),
        (None, id) => {
            let tenant = Tenant {
                id: id.unwrap_or_else(TenantId::new),
                name: wanted.name.clone(),
                slug: wanted.slug.clone(),
                status: TenantStatus::Active,
                settings: TenantSettings::default(),
                inserted_at: now,
                updated_at: now,
            };
            store.insert_tenant(&tenant).await?;
            Ok(tenant.id)
        }
    }
}

async fn owner(store: &Store, tenant_id: TenantId, email: &str, now: DateTime<Utc>) -> Result<UserId, Error> {
    let user_id = match store.user_by_email(email).await? {
        Some(user) => user.id,
        None => {
            let user = User { id: UserId::new(), email: email.to_owned(), inserted_at: now };
            store.insert_user(&user).await?;
            user.id
        }
    };
    if store.membership(tenant_id, user_id).await?.is_none() {
        let membership = Membership {
            tenant_id,
            user_id,
            role: Role::Owner,
            state: MembershipState::Active,
            inserted_at: now,
        };
        store.insert_membership(&membership).await?;
    }
    Ok(user_id)
}

async fn registry_account(
    store: &Store,
    tenant_id: TenantId,
    registry: &config::Registry,
    account: &config::Account,
    now: DateTime<Utc>,
) -> Result<AccountId, Error> {
    let stored = store.accounts(tenant_id, Some(&registry.name)).await?;
    if let Some(account) = stored.iter().find(|stored| stored.name == account.name) {
        return Ok(account.id);
    }
    let account = RegistryAccount {
        id: AccountId::new(),
        tenant_id,
        binding: registry.name.clone(),
        name: account.name.clone(),
        state: AccountState::Active,
        is_default: false,
        inserted_at: now,
        updated_at: now,
    };
    store.insert_account(&account).await?;
    Ok(account.id)
}

async fn association(
    store: &Store,
    tenant_id: TenantId,
    config: &Config,
    tld: &config::Tld,
    account_id: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(stored) = store.association(tenant_id, &tld.tld).await? {
        return match is_as_wanted(&stored, tld, account_id) {
            true => policy(store, stored, tld, now).await,
            false => Err(Error::Provision(other_terms(&stored))),
        };
    }
    let registry = config.registry(tld);
    let registry =
        registry.ok_or_else(|| Error::Provision(format!("there is no registry {}", tld.registry)))?;
    let policy = tld.policy.at_first(&registry.profile().map_err(Error::Provision)?);
    if let Some(wrong) = no_policy(tld, &policy) {
        return Err(Error::Provision(wrong));
    }
    let association = TldAssociation {
        id: AssociationId::new(),
        tenant_id,
        tld: tld.tld.clone(),
        accreditation: tld.accreditation,
        state: AssociationState::Active,
        binding: tld.registry.clone(),
        account_id,
        config: policy,
        inserted_at: now,
        updated_at: now,
    };
    Ok(store.insert_association(&association).await?)
}

/// Sets what the configuration says of a TLD's policy, and nothing else of it. It counts from then on: what domains have
/// been promised already, such as when they are purged, stands in their rows.
async fn policy(
    store: &Store,
    stored: TldAssociation,
    tld: &config::Tld,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut stored = stored;
    loop {
        let config = tld.policy.over(stored.config.clone());
        if config == stored.config {
            return Ok(());
        }
        if let Some(wrong) = no_policy(tld, &config) {
            return Err(Error::Provision(wrong));
        }
        let after = TldAssociation { config, updated_at: now, ..stored.clone() };
        match store.set_config(&after, stored.updated_at).await {
            // A message about money was noted meanwhile, or another gateway starts as well.
            Err(StoreError::Conflict(Conflict::StaleVersion)) => {
                let again = store.association(stored.tenant_id, &stored.tld).await?;
                stored = again.ok_or_else(|| Error::Provision(format!("the TLD {} is gone", tld.tld)))?;
            }
            done => return Ok(done?),
        }
    }
}

/// Sets the prices that the configuration names. A price binds nobody before it is quoted, so here an edit counts.
async fn rate_card(
    store: &Store,
    tenant_id: TenantId,
    wanted: &config::Tenant,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let stored = store.rates(tenant_id).await?;
    let by_item: HashMap<_, _> = stored.iter().map(|rate| ((&rate.tld, &rate.item), rate)).collect();
    let mut changed = Vec::new();
    for line in &wanted.rate_card {
        let (tld, item) = (line.tld.clone(), line.item());
        let price = Rate::price(line.amount, line.currency)
            .ok_or_else(|| Error::Provision(format!("{} is no price", line.amount)))?;
        match by_item.get(&(&tld, &item)) {
            Some(rate) if rate.price == price => {}
            Some(rate) => changed.push(Rate { price, updated_at: now, ..(*rate).clone() }),
            None => changed.push(Rate {
                id: RateId::new(),
                tenant_id,
                tld,
                item,
                price,
                inserted_at: now,
                updated_at: now,
            }),
        }
    }
    Ok(store.set_rates(tenant_id, &changed).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::open_store;
    use crate::config::source;

    fn config(tail: &str) -> Config {
        let text = format!(
            r#"
            database_url = "sqlite::memory:"
            [tokens]
            secret = "0123456789abcdef0123456789abcdef"
            [[registries]]
            name = "one"
            profile = "generic"
            address = "127.0.0.1:700"
            ca = "ca.pem"
            cert = "client.pem"
            key = "client.key"
            accounts = [{{ name = "primary", client_id = "registrar-a", password = "x" }}]
            [[tenants]]
            name = "Demo"
            slug = "demo"
            owner = "owner@example.test"
            {tail}
            "#
        );
        source::parse(&text, []).unwrap()
    }

    const SE: &str =
        r#"tlds = [{ tld = "se", registry = "one", account = "primary", accreditation = "non_icann" }]"#;
    const SE_OTHERWISE: &str = r#"tlds = [{ tld = "se", registry = "one", account = "primary", accreditation = "icann_accredited" }]"#;

    #[tokio::test]
    async fn a_second_start_finds_what_the_first_one_made() {
        let config = config(SE);
        let store = open_store(&config).await.unwrap();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let (first, bindings) = provision(&store, &config, now).await.unwrap();
        let account = bindings[0].id;
        let (second, bindings) = provision(&store, &config, now).await.unwrap();
        assert_eq!((first[0].tenant_id, first[0].owner_id), (second[0].tenant_id, second[0].owner_id));
        assert_eq!(account, bindings[0].id);
        assert_eq!(store.associations(first[0].tenant_id).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_price_follows_the_file_and_one_that_is_not_in_it_stays() {
        let store = open_store(&config(SE)).await.unwrap();
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let line = |operation: &str, amount: &str| {
            format!(
                r#"{{ tld = "se", operation = "{operation}", period = 1, amount = "{amount}", currency = "SEK" }}"#
            )
        };
        let prices = async |day: i64, lines: &[String]| {
            let config = config(&format!("{SE}\nrate_card = [{}]", lines.join(", ")));
            assert!(!config.problems().iter().any(|problem| problem.contains("rate_card")));
            let now = start + chrono::Duration::days(day);
            let (tenants, _) = provision(&store, &config, now).await.unwrap();
            let rates = store.rates(tenants[0].tenant_id).await.unwrap();
            rates
                .iter()
                .map(|rate| (rate.price.to_string(), (rate.updated_at - start).num_days()))
                .collect::<Vec<_>>()
        };
        let told = |list: [(&str, i64); 2]| list.map(|(price, day)| (price.to_owned(), day));
        let first = prices(0, &[line("register", "90"), line("renew", "120.5")]).await;
        assert_eq!(first, told([("90.0000 SEK", 0), ("120.5000 SEK", 0)]));
        let second = prices(1, &[line("register", "95")]).await;
        assert_eq!(second, told([("95.0000 SEK", 1), ("120.5000 SEK", 0)]));
        assert_eq!(prices(2, &[line("register", "95.0")]).await, second);
    }

    #[tokio::test]
    async fn a_policy_follows_the_file_and_what_is_not_in_it_stays() {
        let store = open_store(&config(SE)).await.unwrap();
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let started = async |day: i64, policy: &str| {
            let said = SE.replace("non_icann\"", &format!("non_icann\", policy = {{ {policy} }}"));
            let now = start + chrono::Duration::days(day);
            let (tenants, _) = provision(&store, &config(&said), now).await?;
            let stored = store.association(tenants[0].tenant_id, "se").await?.unwrap();
            Ok::<_, Error>((stored.config.clone(), (stored.updated_at - start).num_days(), stored))
        };
        let usual = TldConfig::default();
        let (first, day, association) = started(0, "auto_renews = true, max_years = 5").await.unwrap();
        assert_eq!((&first, day), (&TldConfig { auto_renews: true, max_years: 5, ..usual.clone() }, 0));

        // What a registry tells of money meanwhile is kept.
        let mut richer = association.clone();
        richer.config.credit.current_credit = Some("12.00".to_owned());
        store.set_config(&richer, association.updated_at).await.unwrap();
        let (second, day, _) = started(1, "max_years = 7").await.unwrap();
        assert_eq!((&second, day), (&TldConfig { max_years: 7, ..richer.config }, 1));
        let (same, day, _) = started(2, "auto_renews = true").await.unwrap();
        assert_eq!((same, day), (second.clone(), 1));

        // It only shows together with what is stored that this cannot be meant.
        let error = started(3, "min_years = 8").await.unwrap_err().to_string();
        assert_eq!(error, "the policy of the TLD se: min_years is not between 1 and max_years");
        let (kept, ..) = started(4, "").await.unwrap();
        assert_eq!(kept, second);
    }

    #[tokio::test]
    async fn what_is_stored_is_not_turned_by_an_edit() {
        let store = open_store(&config(SE)).await.unwrap();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        provision(&store, &config(SE), now).await.map(drop).unwrap();
        for edited in [SE_OTHERWISE.to_owned(), format!("id = \"{}\"\n{SE}", TenantId::new())] {
            let error = provision(&store, &config(&edited), now).await.map(drop).unwrap_err();
            assert!(matches!(error, Error::Provision(_)), "{error}");
        }
    }
}
