//! Transfers between registrars, messages of registries, and what tenants choose for themselves.
//!
//! A name is on its way once in each direction: between two tenants of one registry it is on its way out for one and in
//! for the other.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{DbErr, DeriveMigrationName};
use sea_orm_migration::{MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait]
#[expect(
    elided_lifetimes_in_paths,
    reason = "async_trait compares the signature with the trait's, which elides"
)]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, TABLES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const TABLES: &str = "
CREATE TABLE transfers (
    id                   uuid        NOT NULL PRIMARY KEY,
    tenant_id            uuid        NOT NULL REFERENCES tenants (id),
    domain_id            uuid,
    name                 text        NOT NULL,
    tld                  text        NOT NULL,
    binding              text        NOT NULL,
    account_id           uuid        NOT NULL,
    direction            text        NOT NULL,
    state                text        NOT NULL,
    operation_id         uuid,
    registry_transfer_id text,
    requested_at         timestamptz,
    initiated_at         timestamptz NOT NULL,
    auto_ack_at          timestamptz NOT NULL,
    completed_at         timestamptz,
    nack_reason          text,
    explicit_decision    text,
    registrant_handle    text,
    admin_handle         text,
    tech_handle          text,
    billing_handle       text,
    due_at               timestamptz,
    attempts             integer     NOT NULL,
    inserted_at          timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    version              bigint      NOT NULL,
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id, binding) REFERENCES registry_accounts (tenant_id, id, binding)
);
CREATE UNIQUE INDEX transfers_pending ON transfers (binding, name, direction) WHERE state = 'pending';
CREATE UNIQUE INDEX transfers_of_operation ON transfers (operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX transfers_of_tenant ON transfers (tenant_id, id);
CREATE INDEX transfers_of_name ON transfers (binding, name, id);
CREATE INDEX transfers_due ON transfers (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE poll_messages (
    id          uuid        NOT NULL PRIMARY KEY,
    binding     text        NOT NULL,
    account     text        NOT NULL,
    msg_id      text        NOT NULL,
    digest      text        NOT NULL,
    kind        text        NOT NULL,
    name        text,
    words       text,
    raw         text        NOT NULL,
    queued_at   timestamptz,
    state       text        NOT NULL,
    note        text,
    attempts    integer     NOT NULL,
    due_at      timestamptz,
    received_at timestamptz NOT NULL,
    settled_at  timestamptz
);
CREATE UNIQUE INDEX poll_messages_once ON poll_messages (binding, account, msg_id, digest);
CREATE INDEX poll_messages_by_state ON poll_messages (state, id);
CREATE INDEX poll_messages_due ON poll_messages (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE tenants ADD COLUMN settings text NOT NULL DEFAULT '{}';
";
