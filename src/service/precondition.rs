//! What callers want to hold of an object before it is changed: compared where it is looked at for them, and again, in one
//! transaction with the journal's entry, where its change begins.

use eppgate_model::precondition::Seen;
use eppgate_model::token::Principal;
use eppgate_model::{Contact, Domain, Host};
use eppgate_store::{Conflict, Error as StoreError};

use super::Error;
use super::journal::Journalled;
use super::{contacts, effect, hosts};

/// What requests can be about.
pub(super) trait Object {
    /// The version in which it is.
    fn version(&self) -> Seen;
}

impl Object for Domain {
    fn version(&self) -> Seen {
        Seen { object: effect::Intent::OBJECT, id: self.id.uuid(), version: self.version }
    }
}

impl Object for Contact {
    fn version(&self) -> Seen {
        Seen { object: contacts::Intent::OBJECT, id: self.id.uuid(), version: self.version }
    }
}

impl Object for Host {
    fn version(&self) -> Seen {
        Seen { object: hosts::Intent::OBJECT, id: self.id.uuid(), version: self.version }
    }
}

/// What a request is about, as it was found: it is there, and in a version that the caller wants.
pub(super) fn seen<O: Object>(principal: &Principal, found: Option<O>) -> Result<O, Error> {
    let object = found.ok_or(Error::NotFound)?;
    if let Some(condition) = &principal.expects {
        // An earlier attempt at the request may have brought about another version itself: then the journal tells.
        let repeats = principal.attempt.as_ref().is_some_and(|attempt| !attempt.earlier.is_empty());
        if condition.see(object.version()).is_err() && !repeats {
            return Err(Error::PreconditionFailed);
        }
    }
    Ok(object)
}

/// What became of a change that no registry has to make: a row that has moved on since it was read is not as the caller
/// wants it, if they care, and else is somebody else's to change just now.
pub(super) fn written<T>(principal: &Principal, written: Result<T, StoreError>) -> Result<T, Error> {
    match (written, &principal.expects) {
        (Err(StoreError::Conflict(Conflict::StaleVersion)), Some(_)) => Err(Error::PreconditionFailed),
        (Err(StoreError::Conflict(Conflict::StaleVersion)), None) => {
            Err(Error::OperationInProgress { operation_id: None })
        }
        (written, _) => Ok(written?),
    }
}

/// The version in which an object of this kind must still be when its change begins, if the caller cares.
pub(super) fn expected(principal: &Principal, object: &str) -> Result<Option<Seen>, Error> {
    let Some(condition) = &principal.expects else { return Ok(None) };
    let seen = condition.expected().map_err(|_| Error::PreconditionFailed)?;
    Ok(seen.filter(|seen| seen.object == object))
}
