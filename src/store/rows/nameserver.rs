//! `domain_nameservers`: a domain's name servers, in order.

use eppgate_model::{Domain, HostName};
use sea_orm::entity::prelude::*;

use super::read;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_nameservers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: Uuid,
    pub position: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub host: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of all name servers of a domain.
pub(crate) fn of(domain: &Domain) -> Vec<Model> {
    let hosts = (0..).zip(&domain.nameservers);
    hosts
        .map(|(position, host)| Model {
            tenant_id: domain.tenant_id.uuid(),
            domain_id: domain.id.uuid(),
            position,
            host: host.as_str().to_owned(),
        })
        .collect()
}

impl TryFrom<Model> for HostName {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        read("domain_nameservers.host", Self::parse(&row.host))
    }
}
