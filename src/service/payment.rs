//! How an operation is paid for: with a quote, or on the tenant's word where no quote is required.
//!
//! ```text
//! let payment = gateway.payment(&route, Purchase { … }).await?;      the rules: which quote, is it good, is it for this
//! gateway.carry_out_paid(change, payment).await                      reserved with the journal's row, settled with it
//! ```
//! What is checked here is checked again when the quote is reserved, by the database: of many callers with one quote,
//! one gets it. A standard name's fee is not acknowledged in the command, so that a registry refuses to sell a name that
//! has become premium since; a premium name's is, as it was when it was quoted for.

use chrono::{DateTime, Utc};
use eppgate_epp::Command;
use eppgate_epp::ext::fee;
use eppgate_model::price::{Item, PricedOperation, Quote, QuoteState, Tier};
use eppgate_model::tenant::Accreditation;
use eppgate_model::{DomainName, Money, Operation, QuoteId};
use eppgate_registry::Registry;

use super::dialect::Dialect;
use super::plan::{self, Plan};
use super::routing::Route;
use super::{Error, Gateway};

/// What is bought, and what the caller offers for it.
pub(super) struct Purchase<'a> {
    pub(super) name: &'a DomainName,
    pub(super) operation: PricedOperation,
    /// In years; none for a restore.
    pub(super) period: Option<u8>,
    /// As the caller wrote it.
    pub(super) quote_id: Option<&'a str>,
    /// The caller says that payment is assured, which does where no quote is required.
    pub(super) assured: bool,
}

/// What pays for an operation.
#[derive(Clone)]
pub(super) struct Payment(Option<Quote>);

impl Payment {
    /// For what costs nothing, or is on the tenant's word.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// With a quote that was just given.
    pub(super) fn by(quote: Quote) -> Self {
        Self(Some(quote))
    }

    /// The quote to be reserved.
    pub(super) fn quote_id(&self) -> Option<QuoteId> {
        self.0.as_ref().map(|quote| quote.id)
    }

    /// The command with the registry's fee for a premium name acknowledged, in the registry's dialect.
    pub(super) fn acknowledge(&self, command: Command, registry: &Registry) -> Command {
        let Some((quote, registry_fee)) =
            self.0.as_ref().and_then(|quote| Some((quote, quote.registry_fee?)))
        else {
            return command;
        };
        let Some(dialect) = Dialect::of(registry).fees() else { return command };
        let agreed = fee::Agreed {
            currency: Some(registry_fee.currency.to_string()),
            fees: vec![registry_fee.amount.into()],
            credits: Vec::new(),
        };
        match quote.item.operation {
            PricedOperation::Register => command.with(&dialect.create(&agreed)),
            PricedOperation::Renew => command.with(&dialect.renew(&agreed)),
            PricedOperation::TransferIn => command.with(&dialect.transfer(&agreed)),
            PricedOperation::Restore => command.with(&dialect.update(&agreed)),
        }
    }
}

impl Gateway {
    /// What pays for a purchase, by the rules of the TLD: a quote that is good and was given for just this, or where
    /// none is required and none is given, the caller's word.
    pub(super) async fn payment(&self, route: &Route, purchase: Purchase<'_>) -> Result<Payment, Error> {
        let Purchase { operation, period, .. } = purchase;
        let payment = self.pays(route, purchase).await?;
        if let Some(plan) = Plan::current() {
            plan::checked("payment");
            plan.costs(match &payment {
                Payment(Some(quote)) => Some(quote.price),
                Payment(None) => self.standard_price(route, operation, period).await?,
            });
        }
        Ok(payment)
    }

    /// What the tenant's rate card says of a name of the standard tier.
    async fn standard_price(
        &self,
        route: &Route,
        operation: PricedOperation,
        period: Option<u8>,
    ) -> Result<Option<Money>, Error> {
        let item = Item { operation, tier: Tier::Standard, period };
        let rates = self.0.store.rates(route.account.tenant_id).await?;
        let rate = rates.iter().find(|rate| rate.tld == route.association.tld && rate.item == item);
        Ok(rate.map(|rate| rate.price))
    }

    async fn pays(&self, route: &Route, purchase: Purchase<'_>) -> Result<Payment, Error> {
        let Some(id) = purchase.quote_id else {
            return match route.association.accreditation {
                Accreditation::IcannAccredited => Err(Error::QuoteRequired),
                Accreditation::NonIcann if purchase.assured => Ok(Payment::none()),
                Accreditation::NonIcann => Err(Error::PaymentNotAssured),
            };
        };
        let id: QuoteId = id.parse().map_err(|_| Error::QuoteNotFound)?;
        let quote = self.0.store.quote(route.account.tenant_id, id).await?.ok_or(Error::QuoteNotFound)?;
        if let Some(problem) = standing(&quote, self.0.clock.now()) {
            return Err(problem);
        }
        let differs = match &quote {
            quote if quote.name != *purchase.name => Some("fqdn"),
            quote if quote.item.operation != purchase.operation => Some("operation"),
            quote if quote.item.period != purchase.period => Some("period"),
            _ => None,
        };
        match differs {
            Some(differs) => Err(Error::QuoteMismatch { differs, class: None }),
            None => Ok(Payment(Some(quote))),
        }
    }

    /// Why a quote that was good a moment ago could not be reserved.
    pub(super) async fn why_taken(&self, operation: &Operation, payment: &Payment) -> Result<Error, Error> {
        let id = payment.quote_id().ok_or_else(|| Error::internal("a quote is taken and there is none"))?;
        let quote = self.0.store.quote(operation.tenant_id, id).await?.ok_or(Error::QuoteNotFound)?;
        // Given back in between: it was taken when it was asked for.
        Ok(standing(&quote, operation.inserted_at).unwrap_or(Error::QuoteConsumed { operation_id: None }))
    }
}

/// Why a quote is no good, if it is not.
fn standing(quote: &Quote, now: DateTime<Utc>) -> Option<Error> {
    match quote.state {
        QuoteState::Reserved | QuoteState::Consumed => {
            Some(Error::QuoteConsumed { operation_id: quote.operation_id })
        }
        QuoteState::Expired => Some(Error::QuoteExpired),
        QuoteState::Issued => (quote.valid_until <= now).then_some(Error::QuoteExpired),
    }
}
