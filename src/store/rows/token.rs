//! `oauth_tokens`.

use eppgate_model::token::TokenRecord;
use sea_orm::entity::prelude::*;

use super::read;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_tokens")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub jti: Uuid,
    pub tenant_id: Uuid,
    pub user_id: Option<Uuid>,
    pub client_id: Option<String>,
    pub scopes: String,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&TokenRecord> for Model {
    fn from(token: &TokenRecord) -> Self {
        Self {
            jti: token.jti.uuid(),
            tenant_id: token.tenant_id.uuid(),
            user_id: token.user_id.map(|id| id.uuid()),
            client_id: token.client_id.clone(),
            scopes: token.scopes.to_string(),
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

impl TryFrom<Model> for TokenRecord {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            jti: row.jti.into(),
            tenant_id: row.tenant_id.into(),
            user_id: row.user_id.map(Into::into),
            client_id: row.client_id,
            scopes: read("oauth_tokens.scopes", row.scopes.parse())?,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}
