//! `host_statuses`: a host's statuses as the registry spells them, in its order.

use eppgate_model::Host;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "host_statuses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub host_id: Uuid,
    pub position: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of all statuses of a host.
pub(crate) fn of(host: &Host) -> Vec<Model> {
    let statuses = (0..).zip(&host.statuses);
    statuses
        .map(|(position, status)| Model {
            tenant_id: host.tenant_id.uuid(),
            host_id: host.id.uuid(),
            position,
            status: status.clone(),
        })
        .collect()
}
