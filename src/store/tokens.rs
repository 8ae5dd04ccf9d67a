//! Access tokens by their `jti`: looked up on every request, and dead from the moment they are revoked.

use chrono::{DateTime, Utc};
use eppgate_model::TokenId;
use eppgate_model::token::TokenRecord;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::rows::{self, token};
use crate::{Error, Store};

impl Store {
    /// Remembers a token that was issued.
    pub async fn insert_token(&self, token: &TokenRecord) -> Result<(), Error> {
        rows::insert(&self.writer, token::Model::from(token)).await
    }

    /// The token, if it was issued here; whether it is still good is for the caller to see.
    pub async fn token(&self, jti: TokenId) -> Result<Option<TokenRecord>, Error> {
        let load = async { rows::one(&self.reader, token::Entity::find_by_id(jti.uuid())).await };
        self.caches.tokens.get_or(jti, load).await
    }

    /// Revokes a token; one that is revoked already stays revoked since then.
    pub async fn revoke_token(&self, jti: TokenId, at: DateTime<Utc>) -> Result<(), Error> {
        let since = Expr::col(token::Column::RevokedAt).if_null(at);
        let revoked = token::Entity::update_many()
            .col_expr(token::Column::RevokedAt, since)
            .filter(token::Column::Jti.eq(jti.uuid()))
            .exec_with_returning(&self.writer)
            .await?;
        let row = revoked.into_iter().next().ok_or(Error::NotFound)?;
        self.caches.tokens.put(jti, row.try_into()?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use eppgate_model::token::{Scope, Scopes};

    use super::*;
    use crate::Conflict;
    use crate::fixtures::{noon, on_each_database, tenant};

    fn token(tenant: &eppgate_model::tenant::Tenant) -> TokenRecord {
        TokenRecord {
            jti: TokenId::new(),
            tenant_id: tenant.id,
            user_id: None,
            client_id: Some("c0ffee".to_owned()),
            scopes: Scopes::of(&[Scope::Read, Scope::Write]),
            expires_at: noon() + Duration::hours(1),
            revoked_at: None,
        }
    }

    #[tokio::test]
    async fn a_revoked_token_is_seen_as_such_at_once() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            let token = token(&tenant);
            store.insert_token(&token).await.unwrap();
            assert_eq!(store.token(token.jti).await.unwrap(), Some(token.clone()));

            store.revoke_token(token.jti, noon()).await.unwrap();
            let revoked = Some(TokenRecord { revoked_at: Some(noon()), ..token.clone() });
            assert_eq!(store.token(token.jti).await.unwrap(), revoked);

            store.revoke_token(token.jti, noon() + Duration::hours(2)).await.unwrap();
            assert_eq!(store.token(token.jti).await.unwrap(), revoked);
            assert!(matches!(store.revoke_token(TokenId::new(), noon()).await, Err(Error::NotFound)));
        })
        .await;
    }

    #[tokio::test]
    async fn a_revocation_is_not_undone_by_a_read_that_was_under_way() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            let token = token(&tenant);
            store.insert_token(&token).await.unwrap();

            let late_read = store.caches.tokens.get_or(token.jti, async {
                let seen_before = Ok(Some(token.clone()));
                store.revoke_token(token.jti, noon()).await.unwrap();
                seen_before
            });
            assert_eq!(late_read.await.unwrap().unwrap().revoked_at, Some(noon()));
        })
        .await;
    }

    #[tokio::test]
    async fn a_token_for_a_person_needs_their_membership() {
        on_each_database(async |database| {
            let store = database.open().await;
            let tenant = tenant("acme");
            store.insert_tenant(&tenant).await.unwrap();
            let token = TokenRecord { user_id: Some(eppgate_model::UserId::new()), ..token(&tenant) };
            let refused = store.insert_token(&token).await;
            assert!(matches!(refused, Err(Error::Conflict(Conflict::Reference))), "{refused:?}");
        })
        .await;
    }
}
