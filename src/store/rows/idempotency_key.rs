//! `idempotency_keys`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    /// Of the request that the key was given to.
    pub fingerprint: Vec<u8>,
    pub attempt_id: Uuid,
    pub instance_id: Uuid,
    pub lease_until: DateTimeUtc,
    /// Sealed; none while the request is under way, or when its answer was not worth keeping.
    pub answer: Option<Vec<u8>>,
    pub inserted_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
