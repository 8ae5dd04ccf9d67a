//! `rate_cards`.

use eppgate_model::Word;
use eppgate_model::price::{Item, Rate, Tier};
use sea_orm::entity::prelude::*;

use super::{money, read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_cards")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub tld: String,
    pub operation: String,
    pub period: Option<i32>,
    pub premium_class: Option<String>,
    pub amount: String,
    pub currency: String,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Rate> for Model {
    fn from(rate: &Rate) -> Self {
        Self {
            id: rate.id.uuid(),
            tenant_id: rate.tenant_id.uuid(),
            tld: rate.tld.clone(),
            operation: rate.item.operation.as_str().to_owned(),
            period: rate.item.period.map(Into::into),
            premium_class: rate.item.tier.class().map(ToOwned::to_owned),
            amount: rate.price.amount.to_string(),
            currency: rate.price.currency.to_string(),
            inserted_at: rate.inserted_at,
            updated_at: rate.updated_at,
        }
    }
}

impl TryFrom<Model> for Rate {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            tld: row.tld,
            item: Item {
                operation: word("rate_cards.operation", &row.operation)?,
                period: read("rate_cards.period", row.period.map(TryInto::try_into).transpose())?,
                tier: Tier::of_class(row.premium_class),
            },
            price: money("rate_cards.amount", &row.amount, &row.currency)?,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
        })
    }
}
