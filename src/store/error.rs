//! What can go wrong, by what the caller can do about it; and which constraint of which table means what.

use sea_orm::{DbErr, SqlErr};

/// Why the store did not do as asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The change contradicts what is stored.
    #[error("conflict with stored data: {0}")]
    Conflict(Conflict),
    /// There is no such row to change.
    #[error("no such row")]
    NotFound,
    /// The database failed or was too busy.
    #[error("the database failed")]
    Database(#[source] DbErr),
    /// The URL names a database of another make.
    #[error("the database's URL begins neither with sqlite: nor with postgres:")]
    Scheme,
    /// A stored value does not make sense, named by table and column.
    #[error("cannot make sense of what is stored in {0}")]
    Corrupt(String),
}

/// What a change contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("the slug is another tenant's")]
    TenantSlug,
    #[error("the address is another user's")]
    UserEmail,
    #[error("the tenant has an account of that name at the registry")]
    AccountName,
    #[error("the tenant has a default account at the registry")]
    DefaultAccount,
    #[error("the tenant has that TLD")]
    Association,
    /// The name is live: with this tenant, or with another at the same registry.
    #[error("the domain exists")]
    DomainExists,
    #[error("the tenant has a contact of that handle")]
    Handle,
    /// A live domain names it.
    #[error("a domain names the contact")]
    ContactInUse,
    #[error("the tenant has a host of that name")]
    HostExists,
    /// A live domain names it.
    #[error("a domain names the host")]
    HostInUse,
    /// An earlier command on the same name has no known outcome yet.
    #[error("another operation on the name is unfinished")]
    UnfinishedOperation,
    /// It is on its way in that direction already.
    #[error("another transfer of the name is pending")]
    TransferPending,
    #[error("the item has a price")]
    Rate,
    /// The quote is reserved or consumed, its time is over, or it is no quote of the tenant's.
    #[error("the quote cannot be used")]
    QuoteTaken,
    /// Someone else settled the operation first; their verdict stands.
    #[error("the operation is settled")]
    AlreadySettled,
    /// Another attempt at the same request has taken over, or none is under way any more.
    #[error("the attempt at the request is over")]
    AttemptOver,
    #[error("the lease has gone to another")]
    LeaseLost,
    /// The row has changed since it was read.
    #[error("the row has changed since it was read")]
    StaleVersion,
    /// It refers to something that does not exist, or not for this tenant.
    #[error("it refers to something that does not exist for the tenant")]
    Reference,
    /// The identifier is taken: the same row is inserted twice.
    #[error("the row exists")]
    Duplicate,
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => Self::Conflict(violated(&message)),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Conflict(Conflict::Reference),
            _ => Self::Database(error),
        }
    }
}

/// SQLite names the columns of a violated index (or an index on an expression by its name), PostgreSQL the index.
fn violated(message: &str) -> Conflict {
    let found =
        UNIQUE.iter().find(|(index, columns, _)| message.contains(index) || message.contains(columns));
    found.map_or(Conflict::Duplicate, |(_, _, conflict)| *conflict)
}

const UNIQUE: &[(&str, &str, Conflict)] = &[
    ("tenants_slug", "tenants.slug", Conflict::TenantSlug),
    ("users_email", "users.email", Conflict::UserEmail),
    (
        "registry_accounts_name",
        "registry_accounts.tenant_id, registry_accounts.binding, registry_accounts.name",
        Conflict::AccountName,
    ),
    (
        "registry_accounts_default",
        "registry_accounts.tenant_id, registry_accounts.binding",
        Conflict::DefaultAccount,
    ),
    ("tld_associations_tld", "tld_associations.tenant_id, tld_associations.tld", Conflict::Association),
    ("domains_live_at_registry", "domains.binding, domains.name", Conflict::DomainExists),
    ("domains_live_of_tenant", "domains.tenant_id, domains.name", Conflict::DomainExists),
    ("contacts_handle", "contacts.tenant_id, contacts.handle", Conflict::Handle),
    (
        "contacts_by_verification",
        "contacts.tenant_id, contacts.verification, contacts.handle",
        Conflict::Handle,
    ),
    ("hosts_name", "hosts.tenant_id, hosts.name", Conflict::HostExists),
    (
        "transfers_pending",
        "transfers.binding, transfers.name, transfers.direction",
        Conflict::TransferPending,
    ),
    ("rate_cards_item", "index 'rate_cards_item'", Conflict::Rate),
    (
        "epp_commands_unfinished",
        "epp_commands.binding, epp_commands.object, epp_commands.name",
        Conflict::UnfinishedOperation,
    ),
];
