//! What lists of domains go along: an index for each order and each filter, and a default account that can change hands.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, DeriveMigrationName};
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
        // Where a time is missing it comes first, as it does on SQLite without being told so.
        let nulls = match manager.get_connection().get_database_backend() {
            DbBackend::Postgres => " NULLS FIRST",
            _ => "",
        };
        super::run(manager, &INDEXES.replace(" {nulls}", nulls)).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const INDEXES: &str = "
CREATE INDEX domains_by_unicode_name ON domains (tenant_id, unicode_name, id)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_by_registration ON domains (tenant_id, registered_at {nulls}, id)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_by_expiry ON domains (tenant_id, expires_at {nulls}, id)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_by_update ON domains (tenant_id, updated_at {nulls}, id)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_by_renewal ON domains (tenant_id, last_renewed_at {nulls}, id)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_out_of_sync ON domains (tenant_id, out_of_sync, name, id) WHERE out_of_sync;

DROP INDEX domain_nameservers_by_host;
CREATE UNIQUE INDEX domain_nameservers_by_host ON domain_nameservers (tenant_id, host, domain_id);

DROP INDEX domains_by_registrant;
CREATE INDEX domains_by_registrant ON domains (tenant_id, registrant_handle, id)
    WHERE registrant_handle IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_verification ON contacts (tenant_id, verification, handle);
";
