//! What time does to a domain, and when: pure, by its row and its TLD's policy.

use chrono::{DateTime, Duration, Utc};
use eppgate_model::domain::AutoRenewMode;
use eppgate_model::tenant::TldConfig;
use eppgate_model::{Domain, DomainState};

/// Something that time does to a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Its term ends, or ends soon: it is renewed, expires or goes.
    Term,
    /// A restore waits for its report.
    Report,
    /// A stage of its deletion ends.
    Leave,
    /// Its creation was to be looked at by the registry's staff.
    Arrive,
    /// Its registrant is reminded.
    Remind(Reminder),
    /// The lock that follows a transfer ends.
    Lapse,
    /// An authorisation code that somebody was told is no longer good.
    RetireCode,
}

/// The reminders that ICANN asks for (Expired Registration Recovery Policy, 2.1): about a month before expiry, about a
/// week before, and within five days after, if it was not renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reminder {
    MonthBefore,
    WeekBefore,
    Expired,
}

impl Reminder {
    const ALL: [Self; 3] = [Self::MonthBefore, Self::WeekBefore, Self::Expired];

    /// How many are out after it.
    pub(super) fn count(self) -> u16 {
        self as u16 + 1
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::MonthBefore => "month_before",
            Self::WeekBefore => "week_before",
            Self::Expired => "expired",
        }
    }

    fn at(self, expires: DateTime<Utc>) -> DateTime<Utc> {
        expires
            + match self {
                Self::MonthBefore => Duration::days(-30),
                Self::WeekBefore => Duration::days(-7),
                Self::Expired => Duration::days(1),
            }
    }
}

/// What is due, what matters most first.
pub(super) fn deeds(domain: &Domain, config: &TldConfig, now: DateTime<Utc>) -> Vec<Deed> {
    let due = agenda(domain, config).into_iter().filter(|(_, at)| *at <= now);
    let mut deeds: Vec<Deed> = due.map(|(deed, _)| deed).collect();
    // Of several reminders only the last still makes sense.
    let last = deeds.iter().rposition(|deed| matches!(deed, Deed::Remind(_)));
    let mut place = 0..;
    deeds.retain(|deed| {
        let place = place.next();
        !matches!(deed, Deed::Remind(_)) || place == last
    });
    deeds
}

/// When the next deed after `now` is due.
pub(super) fn following(domain: &Domain, config: &TldConfig, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    agenda(domain, config).into_iter().map(|(_, at)| at).filter(|at| *at > now).min()
}

/// Notes on a domain's row when time next does something to it.
pub(in crate::service) fn schedule(domain: &mut Domain, config: &TldConfig) {
    domain.upkeep.due_at = agenda(domain, config).into_iter().map(|(_, at)| at).min();
}

/// When a domain that is to expire is let go: in time for the registry's own renewal to be taken back, and as late as
/// that allows, since until then its registrant may still renew.
pub(super) fn let_go_at(domain: &Domain, config: &TldConfig, expires: DateTime<Utc>) -> DateTime<Utc> {
    match domain.auto_renew_mode {
        AutoRenewMode::AutoDelete => expires,
        _ => expires + (days(config.auto_renewal_grace_period_days) - MARGIN).max(Duration::zero()),
    }
}

/// All that is to come, the most important first.
fn agenda(domain: &Domain, config: &TldConfig) -> Vec<(Deed, DateTime<Utc>)> {
    let upkeep = &domain.upkeep;
    let mut agenda = Vec::new();
    let scheduled = domain.deletion_scheduled_at.unwrap_or_else(|| domain.updated_at + days(1));
    match domain.state {
        DomainState::Registered | DomainState::OnHold | DomainState::Expired => {
            if let Some(expires) = domain.expires_at {
                agenda.push((Deed::Term, expires - lead(domain)));
                agenda.extend(reminders(domain, expires));
            }
        }
        DomainState::PendingCreate => agenda.push((Deed::Arrive, domain.inserted_at + PATIENCE)),
        DomainState::PendingRestore => {
            let requested = upkeep.restore_requested_at.unwrap_or(domain.updated_at);
            agenda.push((Deed::Report, requested + REPORT_PAUSE));
        }
        DomainState::Redemption => agenda.push((Deed::Leave, scheduled - days(config.pending_delete_days))),
        DomainState::PendingDelete => agenda.push((Deed::Leave, scheduled)),
        DomainState::Purged | DomainState::TransferredOut | DomainState::Failed => {}
    }
    if matches!(domain.state, DomainState::Registered | DomainState::OnHold) {
        agenda.extend(domain.transfer_lock_until.map(|until| (Deed::Lapse, until)));
        agenda.extend(upkeep.auth_code_until.map(|until| (Deed::RetireCode, until)));
    }
    agenda
}

fn reminders(domain: &Domain, expires: DateTime<Utc>) -> impl Iterator<Item = (Deed, DateTime<Utc>)> {
    let (out, state) = (domain.upkeep.reminders, domain.state);
    // Whether it has expired is found out first.
    let is_open = move |reminder: &Reminder| {
        reminder.count() > out && (*reminder == Reminder::Expired) == (state == DomainState::Expired)
    };
    let open = Reminder::ALL.into_iter().filter(is_open);
    open.map(move |reminder| (Deed::Remind(reminder), reminder.at(expires)))
}

/// How long before the end of a term something is done about it.
fn lead(domain: &Domain) -> Duration {
    match domain.auto_renew_mode {
        AutoRenewMode::AutoRenew | AutoRenewMode::RenewOnce => LEAD,
        AutoRenewMode::Default | AutoRenewMode::AutoExpire | AutoRenewMode::AutoDelete => Duration::zero(),
    }
}

fn days(days: u32) -> Duration {
    Duration::days(days.into())
}

/// A renewal by the gateway is early enough to be tried again a few times.
const LEAD: Duration = Duration::days(2);

/// A deletion in a grace period is early enough to be tried again a few times.
const MARGIN: Duration = Duration::days(1);

/// How long a registry's staff may take before the gateway looks for itself.
const PATIENCE: Duration = Duration::hours(1);

/// A report follows its request at once. Only if it did not get through, it is sent again after this.
const REPORT_PAUSE: Duration = Duration::minutes(5);

#[cfg(test)]
mod tests {
    use super::super::super::effect::tests::{at, domain};
    use super::*;

    const EXPIRES: &str = "2027-01-01T00:00:00Z";

    fn in_state(state: DomainState, mode: AutoRenewMode) -> Domain {
        Domain {
            state,
            auto_renew_mode: mode,
            expires_at: Some(at(EXPIRES)),
            deletion_scheduled_at: Some(at("2027-03-06T00:00:00Z")),
            ..domain("2026-01-01T00:00:00Z")
        }
    }

    #[test]
    fn each_deed_is_due_in_its_time_and_not_before() {
        let config = TldConfig::default();
        for (state, mode, deed, due) in [
            (DomainState::Registered, AutoRenewMode::Default, Deed::Term, EXPIRES),
            (DomainState::Registered, AutoRenewMode::AutoExpire, Deed::Term, EXPIRES),
            (DomainState::Registered, AutoRenewMode::AutoRenew, Deed::Term, "2026-12-30T00:00:00Z"),
            (DomainState::OnHold, AutoRenewMode::RenewOnce, Deed::Term, "2026-12-30T00:00:00Z"),
            (DomainState::Expired, AutoRenewMode::AutoExpire, Deed::Term, EXPIRES),
            (DomainState::Redemption, AutoRenewMode::Default, Deed::Leave, "2027-03-01T00:00:00Z"),
            (DomainState::PendingDelete, AutoRenewMode::Default, Deed::Leave, "2027-03-06T00:00:00Z"),
        ] {
            let mut domain = in_state(state, mode);
            domain.upkeep.reminders = 3;
            let due = at(due);
            let before = due - Duration::microseconds(1);
            assert_eq!(deeds(&domain, &config, before), [], "{state:?} {mode:?}");
            assert_eq!(deeds(&domain, &config, due), [deed], "{state:?} {mode:?}");
            assert_eq!(
                (following(&domain, &config, before), following(&domain, &config, due)),
                (Some(due), None)
            );
            schedule(&mut domain, &config);
            assert_eq!(domain.upkeep.due_at, Some(due));
        }
        for state in [DomainState::Purged, DomainState::TransferredOut, DomainState::Failed] {
            let mut gone = in_state(state, AutoRenewMode::Default);
            gone.transfer_lock_until = Some(at(EXPIRES));
            schedule(&mut gone, &config);
            assert_eq!(gone.upkeep.due_at, None);
        }
    }

    #[test]
    fn reminders_come_in_their_time_once_and_of_those_missed_only_the_last() {
        let config = TldConfig::default();
        let due = |state, out, now: &str| {
            let mut domain = in_state(state, AutoRenewMode::Default);
            domain.upkeep.reminders = out;
            let deeds = deeds(&domain, &config, at(now));
            deeds.into_iter().filter(|deed| *deed != Deed::Term).collect::<Vec<_>>()
        };
        for (state, out, now, reminder) in [
            (DomainState::Registered, 0, "2026-12-01T00:00:00Z", None),
            (DomainState::Registered, 0, "2026-12-02T00:00:00Z", Some(Reminder::MonthBefore)),
            (DomainState::OnHold, 0, "2026-12-24T00:00:00Z", Some(Reminder::MonthBefore)),
            (DomainState::Registered, 1, "2026-12-24T00:00:00Z", None),
            (DomainState::Registered, 0, "2026-12-25T00:00:00Z", Some(Reminder::WeekBefore)),
            (DomainState::Registered, 2, "2027-01-03T00:00:00Z", None),
            (DomainState::Expired, 2, "2027-01-01T00:00:00Z", None),
            (DomainState::Expired, 0, "2027-01-02T00:00:00Z", Some(Reminder::Expired)),
            (DomainState::Expired, 3, "2027-01-02T00:00:00Z", None),
            (DomainState::Redemption, 2, "2027-01-02T00:00:00Z", None),
        ] {
            let reminder: Vec<_> = reminder.into_iter().map(Deed::Remind).collect();
            assert_eq!(due(state, out, now), reminder, "{state:?} {out} {now}");
        }
    }

    #[test]
    fn a_domain_is_let_go_a_day_before_its_grace_ends_or_at_once() {
        let mut config = TldConfig::default();
        for (mode, grace, date) in [
            (AutoRenewMode::AutoExpire, 30, "2027-01-30T00:00:00Z"),
            (AutoRenewMode::AutoExpire, 0, EXPIRES),
            (AutoRenewMode::AutoDelete, 30, EXPIRES),
        ] {
            config.auto_renewal_grace_period_days = grace;
            let domain = in_state(DomainState::Expired, mode);
            assert_eq!(let_go_at(&domain, &config, at(EXPIRES)), at(date));
        }
    }
}
