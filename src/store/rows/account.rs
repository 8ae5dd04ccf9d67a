//! `registry_accounts`.

use eppgate_model::Word;
use eppgate_model::tenant::RegistryAccount;
use sea_orm::entity::prelude::*;

use super::word;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registry_accounts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub binding: String,
    pub name: String,
    pub state: String,
    pub is_default: bool,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&RegistryAccount> for Model {
    fn from(account: &RegistryAccount) -> Self {
        Self {
            id: account.id.uuid(),
            tenant_id: account.tenant_id.uuid(),
            binding: account.binding.clone(),
            name: account.name.clone(),
            state: account.state.as_str().to_owned(),
            is_default: account.is_default,
            inserted_at: account.inserted_at,
            updated_at: account.updated_at,
        }
    }
}

impl TryFrom<Model> for RegistryAccount {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            state: word("registry_accounts.state", &row.state)?,
            binding: row.binding,
            name: row.name,
            is_default: row.is_default,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
        })
    }
}
