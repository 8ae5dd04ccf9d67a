//! `domain_statuses`: a domain's statuses as the registry spells them, in its order.

use eppgate_model::Domain;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_statuses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: Uuid,
    pub position: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of all statuses of a domain.
pub(crate) fn of(domain: &Domain) -> Vec<Model> {
    let statuses = (0..).zip(&domain.epp_statuses);
    statuses
        .map(|(position, status)| Model {
            tenant_id: domain.tenant_id.uuid(),
            domain_id: domain.id.uuid(),
            position,
            status: status.clone(),
        })
        .collect()
}
