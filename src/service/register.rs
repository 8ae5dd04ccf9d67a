//! Registration of a new domain.

use eppgate_epp::types::{AuthInfo, Period, Secret};
use eppgate_epp::{Command, domain};
use eppgate_model::DomainName;
use eppgate_model::price::PricedOperation;
use eppgate_model::token::Principal;

use super::auth_code::hash_auth_code;
use super::contacts::Handles;
use super::dialect::Dialect;
use super::effect::{Intent, NewDomain, Role};
use super::hosts::parse_nameservers;
use super::journal::Change;
use super::payment::Purchase;
use super::routing::Route;
use super::{DomainView, Error, Gateway};

/// A request to register a domain.
#[derive(Debug, Clone, Default)]
pub struct Register {
    pub name: String,
    /// One year when left out.
    pub years: Option<u32>,
    pub nameservers: Vec<String>,
    pub contacts: Handles,
    pub payment_assured: bool,
    pub quote_id: Option<String>,
    pub registry_account_id: Option<String>,
    pub idn_language: Option<String>,
}

impl Gateway {
    /// Registers a domain. It is journalled, sent once, and settled even when the caller goes away.
    pub async fn register(&self, principal: &Principal, request: Register) -> Result<DomainView, Error> {
        let (gateway, principal) = (self.clone(), principal.clone());
        self.to_its_end(async move { gateway.register_now(principal, request).await }).await
    }

    async fn register_now(&self, principal: Principal, request: Register) -> Result<DomainView, Error> {
        let name =
            DomainName::parse(&request.name).map_err(|error| Error::field("name", error.to_string()))?;
        let tenant = principal.tenant_id;
        let is_create = |intent: &Intent| matches!(intent, Intent::Create(_));
        if self.earlier(&principal, name.as_str(), is_create).await?.is_some() {
            let domain = self.0.store.domain(tenant, &name).await?;
            return self.view(domain.ok_or(Error::NotFound)?).await;
        }
        let route = self.route_new(tenant, &name, request.registry_account_id.as_deref()).await?;
        let years = years(&route, request.years)?;
        let dialect = Dialect::of(&route.registry);
        let needs_language =
            dialect.needs_language(&name) || (name.is_idn() && route.association.config.idn_tag_required);
        if needs_language && request.idn_language.is_none() {
            return Err(Error::field("idn_language", "is required for this name"));
        }
        let purchase = Purchase {
            name: &name,
            operation: PricedOperation::Register,
            period: Some(years),
            quote_id: request.quote_id.as_deref(),
            assured: request.payment_assured,
        };
        let payment = self.payment(&route, purchase).await?;
        let nameservers = parse_nameservers(&request.nameservers, &route.association.config)?;
        let servers = self.servers(&route, &name, &nameservers).await?;
        let contacts = self.find_contacts(tenant, &request.contacts).await?;
        if self.0.store.domain(tenant, &name).await?.is_some() {
            return Err(Error::DomainUnavailable);
        }
        let auth_code = dialect.auth_code()?;
        let linked = self.link(&principal, &route, &contacts).await?;
        let create = domain::Create {
            name: name.as_str().to_owned(),
            period: Some(Period::years(years)),
            ns: dialect.name_servers(&servers),
            registrant: linked.registrant,
            contacts: linked.others,
            auth_info: AuthInfo::pw(auth_code.as_ref().map_or("", Secret::expose)),
        };
        let handle = |role| {
            let contact = contacts.iter().find(|(known, _)| *known == role);
            contact.map(|(_, contact)| contact.handle.to_string())
        };
        let intent = Intent::Create(NewDomain {
            tld: route.association.tld.clone(),
            years: u32::from(years),
            nameservers: nameservers.iter().map(|host| host.as_str().to_owned()).collect(),
            registrant_handle: handle(Role::Registrant),
            admin_handle: handle(Role::Admin),
            tech_handle: handle(Role::Tech),
            billing_handle: handle(Role::Billing),
            auth_code_hash: auth_code.as_ref().map(|code| hash_auth_code(code.expose())),
        });
        let change = || Change {
            principal: principal.clone(),
            route: route.clone(),
            name: name.clone(),
            intent: intent.clone(),
            command: dialect.in_language(Command::new(&create), &name, request.idn_language.as_deref()),
        };
        let outcome = self.carry_out_with_hosts(change, &payment, &servers).await;
        let domain = outcome.map_err(|error| match error {
            Error::RegistryRefused { code: 2302, .. } => Error::DomainUnavailable,
            other => other,
        })?;
        self.view(domain).await
    }
}

/// A registration period within the TLD's bounds, the shortest when left out.
pub(super) fn years(route: &Route, years: Option<u32>) -> Result<u8, Error> {
    let least = route.association.config.min_years;
    years_from(least, route, years.unwrap_or(least))
}

/// What a transfer adds: a year when left out, also where nothing is registered for so little.
pub(super) fn years_added(route: &Route, years: Option<u32>) -> Result<u8, Error> {
    years_from(LEAST_ADDED, route, years.unwrap_or(LEAST_ADDED))
}

fn years_from(least: u32, route: &Route, years: u32) -> Result<u8, Error> {
    let most = route.association.config.max_years;
    let fits = u8::try_from(years).ok().filter(|_| (least..=most).contains(&years));
    fits.ok_or_else(|| {
        Error::field("years", format!("must be {least} to {most} for .{}", route.association.tld))
    })
}

/// The shortest period that a transfer adds, in years.
pub(super) const LEAST_ADDED: u32 = 1;
