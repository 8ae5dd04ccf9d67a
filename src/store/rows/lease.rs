//! `leases`.

use eppgate_model::Lease;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub fence: i64,
    pub holder: Uuid,
    pub lease_until: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Lease {
    fn from(row: Model) -> Self {
        Self {
            kind: row.kind,
            subject: row.subject,
            holder: row.holder.into(),
            fence: row.fence,
            until: row.lease_until,
        }
    }
}
