//! Rate cards and quotes.
//!
//! Amounts are text: neither database's numbers are both exact and the same. A quote is tied to the journal's row of
//! the operation that it pays for, and an operation has one quote at most.

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
CREATE TABLE rate_cards (
    id            uuid        NOT NULL PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    tld           text        NOT NULL,
    operation     text        NOT NULL,
    period        integer,
    premium_class text,
    amount        text        NOT NULL,
    currency      text        NOT NULL,
    inserted_at   timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, tld) REFERENCES tld_associations (tenant_id, tld)
);
CREATE UNIQUE INDEX rate_cards_item
    ON rate_cards (tenant_id, tld, operation, coalesce(period, 0), coalesce(premium_class, ''));

CREATE UNIQUE INDEX epp_commands_of_tenant ON epp_commands (tenant_id, id);

CREATE TABLE quotes (
    id            uuid        NOT NULL PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    tld           text        NOT NULL,
    name          text        NOT NULL,
    operation     text        NOT NULL,
    period        integer,
    premium_class text,
    amount        text        NOT NULL,
    currency      text        NOT NULL,
    fee_amount    text,
    fee_currency  text,
    state         text        NOT NULL,
    operation_id  uuid,
    quoted_at     timestamptz NOT NULL,
    valid_until   timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, tld) REFERENCES tld_associations (tenant_id, tld),
    FOREIGN KEY (tenant_id, operation_id) REFERENCES epp_commands (tenant_id, id)
);
CREATE UNIQUE INDEX quotes_of_operation ON quotes (operation_id);
CREATE INDEX quotes_issued ON quotes (valid_until) WHERE state = 'issued';
";
