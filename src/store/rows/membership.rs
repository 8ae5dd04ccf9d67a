//! `memberships`.

use eppgate_model::Word;
use eppgate_model::token::Membership;
use sea_orm::entity::prelude::*;

use super::word;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub role: String,
    pub state: String,
    pub inserted_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Membership> for Model {
    fn from(membership: &Membership) -> Self {
        Self {
            tenant_id: membership.tenant_id.uuid(),
            user_id: membership.user_id.uuid(),
            role: membership.role.as_str().to_owned(),
            state: membership.state.as_str().to_owned(),
            inserted_at: membership.inserted_at,
        }
    }
}

impl TryFrom<Model> for Membership {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            tenant_id: row.tenant_id.into(),
            user_id: row.user_id.into(),
            role: word("memberships.role", &row.role)?,
            state: word("memberships.state", &row.state)?,
            inserted_at: row.inserted_at,
        })
    }
}
