//! A domain as the registry keeps it, and what time does to it.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use eppgate_epp::domain::Status;
use eppgate_epp::ext::rgp::RgpStatus;
use eppgate_epp::ext::rgppoll;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::names::Name;
use crate::periods;
use crate::record::{Kept, Notice};
use crate::transfer::Transfer;

/// A registered name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub(crate) name: String,
    pub(crate) roid: String,
    pub(crate) sponsor: String,
    pub(crate) creator: String,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updater: Option<String>,
    pub(crate) updated: Option<DateTime<Utc>>,
    pub(crate) expires: DateTime<Utc>,
    /// Those that were set; the others follow from the rest, see [`Domain::shown_statuses`].
    pub(crate) statuses: Vec<String>,
    pub(crate) host_form: HostForm,
    pub(crate) hosts: Vec<NameServer>,
    pub(crate) registrant: Option<String>,
    pub(crate) contacts: Vec<ContactLink>,
    pub(crate) auth_info: Option<Kept>,
    pub(crate) ds: Vec<Ds>,
    pub(crate) max_sig_life: Option<u32>,
    pub(crate) graces: Vec<Grace>,
    /// Set when it is on its way out.
    pub(crate) deletion: Option<Deletion>,
    /// When it last changed its sponsor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transferred: Option<DateTime<Utc>>,
    /// The last transfer, pending or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transfer: Option<Transfer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    /// It is deleted when it ends, and not renewed.
    #[serde(default)]
    pub(crate) leaving: bool,
    /// The registry's lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lock: Option<Lock>,
    /// Set while the registry's staff has not said yet whether it is registered at all, or renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) review: Option<Review>,
}

/// A creation that waits for the registry's staff, or a renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Review {
    /// The transaction that asked for it.
    pub(crate) cl_trid: Option<String>,
    pub(crate) sv_trid: String,
    /// What it has cost.
    pub(crate) amount: Decimal,
    /// Of a renewal: when the domain is to expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) renews_until: Option<DateTime<Utc>>,
}

impl Review {
    /// What the domain shows meanwhile.
    pub(crate) fn status(&self) -> Status {
        if self.renews_until.is_some() { Status::PendingRenew } else { Status::PendingCreate }
    }
}

/// A lock that only the registry opens, when it is asked in another way than by a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lock {
    /// In which way.
    pub(crate) unlock: String,
    pub(crate) unlocked_until: Option<DateTime<Utc>>,
}

/// In which of its two forms the name servers of a domain are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostForm {
    Objects,
    Attributes,
}

/// A name server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameServer {
    pub(crate) name: String,
    pub(crate) addresses: Vec<std::net::IpAddr>,
}

/// A contact of a domain, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactLink {
    pub(crate) role: Option<String>,
    pub(crate) id: String,
}

/// The table of characters that an internationalised name is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Language {
    pub(crate) table: String,
    pub(crate) uname: Option<String>,
}

/// A DS record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ds {
    pub(crate) key_tag: u16,
    pub(crate) alg: u8,
    pub(crate) digest_type: u8,
    /// Upper case.
    pub(crate) digest: String,
}

/// A time in which a deletion gives money back (RFC 3915, 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grace {
    pub(crate) kind: GraceKind,
    pub(crate) until: DateTime<Utc>,
    pub(crate) amount: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GraceKind {
    Add,
    Renew,
    AutoRenew,
    Transfer,
}

/// The two stages of a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deletion {
    pub(crate) restorable_until: DateTime<Utc>,
    pub(crate) purge_at: DateTime<Utc>,
    /// A restore that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restore: Option<Restore>,
}

/// A restore that waits for its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restore {
    pub(crate) report_until: DateTime<Utc>,
    /// What was left of the redemption period.
    left_seconds: i64,
}

impl Deletion {
    fn new(restorable_until: DateTime<Utc>) -> Self {
        Self { restorable_until, purge_at: restorable_until + days(periods::PENDING_DELETE), restore: None }
    }

    pub(crate) fn is_redeemable(&self, now: DateTime<Utc>) -> bool {
        self.restore.is_none() && now < self.restorable_until
    }

    /// Stops the clock until the report is due.
    pub(crate) fn start_restore(&mut self, now: DateTime<Utc>) {
        let left_seconds = (self.restorable_until - now).num_seconds();
        self.restore = Some(Restore { report_until: now + REPORT, left_seconds });
    }

    /// Lets the clock run on; no report came.
    pub(crate) fn fail_restore(&mut self, now: DateTime<Utc>) {
        if let Some(restore) = self.restore.take() {
            *self = Self::new(now + TimeDelta::seconds(restore.left_seconds));
        }
    }

    /// How a restore stands, for a message.
    pub(crate) fn notice(&self, name: &str, status: RgpStatus) -> Option<Notice> {
        let report_due_date = self.restore.as_ref()?.report_until;
        Some(Notice::Restore(rgppoll::PollData {
            name: name.to_owned(),
            rgp_status: status.into(),
            req_date: report_due_date - REPORT,
            report_due_date,
        }))
    }

    fn due(&self) -> DateTime<Utc> {
        self.restore.as_ref().map_or(self.purge_at, |restore| restore.report_until)
    }
}

impl Domain {
    /// A name that the sandbox pretends somebody else holds, for ever.
    pub(crate) fn taken(name: &Name, roid_suffix: &str, now: DateTime<Utc>) -> Self {
        let new_year = |year| {
            NaiveDate::from_ymd_opt(year, 1, 1)
                .expect("each year has a first day")
                .and_time(chrono::NaiveTime::MIN)
                .and_utc()
        };
        Self {
            name: name.as_str().to_owned(),
            roid: format!("T_{}-{roid_suffix}", name.label().replace('-', "_")),
            sponsor: OTHER_REGISTRAR.to_owned(),
            creator: OTHER_REGISTRAR.to_owned(),
            created: new_year(2020),
            updater: None,
            updated: None,
            expires: new_year(now.year() + 1),
            statuses: vec![Status::ClientTransferProhibited.as_str().to_owned()],
            host_form: HostForm::Objects,
            hosts: ["ns1", "ns2"]
                .map(|host| NameServer {
                    name: format!("{host}.other-registrar.invalid"),
                    addresses: Vec::new(),
                })
                .into(),
            registrant: None,
            contacts: Vec::new(),
            auth_info: None,
            ds: Vec::new(),
            max_sig_life: None,
            graces: Vec::new(),
            deletion: None,
            transferred: None,
            transfer: None,
            language: None,
            leaving: false,
            lock: None,
            review: None,
        }
    }

    /// Whether the status was set.
    pub(crate) fn has(&self, status: &Status) -> bool {
        self.statuses.iter().any(|set| set == status.as_str())
    }

    /// Whether the status holds: it was set, or is what the lock amounts to.
    pub(crate) fn is_held_by(&self, status: &Status, now: DateTime<Utc>) -> bool {
        self.has(status) || (LOCKING.contains(status) && self.is_locked(now))
    }

    /// Whether the lock is closed.
    pub(crate) fn is_locked(&self, now: DateTime<Utc>) -> bool {
        let open = |lock: &Lock| lock.unlocked_until.is_some_and(|until| now < until);
        self.lock.as_ref().is_some_and(|lock| !open(lock))
    }

    /// The statuses a client sees (RFC 5731, 2.3).
    pub(crate) fn shown_statuses(&self, now: DateTime<Utc>) -> Vec<Status> {
        let mut shown: Vec<Status> = self.statuses.iter().map(|set| set.as_str().into()).collect();
        if self.is_locked(now) {
            shown.extend(LOCKING);
        }
        shown.extend(self.review.as_ref().map(Review::status));
        if self.deletion.is_some() {
            shown.push(Status::PendingDelete);
        }
        if self.pending_transfer().is_some() {
            shown.push(Status::PendingTransfer);
        }
        if self.hosts.is_empty() {
            shown.push(Status::Inactive);
        }
        if shown.is_empty() {
            shown.push(Status::Ok);
        }
        shown
    }

    /// The grace periods a client sees.
    pub(crate) fn shown_graces(&self, now: DateTime<Utc>) -> Vec<RgpStatus> {
        match &self.deletion {
            Some(deletion) if deletion.restore.is_some() => vec![RgpStatus::PendingRestore],
            Some(deletion) if now < deletion.restorable_until => vec![RgpStatus::RedemptionPeriod],
            Some(_) => vec![RgpStatus::PendingDelete],
            None => self.live_graces(now).map(|grace| grace.kind.into()).collect(),
        }
    }

    /// The grace periods that still run.
    pub(crate) fn live_graces(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Grace> {
        self.graces.iter().filter(move |grace| now < grace.until)
    }

    /// Opens a grace period, and forgets those that are over.
    pub(crate) fn open_grace(&mut self, kind: GraceKind, amount: Decimal, now: DateTime<Utc>) {
        self.graces.retain(|grace| now < grace.until);
        let until = now + kind.length();
        self.graces.push(Grace { kind, until, amount });
    }

    /// Puts it on its way out.
    pub(crate) fn start_deletion(&mut self, now: DateTime<Utc>) {
        self.graces.clear();
        self.deletion = Some(Deletion::new(now + days(periods::REDEMPTION)));
    }

    /// When time next does something to it.
    pub(crate) fn due(&self) -> DateTime<Utc> {
        let due = self.deletion.as_ref().map_or(self.expires, Deletion::due);
        self.pending_transfer().map_or(due, |transfer| transfer.acts.min(due))
    }

    /// The transfer that waits for an answer.
    pub(crate) fn pending_transfer(&self) -> Option<&Transfer> {
        self.transfer.as_ref().filter(|transfer| transfer.is_pending())
    }

    /// Its registrant and contacts.
    pub(crate) fn contact_ids(&self) -> impl Iterator<Item = &str> {
        self.registrant.as_deref().into_iter().chain(self.contacts.iter().map(|contact| contact.id.as_str()))
    }

    /// The hosts it names as objects.
    pub(crate) fn host_objects(&self) -> impl Iterator<Item = &str> {
        let objects = self.host_form == HostForm::Objects;
        self.hosts.iter().filter(move |_| objects).map(|host| host.name.as_str())
    }
}

impl GraceKind {
    fn length(self) -> TimeDelta {
        match self {
            Self::Add => days(periods::ADD_GRACE),
            Self::Renew | Self::Transfer => days(periods::GRACE),
            Self::AutoRenew => days(periods::AUTO_RENEW_GRACE),
        }
    }
}

impl From<GraceKind> for RgpStatus {
    fn from(kind: GraceKind) -> Self {
        match kind {
            GraceKind::Add => Self::AddPeriod,
            GraceKind::Renew => Self::RenewPeriod,
            GraceKind::AutoRenew => Self::AutoRenewPeriod,
            GraceKind::Transfer => Self::TransferPeriod,
        }
    }
}

fn days(days: u32) -> TimeDelta {
    TimeDelta::days(days.into())
}

/// The same moment so many years on.
pub(crate) fn years_after(moment: DateTime<Utc>, years: u8) -> DateTime<Utc> {
    moment
        .checked_add_months(Months::new(12 * u32::from(years)))
        .expect("the clock stays ten thousand years below the end of the calendar")
}

/// The same moment so many years before.
pub(crate) fn years_before(moment: DateTime<Utc>, years: u8) -> DateTime<Utc> {
    moment
        .checked_sub_months(Months::new(12 * u32::from(years)))
        .expect("the clock stays far above the beginning of the calendar")
}

/// Who holds the names that are taken from the start.
pub(crate) const OTHER_REGISTRAR: &str = "registrar-other";
/// What a lock amounts to.
const LOCKING: [Status; 3] =
    [Status::ServerDeleteProhibited, Status::ServerTransferProhibited, Status::ServerUpdateProhibited];
/// Time in which the report of a restore is due.
const REPORT: TimeDelta = TimeDelta::days(7);
