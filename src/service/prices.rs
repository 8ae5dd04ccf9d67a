//! What a tenant pays: its rate card, and quotes from it.
//!
//! The caller says which tier a name is in, and the registry is asked whether that is so, where it tells fees at all: a
//! premium name cannot be quoted for as a standard one, nor in another class than its own. The fee that the registry
//! names for a premium name stays with the quote, to be acknowledged in the command that it pays for.

use chrono::Duration;
use eppgate_epp::ext::fee;
use eppgate_epp::types::Period;
use eppgate_model::price::{Item, PricedOperation, Quote, QuoteState, Rate, Tier};
use eppgate_model::tenant::{AssociationState, TldAssociation};
use eppgate_model::token::Principal;
use eppgate_model::{DomainName, Money, QuoteId, TenantId, Word};
use tokio::time::Instant;

use super::check::check_fees;
use super::dialect::Dialect;
use super::register::LEAST_ADDED;
use super::routing::Route;
use super::{Error, Gateway};

/// The prices of one TLD.
#[derive(Debug, Clone)]
pub struct RateCard {
    pub tld: String,
    pub entries: Vec<Rate>,
}

/// A request for a price, as the caller wrote it.
#[derive(Debug, Clone, Default)]
pub struct AskQuote {
    pub fqdn: Option<String>,
    pub operation: Option<String>,
    pub period: Option<i64>,
    pub tier: Option<String>,
    pub premium_class: Option<String>,
}

/// What a registry says of what a command on a name costs.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Of a premium name.
    class: Option<String>,
    /// Whether the command costs what it costs for any name, premium or not.
    standard: Option<bool>,
    fee: Option<Money>,
}

impl Gateway {
    /// All prices of the tenant, by TLD.
    pub async fn rate_cards(&self, principal: &Principal) -> Result<Vec<RateCard>, Error> {
        let rates = self.0.store.rates(principal.tenant_id).await?;
        let by_tld = rates.chunk_by(|a, b| a.tld == b.tld);
        Ok(by_tld
            .map(|entries| RateCard { tld: entries[0].tld.clone(), entries: entries.to_vec() })
            .collect())
    }

    /// The tenant's prices for one TLD that it sells.
    pub async fn rate_card(&self, principal: &Principal, tld: &str) -> Result<RateCard, Error> {
        let tld = tld.trim_matches('.').to_ascii_lowercase();
        let association = self.0.store.association(principal.tenant_id, &tld).await?;
        if association.is_none_or(|association| association.state != AssociationState::Active) {
            return Err(Error::TldNotAssociated);
        }
        let rates = self.0.store.rates(principal.tenant_id).await?;
        let entries = rates.iter().filter(|rate| rate.tld == tld).cloned().collect();
        Ok(RateCard { tld, entries })
    }

    /// Promises the price of one operation on one name, once and for an hour.
    pub async fn quote(&self, principal: &Principal, ask: AskQuote) -> Result<Quote, Error> {
        let (gateway, principal) = (self.clone(), principal.clone());
        self.to_its_end(async move { gateway.quote_now(principal.tenant_id, ask).await }).await
    }

    async fn quote_now(&self, tenant: TenantId, ask: AskQuote) -> Result<Quote, Error> {
        let fqdn = ask.fqdn.filter(|text| !text.trim().is_empty()).ok_or(Error::FqdnRequired)?;
        let name = DomainName::parse(&fqdn).map_err(|error| Error::field("fqdn", error.to_string()))?;
        let association = self.association(tenant, &name).await?;
        let operation = ask.operation.as_deref().and_then(PricedOperation::parse);
        let operation = operation.ok_or(Error::InvalidOperation)?;
        let period = period(operation, ask.period, &association)?;
        let item = Item { operation, tier: tier(ask.tier.as_deref(), ask.premium_class)?, period };
        let price = self.price(tenant, &association.tld, &item).await?;
        let told = self.told_by_registry(tenant, &name, &item).await?;
        if !told.agrees_with(&item.tier) {
            return Err(Error::QuoteMismatch { differs: "tier", class: told.class });
        }
        self.give_quote(tenant, association.tld, name, item, price, told).await
    }

    /// Writes a promise down.
    pub(super) async fn give_quote(
        &self,
        tenant_id: TenantId,
        tld: String,
        name: DomainName,
        item: Item,
        price: Money,
        told: Told,
    ) -> Result<Quote, Error> {
        let quoted_at = self.0.clock.now();
        let quote = Quote {
            id: QuoteId::new(),
            tenant_id,
            tld,
            name,
            price,
            registry_fee: told.fee.filter(|_| item.tier != Tier::Standard),
            item,
            state: QuoteState::Issued,
            operation_id: None,
            quoted_at,
            valid_until: quoted_at + VALIDITY,
        };
        self.0.store.insert_quote(&quote).await?;
        Ok(quote)
    }

    /// The price on the tenant's rate card.
    pub(super) async fn price(&self, tenant: TenantId, tld: &str, item: &Item) -> Result<Money, Error> {
        let rates = self.0.store.rates(tenant).await?;
        let mut of_tld = rates.iter().filter(|rate| rate.tld == tld);
        let found = of_tld.clone().find(|rate| rate.item == *item);
        let class_is_known = item.tier == Tier::Standard || of_tld.any(|rate| rate.item.tier == item.tier);
        match found {
            Some(rate) => Ok(rate.price),
            None if class_is_known => Err(Error::PriceNotConfigured),
            None => Err(Error::PremiumClassUnknown),
        }
    }

    /// What the registry charges, and in which class it has the name. Nothing where it does not tell fees.
    pub(super) async fn told_by_registry(
        &self,
        tenant: TenantId,
        name: &DomainName,
        item: &Item,
    ) -> Result<Told, Error> {
        let route = self.route_to_ask(tenant, name).await?;
        if Dialect::of(&route.registry).fees().is_none() {
            return Ok(Told::default());
        }
        let command = match item.operation {
            PricedOperation::Register => fee::FeeCommand::Create,
            PricedOperation::Renew => fee::FeeCommand::Renew,
            PricedOperation::TransferIn => fee::FeeCommand::Transfer,
            PricedOperation::Restore => fee::FeeCommand::Restore,
        };
        let question = fee::Check {
            currency: None,
            commands: vec![fee::CheckCommand::new(command, item.period.map(Period::years))],
        };
        let deadline = Instant::now() + self.0.settings.command;
        let checked = check_fees(route.registry, tenant, name.clone(), question, deadline).await?;
        let Some(fee) = checked.fees.into_iter().next() else {
            return Ok(Told { class: checked.premium, ..Told::default() });
        };
        let currency = fee.currency.parse().map_err(|_| Error::RegistryBadResponse)?;
        Ok(Told {
            class: checked.premium,
            standard: fee.standard,
            fee: Some(Money { amount: fee.amount, currency }),
        })
    }

    /// Where to ask about a name: with any account at its registry, the price is the same.
    async fn route_to_ask(&self, tenant: TenantId, name: &DomainName) -> Result<Route, Error> {
        match self.route_new(tenant, name, None).await {
            Err(Error::RegistryAccountRequired(accounts)) => {
                let any = accounts.first().map(|(id, _)| id.to_string());
                self.route_new(tenant, name, any.as_deref()).await
            }
            found => found,
        }
    }
}

impl Told {
    /// The tier that the registry has the name in.
    pub(super) fn tier(&self) -> Tier {
        let is_standard = self.agrees_with(&Tier::Standard);
        Tier::of_class(self.class.clone().filter(|_| !is_standard))
    }

    fn agrees_with(&self, tier: &Tier) -> bool {
        match (tier, &self.class) {
            (Tier::Standard, None) => true,
            (Tier::Standard, Some(_)) => self.standard == Some(true),
            // What a registry has no word for cannot be compared.
            (Tier::Premium(asked), Some(class)) => asked.eq_ignore_ascii_case(class),
            (Tier::Premium(_), None) => self.fee.is_none(),
        }
    }
}

fn period(
    operation: PricedOperation,
    asked: Option<i64>,
    association: &TldAssociation,
) -> Result<Option<u8>, Error> {
    let least = match operation {
        PricedOperation::TransferIn => LEAST_ADDED,
        _ => association.config.min_years,
    };
    let most = association.config.max_years.min(LONGEST);
    match (operation.has_period(), asked) {
        (false, None) => Ok(None),
        (true, Some(years)) => match u8::try_from(years) {
            Ok(years) if (least..=most).contains(&u32::from(years)) => Ok(Some(years)),
            _ => Err(Error::PeriodNotAllowed),
        },
        (true, None) | (false, Some(_)) => Err(Error::PeriodNotAllowed),
    }
}

fn tier(word: Option<&str>, class: Option<String>) -> Result<Tier, Error> {
    let class = class.filter(|class| !class.is_empty());
    match (word.unwrap_or("standard"), class) {
        ("standard", None) => Ok(Tier::Standard),
        ("standard", Some(_)) => Err(Error::field("premium_class", "goes with the tier premium")),
        ("premium", Some(class)) => Ok(Tier::Premium(class)),
        ("premium", None) => Err(Error::PremiumClassRequired),
        _ => Err(Error::field("tier", "must be standard or premium")),
    }
}

/// How long a price is promised for.
const VALIDITY: Duration = Duration::hours(1);

/// The longest period that can be quoted for, in years.
const LONGEST: u32 = 10;
