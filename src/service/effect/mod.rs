//! What a change at the registry means for our row: pure functions, used alike when the reply comes and when a lost
//! command is settled by what the registry says later.

mod fact;
mod leaving;
mod roles;
mod statuses;
mod welcome;

use std::net::IpAddr;

use chrono::{DateTime, Months, Utc};
use eppgate_epp::Response;
use eppgate_epp::domain::{InfData, Status};
use eppgate_model::domain::{AuthCodeHash, AutoRenewMode, DomainEvent, DsRecord, Upkeep};
use eppgate_model::operation::OperationKind;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Actor;
use eppgate_model::{Domain, DomainId, DomainName, DomainState, HostName, Json, Operation, Word};
use eppgate_registry::{Class, Registry};
use eppgate_store::DomainChange;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use super::call::{Look, look};
use super::journal::{Effect, Journalled, Proof};
use super::lifecycle::has_status;
use super::settle::judge;
use super::{Error, Gateway, upkeep};
pub(super) use fact::{Fact, Leaving};
pub(super) use leaving::report as came_back;
pub(super) use roles::{CONTACTS_UPDATED, Role, RoleChange, payload as roles_payload};
pub(super) use statuses::{Cause, StatusChange};
pub(super) use welcome::Welcome;

/// What a journalled command is to achieve: kept with it, so that it can be settled by a process that never saw the
/// request. No secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Intent {
    /// A new domain.
    Create(NewDomain),
    /// A longer registration than the one that ended then.
    Renew { years: u32, expires_before: DateTime<Utc> },
    /// These name servers and no others.
    Nameservers { target: Vec<String> },
    /// These DS records and no others.
    DsRecords { target: Vec<Ds> },
    /// These contacts.
    Contacts(Vec<RoleChange>),
    /// These addresses of a name server, and no others, where they are a part of the domain.
    Glue { host: String, addresses: Vec<IpAddr> },
    /// The authorisation code with this hash.
    AuthCode {
        hash: String,
        /// The code itself, for the caller who sends the same request again, sealed with what only they know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<String>,
    },
    /// Statuses that a registrar sets and lifts.
    Statuses(StatusChange),
    /// A domain that has come from another registrar is made the tenant's own.
    Welcome(Welcome),
    /// No domain.
    Delete,
    /// The domain back after all.
    Restore,
    /// The end of a restore: its report.
    RestoreReport,
}

/// What a new domain's row is made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct NewDomain {
    pub(super) tld: String,
    pub(super) years: u32,
    pub(super) nameservers: Vec<String>,
    pub(super) registrant_handle: Option<String>,
    pub(super) admin_handle: Option<String>,
    pub(super) tech_handle: Option<String>,
    pub(super) billing_handle: Option<String>,
    /// None where the registry makes the code.
    pub(super) auth_code_hash: Option<String>,
}

/// A DS record as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Ds {
    pub(super) key_tag: u16,
    pub(super) algorithm: u8,
    pub(super) digest_type: u8,
    pub(super) digest: String,
    pub(super) max_sig_life: Option<u32>,
}

impl Journalled for Intent {
    const OBJECT: &'static str = "domain";
    type Name = DomainName;
    type Info = InfData;
    type Fact = Fact;
    type Row = Domain;

    fn kind(&self) -> OperationKind {
        match self {
            Self::Create(_) => OperationKind::Create,
            Self::Renew { .. } => OperationKind::Renew,
            Self::Delete => OperationKind::Delete,
            Self::Restore | Self::RestoreReport => OperationKind::Restore,
            Self::Nameservers { .. }
            | Self::DsRecords { .. }
            | Self::Contacts(_)
            | Self::Glue { .. }
            | Self::AuthCode { .. }
            | Self::Welcome(_)
            | Self::Statuses(_) => OperationKind::Update,
        }
    }

    fn wants_look(&self) -> bool {
        !matches!(
            self,
            Self::Renew { .. }
                | Self::DsRecords { .. }
                | Self::Contacts(_)
                | Self::Glue { .. }
                | Self::AuthCode { .. }
        )
    }

    /// A creation or a renewal that the registry's staff has to look at may come to nothing.
    fn is_open(&self, fact: &Fact) -> bool {
        matches!(self, Self::Create(_) | Self::Renew { .. }) && fact.pending
    }

    async fn look(
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> Result<Look, Error> {
        look(registry, operation.tenant_id, &name_of(operation)?, class, deadline).await
    }

    fn told(response: &Response<'_>) -> Result<Fact, Error> {
        Fact::of_reply(response)
    }

    fn seen(looked: &Look, told: Option<&Fact>) -> Result<Fact, Error> {
        let seen = match looked {
            Look::Missing => Fact::gone(),
            Look::Found(found) => Fact::of_info(&found.0, &found.1)?,
        };
        Ok(match told {
            Some(told) => seen.or(told),
            None => seen,
        })
    }

    fn judge(&self, operation: &Operation, looked: &Look, fact: &Fact, own_id: &str) -> Proof {
        match looked {
            Look::Missing if *self == Self::Delete => Proof::Done,
            Look::Missing => Proof::Absent,
            Look::Found(found) => judge(self, operation, &found.0, fact, own_id),
        }
    }

    fn taken() -> Error {
        Error::DomainUnavailable
    }

    fn evidence(info: &InfData) -> Json {
        json!({
            "sponsor": info.cl_id, "created_at": info.cr_date, "expires_at": info.ex_date, "updated_at": info.up_date,
        })
    }

    async fn row(gateway: &Gateway, operation: &Operation) -> Result<Option<Domain>, Error> {
        Ok(gateway.0.store.domain(operation.tenant_id, &name_of(operation)?).await?)
    }

    async fn effect(
        &self,
        gateway: &Gateway,
        operation: &Operation,
        actor: &Actor,
        fact: &Fact,
    ) -> Result<Effect<Domain>, Error> {
        let now = gateway.0.clock.now();
        let before = Self::row(gateway, operation).await?;
        let name = name_of(operation)?;
        let tld = before.as_ref().map_or_else(|| name.suffixes().next().unwrap_or_default(), |row| &row.tld);
        let association = gateway.0.store.association(operation.tenant_id, tld).await?;
        let config = association.map(|association| association.config).unwrap_or_default();
        let expired_before = before.as_ref().and_then(|row| row.expires_at);
        let mut after = apply(self, operation, before, fact, &config, now).ok_or(Error::NotFound)?;
        upkeep::follow(&mut after, expired_before, self, actor, &config);
        let (kind, payload) = event(self, operation, &after);
        let event = DomainEvent::new(&after, kind, actor, payload, now);
        let change = match self {
            Self::Create(_) => DomainChange::Insert(after),
            _ => DomainChange::Update(after),
        };
        let row = change.domain().ok_or_else(|| Error::internal("a change of no domain"))?;
        Ok(Effect { row, change: change.into(), event: Some(event) })
    }
}

fn name_of(operation: &Operation) -> Result<DomainName, Error> {
    DomainName::parse(&operation.name).map_err(|_| Error::internal("a journalled name"))
}

impl Intent {
    fn event_type(&self, after: &Domain) -> &'static str {
        match self {
            Self::Create(_) if after.state == DomainState::PendingCreate => "registration_pending",
            Self::Create(_) => "registered",
            Self::Renew { .. } if has_status(after, &[Status::PendingRenew]) => "renewal_pending",
            Self::Renew { .. } => "renewed",
            Self::Nameservers { .. } | Self::Glue { .. } => "nameservers_updated",
            Self::Contacts(_) => CONTACTS_UPDATED,
            Self::DsRecords { .. } => "ds_records_updated",
            Self::AuthCode { .. } => "auth_code_rotated",
            Self::Welcome(_) => "transfer_in_secured",
            Self::Statuses(change) => change.cause.event_type(),
            Self::Delete => "deleted",
            Self::Restore if after.state == DomainState::PendingRestore => "restore_requested",
            Self::Restore | Self::RestoreReport => "restored",
        }
    }
}

/// The row that results from an executed command. `None` when there is no row to change and none to make.
pub(super) fn apply(
    intent: &Intent,
    operation: &Operation,
    before: Option<Domain>,
    fact: &Fact,
    config: &TldConfig,
    now: DateTime<Utc>,
) -> Option<Domain> {
    if let Intent::Create(new) = intent {
        return Some(created(new, operation, fact, now));
    }
    let mut domain = before?;
    domain.updated_at = now;
    if let Some(statuses) = &fact.statuses {
        domain.epp_statuses.clone_from(statuses);
    }
    match intent {
        Intent::Create(_) => {}
        Intent::Renew { .. } if fact.pending => {
            let pending = Status::PendingRenew.as_str();
            if fact.statuses.is_none() && !has_status(&domain, &[Status::PendingRenew]) {
                domain.epp_statuses.retain(|status| *status != Status::Ok.as_str());
                domain.epp_statuses.push(pending.to_owned());
            }
        }
        Intent::Renew { years, expires_before } => {
            let reckoned = expires_before.checked_add_months(Months::new(12 * years));
            domain.expires_at = fact.expires_at.or(reckoned);
            domain.out_of_sync |= fact.expires_at.is_none();
            domain.last_renewed_at = Some(now);
            if domain.state == DomainState::Expired {
                domain.state = DomainState::Registered;
            }
        }
        Intent::Nameservers { target } => {
            domain.nameservers = target.iter().filter_map(|host| HostName::parse(host).ok()).collect();
            domain.out_of_sync |= fact.statuses.is_none();
        }
        Intent::DsRecords { target } => domain.ds_records = target.iter().cloned().map(Into::into).collect(),
        Intent::Contacts(roles) => roles.iter().for_each(|change| change.apply(&mut domain)),
        // The host's own row has its addresses.
        Intent::Glue { .. } => {}
        Intent::AuthCode { hash, .. } => domain.auth_code_hash = Some(AuthCodeHash::new(hash.clone())),
        Intent::Welcome(welcome) => welcome.apply(&mut domain, fact),
        Intent::Statuses(change) => change.apply(&mut domain, fact),
        Intent::Delete => leaving::delete(&mut domain, fact, config, now),
        Intent::Restore => leaving::restore(&mut domain, fact, now),
        Intent::RestoreReport => leaving::report(&mut domain, fact, now),
    }
    Some(domain)
}

fn created(new: &NewDomain, operation: &Operation, fact: &Fact, now: DateTime<Utc>) -> Domain {
    let name = DomainName::parse(&operation.name).expect("a journalled name was parsed before");
    Domain {
        id: DomainId::new(),
        tenant_id: operation.tenant_id,
        unicode_name: name.unicode(),
        name,
        tld: new.tld.clone(),
        binding: operation.binding.clone(),
        account_id: operation.account_id,
        state: if fact.pending { DomainState::PendingCreate } else { DomainState::Registered },
        nameservers: new.nameservers.iter().filter_map(|host| HostName::parse(host).ok()).collect(),
        epp_statuses: fact.statuses.clone().unwrap_or_default(),
        ds_records: fact.ds_records.clone().unwrap_or_default(),
        registrant_handle: new.registrant_handle.clone(),
        admin_handle: new.admin_handle.clone(),
        tech_handle: new.tech_handle.clone(),
        billing_handle: new.billing_handle.clone(),
        registered_at: if fact.pending { None } else { Some(fact.created_at.unwrap_or(now)) },
        expires_at: fact.expires_at,
        last_renewed_at: None,
        last_reconciled_at: None,
        deletion_scheduled_at: None,
        transfer_lock_until: None,
        hold_reason: None,
        out_of_sync: fact.statuses.is_none(),
        auto_renew_mode: AutoRenewMode::Default,
        auth_code_hash: new.auth_code_hash.clone().map(AuthCodeHash::new),
        upkeep: Upkeep::default(),
        inserted_at: now,
        updated_at: now,
        version: 0,
    }
}

/// The kind and the payload of the event that tells of an executed command.
pub(super) fn event(intent: &Intent, operation: &Operation, after: &Domain) -> (&'static str, Json) {
    let mut payload = match intent {
        Intent::Create(new) => json!({ "years": new.years, "expires_at": shown(after.expires_at) }),
        Intent::Renew { years, expires_before } => {
            json!({ "years": years, "expires_before": shown(Some(*expires_before)), "expires_at": shown(after.expires_at) })
        }
        Intent::Nameservers { target } => json!({ "nameservers": target }),
        Intent::DsRecords { target } => json!({ "ds_records": target }),
        Intent::Contacts(roles) => roles_payload(roles),
        Intent::Glue { host, addresses } => json!({ "host": host, "ip_addresses": addresses }),
        Intent::AuthCode { .. } => json!({}),
        Intent::Welcome(welcome) => welcome.payload(after),
        Intent::Statuses(change) => change.payload(),
        Intent::Restore | Intent::RestoreReport => json!({ "state": after.state.as_str() }),
        Intent::Delete => json!({ "deletion_scheduled_at": shown(after.deletion_scheduled_at) }),
    };
    payload["operation_id"] = json!(operation.id.to_string());
    payload["cltrid"] = json!(operation.cltrid.as_str());
    (intent.event_type(after), payload)
}

/// A time in an event's payload.
pub(super) fn shown(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(eppgate_model::clock::shown)
}

impl From<Ds> for DsRecord {
    fn from(ds: Ds) -> Self {
        let Ds { key_tag, algorithm, digest_type, digest, max_sig_life } = ds;
        Self { key_tag, algorithm, digest_type, digest, max_sig_life }
    }
}

impl From<&DsRecord> for Ds {
    fn from(record: &DsRecord) -> Self {
        let DsRecord { key_tag, algorithm, digest_type, digest, max_sig_life } = record.clone();
        Self { key_tag, algorithm, digest_type, digest, max_sig_life }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use eppgate_model::domain::HoldReason;
    use eppgate_model::operation::OperationState;
    use eppgate_model::{AccountId, ClTrid, OperationId, TenantId};

    use super::*;

    pub(in crate::service) fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Nothing is known.
    pub(in crate::service) fn fact() -> Fact {
        Fact::default()
    }

    pub(in crate::service) fn operation(sent: &str) -> Operation {
        let id = OperationId::new();
        Operation {
            id,
            cltrid: ClTrid::of(id),
            tenant_id: TenantId::new(),
            account_id: AccountId::new(),
            binding: "generic".to_owned(),
            kind: OperationKind::Create,
            object: "domain".to_owned(),
            name: "a.example".to_owned(),
            state: OperationState::Sent,
            request: json!({}),
            result_code: None,
            svtrid: None,
            outcome: None,
            evidence: None,
            inserted_at: at(sent),
            sent_at: Some(at(sent)),
            replied_at: None,
            settled_at: None,
            attempts: 0,
            next_attempt_at: None,
        }
    }

    pub(in crate::service) fn domain(registered: &str) -> Domain {
        let new = NewDomain { tld: "example".to_owned(), ..NewDomain::default() };
        let fact = Fact { created_at: Some(at(registered)), statuses: Some(vec!["ok".to_owned()]), ..fact() };
        apply(
            &Intent::Create(new),
            &operation(registered),
            None,
            &fact,
            &TldConfig::default(),
            at(registered),
        )
        .unwrap()
    }

    fn after(intent: &Intent, before: Domain, fact: &Fact, now: &str) -> Domain {
        apply(intent, &operation(now), Some(before), fact, &TldConfig::default(), at(now)).unwrap()
    }

    #[test]
    fn what_the_registry_did_not_tell_is_marked_for_a_look() {
        let new = Intent::Create(NewDomain::default());
        let now = at("2026-03-01T12:00:00Z");
        let told = Fact { statuses: Some(vec!["inactive".to_owned()]), ..fact() };
        for (fact, out_of_sync) in [(fact(), true), (told, false)] {
            let domain =
                apply(&new, &operation("2026-03-01T12:00:00Z"), None, &fact, &TldConfig::default(), now);
            assert_eq!(domain.unwrap().out_of_sync, out_of_sync);
        }
        let renew = Intent::Renew { years: 1, expires_before: at("2027-03-01T00:00:00Z") };
        let renewed = after(&renew, domain("2026-03-01T00:00:00Z"), &fact(), "2026-04-01T00:00:00Z");
        assert_eq!(renewed.expires_at, Some(at("2028-03-01T00:00:00Z")));
        assert!(renewed.out_of_sync);
    }

    #[test]
    fn a_pending_creation_is_not_a_registration_yet() {
        let pending = Fact { pending: true, ..fact() };
        let operation = operation("2026-03-01T12:00:00Z");
        let new = Intent::Create(NewDomain::default());
        let domain =
            apply(&new, &operation, None, &pending, &TldConfig::default(), operation.inserted_at).unwrap();
        assert_eq!((domain.state, domain.registered_at), (DomainState::PendingCreate, None));
    }

    #[test]
    fn a_deleted_domain_is_gone_only_if_the_registry_says_so_or_it_was_new() {
        let gone = Fact::gone();
        let redeemable = Fact {
            leaving: Some(Leaving::Redemption),
            statuses: Some(vec!["pendingDelete".to_owned()]),
            ..fact()
        };
        for (registered, fact, state) in [
            ("2026-03-01T00:00:00Z", &gone, DomainState::Purged),
            ("2026-03-01T00:00:00Z", &redeemable, DomainState::Redemption),
            ("2026-03-01T00:00:00Z", &fact(), DomainState::Purged),
            ("2025-03-01T00:00:00Z", &fact(), DomainState::Redemption),
            ("2025-03-01T00:00:00Z", &gone, DomainState::Purged),
        ] {
            let domain = after(&Intent::Delete, domain(registered), fact, "2026-03-02T00:00:00Z");
            assert_eq!(domain.state, state, "{registered} {fact:?}");
            assert!(domain.deletion_scheduled_at.is_some());
        }
    }

    #[test]
    fn an_intent_survives_the_journal() {
        let ds =
            Ds { key_tag: 1, algorithm: 13, digest_type: 2, digest: "AB".to_owned(), max_sig_life: None };
        for intent in [
            Intent::Create(NewDomain { tld: "example".to_owned(), years: 2, ..NewDomain::default() }),
            Intent::Renew { years: 1, expires_before: at("2027-03-01T00:00:00Z") },
            Intent::Nameservers { target: vec!["ns1.dns.test".to_owned()] },
            Intent::DsRecords { target: vec![ds] },
            Intent::Contacts(vec![RoleChange {
                role: Role::Admin,
                handle: Some("jane".to_owned()),
                removed_id: None,
                added_id: Some("c1".to_owned()),
            }]),
            Intent::Glue {
                host: "ns1.a.example".to_owned(),
                addresses: vec![IpAddr::from([192, 0, 2, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])],
            },
            Intent::AuthCode { hash: "sha256:00".to_owned(), sealed: None },
            Intent::Statuses(StatusChange {
                cause: Cause::Hold(HoldReason::ContactInaccuracy),
                added: vec!["clientHold".to_owned()],
                removed: Vec::new(),
            }),
            Intent::Delete,
            Intent::Restore,
        ] {
            let kept = serde_json::to_string(&intent).unwrap();
            assert_eq!(serde_json::from_str::<Intent>(&kept).unwrap(), intent);
        }
    }
}
