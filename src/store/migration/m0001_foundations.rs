//! Tenants and their people, accounts and TLDs; domains and their history; the journal of commands.
//!
//! Each foreign key inside a tenant includes `tenant_id`, and where an account is meant also `binding`: a domain
//! of one tenant or registry cannot be tied to an account of another.

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
CREATE TABLE tenants (
    id          uuid        NOT NULL PRIMARY KEY,
    name        text        NOT NULL,
    slug        text        NOT NULL,
    status      text        NOT NULL,
    inserted_at timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);

CREATE TABLE users (
    id          uuid        NOT NULL PRIMARY KEY,
    email       text        NOT NULL,
    inserted_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE memberships (
    tenant_id   uuid        NOT NULL REFERENCES tenants (id),
    user_id     uuid        NOT NULL REFERENCES users (id),
    role        text        NOT NULL,
    state       text        NOT NULL,
    inserted_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE oauth_tokens (
    jti        uuid        NOT NULL PRIMARY KEY,
    tenant_id  uuid        NOT NULL REFERENCES tenants (id),
    user_id    uuid,
    client_id  text,
    scopes     text        NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id)
);

CREATE TABLE registry_accounts (
    id          uuid        NOT NULL PRIMARY KEY,
    tenant_id   uuid        NOT NULL REFERENCES tenants (id),
    binding     text        NOT NULL,
    name        text        NOT NULL,
    state       text        NOT NULL,
    is_default  boolean     NOT NULL,
    inserted_at timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    UNIQUE (tenant_id, id, binding)
);
CREATE UNIQUE INDEX registry_accounts_name ON registry_accounts (tenant_id, binding, name);
CREATE UNIQUE INDEX registry_accounts_default ON registry_accounts (tenant_id, binding) WHERE is_default;

CREATE TABLE tld_associations (
    id            uuid        NOT NULL PRIMARY KEY,
    tenant_id     uuid        NOT NULL REFERENCES tenants (id),
    tld           text        NOT NULL,
    accreditation text        NOT NULL,
    state         text        NOT NULL,
    binding       text        NOT NULL,
    account_id    uuid,
    config        text        NOT NULL,
    inserted_at   timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, account_id, binding) REFERENCES registry_accounts (tenant_id, id, binding)
);
CREATE UNIQUE INDEX tld_associations_tld ON tld_associations (tenant_id, tld);

CREATE TABLE domains (
    id                    uuid        NOT NULL PRIMARY KEY,
    tenant_id             uuid        NOT NULL REFERENCES tenants (id),
    name                  text        NOT NULL,
    unicode_name          text        NOT NULL,
    tld                   text        NOT NULL,
    binding               text        NOT NULL,
    account_id            uuid        NOT NULL,
    state                 text        NOT NULL,
    registrant_handle     text,
    admin_handle          text,
    tech_handle           text,
    billing_handle        text,
    registered_at         timestamptz,
    expires_at            timestamptz,
    last_renewed_at       timestamptz,
    last_reconciled_at    timestamptz,
    deletion_scheduled_at timestamptz,
    transfer_lock_until   timestamptz,
    hold_reason           text,
    out_of_sync           boolean     NOT NULL,
    auto_renew_mode       text        NOT NULL,
    auth_code_hash        text,
    inserted_at           timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    version               bigint      NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id, binding) REFERENCES registry_accounts (tenant_id, id, binding)
);
CREATE UNIQUE INDEX domains_live_at_registry ON domains (binding, name)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE UNIQUE INDEX domains_live_of_tenant ON domains (tenant_id, name)
    WHERE state NOT IN ('purged', 'transferred_out', 'failed');
CREATE INDEX domains_by_name ON domains (tenant_id, name, id);
CREATE INDEX domains_by_state ON domains (tenant_id, state, name, id);
CREATE INDEX domains_by_tld ON domains (tenant_id, tld, name, id);

CREATE TABLE domain_nameservers (
    tenant_id uuid    NOT NULL,
    domain_id uuid    NOT NULL,
    position  integer NOT NULL,
    host      text    NOT NULL,
    PRIMARY KEY (tenant_id, domain_id, host),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id)
);

CREATE TABLE domain_ds (
    tenant_id    uuid    NOT NULL,
    domain_id    uuid    NOT NULL,
    position     integer NOT NULL,
    key_tag      integer NOT NULL,
    algorithm    integer NOT NULL,
    digest_type  integer NOT NULL,
    digest       text    NOT NULL,
    max_sig_life bigint,
    PRIMARY KEY (tenant_id, domain_id, key_tag, algorithm, digest_type, digest),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id)
);

CREATE TABLE domain_statuses (
    tenant_id uuid    NOT NULL,
    domain_id uuid    NOT NULL,
    position  integer NOT NULL,
    status    text    NOT NULL,
    PRIMARY KEY (tenant_id, domain_id, status),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id)
);

CREATE TABLE domain_events (
    id          uuid        NOT NULL PRIMARY KEY,
    tenant_id   uuid        NOT NULL,
    domain_id   uuid        NOT NULL,
    event_type  text        NOT NULL,
    actor_type  text        NOT NULL,
    actor_id    text,
    payload     text        NOT NULL,
    inserted_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domains (tenant_id, id)
);
CREATE INDEX domain_events_of_domain ON domain_events (tenant_id, domain_id, id);

CREATE TABLE epp_commands (
    id              uuid        NOT NULL PRIMARY KEY,
    cltrid          text        NOT NULL UNIQUE,
    tenant_id       uuid        NOT NULL REFERENCES tenants (id),
    account_id      uuid        NOT NULL,
    binding         text        NOT NULL,
    kind            text        NOT NULL,
    object          text        NOT NULL,
    name            text        NOT NULL,
    state           text        NOT NULL,
    request         text        NOT NULL,
    result_code     integer,
    svtrid          text,
    outcome         text,
    evidence        text,
    inserted_at     timestamptz NOT NULL,
    sent_at         timestamptz,
    replied_at      timestamptz,
    settled_at      timestamptz,
    attempts        integer     NOT NULL,
    next_attempt_at timestamptz,
    FOREIGN KEY (tenant_id, account_id, binding) REFERENCES registry_accounts (tenant_id, id, binding)
);
CREATE UNIQUE INDEX epp_commands_unfinished ON epp_commands (binding, object, name)
    WHERE state IN ('queued', 'sent', 'unknown');
CREATE INDEX epp_commands_in_doubt ON epp_commands (id)
    WHERE state IN ('queued', 'sent', 'unknown');
";
