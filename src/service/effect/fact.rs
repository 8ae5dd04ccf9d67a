//! What a registry has told of a domain.

use chrono::{DateTime, Utc};
use eppgate_epp::domain::InfData;
use eppgate_epp::ext::rgp::{self, RgpStatus};
use eppgate_epp::ext::secdns;
use eppgate_epp::types::StatusValue;
use eppgate_epp::{Response, ResultCode, domain};
use eppgate_model::domain::DsRecord;
use eppgate_model::{Domain, HostName};

use super::super::Error;
use super::Role;

/// What is known of a domain at the registry after a change. What is not known is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::service) struct Fact {
    pub(in crate::service) created_at: Option<DateTime<Utc>>,
    pub(in crate::service) expires_at: Option<DateTime<Utc>>,
    pub(in crate::service) statuses: Option<Vec<String>>,
    pub(in crate::service) nameservers: Option<Vec<HostName>>,
    pub(in crate::service) ds_records: Option<Vec<DsRecord>>,
    /// The change is accepted and not done yet (1001): a creation or a renewal.
    pub(in crate::service) pending: bool,
    /// There is no such domain any more.
    pub(in crate::service) gone: bool,
    /// How far its deletion has come, if it was deleted.
    pub(in crate::service) leaving: Option<Leaving>,
    /// The roles in which somebody is.
    pub(in crate::service) roles: Vec<Role>,
}

/// The stages of a deletion (RFC 3915, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) enum Leaving {
    /// It can be restored.
    Redemption,
    /// Its restore waits for a report.
    PendingRestore,
    /// It cannot be restored any more.
    PendingDelete,
}

impl Leaving {
    /// The stage that grace periods tell of.
    fn of_graces(graces: &[StatusValue<RgpStatus>]) -> Option<Self> {
        graces.iter().find_map(|grace| match grace.status {
            RgpStatus::RedemptionPeriod => Some(Self::Redemption),
            RgpStatus::PendingRestore => Some(Self::PendingRestore),
            RgpStatus::PendingDelete => Some(Self::PendingDelete),
            _ => None,
        })
    }
}

impl Fact {
    /// What the reply to a transform tells.
    pub(in crate::service) fn of_reply(response: &Response<'_>) -> Result<Self, Error> {
        let created = response.data::<domain::CreData>()?;
        let renewed = response.data::<domain::RenData>()?;
        let graces = response.extension::<rgp::UpData>()?;
        Ok(Self {
            created_at: created.as_ref().map(|created| created.cr_date),
            expires_at: created
                .and_then(|created| created.ex_date)
                .or_else(|| renewed.and_then(|renewed| renewed.ex_date)),
            pending: response.code() == ResultCode::OK_PENDING,
            leaving: graces.and_then(|graces| Leaving::of_graces(&graces.statuses)),
            ..Self::default()
        })
    }

    /// What an info reply tells.
    pub(in crate::service) fn of_info(info: &InfData, response: &Response<'_>) -> Result<Self, Error> {
        let statuses: Vec<String> = info.statuses.iter().map(|status| status.status.to_string()).collect();
        let graces = response.extension::<rgp::InfData>()?;
        let is_leaving = statuses.iter().any(|status| status == domain::Status::PendingDelete.as_str());
        let hosts = info.ns.iter().flat_map(domain::NameServers::names);
        Ok(Self {
            created_at: info.cr_date,
            expires_at: info.ex_date,
            nameservers: Some(hosts.filter_map(|host| HostName::parse(host).ok()).collect()),
            ds_records: Some(ds_records(response.extension::<secdns::InfData>()?)),
            pending: [domain::Status::PendingCreate, domain::Status::PendingRenew]
                .iter()
                .any(|pending| statuses.iter().any(|status| status == pending.as_str())),
            gone: false,
            // Where grace periods are not told, one may hope.
            leaving: graces
                .and_then(|graces| Leaving::of_graces(&graces.statuses))
                .or_else(|| is_leaving.then_some(Leaving::Redemption)),
            statuses: Some(statuses),
            roles: Role::filled(info),
        })
    }

    /// Whether somebody at the registry has a role for which the row names nobody.
    pub(in crate::service) fn has_stranger(&self, domain: &Domain) -> bool {
        self.roles.iter().any(|role| role.handle(domain).is_none())
    }

    /// That there is no such domain.
    pub(in crate::service) fn gone() -> Self {
        Self { gone: true, ..Self::default() }
    }

    /// This, and what is not known here from a reply. Some registries hide what is not done yet.
    pub(in crate::service) fn or(self, reply: &Self) -> Self {
        Self {
            created_at: self.created_at.or(reply.created_at),
            expires_at: self.expires_at.or(reply.expires_at),
            pending: self.pending || (self.gone && reply.pending),
            ..self
        }
    }
}

/// The DS records of an info reply. Keys, which some registries take instead, are no DS records.
fn ds_records(data: Option<secdns::InfData>) -> Vec<DsRecord> {
    let Some(secdns::InfData(secdns::DsOrKey { max_sig_life, data: secdns::SigningData::Ds(records) })) =
        data
    else {
        return Vec::new();
    };
    let record = |ds: secdns::DsData| DsRecord {
        key_tag: ds.key_tag,
        algorithm: ds.alg,
        digest_type: ds.digest_type,
        digest: ds.digest.to_ascii_uppercase(),
        max_sig_life,
    };
    records.into_iter().map(record).collect()
}
