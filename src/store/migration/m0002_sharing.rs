//! What keeps several requests, workers and gateways on one database out of each other's way: which gateway a command
//! is under way in, leases, idempotency keys, and the outbox from which others learn what has changed.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{DbErr, DeriveMigrationName};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::run;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait]
#[expect(
    elided_lifetimes_in_paths,
    reason = "async_trait compares the signature with the trait's, which elides"
)]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const TABLES: &str = "
ALTER TABLE epp_commands ADD COLUMN instance_id uuid;
ALTER TABLE epp_commands ADD COLUMN idempotency_key bytea;
CREATE INDEX epp_commands_of_key ON epp_commands (tenant_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX epp_commands_judged_undone ON epp_commands (tenant_id, object, name)
    WHERE outcome = 'refused' AND result_code IS NULL;

CREATE TABLE leases (
    kind        text        NOT NULL,
    subject     text        NOT NULL,
    fence       bigint      NOT NULL,
    holder      uuid        NOT NULL,
    lease_until timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE TABLE idempotency_keys (
    tenant_id   uuid        NOT NULL REFERENCES tenants (id),
    key_hash    bytea       NOT NULL,
    fingerprint bytea       NOT NULL,
    attempt_id  uuid        NOT NULL,
    instance_id uuid        NOT NULL,
    lease_until timestamptz NOT NULL,
    answer      bytea,
    inserted_at timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);

CREATE TABLE outbox (
    id              uuid        NOT NULL PRIMARY KEY,
    tenant_id       uuid        NOT NULL REFERENCES tenants (id),
    object          text        NOT NULL,
    object_id       uuid        NOT NULL,
    event_type      text        NOT NULL,
    actor_type      text        NOT NULL,
    actor_id        text,
    payload         text        NOT NULL,
    inserted_at     timestamptz NOT NULL,
    attempts        integer     NOT NULL,
    next_attempt_at timestamptz NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_attempt_at, id);
";
