//! A domain's history: entries are written with the change they tell of, by `domains` and `operations`.

use eppgate_model::{DomainEvent, DomainId, EventId, TenantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::rows::{self, event};
use crate::{Error, Store};

impl Store {
    /// At most `limit` entries of a domain's history, oldest first, from just after the entry `after` on.
    pub async fn events(
        &self,
        tenant: TenantId,
        domain: DomainId,
        after: Option<EventId>,
        limit: u64,
    ) -> Result<Vec<DomainEvent>, Error> {
        let select = event::Entity::find()
            .filter(event::Column::TenantId.eq(tenant.uuid()))
            .filter(event::Column::DomainId.eq(domain.uuid()))
            .apply_if(after, |select, id| select.filter(event::Column::Id.gt(id.uuid())))
            .order_by_asc(event::Column::Id)
            .limit(limit);
        rows::all(&self.reader, select).await
    }
}

#[cfg(test)]
mod tests {
    use eppgate_model::token::Actor;

    use super::*;
    use crate::DomainChange;
    use crate::fixtures::{domain, noon, on_each_database};

    #[tokio::test]
    async fn the_history_is_paged_oldest_first_and_is_its_tenants_alone() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let mut domain = domain(&account, "a.example");
            store.insert_domain(&domain).await.unwrap();
            for number in 0..5 {
                let payload = serde_json::json!({ "number": number });
                let event = DomainEvent::new(&domain, "counted", &Actor::System, payload, noon());
                store.change_domain(DomainChange::Update(domain.clone()), Some(event)).await.unwrap();
                domain.version += 1;
            }

            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = store.events(account.tenant_id, domain.id, after, 2).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                seen.extend(page.iter().map(|event| event.payload["number"].as_i64().unwrap()));
            }
            assert_eq!(seen, [0, 1, 2, 3, 4]);
            assert_eq!(store.events(TenantId::new(), domain.id, None, 10).await.unwrap(), []);
        })
        .await;
    }
}
