//! `domain_ds`: a domain's DS records, in order.

use eppgate_model::Domain;
use eppgate_model::domain::DsRecord;
use sea_orm::entity::prelude::*;

use super::read;
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_ds")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: Uuid,
    pub position: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_tag: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub algorithm: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest_type: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    pub max_sig_life: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The rows of all DS records of a domain.
pub(crate) fn of(domain: &Domain) -> Vec<Model> {
    let records = (0..).zip(&domain.ds_records);
    records
        .map(|(position, ds)| Model {
            tenant_id: domain.tenant_id.uuid(),
            domain_id: domain.id.uuid(),
            position,
            key_tag: ds.key_tag.into(),
            algorithm: ds.algorithm.into(),
            digest_type: ds.digest_type.into(),
            digest: ds.digest.clone(),
            max_sig_life: ds.max_sig_life.map(Into::into),
        })
        .collect()
}

impl TryFrom<Model> for DsRecord {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            key_tag: read("domain_ds.key_tag", row.key_tag.try_into())?,
            algorithm: read("domain_ds.algorithm", row.algorithm.try_into())?,
            digest_type: read("domain_ds.digest_type", row.digest_type.try_into())?,
            digest: row.digest,
            max_sig_life: read(
                "domain_ds.max_sig_life",
                row.max_sig_life.map(TryInto::try_into).transpose(),
            )?,
        })
    }
}
