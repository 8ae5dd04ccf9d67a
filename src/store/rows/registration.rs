//! `contact_registrations`: which registries have a copy of a contact, and by what name.

use eppgate_model::ContactRegistration;
use sea_orm::entity::prelude::*;

use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_registrations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub binding: String,
    pub registry_id: String,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&ContactRegistration> for Model {
    fn from(registration: &ContactRegistration) -> Self {
        Self {
            tenant_id: registration.tenant_id.uuid(),
            contact_id: registration.contact_id.uuid(),
            account_id: registration.account_id.uuid(),
            binding: registration.binding.clone(),
            registry_id: registration.registry_id.clone(),
            version: registration.version,
        }
    }
}

impl TryFrom<Model> for ContactRegistration {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let Model { tenant_id, contact_id, account_id, binding, registry_id, version } = row;
        let (tenant_id, contact_id) = (tenant_id.into(), contact_id.into());
        Ok(Self { tenant_id, contact_id, account_id: account_id.into(), binding, registry_id, version })
    }
}
