//! What transfers of domains and of contacts have in common: who may ask for one, answer it and look at it.

use chrono::TimeDelta;
use eppgate_epp::ResultCode;
use eppgate_epp::types::{TransferOp, TransferStatus};

use super::Refusal;
use crate::periods;
use crate::record::Effect;
use crate::transfer::Transfer;

/// Whether somebody may ask for an object that another sponsors, once its password was looked at.
pub(super) fn may_request(
    account: &str,
    sponsor: &str,
    proved: bool,
    pending: Option<&Transfer>,
) -> Result<(), Refusal> {
    if sponsor == account {
        return Err(Refusal::new(ResultCode::NOT_ELIGIBLE_FOR_TRANSFER, "you sponsor it already"));
    }
    if !proved {
        let reason = "a request needs the authorisation information";
        return Err(Refusal::new(ResultCode::PARAMETER_MISSING, reason));
    }
    if pending.is_some() {
        return Err(ResultCode::PENDING_TRANSFER.into());
    }
    Ok(())
}

/// The transfer as somebody may see it: one of its two sides, or who has shown the password.
pub(super) fn visible<'t>(
    account: &str,
    transfer: Option<&'t Transfer>,
    proved: bool,
) -> Result<&'t Transfer, Refusal> {
    let transfer = transfer.ok_or(ResultCode::NOT_PENDING_TRANSFER)?;
    if proved || [&transfer.requester, &transfer.holder].iter().any(|side| *side == account) {
        Ok(transfer)
    } else {
        Err(ResultCode::AUTHORIZATION_ERROR.into())
    }
}

/// Where an answer puts a transfer, and what it amounts to: the requester takes back, the holder approves or rejects.
pub(super) fn answered(
    op: TransferOp,
    account: &str,
    transfer: &Transfer,
) -> Result<(TransferStatus, Effect), Refusal> {
    let (side, status, effect) = match op {
        TransferOp::Cancel => {
            (&transfer.requester, TransferStatus::ClientCancelled, Effect::TransferCancelled)
        }
        TransferOp::Reject => (&transfer.holder, TransferStatus::ClientRejected, Effect::TransferRejected),
        TransferOp::Approve => (&transfer.holder, TransferStatus::ClientApproved, Effect::Transferred),
        TransferOp::Request | TransferOp::Query => return Err(ResultCode::COMMAND_FAILED.into()),
    };
    if side == account { Ok((status, effect)) } else { Err(ResultCode::AUTHORIZATION_ERROR.into()) }
}

/// Time in which a transfer can be answered.
pub(super) const PATIENCE: TimeDelta = TimeDelta::days(periods::TRANSFER_PENDING as i64);
