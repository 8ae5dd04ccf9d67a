//! What a caller knows of an object when they ask for a change of it (RFC 9110, 13.1): tags of the versions that it may
//! have. A tag is of one version of one row, so that what is deleted and made again has others.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// The tag of a row's version, without its quotes.
pub fn tag(id: Uuid, version: i64) -> String {
    format!("{version}-{}", id.simple())
}

/// Tags that a caller named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// Whatever there is.
    Any,
    Of(Vec<String>),
}

impl Tags {
    /// Whether that tag is among them.
    pub fn contain(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|named| named == tag),
        }
    }
}

/// The version in which a row was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The kind of object: `domain`, `contact` or `host`.
    pub object: &'static str,
    pub id: Uuid,
    pub version: i64,
}

/// The object is not as the caller wants it to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the object has another version")]
pub struct Unmet;

/// What must hold of the one object that a request is about, until its change is begun. Clones share how far it has come.
#[derive(Debug, Clone)]
pub struct Precondition {
    wanted: Option<Tags>,
    unwanted: Option<Tags>,
    course: Arc<Mutex<Course>>,
}

#[derive(Debug)]
enum Course {
    Unseen,
    Seen(Seen),
    Begun,
}

impl Precondition {
    /// The object has one of the tags `wanted`, and none of those `unwanted`.
    pub fn new(wanted: Option<Tags>, unwanted: Option<Tags>) -> Self {
        Self { wanted, unwanted, course: Arc::new(Mutex::new(Course::Unseen)) }
    }

    /// The object is looked at. What the request does after it has begun its change is part of that.
    pub fn see(&self, seen: Seen) -> Result<(), Unmet> {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*course, Course::Begun) {
            return Ok(());
        }
        *course = Course::Seen(seen);
        self.holds_of(seen)
    }

    /// A change is about to be begun: the version in which the object must still be, unless the request has begun
    /// before. What was never looked at is not there, and has no tag.
    pub fn expected(&self) -> Result<Option<Seen>, Unmet> {
        match *self.course.lock().unwrap_or_else(PoisonError::into_inner) {
            Course::Begun => Ok(None),
            Course::Seen(seen) => self.holds_of(seen).map(|()| Some(seen)),
            Course::Unseen if self.wanted.is_none() => Ok(None),
            Course::Unseen => Err(Unmet),
        }
    }

    /// The change of the object is begun.
    pub fn begun(&self) {
        *self.course.lock().unwrap_or_else(PoisonError::into_inner) = Course::Begun;
    }

    fn holds_of(&self, seen: Seen) -> Result<(), Unmet> {
        let tag = tag(seen.id, seen.version);
        let wanted = self.wanted.as_ref().is_none_or(|tags| tags.contain(&tag));
        let unwanted = self.unwanted.as_ref().is_some_and(|tags| tags.contain(&tag));
        if wanted && !unwanted { Ok(()) } else { Err(Unmet) }
    }
}

/// Two are the same that ask for the same.
impl PartialEq for Precondition {
    fn eq(&self, other: &Self) -> bool {
        (&self.wanted, &self.unwanted) == (&other.wanted, &other.unwanted)
    }
}

impl Eq for Precondition {}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn of(version: i64) -> Tags {
        Tags::Of(vec!["other".to_owned(), tag(ID, version)])
    }

    fn seen(version: i64) -> Seen {
        Seen { object: "domain", id: ID, version }
    }

    #[test]
    fn a_condition_holds_of_the_versions_that_it_names() {
        for (wanted, unwanted, holds) in [
            (None, None, true),
            (Some(Tags::Any), None, true),
            (Some(of(3)), None, true),
            (Some(of(2)), None, false),
            (Some(Tags::Of(Vec::new())), None, false),
            (None, Some(Tags::Any), false),
            (None, Some(of(3)), false),
            (None, Some(of(2)), true),
            (Some(of(3)), Some(of(3)), false),
        ] {
            let condition = Precondition::new(wanted, unwanted);
            assert_eq!(condition.see(seen(3)).is_ok(), holds, "{condition:?}");
            assert_eq!(condition.expected().is_ok(), holds, "{condition:?}");
        }
    }

    #[test]
    fn what_is_never_seen_has_no_tag_and_what_is_begun_goes_on() {
        assert_eq!(Precondition::new(Some(Tags::Any), None).expected(), Err(Unmet));
        assert_eq!(Precondition::new(None, Some(Tags::Any)).expected(), Ok(None));
        let condition = Precondition::new(Some(of(3)), None);
        condition.see(seen(3)).unwrap();
        assert_eq!(condition.expected(), Ok(Some(seen(3))));
        condition.begun();
        assert_eq!((condition.see(seen(4)), condition.expected()), (Ok(()), Ok(None)));
    }

    #[test]
    fn another_row_has_other_tags() {
        assert_ne!(tag(ID, 1), tag(Uuid::from_u128(8), 1));
    }
}
