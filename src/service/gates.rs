//! What stands in the way of each action on a domain: pure, and asked both by the actions themselves and by whoever wants
//! to know beforehand, so that the two never disagree.
//!
//! What depends on the request, such as a quote, is not told here; nor is what only the registry knows.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::domain::Status;
use eppgate_model::domain::HoldReason;
use eppgate_model::tenant::TldConfig;
use eppgate_model::transfer::{Direction, Transfer, TransferState};
use eppgate_model::{Domain, DomainState, OperationId, TenantId, Word};

use super::effect::{Cause, StatusChange};
use super::lifecycle::has_status;
use super::{Error, Lock, holds};

/// Something that can be done to a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Renew,
    Delete,
    Restore,
    UpdateNameservers,
    UpdateDsRecords,
    UpdateContacts,
    RotateAuthCode,
    Lock(Lock),
    Unlock(Lock),
    ApplyHold(HoldReason),
    ReleaseHold,
    Reconcile,
    SetAutoRenewal,
    /// To another account of the tenant.
    TransferIn,
    CancelTransferIn,
    ApproveTransferOut,
    RejectTransferOut,
}

impl Action {
    /// Each of them, by the word for it.
    pub const ALL: [(&'static str, Self); 21] = [
        ("renew", Self::Renew),
        ("delete", Self::Delete),
        ("restore", Self::Restore),
        ("update_nameservers", Self::UpdateNameservers),
        ("update_ds_records", Self::UpdateDsRecords),
        ("update_contacts", Self::UpdateContacts),
        ("rotate_auth_code", Self::RotateAuthCode),
        ("set_transfer_lock", Self::Lock(Lock::Transfer)),
        ("clear_transfer_lock", Self::Unlock(Lock::Transfer)),
        ("set_update_lock", Self::Lock(Lock::Update)),
        ("clear_update_lock", Self::Unlock(Lock::Update)),
        ("set_delete_lock", Self::Lock(Lock::Delete)),
        ("clear_delete_lock", Self::Unlock(Lock::Delete)),
        ("apply_hold", Self::ApplyHold(HoldReason::ContactInaccuracy)),
        ("release_hold", Self::ReleaseHold),
        ("reconcile", Self::Reconcile),
        ("set_auto_renewal", Self::SetAutoRenewal),
        ("transfer_in", Self::TransferIn),
        ("cancel_transfer_in", Self::CancelTransferIn),
        ("approve_transfer_out", Self::ApproveTransferOut),
        ("reject_transfer_out", Self::RejectTransferOut),
    ];
}

/// Something that stands in the way.
#[derive(Debug)]
pub struct Obstacle {
    pub by: By,
    /// When it is over by itself, if that is known.
    pub until: Option<DateTime<Utc>>,
    /// What the action answers.
    pub error: Error,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Where the domain is in its life.
    State(DomainState),
    /// One of its statuses.
    Status(String),
    /// Time that has to pass, or has passed.
    Timer(&'static str),
    /// A rule.
    Rule(&'static str),
}

/// What its registry has commands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) renew: bool,
    pub(super) restore: bool,
    pub(super) statuses: bool,
    pub(super) auth_codes: bool,
    pub(super) ds: bool,
    pub(super) transfers: bool,
}

/// All that a gate looks at.
pub(super) struct Facts<'a> {
    pub(super) domain: &'a Domain,
    pub(super) config: &'a TldConfig,
    /// None when the registry cannot be asked, whatever for.
    pub(super) offers: Option<Offers>,
    /// The same by the tenant's account that the domain is on its way to, or can go to.
    pub(super) elsewhere: Option<Offers>,
    /// The transfers of its name that are pending, whosever they are.
    pub(super) pending: &'a [Transfer],
    pub(super) has_hosts_below: bool,
    /// The operation on the domain whose end is not known, if there is one: whether it is the tenant's own, and which.
    pub(super) unfinished: Option<Option<OperationId>>,
    pub(super) now: DateTime<Utc>,
}

/// What stands in the way of an action: first what it answers first.
pub(super) fn obstacles(action: Action, facts: &Facts<'_>) -> Vec<Obstacle> {
    use DomainState::{Expired, OnHold, Registered};
    let mut found = Found { facts, obstacles: Vec::new() };
    match action {
        Action::Renew => {
            found.offered(|offers| offers.renew, "renew");
            found.state(&[Registered, Expired]);
            found.statuses(&[Status::PendingRenew], || Error::OperationInProgress { operation_id: None });
            if facts.domain.expires_at.is_none() {
                found.add(By::Rule("expiry_unknown"), None, Error::WrongState);
            }
            found.free();
        }
        Action::Delete => {
            found.state(&[Registered, Expired]);
            found.statuses(&[Status::ClientDeleteProhibited, Status::ServerDeleteProhibited], || {
                Error::DeleteProhibited
            });
            if facts.has_hosts_below {
                found.add(By::Rule("subordinate_hosts"), None, Error::SubordinateHostsExist);
            }
            found.reachable();
            found.free();
        }
        Action::Restore => {
            found.reachable();
            found.restorable();
            found.offered(|offers| offers.restore, "restore");
            found.free();
        }
        Action::UpdateNameservers => found.update(&[Registered]),
        Action::UpdateContacts => found.update(&[Registered, OnHold]),
        Action::UpdateDsRecords => {
            found.update_allowed(&[Registered, OnHold]);
            found.reachable();
            if facts.offers.is_some_and(|offers| !(facts.config.dnssec_supported && offers.ds)) {
                found.add(By::Rule("dnssec"), None, Error::TldNotDnssec);
            }
            found.free();
        }
        Action::RotateAuthCode => {
            found.update_allowed(&[Registered]);
            found.offered(|offers| offers.auth_codes, "set authorisation codes");
            found.free();
        }
        Action::Lock(lock) => {
            found.state(&[Registered]);
            found.change(&StatusChange::to(facts.domain, Cause::Lock(lock), &[lock.status()], &[]));
        }
        Action::Unlock(lock) => {
            found.state(&[Registered]);
            let change = StatusChange::to(facts.domain, Cause::Unlock(lock), &[], &[lock.status()]);
            if lock == Lock::Transfer && facts.domain.upkeep.locked_by_policy && !change.is_empty() {
                let until = facts.domain.transfer_lock_until;
                found.add(By::Timer("transfer_lock"), until, Error::DomainWithinTransferLock);
            }
            found.change(&change);
        }
        Action::ApplyHold(reason) => {
            let is_held = facts.domain.state == OnHold && facts.domain.hold_reason == Some(reason);
            if !is_held {
                found.state(&[Registered]);
                let change = holds::applying(facts.domain, reason);
                if reason == HoldReason::Dispute && !change.is_empty() {
                    found.add(By::Rule("registry_must_act"), None, Error::RegistryMustAct);
                }
                found.change(&change);
            }
        }
        Action::ReleaseHold => match facts.domain.hold_reason.filter(|_| facts.domain.state == OnHold) {
            None => found.state(&[]),
            Some(HoldReason::Dispute) if holds::is_in_dispute(facts.domain) => {
                found.add(By::Rule("registry_must_act"), None, Error::RegistryMustAct);
            }
            Some(reason) => found.change(&holds::releasing(facts.domain, reason)),
        },
        Action::Reconcile => {
            found.state(&[Registered, OnHold]);
            found.reachable();
        }
        Action::SetAutoRenewal => found.state(&[Registered, OnHold, Expired]),
        Action::TransferIn => {
            found.offered_by(facts.elsewhere, |offers| offers.transfers, "ask for transfers");
            found.state(&[Registered, Expired]);
            found.movable();
            found.free();
        }
        Action::CancelTransferIn => {
            if let Some((by, error)) = cancellation(coming(facts.domain, facts.pending)) {
                found.add(by, None, error);
            }
            found.reachable_by(facts.elsewhere);
            found.free();
        }
        Action::ApproveTransferOut | Action::RejectTransferOut => {
            match leaving(facts.domain, facts.pending) {
                None => found.add(NO_TRANSFER, None, Error::NotFound),
                Some(transfer) if is_too_late(transfer, facts.now) => {
                    found.add(By::Timer("auto_ack"), None, Error::WrongState);
                }
                Some(_) => {}
            }
            found.reachable();
            found.free();
        }
    }
    found.obstacles
}

/// Why statuses cannot be changed: while a domain is kept from updates, all that a command may do is to lift just that.
pub(super) fn prohibiting(domain: &Domain, change: &StatusChange) -> Option<Status> {
    let lifts_own_lock =
        change.added.is_empty() && change.removed == [Status::ClientUpdateProhibited.as_str()];
    let kept_by: &[Status] = if lifts_own_lock { &UPDATE_PROHIBITED[1..] } else { &UPDATE_PROHIBITED };
    kept_by.iter().find(|status| has_status(domain, std::slice::from_ref(*status))).cloned()
}

/// Whether a domain is kept from updates.
pub(super) fn prohibits_updates(domain: &Domain) -> bool {
    has_status(domain, &UPDATE_PROHIBITED)
}

/// The tenant's transfer that a name is already on its way by.
pub(super) fn under_way(tenant: TenantId, pending: &[Transfer]) -> Option<&Transfer> {
    pending.iter().find(|transfer| transfer.tenant_id == tenant)
}

/// The transfer that takes a domain away from its account.
pub(super) fn leaving<'a>(domain: &Domain, pending: &'a [Transfer]) -> Option<&'a Transfer> {
    pending.iter().find(|transfer| transfer.domain_id == Some(domain.id))
}

/// The one that takes it to another account of the tenant.
fn coming<'a>(domain: &Domain, pending: &'a [Transfer]) -> Option<&'a Transfer> {
    leaving(domain, pending).filter(|transfer| transfer.is_within_tenant())
}

/// What stands in the way of calling a transfer off.
pub(super) fn cancellation(transfer: Option<&Transfer>) -> Option<(By, Error)> {
    match transfer.map(|transfer| (transfer.direction, transfer.state)) {
        None => Some((NO_TRANSFER, Error::NotFound)),
        Some((Direction::Out, _)) => Some((By::Rule("direction"), Error::WrongDirection)),
        Some((Direction::In, TransferState::Pending)) => None,
        Some((Direction::In, TransferState::Completed)) => {
            Some((By::Rule("transfer_over"), Error::CancelTooLate))
        }
        Some((Direction::In, _)) => Some((By::Rule("transfer_over"), Error::WrongState)),
    }
}

/// Whether the time to answer a transfer is over. Of one that goes out the registry has said when that is; of one that we
/// have asked for it may be a guess of ours.
pub(super) fn is_too_late(transfer: &Transfer, now: DateTime<Utc>) -> bool {
    transfer.direction == Direction::Out && transfer.auto_ack_at <= now
}

/// Until when a deleted domain can be restored, as far as that is known: then the registry gives it up.
fn restorable_until(domain: &Domain, config: &TldConfig) -> Option<DateTime<Utc>> {
    let purge_time = Duration::days(i64::from(config.pending_delete_days));
    domain.deletion_scheduled_at.map(|purge| purge - purge_time)
}

/// Obstacles as they are found.
struct Found<'a> {
    facts: &'a Facts<'a>,
    obstacles: Vec<Obstacle>,
}

impl Found<'_> {
    fn add(&mut self, by: By, until: Option<DateTime<Utc>>, error: Error) {
        self.obstacles.push(Obstacle { by, until, error });
    }

    /// The domain has to be in one of these states.
    fn state(&mut self, states: &[DomainState]) {
        let domain = self.facts.domain;
        if !states.contains(&domain.state) {
            let until = domain.deletion_scheduled_at.filter(|_| is_leaving(domain.state));
            self.add(By::State(domain.state), until, Error::WrongState);
        }
    }

    /// It must not have any of these statuses.
    fn statuses(&mut self, statuses: &[Status], error: impl Fn() -> Error) {
        for status in statuses {
            if has_status(self.facts.domain, std::slice::from_ref(status)) {
                self.add(By::Status(status.as_str().to_owned()), None, error());
            }
        }
    }

    fn update_allowed(&mut self, states: &[DomainState]) {
        self.state(states);
        self.statuses(&UPDATE_PROHIBITED, || Error::UpdateProhibited);
    }

    fn update(&mut self, states: &[DomainState]) {
        self.update_allowed(states);
        self.reachable();
        self.free();
    }

    /// Statuses are set and lifted; what is as wanted already needs nothing.
    fn change(&mut self, change: &StatusChange) {
        if change.is_empty() {
            return;
        }
        if let Some(status) = prohibiting(self.facts.domain, change) {
            self.add(By::Status(status.as_str().to_owned()), None, Error::UpdateProhibited);
        }
        self.offered(|offers| offers.statuses, "lock or hold domains");
        self.free();
    }

    fn restorable(&mut self) {
        let Facts { domain, config, now, .. } = self.facts;
        let purge_due_at = domain.deletion_scheduled_at;
        if domain.state != DomainState::Redemption {
            self.add(By::State(domain.state), None, Error::NotRestorable { purge_due_at });
        } else if restorable_until(domain, config).is_some_and(|until| *now >= until) {
            self.add(By::Timer("pending_delete"), purge_due_at, Error::NotRestorable { purge_due_at });
        }
    }

    /// Nothing keeps it from going to another account.
    fn movable(&mut self) {
        let Facts { domain, pending, now, .. } = self.facts;
        if let Some(until) = domain.transfer_lock_until.filter(|until| *now < *until) {
            self.add(By::Timer("transfer_lock"), Some(until), Error::DomainWithinTransferLock);
        }
        if let Some(transfer) = under_way(domain.tenant_id, pending) {
            self.add(By::Rule("pending_transfer"), Some(transfer.auto_ack_at), Error::DomainInTransfer);
        }
        self.statuses(&TRANSFER_PROHIBITED, || Error::TransferProhibited);
    }

    /// There is a way to the registry.
    fn reachable(&mut self) {
        self.reachable_by(self.facts.offers);
    }

    fn reachable_by(&mut self, offers: Option<Offers>) {
        if offers.is_none() {
            self.add(By::Rule("registry_account"), None, Error::RegistryAccountUnavailable);
        }
    }

    /// The registry has a command for it.
    fn offered(&mut self, is_offered: impl Fn(Offers) -> bool, what: &'static str) {
        self.offered_by(self.facts.offers, is_offered, what);
    }

    fn offered_by(
        &mut self,
        offers: Option<Offers>,
        is_offered: impl Fn(Offers) -> bool,
        what: &'static str,
    ) {
        match offers {
            None => self.reachable_by(None),
            Some(offers) if !is_offered(offers) => {
                self.add(By::Rule("registry_offers"), None, Error::NotOffered(what));
            }
            Some(_) => {}
        }
    }

    /// No earlier operation is in the way.
    fn free(&mut self) {
        if let Some(operation_id) = self.facts.unfinished {
            let error = Error::OperationInProgress { operation_id };
            self.add(By::Rule("unfinished_operation"), None, error);
        }
    }
}

/// Whether its end is near, at a time that is known.
fn is_leaving(state: DomainState) -> bool {
    matches!(state, DomainState::Redemption | DomainState::PendingDelete | DomainState::PendingRestore)
}

impl By {
    /// What kind of obstacle it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::State(_) => "state",
            Self::Status(_) => "status",
            Self::Timer(_) => "timer",
            Self::Rule(_) => "rule",
        }
    }

    /// Which one of its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::State(state) => state.as_str(),
            Self::Status(status) => status,
            Self::Timer(name) | Self::Rule(name) => name,
        }
    }
}

const UPDATE_PROHIBITED: [Status; 2] = [Status::ClientUpdateProhibited, Status::ServerUpdateProhibited];
const TRANSFER_PROHIBITED: [Status; 2] = [Status::ClientTransferProhibited, Status::ServerTransferProhibited];
const NO_TRANSFER: By = By::Rule("no_pending_transfer");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::effect::tests::{at, domain};
    use crate::service::transfers::asked_for;

    #[test]
    fn a_request_for_a_domain_is_answered_until_its_time_is_over() {
        let mut domain = domain("2026-01-01T00:00:00Z");
        domain.state = DomainState::Registered;
        let (asked, end) = (at("2026-06-01T00:00:00Z"), at("2026-06-06T00:00:00Z"));
        let out = asked_for(&domain, Some(asked), end, asked);
        let within = Transfer { direction: Direction::In, ..out.clone() };
        let offers = Offers {
            renew: true,
            restore: true,
            statuses: true,
            auth_codes: true,
            ds: true,
            transfers: true,
        };
        let told = |action, pending: &[Transfer], now: &str| {
            let facts = Facts {
                domain: &domain,
                config: &TldConfig::default(),
                offers: Some(offers),
                elsewhere: Some(offers),
                pending,
                has_hosts_below: false,
                unfinished: None,
                now: at(now),
            };
            let found = obstacles(action, &facts).into_iter();
            found.map(|Obstacle { by, .. }| by.name().to_owned()).collect::<Vec<_>>()
        };
        let (before, after) = ("2026-06-05T23:59:59Z", "2026-06-06T00:00:00Z");
        for action in [Action::ApproveTransferOut, Action::RejectTransferOut] {
            assert_eq!(told(action, &[], before), ["no_pending_transfer"]);
            assert_eq!(told(action, std::slice::from_ref(&out), before), [""; 0]);
            assert_eq!(told(action, std::slice::from_ref(&out), after), ["auto_ack"]);
            // When that is may be a guess of ours, and then the registry has the last word.
            assert_eq!(told(action, std::slice::from_ref(&within), after), [""; 0]);
        }
        assert_eq!(
            told(Action::CancelTransferIn, std::slice::from_ref(&out), before),
            ["no_pending_transfer"]
        );
        assert_eq!(told(Action::CancelTransferIn, std::slice::from_ref(&within), before), [""; 0]);
        assert_eq!(told(Action::TransferIn, &[], before), [""; 0]);
        assert_eq!(told(Action::TransferIn, std::slice::from_ref(&out), before), ["pending_transfer"]);
    }
}
