//! What an operator does to registry accounts. What is said of a registry is said of all its accounts.

use std::time::Duration;

use chrono::{DateTime, Utc};
use eppgate_registry::{Maintenance, MaintenanceError, Meanwhile, Origin};
use tokio::time::Instant;
use uuid::Uuid;

use super::watch::{AccountView, MaintenanceView};
use super::{Operator, Target, note};
use crate::service::course::side_by_side;
use crate::service::{Error, Gateway, NamedRegistry};

/// A maintenance as an operator asks for it.
#[derive(Debug, Clone)]
pub struct NewMaintenance {
    /// When it begins; now when left out.
    pub from: Option<DateTime<Utc>>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// `reject` or `hold`: what becomes of commands meanwhile. They are refused when left out.
    pub meanwhile: Option<String>,
}

impl Gateway {
    /// Sends nothing more until [`resume`](Self::resume); commands wait as long as their callers do.
    pub fn pause(&self, who: &Operator, target: &Target) -> Result<Vec<AccountView>, Error> {
        self.tell(who, "pause", target, |one| one.runs.pause())
    }

    /// Goes on after a pause, a drain, or a breaker opened by hand.
    pub fn resume(&self, who: &Operator, target: &Target) -> Result<Vec<AccountView>, Error> {
        self.tell(who, "resume", target, |one| one.runs.resume())
    }

    /// Holds commands back, finishes those in flight and logs out everywhere, until [`resume`](Self::resume). Comes back when
    /// that is done, or after a while.
    pub async fn drain(
        &self,
        who: &Operator,
        target: &Target,
        reason: Option<String>,
    ) -> Result<Vec<AccountView>, Error> {
        let reason = reason.unwrap_or_else(|| BY_HAND.to_owned());
        let patience = self.0.settings.deadline;
        let mut leavings = Vec::new();
        let begun = self.tell(who, "drain", target, |one| {
            let (runs, reason) = (one.runs.clone(), reason.clone());
            leavings.push(async move { runs.send_home(reason, patience).await });
        });
        begun?;
        side_by_side(leavings).join_all().await;
        self.look(target)
    }

    /// Replaces every session by another, one by one.
    pub fn reconnect(&self, who: &Operator, target: &Target) -> Result<Vec<AccountView>, Error> {
        self.tell(who, "reconnect", target, |one| one.runs.reconnect())
    }

    /// Refuses commands, for a time if one is given.
    pub fn open_breaker(
        &self,
        who: &Operator,
        target: &Target,
        reason: Option<String>,
        time: Option<Duration>,
    ) -> Result<Vec<AccountView>, Error> {
        let reason = reason.unwrap_or_else(|| BY_HAND.to_owned());
        let until = time.map(|time| Instant::now() + time.min(LONGEST));
        self.tell(who, "open the breaker", target, |one| match until {
            Some(until) => one.runs.hold_until(until, reason.as_str()),
            None => one.runs.hold(reason.as_str()),
        })
    }

    /// Lets commands pass, whatever happens.
    pub fn close_breaker(&self, who: &Operator, target: &Target) -> Result<Vec<AccountView>, Error> {
        self.tell(who, "close the breaker", target, |one| one.runs.force_closed())
    }

    /// Has the breaker decide by itself again, from well on.
    pub fn reset_breaker(&self, who: &Operator, target: &Target) -> Result<Vec<AccountView>, Error> {
        self.tell(who, "reset the breaker", target, |one| one.runs.reset())
    }

    /// Takes note of a maintenance.
    pub fn schedule_maintenance(
        &self,
        who: &Operator,
        target: &Target,
        wanted: &NewMaintenance,
    ) -> Result<MaintenanceView, Error> {
        note(who, "schedule a maintenance", target, self.schedule(target, wanted))
    }

    /// Forgets a maintenance, and ends it if it has begun.
    pub fn cancel_maintenance(&self, who: &Operator, target: &Target, id: &str) -> Result<(), Error> {
        let cancelled = self.targets(target).and_then(|accounts| {
            let known = accounts.iter().filter(|one| one.runs.cancel(id)).count();
            if known == 0 { Err(Error::NotFound) } else { Ok(()) }
        });
        note(who, "cancel a maintenance", target, cancelled)
    }

    /// Ends a session of one account: as soon as its commands are answered, or `at_once`.
    pub fn end_session(&self, who: &Operator, target: &Target, id: u64, at_once: bool) -> Result<(), Error> {
        let ended = self.targets(target).and_then(|accounts| {
            let ended = accounts.iter().filter(|one| one.runs.end_session(id, at_once)).count();
            if ended == 0 { Err(Error::NotFound) } else { Ok(()) }
        });
        note(who, if at_once { "cut a session" } else { "end a session" }, target, ended)
    }

    fn schedule(&self, target: &Target, wanted: &NewMaintenance) -> Result<MaintenanceView, Error> {
        let (at, now) = (self.now(), Instant::now());
        if (wanted.until - at).to_std().is_ok_and(|ahead| ahead > LONGEST) {
            return Err(Error::field("until", "is more than a year ahead"));
        }
        let instant = |time: DateTime<Utc>| now + (time - at).to_std().unwrap_or_default().min(LONGEST);
        let meanwhile = match wanted.meanwhile.as_deref() {
            None => Meanwhile::default(),
            Some(word) => Meanwhile::ALL
                .into_iter()
                .find(|one| one.as_str() == word)
                .ok_or_else(|| Error::field("meanwhile", "is neither reject nor hold"))?,
        };
        let maintenance = Maintenance {
            id: Uuid::now_v7().to_string().into(),
            from: wanted.from.map_or(now, instant),
            until: instant(wanted.until),
            meanwhile,
            origin: Origin::Operator,
        };
        for one in self.targets(target)? {
            one.runs.schedule(maintenance.clone()).map_err(|error| match error {
                MaintenanceError::Over => Error::field("until", "is over, or not after its beginning"),
                MaintenanceError::TooMany => Error::field("until", error.to_string()),
            })?;
        }
        Ok(MaintenanceView::new(&maintenance, now, at))
    }

    fn tell(
        &self,
        who: &Operator,
        action: &'static str,
        target: &Target,
        word: impl FnMut(&NamedRegistry),
    ) -> Result<Vec<AccountView>, Error> {
        let told = self.targets(target).map(|accounts| accounts.iter().for_each(word));
        note(who, action, target, told)?;
        self.look(target)
    }
}

const BY_HAND: &str = "held back by an operator";

/// Nothing is planned further ahead.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
