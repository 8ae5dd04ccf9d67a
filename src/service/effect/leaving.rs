//! What a deletion and its taking back mean for the row.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::domain::{Domain, DomainState};
use eppgate_model::tenant::TldConfig;

use super::{Fact, Leaving};

/// It was deleted: into redemption, or for good when it was new.
pub(super) fn delete(domain: &mut Domain, fact: &Fact, config: &TldConfig, now: DateTime<Utc>) {
    let days = |days: u32| Duration::days(i64::from(days));
    let in_add_grace = domain.registered_at.is_some_and(|at| now < at + days(config.add_grace_days));
    let looked = fact.gone || fact.leaving.is_some() || fact.statuses.is_some();
    domain.out_of_sync |= !looked;
    domain.upkeep.deleted_at = Some(now);
    if fact.gone || (!looked && in_add_grace && !fact.pending) {
        domain.state = DomainState::Purged;
        domain.deletion_scheduled_at = Some(now);
    } else {
        domain.state = DomainState::Redemption;
        domain.deletion_scheduled_at =
            Some(now + days(config.redemption_period_days + config.pending_delete_days));
    }
}

/// Its restore was accepted. Where a report is due, it is not back yet.
pub(super) fn restore(domain: &mut Domain, fact: &Fact, now: DateTime<Utc>) {
    if fact.leaving == Some(Leaving::PendingRestore) {
        domain.state = DomainState::PendingRestore;
        domain.upkeep.restore_requested_at = Some(now);
        return;
    }
    report(domain, fact, now);
}

/// It is back.
pub(in crate::service) fn report(domain: &mut Domain, fact: &Fact, now: DateTime<Utc>) {
    domain.expires_at = fact.expires_at.or(domain.expires_at);
    domain.out_of_sync |= fact.statuses.is_none();
    let is_over = domain.expires_at.is_some_and(|expires| expires <= now);
    domain.state = if is_over { DomainState::Expired } else { DomainState::Registered };
    domain.deletion_scheduled_at = None;
    domain.upkeep.deleted_at = None;
    domain.upkeep.restore_requested_at = None;
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, domain};
    use super::*;

    #[test]
    fn a_restore_is_over_when_no_report_is_due_or_has_been_sent() {
        let now = at("2026-06-01T00:00:00Z");
        let deleted = || {
            let mut domain = domain("2026-01-01T00:00:00Z");
            domain.expires_at = Some(at("2027-01-01T00:00:00Z"));
            delete(&mut domain, &Fact { pending: true, ..Fact::default() }, &TldConfig::default(), now);
            domain
        };
        let waits = Fact { leaving: Some(Leaving::PendingRestore), ..Fact::default() };
        for (fact, state) in
            [(&waits, DomainState::PendingRestore), (&Fact::default(), DomainState::Registered)]
        {
            let mut domain = deleted();
            restore(&mut domain, fact, now);
            assert_eq!(domain.state, state);
            assert_eq!(domain.deletion_scheduled_at.is_some(), state == DomainState::PendingRestore);
            report(&mut domain, &Fact::default(), now);
            assert_eq!((domain.state, domain.deletion_scheduled_at), (DomainState::Registered, None));
        }
        let mut late = deleted();
        late.expires_at = Some(now);
        restore(&mut late, &Fact::default(), now);
        assert_eq!(late.state, DomainState::Expired);
    }
}
