//! Registry accounts and TLD associations: where a tenant's commands go. A tenant has few of either, so each
//! tenant's are read and cached as one list.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use eppgate_model::outbox::OutboxEntry;
use eppgate_model::tenant::{RegistryAccount, TldAssociation};
use eppgate_model::{AccountId, PollMessageId, TenantId};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::rows::{self, account, association, outbox};
use crate::writer::Transaction;
use crate::{Conflict, Error, Store, poll};

impl Store {
    /// Adds a registry account.
    pub async fn insert_account(&self, account: &RegistryAccount) -> Result<(), Error> {
        rows::insert(&self.writer, account::Model::from(account)).await?;
        self.caches.accounts.forget(&account.tenant_id);
        Ok(())
    }

    /// One of the tenant's accounts.
    pub async fn account(&self, tenant: TenantId, id: AccountId) -> Result<Option<RegistryAccount>, Error> {
        let accounts = self.all_accounts(tenant).await?;
        Ok(accounts.iter().find(|account| account.id == id).cloned())
    }

    /// The tenant's accounts in order of name: at one registry, or at all.
    pub async fn accounts(
        &self,
        tenant: TenantId,
        binding: Option<&str>,
    ) -> Result<Vec<RegistryAccount>, Error> {
        let accounts = self.all_accounts(tenant).await?;
        let wanted = |account: &&RegistryAccount| binding.is_none_or(|binding| account.binding == binding);
        Ok(accounts.iter().filter(wanted).cloned().collect())
    }

    /// Makes an account the default of its registry, in place of whichever was, or none's; gives it as it is then.
    pub async fn set_default_account(
        &self,
        account: &RegistryAccount,
        is_default: bool,
        now: DateTime<Utc>,
    ) -> Result<RegistryAccount, Error> {
        let to = |is_default| account::ActiveModel {
            is_default: Set(is_default),
            updated_at: Set(now),
            ..Default::default()
        };
        let others = account::Entity::update_many()
            .set(to(false))
            .filter(account::Column::TenantId.eq(account.tenant_id.uuid()))
            .filter(account::Column::Binding.eq(&account.binding))
            .filter(account::Column::Id.ne(account.id.uuid()))
            .filter(account::Column::IsDefault.eq(true));
        let itself = account::Entity::update_many()
            .set(to(is_default))
            .filter(account::Column::TenantId.eq(account.tenant_id.uuid()))
            .filter(account::Column::Id.eq(account.id.uuid()))
            .filter(account::Column::IsDefault.eq(!is_default));
        let tx = self.write().await?;
        if is_default {
            others.exec(&*tx).await?;
        }
        itself.exec(&*tx).await?;
        let select = account::Entity::find_by_id(account.id.uuid())
            .filter(account::Column::TenantId.eq(account.tenant_id.uuid()));
        let changed = rows::one(&*tx, select).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        self.caches.accounts.forget(&account.tenant_id);
        Ok(changed)
    }

    /// Adds a TLD to what the tenant sells.
    pub async fn insert_association(&self, association: &TldAssociation) -> Result<(), Error> {
        rows::insert(&self.writer, association::Model::from(association)).await?;
        self.caches.associations.forget(&association.tenant_id);
        Ok(())
    }

    /// The TLDs that the tenant sells, in order.
    pub async fn associations(&self, tenant: TenantId) -> Result<Arc<[TldAssociation]>, Error> {
        let load = async {
            let select = association::Entity::find()
                .filter(association::Column::TenantId.eq(tenant.uuid()))
                .order_by_asc(association::Column::Tld);
            let associations: Vec<TldAssociation> = rows::all(&self.reader, select).await?;
            Ok(Some(associations.into()))
        };
        Ok(self.caches.associations.get_or(tenant, load).await?.unwrap_or_default())
    }

    /// One of the TLDs that the tenant sells.
    pub async fn association(&self, tenant: TenantId, tld: &str) -> Result<Option<TldAssociation>, Error> {
        let associations = self.associations(tenant).await?;
        Ok(associations.iter().find(|association| association.tld == tld).cloned())
    }

    /// Each tenant's account of one name at a registry, which is one account there.
    pub async fn accounts_named(&self, binding: &str, name: &str) -> Result<Vec<RegistryAccount>, Error> {
        let select = account::Entity::find()
            .filter(account::Column::Binding.eq(binding))
            .filter(account::Column::Name.eq(name))
            .order_by_asc(account::Column::Id);
        rows::all(&self.reader, select).await
    }

    /// The TLDs of a registry that tenants sell, for each tenant.
    pub async fn associations_at(&self, binding: &str) -> Result<Vec<TldAssociation>, Error> {
        let select = association::Entity::find()
            .filter(association::Column::Binding.eq(binding))
            .order_by_asc(association::Column::Id);
        rows::all(&self.reader, select).await
    }

    /// Replaces the policy of a TLD, unless it has changed since `seen`: then [`Conflict::StaleVersion`].
    pub async fn set_config(&self, association: &TldAssociation, seen: DateTime<Utc>) -> Result<(), Error> {
        let tx = self.write().await?;
        let written = write_config(&tx, association, seen).await;
        self.finish(tx, written, std::slice::from_ref(association)).await
    }

    /// Takes a message down with each TLD that it concerns, with the news of it, and puts it away as done: all of it, or
    /// nothing if one of them has changed since it was seen, which is [`Conflict::StaleVersion`]. Of a message that has
    /// been put away already nothing is written again.
    pub async fn note_message(
        &self,
        message: PollMessageId,
        noted: &[(TldAssociation, DateTime<Utc>)],
        news: &[OutboxEntry],
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let tx = self.write().await?;
        let write = async {
            if !poll::put_away(&tx, message, now).await? {
                return Ok(());
            }
            for (association, seen) in noted {
                write_config(&tx, association, *seen).await?;
            }
            for entry in news {
                rows::insert(&*tx, outbox::Model::from(entry)).await?;
            }
            Ok(())
        };
        let written = write.await;
        let (associations, _): (Vec<_>, Vec<_>) = noted.iter().cloned().unzip();
        self.finish(tx, written, &associations).await
    }

    /// Ends a transaction that changed the policy of TLDs, after which nobody remembers what they were.
    async fn finish(
        &self,
        tx: Transaction,
        written: Result<(), Error>,
        associations: &[TldAssociation],
    ) -> Result<(), Error> {
        let ended = match written {
            Ok(()) => tx.commit().await.map_err(Error::from),
            Err(error) => Err(error),
        };
        for association in associations {
            self.caches.associations.forget(&association.tenant_id);
        }
        ended
    }

    async fn all_accounts(&self, tenant: TenantId) -> Result<Arc<[RegistryAccount]>, Error> {
        let load = async {
            let select = account::Entity::find()
                .filter(account::Column::TenantId.eq(tenant.uuid()))
                .order_by_asc(account::Column::Name)
                .order_by_asc(account::Column::Id);
            let accounts: Vec<RegistryAccount> = rows::all(&self.reader, select).await?;
            Ok(Some(accounts.into()))
        };
        Ok(self.caches.accounts.get_or(tenant, load).await?.unwrap_or_default())
    }
}

async fn write_config(
    tx: &DatabaseTransaction,
    association: &TldAssociation,
    seen: DateTime<Utc>,
) -> Result<(), Error> {
    let row = association::Model::from(association);
    let updated = association::Entity::update_many()
        .set(association::ActiveModel {
            config: Set(row.config),
            updated_at: Set(row.updated_at),
            ..Default::default()
        })
        .filter(association::Column::TenantId.eq(row.tenant_id))
        .filter(association::Column::Id.eq(row.id))
        .filter(association::Column::UpdatedAt.eq(seen))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 { Err(Conflict::StaleVersion.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use eppgate_model::poll::PollState;

    use super::*;
    use crate::fixtures::{account, association, noon, on_each_database, tenant};

    #[tokio::test]
    async fn what_is_added_is_seen_at_once() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            assert_eq!(store.accounts(tenant.id, None).await.unwrap(), []);
            assert!(store.associations(tenant.id).await.unwrap().is_empty());

            let (here, there) = (account(&tenant, "here"), account(&tenant, "there"));
            store.insert_account(&here).await.unwrap();
            store.insert_account(&there).await.unwrap();
            let tld = association(&here, "example");
            store.insert_association(&tld).await.unwrap();

            assert_eq!(store.accounts(tenant.id, None).await.unwrap().len(), 2);
            assert_eq!(store.accounts(tenant.id, Some("there")).await.unwrap(), [there]);
            assert_eq!(store.account(tenant.id, here.id).await.unwrap(), Some(here));
            assert_eq!(store.association(tenant.id, "example").await.unwrap(), Some(tld));
            assert_eq!(store.association(tenant.id, "test").await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn a_policy_is_replaced_only_by_who_has_seen_it_as_it_is() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let mut one = association(&account, "example");
            store.insert_association(&one).await.unwrap();
            let seen = one.updated_at;
            one.config.credit.current_credit = Some("12.50".to_owned());
            one.updated_at = seen + chrono::Duration::seconds(1);
            store.set_config(&one, seen).await.unwrap();
            assert_eq!(store.association(account.tenant_id, "example").await.unwrap(), Some(one.clone()));
            assert_eq!(store.associations_at("here").await.unwrap(), [one.clone()]);
            assert_eq!(store.accounts_named("here", "primary").await.unwrap(), [account]);
            let late = store.set_config(&one, seen).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::StaleVersion))), "{late:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn a_message_is_noted_with_all_tlds_that_it_concerns_or_with_none_and_told_once() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let message = poll::tests::message("7", "a");
            store.keep_message(&message).await.unwrap();
            let mut noted = Vec::new();
            for tld in ["one", "two"] {
                let association = association(&account, tld);
                store.insert_association(&association).await.unwrap();
                let seen = association.updated_at;
                let mut after = association;
                after.config.credit.current_credit = Some("12.50".to_owned());
                after.updated_at = seen + chrono::Duration::seconds(1);
                noted.push((after, seen));
            }
            let told = |(association, _): &(TldAssociation, _)| {
                OutboxEntry::of_association(association, "low_balance", serde_json::json!({}), noon())
            };
            let news: Vec<_> = noted.iter().map(told).collect();

            // Somebody else has just changed the second.
            let mut stale = noted.clone();
            stale[1].1 -= chrono::Duration::seconds(1);
            let refused = store.note_message(message.id, &stale, &news, noon()).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::StaleVersion))), "{refused:?}");
            let first = store.association(account.tenant_id, "one").await.unwrap().unwrap();
            assert_eq!(first.config.credit.current_credit, None);
            assert!(store.claim_news(noon(), 10).await.unwrap().is_empty());
            assert_eq!(store.due_messages(noon(), 10).await.unwrap().len(), 1, "it is still to be acted on");

            for _ in 0..2 {
                store.note_message(message.id, &noted, &news, noon()).await.unwrap();
            }
            let first = store.association(account.tenant_id, "one").await.unwrap().unwrap();
            assert_eq!(first.config.credit.current_credit.as_deref(), Some("12.50"));
            assert_eq!(store.claim_news(noon(), 10).await.unwrap().len(), 2);
            let kept = store.message(message.id).await.unwrap().unwrap();
            assert_eq!((kept.state, kept.due_at), (PollState::Done, None));
        })
        .await;
    }

    #[tokio::test]
    async fn an_association_is_tied_to_an_account_of_its_own_tenant_and_registry_only() {
        on_each_database(async |database| {
            let store = database.open().await;
            let (mine, theirs) = (tenant("mine"), tenant("theirs"));
            store.insert_tenant(&mine).await.unwrap();
            store.insert_tenant(&theirs).await.unwrap();
            let (my_account, their_account) = (account(&mine, "here"), account(&theirs, "here"));
            store.insert_account(&my_account).await.unwrap();
            store.insert_account(&their_account).await.unwrap();

            let right = association(&my_account, "example");
            for wrong in [
                TldAssociation { account_id: Some(their_account.id), ..right.clone() },
                TldAssociation { binding: "there".to_owned(), ..right.clone() },
            ] {
                let refused = store.insert_association(&wrong).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
            }
            store.insert_association(&right).await.unwrap();
            assert_eq!(store.account(mine.id, their_account.id).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn a_registry_has_one_default_account_and_one_of_each_name() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            let first = RegistryAccount { is_default: true, ..account(&tenant, "here") };
            store.insert_account(&first).await.unwrap();

            let second = RegistryAccount { name: "second".to_owned(), ..account(&tenant, "here") };
            for (wrong, conflict) in [
                (RegistryAccount { is_default: true, ..second.clone() }, Conflict::DefaultAccount),
                (RegistryAccount { name: first.name.clone(), ..second.clone() }, Conflict::AccountName),
                (RegistryAccount { id: first.id, ..second.clone() }, Conflict::Duplicate),
            ] {
                let refused = store.insert_account(&wrong).await;
                assert!(matches!(refused, Err(Error::Conflict(why)) if why == conflict), "{refused:?}");
            }
            store.insert_account(&second).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn the_default_changes_hands_and_can_be_nobodys() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            let first = account(&tenant, "here");
            let second = RegistryAccount { name: "second".to_owned(), ..account(&tenant, "here") };
            let elsewhere = RegistryAccount { is_default: true, ..account(&tenant, "there") };
            for account in [&first, &second, &elsewhere] {
                store.insert_account(account).await.unwrap();
            }
            let default = async || {
                let accounts = store.accounts(tenant.id, Some("here")).await.unwrap();
                accounts
                    .into_iter()
                    .filter(|account| account.is_default)
                    .map(|account| account.id)
                    .collect::<Vec<_>>()
            };
            let later = noon() + chrono::TimeDelta::hours(1);
            for (account, is_default, expected) in [
                (&first, true, vec![first.id]),
                (&first, true, vec![first.id]),
                (&second, true, vec![second.id]),
                (&first, false, vec![second.id]),
                (&second, false, vec![]),
            ] {
                let changed = store.set_default_account(account, is_default, later).await.unwrap();
                assert_eq!((changed.id, changed.is_default), (account.id, is_default));
                assert_eq!(default().await, expected);
            }
            assert_eq!(store.accounts(tenant.id, Some("there")).await.unwrap(), [elsewhere]);
        })
        .await;
    }
}
