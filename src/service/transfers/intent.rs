//! What transfer commands are to achieve, and what they mean for our rows.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::domain::{InfData, TrnData};
use eppgate_epp::types::{TransferOp, TransferStatus};
use eppgate_epp::{Command, Response, ResultCode, domain};
use eppgate_model::operation::{OperationKind, Outcome};
use eppgate_model::token::Actor;
use eppgate_model::transfer::{Decision, Direction, NackReason, Transfer, TransferState};
use eppgate_model::{ClTrid, DomainId, DomainName, Json, Operation, TransferId};
use eppgate_registry::{Class, Registry};
use eppgate_store::{DomainChange, TransferChange, TransferRow};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use super::standing::{End, LOOK_EVERY, event};
use crate::service::call::{Look, ask, look, refused};
use crate::service::dialect::Dialect;
use crate::service::journal::{Effect, Journalled, Kept, Proof};
use crate::service::{Error, Gateway};

/// What a journalled transfer command is to achieve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Intent {
    /// A domain from another account.
    Request(Asked),
    /// The end of a transfer that we asked for.
    Cancel(Which),
    /// A domain to whoever asked for it.
    Approve(Which),
    /// The end of a transfer that another asked for.
    Reject(Which, NackReason),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct Asked {
    pub(super) tld: String,
    /// The tenant's own domain, with another account.
    pub(super) domain: Option<DomainId>,
    /// When the latest transfer of the name began that we know of. Ours is a later one.
    pub(super) after: Option<DateTime<Utc>>,
    /// Days to answer in, if the registry does not tell.
    pub(super) patience: u32,
    pub(super) registrant_handle: Option<String>,
    pub(super) admin_handle: Option<String>,
    pub(super) tech_handle: Option<String>,
    pub(super) billing_handle: Option<String>,
}

/// The transfer that a command is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct Which {
    pub(super) transfer: TransferId,
    pub(super) requested_at: Option<DateTime<Utc>>,
}

impl From<&Transfer> for Which {
    fn from(transfer: &Transfer) -> Self {
        Self { transfer: transfer.id, requested_at: transfer.requested_at }
    }
}

/// What a registry says of a domain on its way.
#[derive(Debug, Default)]
pub(in crate::service) struct Seen {
    /// The transfer that it tells of: as a rule the latest.
    pub(super) told: Option<TrnData>,
    /// Who sponsors the domain; empty when that is told to its sponsor only, and so not us. `None` when it was not asked.
    pub(super) sponsor: Option<String>,
    /// The registry says that none is pending.
    pub(super) none_pending: bool,
}

/// What is known after a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::service) struct Fact {
    told: Option<TrnData>,
    svtrid: Option<String>,
}

impl Journalled for Intent {
    // No two commands on a domain are under way at once, transfers included.
    const OBJECT: &'static str = "domain";
    type Name = DomainName;
    type Info = Seen;
    type Fact = Fact;
    type Row = Transfer;

    fn kind(&self) -> OperationKind {
        OperationKind::Transfer
    }

    fn wants_look(&self) -> bool {
        false
    }

    fn is_open(&self, _: &Fact) -> bool {
        matches!(self, Self::Request(_))
    }

    async fn look(
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> Result<Look<Seen>, Error> {
        look_at_transfer(registry, &name_of(operation)?, operation, class, deadline).await
    }

    fn told(response: &Response<'_>) -> Result<Fact, Error> {
        let svtrid = Some(response.tr_id.server.clone()).filter(|id| !id.is_empty());
        Ok(Fact { told: response.data()?, svtrid })
    }

    fn seen(looked: &Look<Seen>, told: Option<&Fact>) -> Result<Fact, Error> {
        let seen = match looked {
            Look::Found(found) => found.0.told.clone(),
            Look::Missing => None,
        };
        let reply = told.cloned().unwrap_or_default();
        Ok(Fact { told: seen.or(reply.told), svtrid: reply.svtrid })
    }

    fn judge(&self, operation: &Operation, looked: &Look<Seen>, _: &Fact, own_id: &str) -> Proof {
        let Look::Found(found) = looked else { return Proof::Absent };
        judge(self, operation, &found.0, own_id)
    }

    fn taken() -> Error {
        Error::WrongState
    }

    fn evidence(seen: &Seen) -> Json {
        let told = seen.told.as_ref().map(|told| {
            json!({
                "status": told.tr_status.as_str(), "requested_by": told.re_id, "requested_at": told.re_date,
                "acting": told.ac_id,
            })
        });
        json!({ "query": "domain:transfer", "transfer": told, "sponsor": seen.sponsor })
    }

    async fn row(gateway: &Gateway, operation: &Operation) -> Result<Option<Transfer>, Error> {
        let store = &gateway.0.store;
        Ok(match Kept::<Self>::of(operation)?.intent {
            Self::Request(_) => store.transfer_of_operation(operation.tenant_id, operation.id).await?,
            Self::Cancel(which) | Self::Approve(which) | Self::Reject(which, _) => {
                store.transfer(operation.tenant_id, which.transfer).await?
            }
        })
    }

    async fn effect(
        &self,
        gateway: &Gateway,
        operation: &Operation,
        actor: &Actor,
        fact: &Fact,
    ) -> Result<Effect<Transfer>, Error> {
        let before = Self::row(gateway, operation).await?;
        let nothing = |row| Effect { row, change: eppgate_store::Change::None, event: None };
        let decision = |decision| (*actor != Actor::System).then_some(decision);
        match (self, before) {
            (Self::Request(_), Some(known)) => Ok(nothing(known)),
            (Self::Request(asked), None) => gateway.begun(asked, operation, actor, fact).await,
            (_, None) => Err(Error::NotFound),
            (_, Some(over)) if !over.is_pending() => Ok(nothing(over)),
            (Self::Cancel(_), Some(transfer)) => gateway.ended(transfer, End::Cancelled, None, actor).await,
            (Self::Reject(_, reason), Some(transfer)) => {
                let rejected = Transfer { explicit_decision: decision(Decision::Rejected), ..transfer };
                gateway.ended(rejected, End::Rejected, Some(*reason), actor).await
            }
            (Self::Approve(_), Some(transfer)) => {
                let approved = Transfer { explicit_decision: decision(Decision::Approved), ..transfer };
                match approved.direction {
                    Direction::Out => gateway.left(approved, actor).await,
                    // What it means for the domain is for the other account to see.
                    Direction::In => {
                        let now = gateway.0.clock.now();
                        let row = Transfer { due_at: Some(now), updated_at: now, ..approved };
                        Ok(effect_of(row, DomainChange::None, None, None))
                    }
                }
            }
        }
    }
}

impl Gateway {
    /// The registry has taken the request.
    async fn begun(
        &self,
        asked: &Asked,
        operation: &Operation,
        actor: &Actor,
        fact: &Fact,
    ) -> Result<Effect<Transfer>, Error> {
        let now = self.0.clock.now();
        let told = fact.told.as_ref();
        let is_through = told.is_some_and(|told| told.tr_status != TransferStatus::Pending);
        let answer_by = told.map(|told| told.ac_date).filter(|_| !is_through);
        let transfer = Transfer {
            id: TransferId::new(),
            tenant_id: operation.tenant_id,
            domain_id: asked.domain,
            name: name_of(operation)?,
            tld: asked.tld.clone(),
            binding: operation.binding.clone(),
            account_id: operation.account_id,
            direction: Direction::In,
            state: TransferState::Pending,
            operation_id: Some(operation.id),
            registry_transfer_id: fact.svtrid.clone(),
            requested_at: told.map(|told| told.re_date),
            initiated_at: now,
            auto_ack_at: answer_by.unwrap_or_else(|| now + Duration::days(i64::from(asked.patience))),
            completed_at: None,
            nack_reason: None,
            explicit_decision: None,
            registrant_handle: asked.registrant_handle.clone(),
            admin_handle: asked.admin_handle.clone(),
            tech_handle: asked.tech_handle.clone(),
            billing_handle: asked.billing_handle.clone(),
            // Where nobody is asked, it is through by now.
            due_at: Some(if is_through { now } else { now + LOOK_EVERY }),
            attempts: 0,
            inserted_at: now,
            updated_at: now,
            version: 1,
        };
        let domain = self.domain_of(&transfer).await?;
        let event = domain.map(|domain| event(&transfer, &domain, "transfer_in_requested", actor, now));
        let row = TransferRow::Insert(transfer.clone());
        let change = TransferChange { row, domain: DomainChange::None, request: None };
        Ok(Effect { row: transfer, change: change.into(), event })
    }
}

/// A transfer as it is afterwards, with what hangs on it.
pub(super) fn effect_of(
    after: Transfer,
    domain: DomainChange,
    request: Option<(eppgate_model::OperationId, eppgate_store::OperationResult)>,
    event: Option<eppgate_model::DomainEvent>,
) -> Effect<Transfer> {
    let change = TransferChange { row: TransferRow::Update(after.clone()), domain, request };
    let row = Transfer { version: after.version + 1, ..after };
    Effect { row, change: change.into(), event }
}

/// Asks a registry how the transfer of a name stands, and unless that is open, whose the domain is.
pub(super) async fn look_at_transfer(
    registry: &Registry,
    name: &DomainName,
    of: impl Into<Whose>,
    class: Class,
    deadline: Instant,
) -> Result<Look<Seen>, Error> {
    let Whose(tenant) = of.into();
    let query = domain::Transfer {
        op: TransferOp::Query,
        name: name.as_str().to_owned(),
        period: None,
        auth_info: None,
    };
    let query = Dialect::of(registry).complete(Command::new(&query), Intent::OBJECT, name.as_str());
    let queried = ask(registry, tenant, query.finish(ClTrid::fresh().as_str())?, class, deadline).await?;
    let told: Option<TrnData> = match queried.code() {
        code if code.is_success() => queried.data()?,
        // There is none, or not for our eyes.
        _ => match refused(&queried) {
            Error::RegistryRefused { .. } => None,
            other => return Err(other),
        },
    };
    if told.as_ref().is_some_and(|told| told.tr_status == TransferStatus::Pending) {
        return Ok(Look::Found(Box::new((Seen { told, ..Seen::default() }, queried))));
    }
    let none_pending = told.is_some() || queried.code() == ResultCode::NOT_PENDING_TRANSFER;
    let seen = |sponsor| Seen { told, sponsor: Some(sponsor), none_pending };
    match look(registry, tenant, name, class, deadline).await {
        Ok(Look::Found(found)) => {
            let (InfData { cl_id, .. }, response) = *found;
            Ok(Look::Found(Box::new((seen(cl_id), response))))
        }
        Ok(Look::Missing) => Ok(Look::Missing),
        Err(Error::RegistryRefused { code, .. }) if ResultCode(code) == ResultCode::AUTHORIZATION_ERROR => {
            Ok(Look::Found(Box::new((seen(String::new()), queried))))
        }
        Err(error) => Err(error),
    }
}

/// On whose behalf a registry is asked.
pub(super) struct Whose(eppgate_model::TenantId);

impl From<&Operation> for Whose {
    fn from(operation: &Operation) -> Self {
        Self(operation.tenant_id)
    }
}

impl From<&Transfer> for Whose {
    fn from(transfer: &Transfer) -> Self {
        Self(transfer.tenant_id)
    }
}

/// Whether what the registry says shows that a command was carried out.
fn judge(intent: &Intent, operation: &Operation, seen: &Seen, own_id: &str) -> Proof {
    let is_ours = seen.sponsor.as_deref().map(|sponsor| sponsor == own_id);
    if let Intent::Request(asked) = intent {
        let since = operation.sent_at.unwrap_or(operation.inserted_at) - Duration::seconds(CLOCK_SKEW);
        let by_us = seen.told.as_ref().filter(|told| told.re_id == own_id);
        let later = by_us.filter(|told| asked.after.is_none_or(|after| told.re_date > after));
        let is_it =
            later.is_some_and(|told| told.tr_status == TransferStatus::Pending || told.re_date >= since);
        return if is_it || is_ours == Some(true) { Proof::Done } else { Proof::Absent };
    }
    let (Intent::Cancel(which) | Intent::Approve(which) | Intent::Reject(which, _)) = intent else {
        return Proof::Absent;
    };
    let same = seen.told.as_ref().filter(|told| which.requested_at.is_none_or(|at| told.re_date == at));
    let status = same.map(|told| &told.tr_status);
    if status == Some(&TransferStatus::Pending) {
        return Proof::Absent;
    }
    let has_ended = |as_wanted: bool| if as_wanted { Proof::Done } else { Proof::Taken };
    // Where ended transfers are not told of, the domain is where the transfer has left it.
    let goes = matches!(status, Some(TransferStatus::ClientApproved | TransferStatus::ServerApproved));
    match intent {
        Intent::Approve(_) => has_ended(if status.is_some() { goes } else { is_ours == Some(false) }),
        Intent::Cancel(_) => has_ended(match status {
            Some(status) => *status == TransferStatus::ClientCancelled,
            None => is_ours != Some(true),
        }),
        _ => has_ended(match status {
            Some(status) => *status == TransferStatus::ClientRejected,
            None => is_ours == Some(true),
        }),
    }
}

fn name_of(operation: &Operation) -> Result<DomainName, Error> {
    DomainName::parse(&operation.name).map_err(|_| Error::internal("a journalled name"))
}

/// What the end of a transfer is for the command that asked for it.
pub(super) fn outcome_of(end: End) -> Outcome {
    if end == End::Through { Outcome::Executed } else { Outcome::Refused }
}

/// How far a registry's clock may be behind ours, in seconds.
const CLOCK_SKEW: i64 = 300;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::effect::tests::{at, operation};

    fn told(by: &str, requested: &str, status: TransferStatus) -> TrnData {
        TrnData {
            name: "a.example".to_owned(),
            tr_status: status,
            re_id: by.to_owned(),
            re_date: at(requested),
            ac_id: "them".to_owned(),
            ac_date: at("2026-03-06T12:00:00Z"),
            ex_date: None,
        }
    }

    fn seen(told: Option<TrnData>, sponsor: Option<&str>) -> Seen {
        Seen { told, sponsor: sponsor.map(str::to_owned), none_pending: true }
    }

    fn asked(after: Option<&str>) -> Intent {
        Intent::Request(Asked {
            tld: "example".to_owned(),
            domain: None,
            after: after.map(at),
            patience: 5,
            registrant_handle: None,
            admin_handle: None,
            tech_handle: None,
            billing_handle: None,
        })
    }

    #[test]
    fn a_lost_request_is_proved_by_a_transfer_of_ours_that_is_a_new_one() {
        use TransferStatus::{ClientCancelled, Pending, ServerApproved};
        let operation = operation("2026-03-01T12:00:00Z");
        let before = Some("2026-02-01T00:00:00Z");
        for (told, sponsor, after, proof) in [
            (Some(told("us", "2026-03-01T12:00:01Z", Pending)), None, before, Proof::Done),
            (Some(told("them", "2026-03-01T12:00:01Z", Pending)), None, before, Proof::Absent),
            // The registry's clock may be off: a pending one of ours that nobody knew is this one.
            (Some(told("us", "2026-02-20T00:00:00Z", Pending)), None, before, Proof::Done),
            (Some(told("us", "2026-02-01T00:00:00Z", Pending)), None, before, Proof::Absent),
            (Some(told("us", "2026-03-01T12:00:01Z", ServerApproved)), Some("us"), before, Proof::Done),
            (Some(told("us", "2026-02-20T00:00:00Z", ClientCancelled)), Some("them"), None, Proof::Absent),
            (Some(told("us", "2026-03-01T12:00:01Z", ClientCancelled)), Some("them"), None, Proof::Done),
            (None, Some("us"), None, Proof::Done),
            (None, Some("them"), None, Proof::Absent),
            (None, Some(""), None, Proof::Absent),
        ] {
            let seen = seen(told, sponsor);
            assert_eq!(judge(&asked(after), &operation, &seen, "us"), proof, "{seen:?} {after:?}");
        }
    }

    #[test]
    fn a_lost_answer_is_proved_by_how_the_transfer_has_ended() {
        use Proof::{Absent, Done, Taken};
        use TransferStatus::{
            ClientApproved, ClientCancelled, ClientRejected, Pending, ServerApproved, ServerCancelled,
        };
        let operation = operation("2026-03-01T12:00:00Z");
        let requested = "2026-03-01T00:00:00Z";
        let which = || Which { transfer: TransferId::new(), requested_at: Some(at(requested)) };
        let of = |status| Some(told("them", requested, status));
        for (told, sponsor, cancel, approve, reject) in [
            (of(Pending), None, Absent, Absent, Absent),
            (of(ClientApproved), Some("them"), Taken, Done, Taken),
            (of(ServerApproved), Some("them"), Taken, Done, Taken),
            (of(ClientRejected), Some("us"), Taken, Taken, Done),
            (of(ClientCancelled), Some("us"), Done, Taken, Taken),
            (of(ServerCancelled), Some("us"), Taken, Taken, Taken),
            (None, Some("us"), Taken, Taken, Done),
            (None, Some("them"), Done, Done, Taken),
        ] {
            let seen = seen(told, sponsor);
            let judged = |intent: Intent| judge(&intent, &operation, &seen, "us");
            let reject_for = Intent::Reject(which(), NackReason::CourtOrder);
            assert_eq!(
                (judged(Intent::Cancel(which())), judged(Intent::Approve(which())), judged(reject_for)),
                (cancel, approve, reject),
                "{seen:?}"
            );
        }
    }

    #[test]
    fn an_intent_survives_the_journal() {
        let which = || Which { transfer: TransferId::new(), requested_at: None };
        for intent in [
            asked(Some("2026-02-01T00:00:00Z")),
            Intent::Cancel(which()),
            Intent::Approve(which()),
            Intent::Reject(which(), NackReason::DomainLocked),
        ] {
            let kept = serde_json::to_string(&intent).unwrap();
            assert_eq!(serde_json::from_str::<Intent>(&kept).unwrap(), intent);
        }
    }
}
