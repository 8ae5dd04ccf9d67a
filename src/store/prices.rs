//! Rate cards. They change seldom and are short beside what is sold by them, so each tenant's is read and cached whole.

use std::sync::Arc;

use eppgate_model::TenantId;
use eppgate_model::price::Rate;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::rows::{self, rate};
use crate::{Error, Store};

impl Store {
    /// All that the tenant has prices for: by TLD, operation, tier and period.
    pub async fn rates(&self, tenant: TenantId) -> Result<Arc<[Rate]>, Error> {
        let load = async {
            let select = rate::Entity::find().filter(rate::Column::TenantId.eq(tenant.uuid()));
            let mut rates: Vec<Rate> = rows::all(&self.reader, select).await?;
            rates.sort_by(|a, b| (&a.tld, &a.item).cmp(&(&b.tld, &b.item)));
            Ok(Some(rates.into()))
        };
        Ok(self.caches.rates.get_or(tenant, load).await?.unwrap_or_default())
    }

    /// Writes lines of the tenant's rate card, all or none: one that is there under its id gets the price given.
    pub async fn set_rates(&self, tenant: TenantId, rates: &[Rate]) -> Result<(), Error> {
        let changed = [rate::Column::Amount, rate::Column::Currency, rate::Column::UpdatedAt];
        if rates.is_empty() {
            return Ok(());
        }
        let tx = self.write().await?;
        for some in rates.chunks(AT_ONCE) {
            let rows = some.iter().map(|rate| rate::Model::from(rate).into_active_model());
            rate::Entity::insert_many(rows)
                .on_conflict(OnConflict::column(rate::Column::Id).update_columns(changed).to_owned())
                .exec_without_returning(&*tx)
                .await?;
        }
        tx.commit().await?;
        self.caches.rates.forget(&tenant);
        Ok(())
    }
}

/// Ten values each: well below what either database takes in a statement.
const AT_ONCE: usize = 500;

#[cfg(test)]
mod tests {
    use eppgate_model::price::{Item, PricedOperation, Tier};
    use eppgate_model::{RateId, TenantId};

    use super::*;
    use crate::Conflict;
    use crate::fixtures::{association, noon, on_each_database};

    fn rate(tenant_id: TenantId, period: Option<u8>, tier: Tier) -> Rate {
        Rate {
            id: RateId::new(),
            tenant_id,
            tld: "example".to_owned(),
            item: Item { operation: PricedOperation::Register, period, tier },
            price: Rate::price("9.99".parse().unwrap(), "USD".parse().unwrap()).unwrap(),
            inserted_at: noon(),
            updated_at: noon(),
        }
    }

    #[tokio::test]
    async fn an_item_has_one_price_which_can_be_changed() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            store.insert_association(&association(&account, "example")).await.unwrap();
            let tenant = account.tenant_id;
            let items = [
                (Some(1), Tier::Standard),
                (None, Tier::Standard),
                (Some(1), Tier::Premium("gold".to_owned())),
            ];
            let mut rates = items.clone().map(|(period, tier)| rate(tenant, period, tier));
            store.set_rates(tenant, &rates).await.unwrap();
            for (period, tier) in items {
                let refused = store.set_rates(tenant, &[rate(tenant, period, tier)]).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::Rate))), "{refused:?}");
            }
            rates[1].price = Rate::price("12".parse().unwrap(), "SEK".parse().unwrap()).unwrap();
            store.set_rates(tenant, &rates[1..2]).await.unwrap();
            let stored = store.rates(tenant).await.unwrap();
            assert_eq!(*stored, [rates[1].clone(), rates[0].clone(), rates[2].clone()]);
            assert!(store.rates(TenantId::new()).await.unwrap().is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn a_price_is_for_a_tld_that_the_tenant_sells() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let tenant = account.tenant_id;
            let refused = store.set_rates(tenant, &[rate(tenant, Some(1), Tier::Standard)]).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
        })
        .await;
    }
}
