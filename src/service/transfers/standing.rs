//! How transfers stand, by what registries say, and what follows from that.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::domain::TrnData;
use eppgate_epp::types::TransferStatus;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Actor;
use eppgate_model::transfer::{Direction, NackReason, Transfer, TransferState};
use eppgate_model::{Domain, DomainEvent, DomainState, OperationId, Word};
use eppgate_registry::Class;
use eppgate_store::{DomainChange, OperationResult};
use serde_json::json;
use tokio::time::Instant;

use super::intent::{Seen, effect_of, look_at_transfer, outcome_of};
use crate::service::call::{Look, look};
use crate::service::effect::{Fact, shown};
use crate::service::journal::Effect;
use crate::service::plan::Plan;
use crate::service::settle::{TRANSFER_ENDED, decided};
use crate::service::upkeep::schedule;
use crate::service::{Error, Gateway};

/// How a transfer stands at its registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It waits for an answer until then, if that is known.
    Open(Option<DateTime<Utc>>),
    Ended(End),
}

/// How a transfer has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The domain has another registrar.
    Through,
    Rejected,
    Cancelled,
    /// The registry knows nothing of it, and the domain is where it was.
    Expired,
}

impl End {
    fn state(self) -> TransferState {
        match self {
            Self::Through => TransferState::Completed,
            Self::Rejected => TransferState::Rejected,
            Self::Cancelled => TransferState::Cancelled,
            Self::Expired => TransferState::Expired,
        }
    }
}

impl Gateway {
    /// Looks at transfers that are due: how they stand, and what is left to be done. How many those were.
    pub async fn follow_transfers(&self) -> Result<usize, Error> {
        let due = self.0.store.due_transfers(self.0.clock.now(), BATCH).await?;
        let found = due.len();
        for transfer in due {
            let gateway = self.clone();
            self.to_its_end(async move { Ok(gateway.follow(transfer).await) }).await?;
        }
        Ok(found)
    }

    /// A transfer as it is after a look at its registry. One that cannot be looked at now is looked at later.
    pub(in crate::service) async fn follow(&self, transfer: Transfer) -> Transfer {
        let before = transfer.clone();
        match self.try_to_follow(transfer).await {
            Ok(after) => after,
            Err(error) => {
                let Transfer { id, name, .. } = &before;
                tracing::info!(%error, transfer = %id, name = name.as_str(), "a transfer cannot be followed now");
                before
            }
        }
    }

    /// The same for whom it matters that it can be looked at.
    pub(super) async fn try_to_follow(&self, transfer: Transfer) -> Result<Transfer, Error> {
        match Plan::current() {
            Some(_) => Box::pin(self.foresee(transfer)).await,
            None => Box::pin(self.look_after(transfer)).await,
        }
    }

    async fn look_after(&self, transfer: Transfer) -> Result<Transfer, Error> {
        if !transfer.is_pending() {
            return self.settle_in(transfer).await;
        }
        let standing = self.ask_standing(&transfer).await?;
        self.take_standing(transfer, standing).await
    }

    /// The same for a request that only wants to know what would be: the registry is asked, and nothing follows. One that
    /// has brought a domain is still on its way here, since what becomes of that is not known before it is taken over.
    async fn foresee(&self, transfer: Transfer) -> Result<Transfer, Error> {
        if !transfer.is_pending() {
            return Ok(transfer);
        }
        Ok(match self.ask_standing(&transfer).await? {
            Standing::Open(until) => {
                Transfer { auto_ack_at: until.unwrap_or(transfer.auto_ack_at), ..transfer }
            }
            Standing::Ended(End::Through) if transfer.direction == Direction::In => transfer,
            Standing::Ended(end) => Transfer { state: end.state(), ..transfer },
        })
    }

    /// How a pending transfer stands, by its registry.
    async fn ask_standing(&self, transfer: &Transfer) -> Result<Standing, Error> {
        let registry = self.registry(transfer.account_id)?;
        let deadline = Instant::now() + self.0.settings.command;
        let looked =
            look_at_transfer(&registry, &transfer.name, transfer, Class::Background, deadline).await?;
        let seen = match &looked {
            Look::Found(found) => &found.0,
            Look::Missing => &Seen::default(),
        };
        Ok(standing(transfer, seen, registry.client_id(), self.0.clock.now()))
    }

    /// Takes over what a registry has told of a transfer by itself.
    pub(in crate::service) async fn take_notice(
        &self,
        transfer: Transfer,
        told: &TrnData,
    ) -> Result<Transfer, Error> {
        match by_status(&transfer, told) {
            Some(standing) => self.take_standing(transfer, standing).await,
            // It speaks of another one: how does ours stand?
            None => self.look_after(transfer).await,
        }
    }

    async fn take_standing(&self, transfer: Transfer, standing: Standing) -> Result<Transfer, Error> {
        let effect = match (standing, transfer.direction) {
            (Standing::Open(until), _) => self.still_open(transfer, until),
            (Standing::Ended(End::Through), Direction::In) => return self.come_in(transfer).await,
            (Standing::Ended(End::Through), Direction::Out) => {
                self.ensure_gone(&transfer).await?;
                self.left(transfer, &Actor::System).await?
            }
            (Standing::Ended(end), _) => self.ended(transfer, end, None, &Actor::System).await?,
        };
        self.write(effect).await
    }

    /// Writes down a transfer as it is now.
    pub(super) async fn write(&self, effect: Effect<Transfer>) -> Result<Transfer, Error> {
        let Effect { row, change, event } = effect;
        let eppgate_store::Change::Transfer(change) = change else { return Ok(row) };
        self.0.store.change_transfer(*change, event).await?;
        Ok(row)
    }

    fn still_open(&self, transfer: Transfer, until: Option<DateTime<Utc>>) -> Effect<Transfer> {
        let now = self.0.clock.now();
        let auto_ack_at = until.unwrap_or(transfer.auto_ack_at);
        let at_the_end = Some(auto_ack_at).filter(|end| *end > now);
        let next = at_the_end.map_or(now + LOOK_EVERY, |end| end.min(now + LOOK_EVERY));
        let after = Transfer { auto_ack_at, due_at: Some(next), updated_at: now, ..transfer };
        effect_of(after, DomainChange::None, None, None)
    }

    /// What it means that a transfer has come to nothing.
    pub(super) async fn ended(
        &self,
        transfer: Transfer,
        end: End,
        reason: Option<NackReason>,
        actor: &Actor,
    ) -> Result<Effect<Transfer>, Error> {
        let now = self.0.clock.now();
        if end == End::Through {
            return Err(Error::internal("a transfer that is through did not come to nothing"));
        }
        let state = end.state();
        let after = Transfer { state, nack_reason: reason, due_at: None, updated_at: now, ..transfer };
        let request = self.request_verdict(&after, end).await?;
        let (mut change, mut event) = (DomainChange::None, None);
        if let Some(mut domain) = self.domain_of(&after).await?.filter(|domain| domain.state.live()) {
            let kind = format!("transfer_{}_{}", after.direction.as_str(), state.as_str());
            event = Some(self::event(&after, &domain, &kind, actor, now));
            if let Some(fact) = self.fact_of(&domain).await {
                domain.epp_statuses = fact.statuses.unwrap_or_default();
                domain.updated_at = now;
                change = DomainChange::Update(domain);
            }
        }
        Ok(effect_of(after, change, request, event))
    }

    /// What it means that another registrar has the domain.
    pub(super) async fn left(&self, transfer: Transfer, actor: &Actor) -> Result<Effect<Transfer>, Error> {
        let now = self.0.clock.now();
        let after = Transfer {
            state: TransferState::Completed,
            completed_at: Some(now),
            due_at: None,
            updated_at: now,
            ..transfer
        };
        let domain = self.domain_of(&after).await?.filter(|domain| domain.state.live());
        let event = domain.as_ref().map(|domain| event(&after, domain, "transferred_out", actor, now));
        let (mut change, mut creation) = (DomainChange::None, None);
        if let Some(domain) = domain {
            let (was, state) = (domain.state, DomainState::TransferredOut);
            let mut gone = Domain { state, epp_statuses: Vec::new(), updated_at: now, ..domain };
            schedule(&mut gone, &TldConfig::default());
            // It may be the first that is heard of its having been registered.
            creation = self.creation_verdict(was, &gone).await?;
            change = DomainChange::Update(gone);
        }
        Ok(effect_of(after, change, creation, event))
    }

    /// Makes sure that a domain is not ours any more before it is given up.
    async fn ensure_gone(&self, transfer: &Transfer) -> Result<(), Error> {
        let registry = self.registry(transfer.account_id)?;
        let deadline = Instant::now() + self.0.settings.command;
        let looked = look(&registry, transfer.tenant_id, &transfer.name, Class::Background, deadline).await;
        match looked {
            Ok(Look::Found(found)) if found.0.cl_id == registry.client_id() => {
                Err(Error::internal("a transfer is said to be through, and the domain is here"))
            }
            Ok(_) | Err(Error::RegistryRefused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What its registry has of a domain now, if it can be asked.
    pub(super) async fn fact_of(&self, domain: &Domain) -> Option<Fact> {
        let registry = self.registry(domain.account_id).ok()?;
        let deadline = Instant::now() + self.0.settings.command;
        let looked = look(&registry, domain.tenant_id, &domain.name, Class::Background, deadline).await;
        match looked {
            Ok(Look::Found(found)) if found.0.cl_id == registry.client_id() => {
                Fact::of_info(&found.0, &found.1).ok()
            }
            _ => None,
        }
    }

    /// The verdict on the command that asked for a transfer, by how that has ended: its quote is consumed or given back.
    pub(super) async fn request_verdict(
        &self,
        transfer: &Transfer,
        end: End,
    ) -> Result<Option<(OperationId, OperationResult)>, Error> {
        let Some(id) = transfer.operation_id else { return Ok(None) };
        let Some(asked) = self.0.store.operation(transfer.tenant_id, id).await? else { return Ok(None) };
        let now = self.0.clock.now();
        let ended = json!({ "state": transfer.state.as_str(), "at": now });
        let result = decided(asked, outcome_of(end), (TRANSFER_ENDED, ended), now);
        Ok(Some((id, result)))
    }
}

/// What the history of a domain tells of a transfer.
pub(super) fn event(
    transfer: &Transfer,
    domain: &Domain,
    kind: &str,
    actor: &Actor,
    now: DateTime<Utc>,
) -> DomainEvent {
    let payload = json!({
        "transfer_id": transfer.id.to_string(),
        "registry_account_id": transfer.account_id.to_string(),
        "auto_ack_at": shown(Some(transfer.auto_ack_at)),
        "nack_reason": transfer.nack_reason.map(Word::as_str),
    });
    DomainEvent::new(domain, kind, actor, payload, now)
}

/// How a transfer stands by what its registry says when it is asked.
fn standing(transfer: &Transfer, seen: &Seen, own_id: &str, now: DateTime<Utc>) -> Standing {
    if let Some(standing) = seen.told.as_ref().and_then(|told| by_status(transfer, told)) {
        return standing;
    }
    // Where ended transfers are not told of, the domain is where the transfer has left it.
    let is_ours = seen.sponsor.as_deref() == Some(own_id);
    match (transfer.direction, is_ours) {
        (Direction::In, true) | (Direction::Out, false) => Standing::Ended(End::Through),
        _ if seen.none_pending || transfer.auto_ack_at + LATE < now => Standing::Ended(End::Expired),
        // A registry that does not tell of transfers may still have it.
        _ => Standing::Open(None),
    }
}

/// How a transfer stands by its status; `None` if that is another transfer's.
fn by_status(transfer: &Transfer, told: &TrnData) -> Option<Standing> {
    if transfer.requested_at.is_some_and(|at| told.re_date != at) {
        return None;
    }
    Some(match told.tr_status {
        TransferStatus::Pending => Standing::Open(Some(told.ac_date)),
        TransferStatus::ClientApproved | TransferStatus::ServerApproved => Standing::Ended(End::Through),
        TransferStatus::ClientRejected => Standing::Ended(End::Rejected),
        TransferStatus::ClientCancelled | TransferStatus::ServerCancelled => Standing::Ended(End::Cancelled),
        _ => return None,
    })
}

/// How often a registry is asked how a transfer stands.
pub(super) const LOOK_EVERY: Duration = Duration::minutes(15);
/// How long after its time a transfer that nothing is heard of may still go through.
const LATE: Duration = Duration::days(1);
const BATCH: u64 = 16;
