//! Sets as updates change them: adding what is there and removing what is not is an error (2306), so that a command
//! that was sent twice is noticed.

use eppgate_epp::ResultCode;

use super::Refusal;

/// Removes a member that must be there.
pub(super) fn take<T: PartialEq>(set: &mut Vec<T>, member: &T, what: &str) -> Result<(), Refusal> {
    let place = set.iter().position(|there| there == member);
    set.remove(place.ok_or_else(|| not_there(what))?);
    Ok(())
}

/// Adds a member that must not be there.
pub(super) fn join<T: PartialEq>(set: &mut Vec<T>, member: T, what: &str) -> Result<(), Refusal> {
    if set.contains(&member) {
        return Err(already_there(what));
    }
    set.push(member);
    Ok(())
}

pub(super) fn not_there(what: &str) -> Refusal {
    Refusal::new(ResultCode::PARAMETER_POLICY, format!("no such {what} to remove"))
}

pub(super) fn already_there(what: &str) -> Refusal {
    Refusal::new(ResultCode::PARAMETER_POLICY, format!("the {what} is there already"))
}
