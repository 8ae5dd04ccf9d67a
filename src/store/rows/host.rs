//! `hosts`: all of a host but its addresses and statuses, which have tables of their own.

use eppgate_model::{Host, HostName, Word};
use sea_orm::entity::prelude::*;

use super::{read, word};
use crate::Error;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hosts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: String,
    pub domain_id: Option<Uuid>,
    pub state: String,
    pub last_reconciled_at: Option<DateTimeUtc>,
    pub inserted_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Host> for Model {
    fn from(host: &Host) -> Self {
        Self {
            id: host.id.uuid(),
            tenant_id: host.tenant_id.uuid(),
            name: host.name.as_str().to_owned(),
            domain_id: host.domain_id.map(|id| id.uuid()),
            state: host.state.as_str().to_owned(),
            last_reconciled_at: host.last_reconciled_at,
            inserted_at: host.inserted_at,
            updated_at: host.updated_at,
            version: host.version,
        }
    }
}

impl TryFrom<Model> for Host {
    type Error = Error;

    /// The host with its lists still empty.
    fn try_from(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            tenant_id: row.tenant_id.into(),
            name: read("hosts.name", HostName::parse(&row.name))?,
            domain_id: row.domain_id.map(Into::into),
            state: word("hosts.state", &row.state)?,
            addresses: Vec::new(),
            statuses: Vec::new(),
            last_reconciled_at: row.last_reconciled_at,
            inserted_at: row.inserted_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
