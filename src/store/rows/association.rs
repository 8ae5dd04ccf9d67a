//! `tld_associations`.

use eppgate_model::Word;
use eppgate_model::tenant::TldAssociation;
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tld_associations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub tld: String,
    pub accreditation: String,
    pub state: String,
    pub binding: String,
    pub account_id: Option<Uuid>,
    pub config: String,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&TldAssociation> for Model {
    fn from(association: &TldAssociation) -> Self {
        Self {
            id: association.id.uuid(),
            tenant_id: association.tenant_id.uuid(),
            tld: association.tld.clone(),
            accreditation: association.accreditation.as_str().to_owned(),
            state: association.state.as_str().to_owned(),
            binding: association.binding.clone(),
            account_id: association.account_id.map(|id| id.uuid()),
            config: serde_json::to_string(&association.config)
                .expect("a TLD's configuration is numbers and truth values"),
            inserted_at: association.inserted_at,
            updated_at: association.updated_at,
        }
    }
}

impl TryFrom<Model> for TldAssociation {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            accreditation: word("tld_associations.accreditation", &row.accreditation)?,
            state: word("tld_associations.state", &row.state)?,
            config: read("tld_associations.config", serde_json::from_str(&row.config))?,
            tld: row.tld,
            binding: row.binding,
            account_id: row.account_id.map(Into::into),
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
        })
    }
}
