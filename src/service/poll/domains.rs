//! Messages about domains. They say that something has changed; what it is like now is asked of the registry, so that a
//! message that comes late, twice, or in the wrong order does no harm.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::domain::TrnData;
use eppgate_epp::ext::maintenance::Item;
use eppgate_epp::types::{PendingAction, TransferStatus};
use eppgate_model::operation::{OperationKind, Outcome};
use eppgate_model::tenant::{RegistryAccount, TldConfig};
use eppgate_model::token::Actor;
use eppgate_model::transfer::{Direction, Transfer};
use eppgate_model::{ClTrid, Domain, DomainEvent, DomainName, DomainState, Operation, OperationId, Word};
use eppgate_registry::{Class, Notice, Ours};
use eppgate_store::DomainChange;
use serde_json::json;
use tokio::time::Instant;

use super::{Fate, Queue};
use crate::service::call::{Look, look};
use crate::service::effect::{Fact, Leaving, shown};
use crate::service::lifecycle::reconciled;
use crate::service::{Error, Gateway, NamedRegistry, upkeep};

impl Gateway {
    /// How a transfer stands: one that we asked for, or that another has asked us for.
    pub(super) async fn transfer_told(&self, queue: &Queue, told: &TrnData) -> Result<Fate, Error> {
        let Ok(name) = DomainName::parse(&told.name) else { return Ok(no_name(&told.name)) };
        let own_id = self.behind(queue)?.client_id().to_owned();
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        if told.re_id == own_id {
            return match self.asked_with(queue, &accounts, &name).await? {
                Some(transfer) => {
                    self.take_notice(transfer, told).await?;
                    Ok(Fate::Done(None))
                }
                None => self.unless_under_way(queue, &name).await,
            };
        }
        if told.ac_id != own_id {
            return Ok(Fate::Dead("the transfer is neither from us nor to us".to_owned()));
        }
        match self.0.store.domain_at(&queue.registry, &name).await? {
            Some(domain) if is_with(&accounts, &domain) => {
                Box::pin(self.asked_of_us(domain, told)).await?;
                Ok(Fate::Done(None))
            }
            // It has gone already.
            Some(_) => Ok(Fate::Done(Some("another account has the domain"))),
            None if told.tr_status == TransferStatus::Pending => {
                Ok(Fate::Dead("somebody asks for a domain that is not known here".to_owned()))
            }
            None => Ok(Fate::Done(Some("the domain is not here any more"))),
        }
    }

    /// The pending transfer of a name that one of these accounts has asked for.
    async fn asked_with(
        &self,
        queue: &Queue,
        accounts: &[RegistryAccount],
        name: &DomainName,
    ) -> Result<Option<Transfer>, Error> {
        let pending = self.0.store.pending_transfers(&queue.registry, name).await?;
        Ok(pending.into_iter().find(|transfer| {
            transfer.direction == Direction::In
                && accounts.iter().any(|account| account.id == transfer.account_id)
        }))
    }

    /// A message that is about nothing we know of may be about what is just being done: then it is for later.
    async fn unless_under_way(&self, queue: &Queue, name: &DomainName) -> Result<Fate, Error> {
        match self.0.store.unfinished_operation(&queue.registry, "domain", name.as_str()).await? {
            Some(_) => Err(Error::OperationInProgress { operation_id: None }),
            None => Ok(Fate::Done(Some("nothing of the kind is pending"))),
        }
    }

    /// An action that was pending is done, or will not be.
    pub(super) async fn action_ended(&self, queue: &Queue, action: &PendingAction) -> Result<Fate, Error> {
        let Ok(name) = DomainName::parse(&action.name) else { return Ok(no_name(&action.name)) };
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        if let Some(transfer) = self.asked_with(queue, &accounts, &name).await? {
            self.follow(transfer).await;
            return Ok(Fate::Done(None));
        }
        let Some(domain) = self.0.store.domain_at(&queue.registry, &name).await? else {
            return match self.was_given_up(action).await? {
                true => Ok(Fate::Dead("the registry has done what was taken as not done".to_owned())),
                false => self.unless_under_way(queue, &name).await,
            };
        };
        if !is_with(&accounts, &domain) {
            return Ok(Fate::Done(Some("another account has the domain")));
        }
        if domain.state == DomainState::PendingCreate && !action.done {
            return match self.is_of_another(&domain, action).await? {
                true => Ok(Fate::Done(Some("it is about another creation"))),
                false => self.creation_failed(domain, action).await,
            };
        }
        let open = self.open_renewal(&domain).await?.filter(|open| open.is_meant_by(action));
        match open {
            Some(open) if !action.done => {
                self.renewal_refused(domain, open, action).await?;
                Ok(Fate::Done(None))
            }
            Some(_) => {
                let fate = self.take_over_domain(domain.clone()).await?;
                // Not everything at a registry is told at once.
                self.ensure_no_open_renewal(&domain).await.map(|()| fate)
            }
            None => self.take_over_domain(domain).await,
        }
    }

    /// Whether an action is another command of ours than the creation that is pending: an earlier one, whose message comes
    /// late or again.
    async fn is_of_another(&self, pending: &Domain, action: &PendingAction) -> Result<bool, Error> {
        let Some(id) = asked_by(action) else { return Ok(false) };
        Ok(self.creation_of(pending).await?.is_some_and(|creation| creation.id != id))
    }

    /// Whether an action that is done is a creation that was given up, since nothing was to be seen of it.
    async fn was_given_up(&self, action: &PendingAction) -> Result<bool, Error> {
        let Some(id) = asked_by(action).filter(|_| action.done) else { return Ok(false) };
        let asked = self.0.store.any_operation(id).await?;
        let is_given_up = |asked: Operation| {
            asked.kind == OperationKind::Create
                && asked.outcome.is_some_and(|outcome| outcome != Outcome::Executed)
        };
        Ok(asked.is_some_and(is_given_up))
    }

    /// The registry does not register a domain after all.
    async fn creation_failed(&self, domain: Domain, action: &PendingAction) -> Result<Fate, Error> {
        let now = self.0.clock.now();
        let mut failed = Domain { state: DomainState::Failed, updated_at: now, ..domain };
        upkeep::schedule(&mut failed, &TldConfig::default());
        let payload = json!({ "svtrid": action.tr_id.server, "at": shown(Some(action.date)) });
        let event = DomainEvent::new(&failed, "registration_failed", &Actor::System, payload, now);
        self.write_shown(DomainState::PendingCreate, failed, Some(event)).await?;
        Ok(Fate::Done(None))
    }

    /// Something has been done to a domain.
    pub(super) async fn domain_changed(&self, queue: &Queue, name: &str) -> Result<Fate, Error> {
        let Ok(name) = DomainName::parse(name) else { return Ok(no_name(name)) };
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        match self.0.store.domain_at(&queue.registry, &name).await? {
            Some(domain) if !is_with(&accounts, &domain) => {
                Ok(Fate::Done(Some("another account has the domain")))
            }
            Some(domain) if domain.state == DomainState::PendingCreate => {
                let config = self.policy(&domain).await?;
                Ok(Fate::Done(match self.complete_registration(&domain, &config).await? {
                    upkeep::Done::Written => None,
                    upkeep::Done::Wait(_) => Some("it is as it was"),
                }))
            }
            Some(domain) => self.take_over_domain(domain).await,
            None => self.unless_under_way(queue, &name).await,
        }
    }

    /// Asks the registry what a domain is like now, and takes that over.
    async fn take_over_domain(&self, domain: Domain) -> Result<Fate, Error> {
        let registry = self.registry(domain.account_id)?;
        let deadline = Instant::now() + self.0.settings.command;
        let looked = look(&registry, domain.tenant_id, &domain.name, Class::Background, deadline).await?;
        let now = self.0.clock.now();
        let config = self.policy(&domain).await?;
        let (mut after, kind, payload) = match looked {
            Look::Missing if domain.state == DomainState::PendingCreate => {
                return Ok(Fate::Done(Some("it is not there yet")));
            }
            Look::Missing => {
                let (state, deletion_scheduled_at) = (DomainState::Purged, Some(now));
                let purged = Domain { state, deletion_scheduled_at, updated_at: now, ..domain.clone() };
                (purged, "purged", json!({}))
            }
            Look::Found(found) if found.0.cl_id != registry.client_id() => {
                let gone = Domain { state: DomainState::TransferredOut, updated_at: now, ..domain.clone() };
                (gone, "transferred_out", json!({ "to": found.0.cl_id }))
            }
            Look::Found(found) => {
                let mut fact = Fact::of_info(&found.0, &found.1)?;
                if upkeep::lets_go(&domain, now) {
                    fact.expires_at = None;
                }
                let (mut after, diff) = reconciled(&domain, &fact, now);
                let was = after.state;
                follow_stage(&mut after, &fact, now);
                if after.state == DomainState::Redemption && after.deletion_scheduled_at.is_none() {
                    let days = config.redemption_period_days + config.pending_delete_days;
                    after.deletion_scheduled_at = Some(now + Duration::days(i64::from(days)));
                    after.upkeep.deleted_at = Some(now);
                }
                let is_renewed = is_renewed(&domain, &after);
                if is_renewed {
                    after.last_renewed_at = Some(now);
                    after.upkeep.reminders = 0;
                    upkeep::end_of_once(&mut after);
                }
                if diff.is_none() && after.state == was {
                    upkeep::schedule(&mut after, &config);
                    self.0.store.change_domain(DomainChange::Update(after), None).await?;
                    return Ok(Fate::Done(Some("it is as it was")));
                }
                after.updated_at = now;
                let kind = match (domain.state, after.state) {
                    (DomainState::PendingCreate, DomainState::Registered) => "registered",
                    _ if is_renewed => "auto_renewed",
                    _ => "reconciled_with_registry",
                };
                let payload = json!({
                    "changes": diff,
                    "state": { "from": domain.state.as_str(), "to": after.state.as_str() },
                    "expires_at": shown(after.expires_at),
                });
                (after, kind, payload)
            }
        };
        upkeep::schedule(&mut after, &config);
        let event = DomainEvent::new(&after, kind, &Actor::System, payload, now);
        self.write_shown(domain.state, after, Some(event)).await?;
        Ok(Fate::Done(None))
    }

    /// The registry will be worked on: nothing is sent meanwhile.
    pub(super) async fn maintenance_told(&self, queue: &Queue, item: &Item) -> Result<Fate, Error> {
        let NamedRegistry { environment, runs: registry, .. } = self.named(queue)?;
        let served = self.0.store.associations_at(&queue.registry).await?;
        let mut zones: Vec<String> = served.into_iter().map(|association| association.tld).collect();
        zones.sort_unstable();
        zones.dedup();
        let ours = Ours { environment: &environment, zones: &zones };
        match registry.notice(item, &ours, self.0.clock.now()) {
            Ok(Notice::Ignore(why)) => Ok(Fate::Done(Some(why))),
            Ok(_) => Ok(Fate::Done(None)),
            Err(error) => Ok(Fate::Dead(error.to_string())),
        }
    }
}

/// The stage of a domain's life that the registry shows.
fn follow_stage(domain: &mut Domain, fact: &Fact, now: DateTime<Utc>) {
    use DomainState::{Expired, PendingCreate, PendingDelete, PendingRestore, Redemption, Registered};
    domain.state = match (fact.leaving, domain.state) {
        // Where only the status is told, it may have gone further.
        (Some(Leaving::Redemption), PendingDelete) => PendingDelete,
        (Some(Leaving::Redemption), _) => Redemption,
        (Some(Leaving::PendingRestore), _) => PendingRestore,
        (Some(Leaving::PendingDelete), _) => PendingDelete,
        (None, PendingCreate) if fact.pending => PendingCreate,
        (None, PendingCreate | Redemption | PendingRestore | PendingDelete | Expired) => {
            let is_over = domain.expires_at.is_some_and(|expires| expires <= now);
            if is_over { Expired } else { Registered }
        }
        (None, other) => other,
    };
    if domain.state == Registered && domain.registered_at.is_none() {
        domain.registered_at = fact.created_at.or(Some(now));
    }
    if matches!(domain.state, Registered | Expired) {
        domain.deletion_scheduled_at = None;
    }
}

/// Whether a domain lasts longer than it did, without a command of ours.
fn is_renewed(before: &Domain, after: &Domain) -> bool {
    let lived = matches!(before.state, DomainState::Registered | DomainState::OnHold | DomainState::Expired);
    let longer =
        before.expires_at.zip(after.expires_at).is_some_and(|(before, after)| after - before >= A_WHILE);
    lived && longer
}

/// The command of ours that asked for an action, if it is said.
fn asked_by(action: &PendingAction) -> Option<OperationId> {
    action.tr_id.client.as_deref()?.parse::<ClTrid>().ok()?.operation_id()
}

fn is_with(accounts: &[RegistryAccount], domain: &Domain) -> bool {
    accounts.iter().any(|account| account.id == domain.account_id)
}

fn no_name(name: &str) -> Fate {
    Fate::Dead(format!("{name} is no domain name"))
}

/// Registries put an end date off by some days to align it; they renew by years, or at least months.
const A_WHILE: Duration = Duration::days(27);
