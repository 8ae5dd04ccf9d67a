//! Contacts, and which registries have copies of them.
//!
//! A change replaces the whole record and says which version it was made from; if the row has moved on since,
//! nothing is written and the caller reads again.

use eppgate_model::{AccountId, Contact, ContactId, ContactRegistration, Handle, TenantId};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, NotSet, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};

use crate::domains::live;
use crate::rows::{self, contact, domain, registration};
use crate::{Conflict, Error, Store};

/// What a command on a contact's copy at a registry means for our rows.
#[derive(Debug, Clone)]
pub enum ContactChange {
    /// There is a copy now.
    Registered(ContactRegistration),
    /// The copy is another; and so is the record, if it is given.
    Updated(ContactRegistration, Option<Box<Contact>>),
    /// There is no copy any more.
    Unregistered(ContactRegistration),
}

impl Store {
    /// The tenant's contact of that handle.
    pub async fn contact(&self, tenant: TenantId, handle: &Handle) -> Result<Option<Contact>, Error> {
        let select = contact::Entity::find()
            .filter(contact::Column::TenantId.eq(tenant.uuid()))
            .filter(contact::Column::Handle.eq(handle.as_str()));
        rows::one(&self.reader, select).await
    }

    /// The tenant's contact of that id.
    pub async fn contact_by_id(&self, tenant: TenantId, id: ContactId) -> Result<Option<Contact>, Error> {
        let select =
            contact::Entity::find_by_id(id.uuid()).filter(contact::Column::TenantId.eq(tenant.uuid()));
        rows::one(&self.reader, select).await
    }

    /// At most `limit` of the tenant's contacts in order of handle, from just after the handle `after` on.
    pub async fn contacts(
        &self,
        tenant: TenantId,
        after: Option<&Handle>,
        limit: u64,
    ) -> Result<Vec<Contact>, Error> {
        let select = contact::Entity::find()
            .filter(contact::Column::TenantId.eq(tenant.uuid()))
            .apply_if(after, |select, handle| select.filter(contact::Column::Handle.gt(handle.as_str())))
            .order_by_asc(contact::Column::Handle)
            .limit(limit);
        rows::all(&self.reader, select).await
    }

    /// Adds a contact. A handle that is taken is [`Conflict::Handle`].
    pub async fn insert_contact(&self, contact: &Contact) -> Result<(), Error> {
        rows::insert(&self.writer, contact::Model::from(contact)).await
    }

    /// Replaces a contact that no registry has a copy of; it then has the next version.
    pub async fn update_contact(&self, contact: &Contact) -> Result<(), Error> {
        update(&self.writer, contact).await
    }

    /// Takes a contact away that no live domain names, else [`Conflict::ContactInUse`], and that is still in the version
    /// given, else [`Conflict::StaleVersion`].
    pub async fn delete_contact(&self, contact: &Contact) -> Result<(), Error> {
        let tx = self.write().await?;
        if is_linked(&*tx, contact).await? {
            return Err(Conflict::ContactInUse.into());
        }
        let deleted = contact::Entity::delete_many()
            .filter(contact::Column::TenantId.eq(contact.tenant_id.uuid()))
            .filter(contact::Column::Id.eq(contact.id.uuid()))
            .filter(contact::Column::Version.eq(contact.version))
            .exec(&*tx)
            .await?;
        if deleted.rows_affected == 0 {
            let there = contact::Entity::find_by_id(contact.id.uuid())
                .filter(contact::Column::TenantId.eq(contact.tenant_id.uuid()));
            return Err(match there.one(&*tx).await? {
                Some(_) => Conflict::StaleVersion.into(),
                None => Error::NotFound,
            });
        }
        Ok(tx.commit().await?)
    }

    /// Whether a live domain of the tenant names the contact.
    pub async fn contact_is_linked(&self, contact: &Contact) -> Result<bool, Error> {
        is_linked(&self.reader, contact).await
    }

    /// The TLDs of the live domains whose registrant the contact is.
    pub async fn tlds_of_registrant(&self, contact: &Contact) -> Result<Vec<String>, Error> {
        let select = domain::Entity::find()
            .select_only()
            .column(domain::Column::Tld)
            .distinct()
            .filter(domain::Column::TenantId.eq(contact.tenant_id.uuid()))
            .filter(domain::Column::RegistrantHandle.eq(contact.handle.as_str()))
            .filter(live());
        Ok(select.into_tuple().all(&self.reader).await?)
    }

    /// The contact's copies at registries, in order of account.
    pub async fn contact_registrations(&self, contact: &Contact) -> Result<Vec<ContactRegistration>, Error> {
        let select = registration::Entity::find()
            .filter(registration::Column::TenantId.eq(contact.tenant_id.uuid()))
            .filter(registration::Column::ContactId.eq(contact.id.uuid()))
            .order_by_asc(registration::Column::AccountId);
        rows::all(&self.reader, select).await
    }

    /// The contact's copy that belongs to an account.
    pub async fn contact_registration(
        &self,
        tenant: TenantId,
        contact: ContactId,
        account: AccountId,
    ) -> Result<Option<ContactRegistration>, Error> {
        let select = registration::Entity::find_by_id((tenant.uuid(), contact.uuid(), account.uuid()));
        rows::one(&self.reader, select).await
    }

    /// The copy that a registry knows by that name, whosever it is: for what the registry tells, not for showing.
    pub async fn contact_registered_as(
        &self,
        binding: &str,
        registry_id: &str,
    ) -> Result<Option<ContactRegistration>, Error> {
        let select = registration::Entity::find()
            .filter(registration::Column::Binding.eq(binding))
            .filter(registration::Column::RegistryId.eq(registry_id));
        rows::one(&self.reader, select).await
    }

    /// Writes down what became of a copy without a command: one that was found, or one that is missed.
    pub async fn change_contact(&self, change: ContactChange) -> Result<(), Error> {
        let tx = self.write().await?;
        apply(&tx, &change).await?;
        Ok(tx.commit().await?)
    }
}

/// Makes the change, as part of a transaction.
pub(crate) async fn apply(tx: &DatabaseTransaction, change: &ContactChange) -> Result<(), Error> {
    match change {
        ContactChange::Registered(copy) => rows::insert(tx, registration::Model::from(copy)).await,
        ContactChange::Updated(copy, contact) => {
            registration::Entity::update_many()
                .col_expr(registration::Column::Version, Expr::value(copy.version))
                .filter(this(copy))
                .exec(tx)
                .await?;
            match contact {
                Some(contact) => update(tx, contact).await,
                None => Ok(()),
            }
        }
        ContactChange::Unregistered(copy) => {
            registration::Entity::delete_many().filter(this(copy)).exec(tx).await?;
            Ok(())
        }
    }
}

async fn update(db: &impl ConnectionTrait, contact: &Contact) -> Result<(), Error> {
    let row = contact::ActiveModel {
        id: NotSet,
        tenant_id: NotSet,
        handle: NotSet,
        inserted_at: NotSet,
        version: Set(contact.version + 1),
        ..contact::Model::from(contact).into_active_model().reset_all()
    };
    let updated = contact::Entity::update_many()
        .set(row)
        .filter(contact::Column::TenantId.eq(contact.tenant_id.uuid()))
        .filter(contact::Column::Id.eq(contact.id.uuid()))
        .filter(contact::Column::Version.eq(contact.version))
        .exec(db)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Conflict::StaleVersion.into());
    }
    Ok(())
}

async fn is_linked(db: &impl ConnectionTrait, contact: &Contact) -> Result<bool, Error> {
    let roles = [
        domain::Column::RegistrantHandle,
        domain::Column::AdminHandle,
        domain::Column::TechHandle,
        domain::Column::BillingHandle,
    ];
    let named =
        roles.into_iter().fold(Condition::any(), |any, role| any.add(role.eq(contact.handle.as_str())));
    let select = domain::Entity::find()
        .select_only()
        .column(domain::Column::Id)
        .filter(domain::Column::TenantId.eq(contact.tenant_id.uuid()))
        .filter(named)
        .filter(live())
        .limit(1);
    Ok(!select.into_tuple::<Uuid>().all(db).await?.is_empty())
}

fn this(copy: &ContactRegistration) -> Condition {
    Condition::all()
        .add(registration::Column::TenantId.eq(copy.tenant_id.uuid()))
        .add(registration::Column::ContactId.eq(copy.contact_id.uuid()))
        .add(registration::Column::AccountId.eq(copy.account_id.uuid()))
}

#[cfg(test)]
mod tests {
    use eppgate_model::contact::Disclosure;
    use eppgate_model::{Domain, DomainState, Phone};

    use super::*;
    use crate::fixtures::{account, contact, domain, on_each_database, tenant};

    fn copy_of(contact: &Contact, account: AccountId, registry_id: &str) -> ContactRegistration {
        ContactRegistration {
            tenant_id: contact.tenant_id,
            contact_id: contact.id,
            account_id: account,
            binding: "here".to_owned(),
            registry_id: registry_id.to_owned(),
            version: 1,
        }
    }

    #[tokio::test]
    async fn a_contact_is_read_back_as_it_was_written() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let mut jane = contact(&account, "jane");
            store.insert_contact(&jane).await.unwrap();
            assert_eq!(store.contact(account.tenant_id, &jane.handle).await.unwrap(), Some(jane.clone()));

            jane.details.street = ["Storgatan 1", "", "c/o Doe"].map(str::to_owned).into();
            jane.details.phone = Some(Phone::parse("+46812345678").unwrap());
            jane.details.disclosure = Some(Disclosure { email: true, ..Disclosure::default() });
            store.update_contact(&jane).await.unwrap();
            let stale = store.update_contact(&jane).await;
            assert!(matches!(stale, Err(Error::Conflict(Conflict::StaleVersion))), "{stale:?}");
            jane.version += 1;
            assert_eq!(store.contact_by_id(account.tenant_id, jane.id).await.unwrap(), Some(jane));
        })
        .await;
    }

    #[tokio::test]
    async fn a_contact_stays_as_long_as_a_live_domain_names_it_in_any_role() {
        on_each_database(async |database| {
            let (store, account) = database.shop().await;
            let jane = contact(&account, "jane");
            store.insert_contact(&jane).await.unwrap();
            let handle = Some("jane".to_owned());
            let plain = || domain(&account, "a.example");
            for (place, named) in [
                Domain { registrant_handle: handle.clone(), ..plain() },
                Domain { admin_handle: handle.clone(), ..plain() },
                Domain { tech_handle: handle.clone(), ..plain() },
                Domain { billing_handle: handle.clone(), ..plain() },
            ]
            .into_iter()
            .enumerate()
            {
                store.insert_domain(&named).await.unwrap();
                assert!(store.contact_is_linked(&jane).await.unwrap());
                let tlds = store.tlds_of_registrant(&jane).await.unwrap();
                assert_eq!(tlds.len(), usize::from(place == 0), "{tlds:?}");
                let refused = store.delete_contact(&jane).await;
                assert!(matches!(refused, Err(Error::Conflict(Conflict::ContactInUse))), "{refused:?}");
                let gone = Domain { state: DomainState::Purged, ..named };
                store.update_domain(&gone, gone.version).await.unwrap();
            }
            store.delete_contact(&jane).await.unwrap();
            assert_eq!(store.contact(account.tenant_id, &jane.handle).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn a_contact_has_one_copy_with_each_account_and_no_account_of_another_tenant() {
        on_each_database(async |database| {
            let (store, mine) = database.shop().await;
            let jane = contact(&mine, "jane");
            store.insert_contact(&jane).await.unwrap();
            let copy = copy_of(&jane, mine.id, "c1");
            store.change_contact(ContactChange::Registered(copy.clone())).await.unwrap();
            let again = store.change_contact(ContactChange::Registered(copy.clone())).await;
            assert!(matches!(again, Err(Error::Conflict(Conflict::Duplicate))), "{again:?}");
            let held = store.delete_contact(&jane).await;
            assert!(matches!(held, Err(Error::Conflict(Conflict::Reference))), "{held:?}");

            let other = tenant("other");
            store.insert_tenant(&other).await.unwrap();
            let theirs = account(&other, "here");
            store.insert_account(&theirs).await.unwrap();
            let foreign = copy_of(&jane, theirs.id, "c2");
            let refused = store.change_contact(ContactChange::Registered(foreign)).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
            assert_eq!(store.contact_registration(other.id, jane.id, mine.id).await.unwrap(), None);

            let newer = Contact { transfer_lock_opt_out: true, ..jane.clone() };
            let copy = ContactRegistration { version: 2, ..copy };
            store.change_contact(ContactChange::Updated(copy.clone(), Some(Box::new(newer)))).await.unwrap();
            let read = store.contact_by_id(jane.tenant_id, jane.id).await.unwrap().unwrap();
            assert_eq!((read.version, read.transfer_lock_opt_out), (2, true));
            assert_eq!(store.contact_registrations(&jane).await.unwrap(), std::slice::from_ref(&copy));

            store.change_contact(ContactChange::Unregistered(copy)).await.unwrap();
            let late = store.delete_contact(&jane).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::StaleVersion))), "{late:?}");
            store.delete_contact(&read).await.unwrap();
            assert!(matches!(store.delete_contact(&read).await, Err(Error::NotFound)));
        })
        .await;
    }

    #[tokio::test]
    async fn a_handle_is_one_tenants_own_and_pages_are_in_its_order() {
        on_each_database(async |database| {
            let (store, mine) = database.shop().await;
            let other = tenant("other");
            store.insert_tenant(&other).await.unwrap();
            let theirs = account(&other, "here");
            store.insert_account(&theirs).await.unwrap();
            store.insert_contact(&contact(&theirs, "b")).await.unwrap();
            for handle in ["b", "a", "B", "c"] {
                store.insert_contact(&contact(&mine, handle)).await.unwrap();
            }
            let taken = store.insert_contact(&contact(&mine, "a")).await;
            assert!(matches!(taken, Err(Error::Conflict(Conflict::Handle))), "{taken:?}");
            let handles = |page: Vec<Contact>| -> Vec<String> {
                page.iter().map(|contact| contact.handle.to_string()).collect()
            };
            let first = store.contacts(mine.tenant_id, None, 2).await.unwrap();
            let after = first[1].handle.clone();
            assert_eq!(handles(first), ["B", "a"]);
            assert_eq!(handles(store.contacts(mine.tenant_id, Some(&after), 9).await.unwrap()), ["b", "c"]);
        })
        .await;
    }
}
