//! `host_addresses`: a host's addresses, in order.

use std::net::IpAddr;

use eppgate_model::Host;
use sea_orm::entity::prelude::*;

use super::read;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "host_addresses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub host_id: Uuid,
    pub position: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of all addresses of a host.
pub(crate) fn of(host: &Host) -> Vec<Model> {
    let addresses = (0..).zip(&host.addresses);
    addresses
        .map(|(position, address)| Model {
            tenant_id: host.tenant_id.uuid(),
            host_id: host.id.uuid(),
            position,
            address: address.to_string(),
        })
        .collect()
}

impl TryFrom<Model> for IpAddr {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        read("host_addresses.address", row.address.parse())
    }
}
