//! Tenants, users and who belongs to which tenant.

use chrono::{DateTime, Utc};
use eppgate_model::tenant::Tenant;
use eppgate_model::token::{Membership, User};
use eppgate_model::{TenantId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::rows::{self, membership, tenant, user};
use crate::{Conflict, Error, Store};

impl Store {
    /// The tenant, if there is one.
    pub async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, Error> {
        let load = async { rows::one(&self.reader, tenant::Entity::find_by_id(id.uuid())).await };
        self.caches.tenants.get_or(id, load).await
    }

    /// The tenant with a slug, if there is one.
    pub async fn tenant_by_slug(&self, slug: &str) -> Result<Option<Tenant>, Error> {
        rows::one(&self.reader, tenant::Entity::find().filter(tenant::Column::Slug.eq(slug))).await
    }

    /// Adds a tenant.
    pub async fn insert_tenant(&self, tenant: &Tenant) -> Result<(), Error> {
        rows::insert(&self.writer, tenant::Model::from(tenant)).await
    }

    /// Replaces a tenant's name and settings, unless it has changed since `seen`: then [`Conflict::StaleVersion`].
    pub async fn update_tenant(&self, tenant: &Tenant, seen: DateTime<Utc>) -> Result<(), Error> {
        let row = tenant::Model::from(tenant);
        let updated = tenant::Entity::update_many()
            .set(tenant::ActiveModel {
                name: Set(row.name),
                settings: Set(row.settings),
                updated_at: Set(row.updated_at),
                ..Default::default()
            })
            .filter(tenant::Column::Id.eq(row.id))
            .filter(tenant::Column::UpdatedAt.eq(seen))
            .exec(&self.writer)
            .await?;
        self.caches.tenants.forget(&tenant.id);
        if updated.rows_affected == 0 { Err(Conflict::StaleVersion.into()) } else { Ok(()) }
    }

    /// Adds a user.
    pub async fn insert_user(&self, user: &User) -> Result<(), Error> {
        rows::insert(&self.writer, user::Model::from(user)).await
    }

    /// The user with an e-mail address, in whatever case it is written.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let same = Func::lower(Expr::col(user::Column::Email)).eq(Func::lower(Expr::val(email)));
        rows::one(&self.reader, user::Entity::find().filter(same)).await
    }

    /// Adds a user to a tenant.
    pub async fn insert_membership(&self, membership: &Membership) -> Result<(), Error> {
        rows::insert(&self.writer, membership::Model::from(membership)).await
    }

    /// A user's place in a tenant, if there is one.
    pub async fn membership(&self, tenant: TenantId, user: UserId) -> Result<Option<Membership>, Error> {
        let load = async {
            rows::one(&self.reader, membership::Entity::find_by_id((tenant.uuid(), user.uuid()))).await
        };
        self.caches.memberships.get_or((tenant, user), load).await
    }
}

#[cfg(test)]
mod tests {
    use eppgate_model::tenant::TransferOutMode;
    use eppgate_model::token::{MembershipState, Role};

    use super::*;
    use crate::fixtures::{noon, on_each_database, tenant};

    #[tokio::test]
    async fn a_user_is_found_by_address_and_only_in_their_own_tenant() {
        on_each_database(async |database| {
            let store = database.open().await;
            let (home, other) = (tenant("home"), tenant("other"));
            store.insert_tenant(&home).await.unwrap();
            store.insert_tenant(&other).await.unwrap();
            let user = User { id: UserId::new(), email: "Ann@example.com".to_owned(), inserted_at: noon() };
            store.insert_user(&user).await.unwrap();
            let membership = Membership {
                tenant_id: home.id,
                user_id: user.id,
                role: Role::Owner,
                state: MembershipState::Active,
                inserted_at: noon(),
            };
            store.insert_membership(&membership).await.unwrap();

            assert_eq!(store.user_by_email("ann@EXAMPLE.com").await.unwrap(), Some(user.clone()));
            assert_eq!(store.membership(home.id, user.id).await.unwrap(), Some(membership));
            assert_eq!(store.membership(other.id, user.id).await.unwrap(), None);

            let twin = User { id: UserId::new(), email: "ANN@example.com".to_owned(), inserted_at: noon() };
            let refused = store.insert_user(&twin).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::UserEmail))), "{refused:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn a_tenants_choice_is_seen_at_once_and_not_overwritten_unseen() {
        on_each_database(async |database| {
            let store = database.open().await;
            let mut one = tenant("acme");
            store.insert_tenant(&one).await.unwrap();
            assert_eq!(store.tenant(one.id).await.unwrap(), Some(one.clone()));
            let seen = one.updated_at;
            one.settings.transfer_out_mode = TransferOutMode::Explicit;
            one.updated_at = seen + chrono::Duration::seconds(1);
            store.update_tenant(&one, seen).await.unwrap();
            assert_eq!(store.tenant(one.id).await.unwrap(), Some(one.clone()));
            let late = store.update_tenant(&one, seen).await;
            assert!(matches!(late, Err(Error::Conflict(Conflict::StaleVersion))), "{late:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn a_slug_belongs_to_one_tenant() {
        on_each_database(async |database| {
            let store = database.open().await;
            store.insert_tenant(&tenant("acme")).await.unwrap();
            let refused = store.insert_tenant(&tenant("acme")).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::TenantSlug))), "{refused:?}");
        })
        .await;
    }
}
