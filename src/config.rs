//! The configuration: one typed tree, read once from a TOML file and the environment, checked before anything starts.
//!
//! Every default stands beside its field. An unknown key is refused with its path: a misspelt limit that is silently
//! the default would be found out in production. How the tree is read is [`source`]'s matter.

pub mod explain;
mod policy;
pub mod source;

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use eppgate_model::contact::Email;
use eppgate_model::price::{Item, PricedOperation, Tier};
use eppgate_model::tenant::Accreditation;
use eppgate_model::{self as model, Currency, DomainName, TenantId, Word};
use eppgate_registry::Profile;
use eppgate_registry::profile::Notes;
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

pub use policy::Policy;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the API listens. Loopback: whoever opens it to the world puts TLS in front.
    #[serde(default = "usual_listen")]
    pub listen: SocketAddr,
    /// Where metrics are scraped.
    #[serde(default = "usual_operator_listen")]
    pub operator_listen: SocketAddr,
    /// `sqlite:` or `postgres:`; it may hold a password. A file in the working directory will do for one gateway.
    #[serde(default = "usual_database_url", deserialize_with = "source::secret")]
    pub database_url: SecretString,
    #[serde(default)]
    pub database: Database,
    /// What a restarted gateway goes by, so that it takes over at once what it had under way before. Two gateways that
    /// share a database must not share a name. One without a name has what it left taken over after some time.
    pub instance: Option<String>,
    pub tokens: Tokens,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub timeouts: Timeouts,
    /// None: nobody is told anything.
    pub mail: Option<Mail>,
    #[serde(default)]
    pub operators: Vec<Operator>,
    #[serde(default)]
    pub registries: Vec<Registry>,
    #[serde(default)]
    pub tenants: Vec<Tenant>,
}

/// How a PostgreSQL database is used; an SQLite file needs no choice.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Connections of this gateway at the most; those of all gateways together must fit the server's limit.
    pub connections: u32,
    /// A statement that takes longer is given up.
    #[serde(deserialize_with = "duration")]
    pub statement_timeout: Duration,
}

impl Default for Database {
    /// The hot path is served from caches, so that few connections carry many requests; and no statement takes more
    /// than milliseconds unless the server is in trouble.
    fn default() -> Self {
        Self { connections: 16, statement_timeout: Duration::from_secs(10) }
    }
}

/// How access tokens are signed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// At least 32 bytes.
    #[serde(deserialize_with = "source::secret")]
    pub secret: SecretString,
    /// The `iss` of our tokens; a token of another issuer is not ours.
    #[serde(default = "usual_issuer")]
    pub issuer: String,
}

/// Bounds on what clients may use up.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Client connections at a time; more wait in the operating system's queue.
    pub max_connections: usize,
}

impl Default for Limits {
    /// Below the usual limit of 1,024 or 4,096 descriptors there would be no room for registries and database.
    fn default() -> Self {
        Self { max_connections: 800 }
    }
}

/// How long things may take, written as `20s` or `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// How long a caller waits at the most.
    #[serde(deserialize_with = "duration")]
    pub deadline: Duration,
    /// The part of it that one command to a registry may take; the rest is for finding out what became of it.
    #[serde(deserialize_with = "duration")]
    pub command: Duration,
    /// How long after its sending a lost command may still be carried out by its registry.
    #[serde(deserialize_with = "duration")]
    pub settle_grace: Duration,
    /// How long a message queue that was empty is left alone.
    #[serde(deserialize_with = "duration")]
    pub poll: Duration,
}

impl Default for Timeouts {
    /// Clients give up after 30 s, and most registries carry out in 5 s what they carry out at all.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(25),
            command: Duration::from_secs(15),
            settle_grace: Duration::from_secs(5),
            poll: Duration::from_secs(60),
        }
    }
}

/// Where mail to registrants and tenants goes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// A folder that a mail system takes it from.
    pub dir: PathBuf,
    /// Whom it comes from, where a tenant has chosen nothing else.
    pub from: Email,
}

/// Somebody who may see and steer everything, by a token of their own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// What the log calls them.
    pub name: String,
    /// At least 32 bytes.
    #[serde(deserialize_with = "source::secret")]
    pub token: SecretString,
}

/// A registry and the accounts there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// What domains, metrics and TLDs call it.
    pub name: String,
    /// The name of a profile that comes with the gateway, or the path of one.
    pub profile: String,
    /// `host:port`
    pub address: String,
    /// The name in its certificate, when it is not the host.
    pub server_name: Option<String>,
    /// Which of the registry's installations it is, in the words of RFC 9167: `production` when left out, `ote`,
    /// `staging`, `dev`, or the name of a custom one. Announcements of maintenance count if they are about this one.
    pub environment: Option<String>,
    /// PEM files: whom to trust, our certificate with its chain, its key.
    pub ca: PathBuf,
    pub cert: PathBuf,
    pub key: PathBuf,
    pub accounts: Vec<Account>,
}

/// An account at a registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub name: String,
    /// `clID`
    pub client_id: String,
    #[serde(deserialize_with = "source::secret")]
    pub password: SecretString,
}

/// A tenant that is created at start when it is not there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Chosen by us when left out.
    #[serde(default, deserialize_with = "id")]
    pub id: Option<TenantId>,
    pub name: String,
    pub slug: String,
    /// The mail address of the person whom tokens made on the command line are issued to.
    pub owner: String,
    #[serde(default)]
    pub tlds: Vec<Tld>,
    /// What it pays. At each start the lines given here get the price given here; others stay as they are.
    #[serde(default)]
    pub rate_card: Vec<Rate>,
}

/// A TLD that a tenant sells.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tld {
    pub tld: String,
    pub registry: String,
    /// The account that sells it where a request or the tenant chooses none; if left out, any account there can be chosen.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(deserialize_with = "accreditation")]
    pub accreditation: Accreditation,
    /// What is particular about it. At each start the values given here are set; others stay as they are.
    #[serde(default)]
    pub policy: Policy,
}

/// A line of a tenant's rate card.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub tld: String,
    #[serde(deserialize_with = "priced_operation")]
    pub operation: PricedOperation,
    /// In years; none for a restore.
    #[serde(default)]
    pub period: Option<u8>,
    /// The registry's word for the class of a premium name; a standard name's price when left out.
    #[serde(default)]
    pub premium_class: Option<String>,
    /// In quotes, to be exact: at most four decimals.
    #[serde(deserialize_with = "amount")]
    pub amount: Decimal,
    #[serde(deserialize_with = "currency")]
    pub currency: Currency,
}

impl Rate {
    /// What has this price.
    pub fn item(&self) -> Item {
        let tier = Tier::of_class(self.premium_class.clone());
        Item { operation: self.operation, tier, period: self.period }
    }
}

impl Config {
    /// Everything that is wrong with it, so that it can be mended in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.database.connections < 2 || self.database.statement_timeout.is_zero() {
            problems.push("database: with so little no request could be served".to_owned());
        }
        if self.tokens.secret.expose_secret().len() < MIN_SECRET {
            problems.push(format!("tokens.secret has fewer than {MIN_SECRET} bytes"));
        }
        if self.limits.max_connections == 0 {
            problems.push("limits.max_connections is 0".to_owned());
        }
        if self.timeouts.command >= self.timeouts.deadline {
            problems.push("timeouts.command leaves nothing of timeouts.deadline".to_owned());
        }
        if let Some(Mail { dir, .. }) = &self.mail
            && !dir.is_dir()
        {
            problems.push(format!("mail.dir: {} is no folder", dir.display()));
        }
        repeated(self.operators.iter().map(|operator| &operator.name), "operators", &mut problems);
        for Operator { name, token } in &self.operators {
            if token.expose_secret().len() < MIN_SECRET {
                problems.push(format!("operators.{name}.token has fewer than {MIN_SECRET} bytes"));
            }
        }
        repeated(self.registries.iter().map(|registry| &registry.name), "registries", &mut problems);
        repeated(self.tenants.iter().map(|tenant| &tenant.slug), "tenants", &mut problems);
        for registry in &self.registries {
            registry.check(&mut problems);
        }
        for tenant in &self.tenants {
            self.check_tenant(tenant, &mut problems);
        }
        problems
    }

    /// The registry of a TLD and the accounts there that may sell it: the one that it names, or all.
    pub fn accounts(&self, tld: &Tld) -> impl Iterator<Item = (&Registry, &Account)> {
        let accounts = self
            .registry(tld)
            .into_iter()
            .flat_map(|registry| registry.accounts.iter().map(move |account| (registry, account)));
        accounts.filter(|(_, account)| tld.account.as_ref().is_none_or(|name| account.name == *name))
    }

    /// The registry of a TLD.
    pub fn registry(&self, tld: &Tld) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.name == tld.registry)
    }

    fn check_tenant(&self, tenant: &Tenant, problems: &mut Vec<String>) {
        let at = format!("tenants.{}", tenant.slug);
        if tenant.slug.is_empty() || !tenant.slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            problems.push(format!("{at}: the slug is not made of letters, digits and hyphens"));
        }
        repeated(tenant.tlds.iter().map(|tld| &tld.tld), &format!("{at}.tlds"), problems);
        for tld in &tenant.tlds {
            let canonical = DomainName::parse(&format!("example.{}", tld.tld));
            if !canonical.is_ok_and(|name| name.as_str().strip_prefix("example.") == Some(&tld.tld)) {
                problems.push(format!("{at}.tlds.{}: is not a zone in lower-case A-labels", tld.tld));
            }
            if self.accounts(tld).next().is_none() {
                let (registry, account) = (&tld.registry, tld.account.as_deref().unwrap_or_default());
                problems.push(format!("{at}.tlds.{}: there is no account {account} at {registry}", tld.tld));
            }
            // What is wrong with a profile is told with its registry.
            if let Some(Ok(profile)) = self.registry(tld).map(Registry::profile) {
                let wrong = tld.policy.at_first(&profile).problems();
                problems.extend(wrong.map(|wrong| format!("{at}.tlds.{}.policy.{wrong}", tld.tld)));
            }
        }
        let mut items = HashSet::new();
        for rate in &tenant.rate_card {
            let at = format!("{at}.rate_card.{}.{}", rate.tld, rate.operation.as_str());
            if !tenant.tlds.iter().any(|tld| tld.tld == rate.tld) {
                problems.push(format!("{at}: the tenant does not have the TLD"));
            }
            let in_range = rate.period.is_some_and(|years| (1..=10).contains(&years));
            if in_range != rate.operation.has_period() {
                problems.push(format!("{at}: the period is not 1 to 10 years, or none for a restore"));
            }
            if model::price::Rate::price(rate.amount, rate.currency).is_none() {
                problems.push(format!("{at}: {} is below zero or has more than four decimals", rate.amount));
            }
            if !items.insert((&rate.tld, rate.item())) {
                problems.push(format!("{at}: two prices for the same"));
            }
        }
    }
}

impl Registry {
    /// Its profile, built in or from a file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn profile(&self) -> Result<Profile, String> {
        profile(&self.profile).map(|(profile, _)| profile)
    }

    /// Which of the registry's installations it is.
    pub fn environment(&self) -> &str {
        self.environment.as_deref().unwrap_or(USUAL_ENVIRONMENT)
    }

    fn check(&self, problems: &mut Vec<String>) {
        let at = format!("registries.{}", self.name);
        if self.environment().trim() != self.environment() || self.environment().is_empty() {
            problems.push(format!("{at}.environment: is no word"));
        }
        if let Err(problem) = self.profile() {
            problems.push(format!("{at}.profile: {problem}"));
        }
        let port = self.address.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
        if !matches!(port, Some(Ok(1..))) {
            problems.push(format!("{at}.address: {} is not host:port", self.address));
        }
        for (key, file) in [("ca", &self.ca), ("cert", &self.cert), ("key", &self.key)] {
            if let Err(problem) = readable(file) {
                problems.push(format!("{at}.{key}: {problem}"));
            }
        }
        if self.accounts.is_empty() {
            problems.push(format!("{at}.accounts: there is none"));
        }
        repeated(self.accounts.iter().map(|account| &account.name), &format!("{at}.accounts"), problems);
    }
}

/// The profile of this name that comes with the gateway, or of this file, and where its values come from.
///
/// # Errors
/// What is wrong with it, in words.
pub fn profile(name: &str) -> Result<(Profile, Notes), String> {
    let text: Cow<'_, str> = match Profile::builtin_text(name) {
        Some(text) => text.into(),
        None => std::fs::read_to_string(name)
            .map_err(|error| format!("{name} is no profile that comes along, and no file: {error}"))?
            .into(),
    };
    let profile = Profile::parse(&text).map_err(|error| format!("{name}: {error}"))?;
    Ok((profile, Notes::of(&text)))
}

fn readable(file: &Path) -> Result<(), String> {
    std::fs::File::open(file).map(drop).map_err(|error| format!("{}: {error}", file.display()))
}

fn repeated<'a>(names: impl Iterator<Item = &'a String>, at: &str, problems: &mut Vec<String>) {
    let mut seen = HashSet::new();
    problems.extend(
        names.filter(|name| !seen.insert(*name)).map(|name| format!("{at}: {name} stands there twice")),
    );
}

fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TenantId>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| serde::de::Error::custom("is not a UUID"))
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

fn accreditation<'de, D: Deserializer<'de>>(from: D) -> Result<Accreditation, D::Error> {
    let word = String::deserialize(from)?;
    let expected = "is neither icann_accredited nor non_icann";
    Accreditation::parse(&word).ok_or_else(|| serde::de::Error::custom(expected))
}

fn priced_operation<'de, D: Deserializer<'de>>(from: D) -> Result<PricedOperation, D::Error> {
    let word = String::deserialize(from)?;
    let expected = "is none of register, renew, transfer_in, restore";
    PricedOperation::parse(&word).ok_or_else(|| serde::de::Error::custom(expected))
}

fn amount<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(from)?;
    Decimal::from_str_exact(&text).map_err(|_| serde::de::Error::custom("is no exact decimal"))
}

fn currency<'de, D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn usual_listen() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 8080).into()
}

fn usual_operator_listen() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 8081).into()
}

fn usual_database_url() -> SecretString {
    "sqlite://eppgate.db".into()
}

fn usual_issuer() -> String {
    "eppgate".to_owned()
}

const USUAL_ENVIRONMENT: &str = "production";
const MIN_SECRET: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_at_once() {
        let text = r#"
            [tokens]
            secret = "short"
            [mail]
            dir = "/no/such/folder"
            from = "gateway@example.test"
            [[operators]]
            name = "anna"
            token = "shorter"
            [[registries]]
            name = "one"
            profile = "no-such-profile"
            address = "nowhere"
            environment = ""
            ca = "/no/such/ca.pem"
            cert = "/no/such/cert.pem"
            key = "/no/such/key.pem"
            accounts = []
            [[registries]]
            name = "three"
            profile = "iis"
            address = "localhost:700"
            ca = "/no/such/ca.pem"
            cert = "/no/such/cert.pem"
            key = "/no/such/key.pem"
            accounts = [{ name = "primary", client_id = "us", password = "secret" }]
            [[tenants]]
            name = "Demo"
            slug = "demo"
            owner = "owner@example.test"
            tlds = [
                { tld = "SE", registry = "two", account = "primary", accreditation = "non_icann" },
                { tld = "nu", registry = "three", accreditation = "non_icann", policy = { min_years = 2, max_years = 1 } },
            ]
        "#;
        let problems = source::parse(text, []).unwrap().problems();
        for part in [
            "tokens.secret",
            "mail.dir",
            "anna.token",
            "one.profile",
            "one.address",
            "one.environment",
            "one.ca",
            "one.cert",
            "one.key",
            "one.accounts",
            "SE: is not a zone",
            "no account primary at two",
            "demo.tlds.nu.policy.min_years is not between 1 and max_years",
        ] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part} in {problems:?}");
        }
        assert!(!format!("{problems:?}").contains("short"));
    }
}
