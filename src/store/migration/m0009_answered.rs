//! An index on commands that a registry has taken and not decided on, by what they are about.

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
        super::run(manager, INDEX).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const INDEX: &str = "
CREATE INDEX epp_commands_answered ON epp_commands (tenant_id, object, name) WHERE state = 'answered';
";
