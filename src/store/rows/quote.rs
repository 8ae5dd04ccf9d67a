//! `quotes`.

use eppgate_model::price::{Item, Quote, Tier};
use eppgate_model::{DomainName, Word};
use sea_orm::entity::prelude::*;

use super::{money, read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quotes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub tld: String,
    pub name: String,
    pub operation: String,
    pub period: Option<i32>,
    pub premium_class: Option<String>,
    pub amount: String,
    pub currency: String,
    pub fee_amount: Option<String>,
    pub fee_currency: Option<String>,
    pub state: String,
    pub operation_id: Option<Uuid>,
    pub quoted_at: DateTimeUtc,
    pub valid_until: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Quote> for Model {
    fn from(quote: &Quote) -> Self {
        Self {
            id: quote.id.uuid(),
            tenant_id: quote.tenant_id.uuid(),
            tld: quote.tld.clone(),
            name: quote.name.as_str().to_owned(),
            operation: quote.item.operation.as_str().to_owned(),
            period: quote.item.period.map(Into::into),
            premium_class: quote.item.tier.class().map(ToOwned::to_owned),
            amount: quote.price.amount.to_string(),
            currency: quote.price.currency.to_string(),
            fee_amount: quote.registry_fee.map(|fee| fee.amount.to_string()),
            fee_currency: quote.registry_fee.map(|fee| fee.currency.to_string()),
            state: quote.state.as_str().to_owned(),
            operation_id: quote.operation_id.map(|id| id.uuid()),
            quoted_at: quote.quoted_at,
            valid_until: quote.valid_until,
        }
    }
}

impl TryFrom<Model> for Quote {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let fee = row.fee_amount.zip(row.fee_currency);
        let fee = fee.map(|(amount, currency)| money("quotes.fee_amount", &amount, &currency));
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            tld: row.tld,
            name: read("quotes.name", DomainName::parse(&row.name))?,
            item: Item {
                operation: word("quotes.operation", &row.operation)?,
                period: read("quotes.period", row.period.map(TryInto::try_into).transpose())?,
                tier: Tier::of_class(row.premium_class),
            },
            price: money("quotes.amount", &row.amount, &row.currency)?,
            registry_fee: fee.transpose()?,
            state: word("quotes.state", &row.state)?,
            operation_id: row.operation_id.map(Into::into),
            quoted_at: row.quoted_at,
            valid_until: row.valid_until,
        })
    }
}
