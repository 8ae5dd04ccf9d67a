//! What the tests of this crate start from: a database of its own, and rows that are right as they are.

use chrono::{DateTime, Utc};
use eppgate_model::contact::{ContactDetails, Verification};
use eppgate_model::domain::{AutoRenewMode, Upkeep};
use eppgate_model::host::HostState;
use eppgate_model::operation::{OperationKind, OperationState};
use eppgate_model::tenant::{
    AccountState, Accreditation, AssociationState, RegistryAccount, Tenant, TenantSettings, TenantStatus,
    TldAssociation, TldConfig,
};
use eppgate_model::transfer::{Direction, Transfer, TransferState};
use eppgate_model::{
    AccountId, AssociationId, ClTrid, Contact, ContactId, Domain, DomainId, DomainName, DomainState, Host,
    HostId, HostName, Operation, OperationId, TenantId, TransferId,
};

use tempfile::TempDir;

use crate::{Pool, Store};

/// A database of one test.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(eppgate_testdb::Database),
}

/// Keeps a promise on SQLite and on PostgreSQL; the latter is left out, loudly, where it is not installed.
pub(crate) async fn on_each_database(promise: impl AsyncFn(Database)) {
    eprintln!("on SQLite");
    promise(Database::Sqlite(tempfile::tempdir().unwrap())).await;
    let prepare = async |url: String| open(&url).await.close().await.unwrap();
    if let Some(database) = eppgate_testdb::Database::create(prepare).await {
        eprintln!("on PostgreSQL");
        promise(Database::Postgres(database)).await;
    }
}

impl Database {
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite://{}", dir.path().join("test.db").display()),
            Self::Postgres(database) => database.url(),
        }
    }

    /// A store on it.
    pub(crate) async fn open(&self) -> Store {
        open(&self.url()).await
    }

    /// A store with a tenant that has an account at the registry `here`.
    pub(crate) async fn shop(&self) -> (Store, RegistryAccount) {
        let store = self.open().await;
        let tenant = tenant("shop");
        store.insert_tenant(&tenant).await.unwrap();
        let account = account(&tenant, "here");
        store.insert_account(&account).await.unwrap();
        (store, account)
    }
}

async fn open(url: &str) -> Store {
    Store::open(url, POOL).await.unwrap()
}

/// Small, since many tests run at once.
pub(crate) const POOL: Pool = Pool { connections: 4, statement_timeout: std::time::Duration::from_secs(10) };

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn tenant(slug: &str) -> Tenant {
    Tenant {
        id: TenantId::new(),
        name: slug.to_uppercase(),
        slug: slug.to_owned(),
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        inserted_at: noon(),
        updated_at: noon(),
    }
}

pub(crate) fn account(tenant: &Tenant, binding: &str) -> RegistryAccount {
    RegistryAccount {
        id: AccountId::new(),
        tenant_id: tenant.id,
        binding: binding.to_owned(),
        name: "primary".to_owned(),
        state: AccountState::Active,
        is_default: false,
        inserted_at: noon(),
        updated_at: noon(),
    }
}

pub(crate) fn association(account: &RegistryAccount, tld: &str) -> TldAssociation {
    TldAssociation {
        id: AssociationId::new(),
        tenant_id: account.tenant_id,
        tld: tld.to_owned(),
        accreditation: Accreditation::NonIcann,
        state: AssociationState::Active,
        binding: account.binding.clone(),
        account_id: Some(account.id),
        config: TldConfig { max_years: 5, ..TldConfig::default() },
        inserted_at: noon(),
        updated_at: noon(),
    }
}

pub(crate) fn domain(account: &RegistryAccount, name: &str) -> Domain {
    let (_, tld) = name.split_once('.').unwrap();
    let name = DomainName::parse(name).unwrap();
    Domain {
        id: DomainId::new(),
        tenant_id: account.tenant_id,
        unicode_name: name.unicode(),
        tld: tld.to_owned(),
        name,
        binding: account.binding.clone(),
        account_id: account.id,
        state: DomainState::Registered,
        nameservers: Vec::new(),
        epp_statuses: Vec::new(),
        ds_records: Vec::new(),
        registrant_handle: None,
        admin_handle: None,
        tech_handle: None,
        billing_handle: None,
        registered_at: Some(noon()),
        expires_at: None,
        last_renewed_at: None,
        last_reconciled_at: None,
        deletion_scheduled_at: None,
        transfer_lock_until: None,
        hold_reason: None,
        out_of_sync: false,
        auto_renew_mode: AutoRenewMode::Default,
        auth_code_hash: None,
        upkeep: Upkeep::default(),
        inserted_at: noon(),
        updated_at: noon(),
        version: 1,
    }
}

pub(crate) fn contact(account: &RegistryAccount, handle: &str) -> Contact {
    Contact {
        id: ContactId::new(),
        tenant_id: account.tenant_id,
        handle: handle.parse().unwrap(),
        details: ContactDetails {
            name: "Jane Doe".to_owned(),
            organization: None,
            email: "jane@example.test".parse().unwrap(),
            phone: None,
            fax: None,
            street: Vec::new(),
            city: "Umeå".to_owned(),
            state_province: None,
            postal_code: None,
            country: "SE".to_owned(),
            registration_number: None,
            vat_number: None,
            disclosure: None,
        },
        transfer_lock_opt_out: false,
        verification: Verification::Pending,
        verification_due_at: None,
        inserted_at: noon(),
        updated_at: noon(),
        version: 1,
    }
}

pub(crate) fn host(above: &Domain, name: &str) -> Host {
    Host {
        id: HostId::new(),
        tenant_id: above.tenant_id,
        name: HostName::parse(name).unwrap(),
        domain_id: Some(above.id),
        state: HostState::Active,
        addresses: vec!["192.0.2.1".parse().unwrap()],
        statuses: vec!["ok".to_owned()],
        last_reconciled_at: None,
        inserted_at: noon(),
        updated_at: noon(),
        version: 1,
    }
}

/// A command that has been sent.
pub(crate) fn operation(account: &RegistryAccount, name: &str) -> Operation {
    let id = OperationId::new();
    Operation {
        id,
        cltrid: ClTrid::of(id),
        tenant_id: account.tenant_id,
        account_id: account.id,
        binding: account.binding.clone(),
        kind: OperationKind::Create,
        object: "domain".to_owned(),
        name: name.to_owned(),
        state: OperationState::Sent,
        request: serde_json::json!({ "years": 1 }),
        result_code: None,
        svtrid: None,
        outcome: None,
        evidence: None,
        inserted_at: noon(),
        sent_at: Some(noon()),
        replied_at: None,
        settled_at: None,
        attempts: 0,
        next_attempt_at: None,
    }
}

/// A domain on its way in, not asked for by a command of ours.
pub(crate) fn transfer(account: &RegistryAccount, name: &str) -> Transfer {
    let (_, tld) = name.split_once('.').unwrap();
    Transfer {
        id: TransferId::new(),
        tenant_id: account.tenant_id,
        domain_id: None,
        name: DomainName::parse(name).unwrap(),
        tld: tld.to_owned(),
        binding: account.binding.clone(),
        account_id: account.id,
        direction: Direction::In,
        state: TransferState::Pending,
        operation_id: None,
        registry_transfer_id: Some("SV-1".to_owned()),
        requested_at: Some(noon()),
        initiated_at: noon(),
        auto_ack_at: noon() + chrono::Duration::days(5),
        completed_at: None,
        nack_reason: None,
        explicit_decision: None,
        registrant_handle: Some("jane".to_owned()),
        admin_handle: None,
        tech_handle: None,
        billing_handle: None,
        due_at: Some(noon()),
        attempts: 0,
        inserted_at: noon(),
        updated_at: noon(),
        version: 1,
    }
}
