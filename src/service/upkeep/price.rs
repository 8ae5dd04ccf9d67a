//! How a renewal that the gateway makes by itself is paid for.
//!
//! Nobody is there to ask for a quote, so the gateway asks in the tenant's name, by the rules that hold for a caller: the
//! price is the one on the tenant's rate card for a renewal of that length, in the tier that the registry has the name in;
//! a premium name is renewed only if its class has a price there. Without a price nothing is renewed, but for a standard
//! name where no quote is required. The quote is reserved and consumed like any other.

use eppgate_model::DomainName;
use eppgate_model::price::{Item, PricedOperation, Tier};
use eppgate_model::tenant::Accreditation;

use super::super::payment::Payment;
use super::super::routing::Route;
use super::super::{Error, Gateway};

impl Gateway {
    pub(super) async fn auto_quote(
        &self,
        route: &Route,
        name: &DomainName,
        years: u8,
    ) -> Result<Payment, Error> {
        let association = &route.association;
        let standard = Item { operation: PricedOperation::Renew, tier: Tier::Standard, period: Some(years) };
        let told = self.told_by_registry(association.tenant_id, name, &standard).await?;
        let tier = told.tier();
        let is_free = tier == Tier::Standard && association.accreditation == Accreditation::NonIcann;
        let item = Item { tier, ..standard };
        match self.price(association.tenant_id, &association.tld, &item).await {
            Ok(price) => {
                let tld = association.tld.clone();
                let quote =
                    self.give_quote(association.tenant_id, tld, name.clone(), item, price, told).await?;
                Ok(Payment::by(quote))
            }
            Err(Error::PriceNotConfigured) if is_free => Ok(Payment::none()),
            Err(error) => Err(error),
        }
    }
}
