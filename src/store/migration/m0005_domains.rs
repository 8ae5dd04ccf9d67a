//! What a domain's life needs: who wants it locked, what is asked of a registry's staff, the deletion that a restore
//! reports on, and when time next does something to it.

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
ALTER TABLE domains ADD COLUMN locked_by_registrant boolean NOT NULL DEFAULT false;
ALTER TABLE domains ADD COLUMN locked_by_policy boolean NOT NULL DEFAULT false;
ALTER TABLE domains ADD COLUMN hold_request text;
ALTER TABLE domains ADD COLUMN deleted_at timestamptz;
ALTER TABLE domains ADD COLUMN restore_requested_at timestamptz;
ALTER TABLE domains ADD COLUMN reminders integer NOT NULL DEFAULT 0;
ALTER TABLE domains ADD COLUMN due_at timestamptz;
CREATE INDEX domains_due ON domains (due_at) WHERE due_at IS NOT NULL;
";
