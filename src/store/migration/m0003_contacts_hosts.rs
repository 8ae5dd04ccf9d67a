//! Contacts and their copies at registries; hosts with their addresses; and the ways back from both to the domains
//! that name them.

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
CREATE TABLE contacts (
    id                    uuid        NOT NULL PRIMARY KEY,
    tenant_id             uuid        NOT NULL REFERENCES tenants (id),
    handle                text        NOT NULL,
    name                  text        NOT NULL,
    organization          text,
    email                 text        NOT NULL,
    phone                 text,
    fax                   text,
    street                text        NOT NULL,
    city                  text        NOT NULL,
    state_province        text,
    postal_code           text,
    country               text        NOT NULL,
    registration_number   text,
    vat_number            text,
    disclosure            text,
    transfer_lock_opt_out boolean     NOT NULL,
    verification          text        NOT NULL,
    verification_due_at   timestamptz,
    inserted_at           timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    version               bigint      NOT NULL,
    UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX contacts_handle ON contacts (tenant_id, handle);

CREATE TABLE contact_registrations (
    tenant_id   uuid   NOT NULL,
    contact_id  uuid   NOT NULL,
    account_id  uuid   NOT NULL,
    binding     text   NOT NULL,
    registry_id text   NOT NULL,
    version     bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, account_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id, binding) REFERENCES registry_accounts (tenant_id, id, binding)
);
CREATE UNIQUE INDEX contact_registrations_at_registry ON contact_registrations (binding, registry_id);

CREATE TABLE hosts (
    id                 uuid        NOT NULL PRIMARY KEY,
    tenant_id          uuid        NOT NULL REFERENCES tenants (id),
    name               text        NOT NULL,
    domain_id          uuid,
    state              text        NOT NULL,
    last_reconciled_at timestamptz,
    inserted_at        timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    version            bigint      NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id)
);
CREATE UNIQUE INDEX hosts_name ON hosts (tenant_id, name);
CREATE INDEX hosts_below_domain ON hosts (tenant_id, domain_id) WHERE domain_id IS NOT NULL;

CREATE TABLE host_addresses (
    tenant_id uuid    NOT NULL,
    host_id   uuid    NOT NULL,
    position  integer NOT NULL,
    address   text    NOT NULL,
    PRIMARY KEY (tenant_id, host_id, address),
    FOREIGN KEY (tenant_id, host_id) REFERENCES hosts (tenant_id, id)
);

CREATE TABLE host_statuses (
    tenant_id uuid    NOT NULL,
    host_id   uuid    NOT NULL,
    position  integer NOT NULL,
    status    text    NOT NULL,
    PRIMARY KEY (tenant_id, host_id, status),
    FOREIGN KEY (tenant_id, host_id) REFERENCES hosts (tenant_id, id)
);

CREATE INDEX domains_by_registrant ON domains (tenant_id, registrant_handle) WHERE registrant_handle IS NOT NULL;
CREATE INDEX domains_by_admin ON domains (tenant_id, admin_handle) WHERE admin_handle IS NOT NULL;
CREATE INDEX domains_by_tech ON domains (tenant_id, tech_handle) WHERE tech_handle IS NOT NULL;
CREATE INDEX domains_by_billing ON domains (tenant_id, billing_handle) WHERE billing_handle IS NOT NULL;
CREATE INDEX domain_nameservers_by_host ON domain_nameservers (tenant_id, host);
";
