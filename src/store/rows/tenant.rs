//! `tenants`.

use eppgate_model::Word;
use eppgate_model::tenant::Tenant;
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub status: String,
    pub settings: String,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Tenant> for Model {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.uuid(),
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            status: tenant.status.as_str().to_owned(),
            settings: serde_json::to_string(&tenant.settings).expect("a tenant's settings are words"),
            inserted_at: tenant.inserted_at,
            updated_at: tenant.updated_at,
        }
    }
}

impl TryFrom<Model> for Tenant {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            status: word("tenants.status", &row.status)?,
            settings: read("tenants.settings", serde_json::from_str(&row.settings))?,
            name: row.name,
            slug: row.slug,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
        })
    }
}
