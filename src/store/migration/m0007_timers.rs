//! What the timers of a domain's life need: until when an authorisation code is good, and when a domain or a host that
//! waits for its registry was last looked at. Domains from before are due once, which finds out when they are due next.

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
        super::run(manager, COLUMNS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const COLUMNS: &str = "
ALTER TABLE domains ADD COLUMN auth_code_until timestamptz;
ALTER TABLE domains ADD COLUMN sampled_at timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
UPDATE domains SET sampled_at = inserted_at;
UPDATE domains SET due_at = inserted_at WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_sampled ON domains (sampled_at, id) WHERE state IN ('registered', 'on_hold');
ALTER TABLE hosts ADD COLUMN checked_at timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
CREATE INDEX hosts_pending ON hosts (id) WHERE state = 'pending_create';
CREATE INDEX host_statuses_pending ON host_statuses (host_id)
    WHERE status IN ('pendingCreate', 'pendingUpdate', 'pendingDelete', 'pendingTransfer');
";
