//! When a registry is being worked on: nothing is sent, every session logs out, and it is no trouble to be told of.

use std::sync::Arc;

use tokio::time::Instant;

/// A time in which a registry is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// What it is called; another of the same id takes its place.
    pub id: Arc<str>,
    /// When it begins; at once, if that is over.
    pub from: Instant,
    /// When it ends.
    pub until: Instant,
    /// What becomes of commands in the meantime.
    pub meanwhile: Meanwhile,
    /// Whose word it is.
    pub origin: Origin,
}

/// Whose word a maintenance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An operator's.
    Operator,
    /// The registry's own.
    Registry,
}

impl Origin {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Operator, Self::Registry];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Registry => "registry",
        }
    }
}

/// What becomes of commands during a maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meanwhile {
    /// They are refused, with the end as the time to come back.
    #[default]
    Reject,
    /// Those that can wait until the end do so; the others are refused.
    Hold,
}

impl Meanwhile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Reject, Self::Hold];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Hold => "hold",
        }
    }
}

/// Why a maintenance was not taken note of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaintenanceError {
    /// It ends before it begins, or is over.
    #[error("the maintenance ends before it begins, or is over")]
    Over,
    /// There are too many of them.
    #[error("there are {MOST} maintenances to come already")]
    TooMany,
}

/// The maintenances that are to come or go on, the first to begin first.
#[derive(Debug, Default)]
pub(crate) struct Calendar(Vec<Maintenance>);

impl Calendar {
    pub(crate) fn add(&mut self, one: Maintenance, now: Instant) -> Result<(), MaintenanceError> {
        if one.until <= one.from || one.until <= now {
            return Err(MaintenanceError::Over);
        }
        self.remove(&one.id);
        self.pass(now);
        if self.0.len() >= MOST {
            return Err(MaintenanceError::TooMany);
        }
        let place = self.0.partition_point(|other| other.from <= one.from);
        self.0.insert(place, one);
        Ok(())
    }

    /// Whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|one| &*one.id != id);
        self.0.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Forgets those that have begun.
    pub(crate) fn forget_begun(&mut self, now: Instant) {
        self.0.retain(|one| one.from > now);
    }

    /// Forgets those that are over.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.0.retain(|one| one.until > now);
    }

    /// Until when the registry is worked on, and what becomes of commands; the strictest word counts.
    pub(crate) fn going_on(&self, now: Instant) -> Option<(Instant, Meanwhile)> {
        let begun = || self.0.iter().take_while(|one| one.from <= now);
        let until = begun().map(|one| one.until).max()?;
        let holds = begun().all(|one| one.meanwhile == Meanwhile::Hold);
        Some((until, if holds { Meanwhile::Hold } else { Meanwhile::Reject }))
    }

    /// When the next one begins.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        self.0.iter().map(|one| one.from).find(|from| *from > now)
    }

    pub(crate) fn list(&self) -> &[Maintenance] {
        &self.0
    }
}

/// Registries announce a handful.
const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hours(now: Instant, from: u64, until: u64, meanwhile: Meanwhile) -> Maintenance {
        let at = |hour: u64| now + Duration::from_secs(hour * 3600);
        let (id, origin) = (format!("{from}-{until}").into(), Origin::Operator);
        Maintenance { id, from: at(from), until: at(until), meanwhile, origin }
    }

    #[test]
    fn those_that_overlap_are_one_and_the_strictest_word_counts() {
        let now = Instant::now();
        let mut calendar = Calendar::default();
        calendar.add(hours(now, 1, 3, Meanwhile::Hold), now).unwrap();
        calendar.add(hours(now, 0, 2, Meanwhile::Reject), now).unwrap();
        let at = |hour: u64| now + Duration::from_secs(hour * 3600);
        assert_eq!(calendar.going_on(now), Some((at(2), Meanwhile::Reject)));
        assert_eq!(calendar.next(now), Some(at(1)));
        assert_eq!(calendar.going_on(at(1)), Some((at(3), Meanwhile::Reject)));
        calendar.pass(at(2));
        assert_eq!(calendar.going_on(at(2)), Some((at(3), Meanwhile::Hold)));
        assert!(calendar.remove("1-3") && !calendar.remove("1-3"));
        assert_eq!(calendar.going_on(at(2)), None);
    }

    #[test]
    fn another_of_the_same_id_takes_its_place_and_nonsense_is_refused() {
        let now = Instant::now();
        let mut calendar = Calendar::default();
        for from in 0..MOST as u64 {
            calendar.add(hours(now, from, from + 1, Meanwhile::Reject), now).unwrap();
        }
        let one_more = hours(now, 1, 5, Meanwhile::Reject);
        assert_eq!(calendar.add(one_more.clone(), now), Err(MaintenanceError::TooMany));
        let moved = Maintenance { id: "1-2".into(), ..one_more };
        calendar.add(moved.clone(), now).unwrap();
        assert_eq!((calendar.list().len(), calendar.list().contains(&moved)), (MOST, true));
        let backwards = hours(now, 2, 1, Meanwhile::Reject);
        assert_eq!(calendar.add(backwards, now), Err(MaintenanceError::Over));
        let later = now + Duration::from_secs(9 * 3600);
        assert_eq!(calendar.add(hours(now, 1, 2, Meanwhile::Hold), later), Err(MaintenanceError::Over));
    }
}
