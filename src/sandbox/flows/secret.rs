//! Authorisation information: what is taken as such, and what proves a right.

use eppgate_epp::ResultCode;
use eppgate_epp::types::AuthInfo;

use super::Refusal;
use crate::record::Kept;

/// The password that proves the right to transfer; an empty one is none.
pub(super) fn password(auth_info: AuthInfo) -> Result<Option<Kept>, Refusal> {
    match auth_info {
        AuthInfo::Pw { pw, roid: None } => Ok((!pw.expose().is_empty()).then_some(Kept(pw))),
        AuthInfo::Null => Ok(None),
        AuthInfo::Pw { .. } | AuthInfo::Ext(_) => {
            Err(Refusal::new(ResultCode::UNIMPLEMENTED_OPTION, "only a plain password"))
        }
    }
}

/// Whether the right was proved: not when nothing was given, and 2202 when it was wrong. An object without a password
/// can be proved by nothing.
pub(super) fn proves(given: Option<&AuthInfo>, kept: Option<&Kept>) -> Result<bool, Refusal> {
    match (given, kept) {
        (None, _) => Ok(false),
        (Some(AuthInfo::Pw { pw, .. }), Some(kept)) if kept.0 == *pw => Ok(true),
        _ => Err(ResultCode::INVALID_AUTH_INFO.into()),
    }
}
