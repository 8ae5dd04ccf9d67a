//! `<contact:transfer>`: moves a contact to another registrar, as a domain moves but for the money.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Status, Transfer as Read};
use eppgate_epp::types::{TransferOp, TransferStatus};
use eppgate_epp::xml::Named;

use super::find;
use crate::flows::reading::mismatch;
use crate::flows::secret::proves;
use crate::flows::transfers::{PATIENCE, answered, may_request, visible};
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::objects::Contact;
use crate::record::{Change, Effect};
use crate::transfer::{self, Transfer};

/// A transfer command as it was read.
pub(crate) struct Order {
    read: Read,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>, op: TransferOp) -> Result<Self, Refusal> {
        command.bare()?;
        let object =
            command.object().filter(|object| object.is(Read::NS, Read::NAME)).ok_or_else(mismatch)?;
        Ok(Self { read: Read::decode_op(op, object)? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let contact = find(view, &self.read.id)?;
        let proved = proves(self.read.auth_info.as_ref(), contact.secret().as_ref())?;
        match self.read.op {
            TransferOp::Request => request(view, contact.clone(), proved),
            TransferOp::Query => {
                let transfer = visible(view.account(), contact.transfer.as_ref(), proved)?;
                Ok(Outcome::new(ResultCode::OK).data(&transfer.of_contact(&contact.data.id)))
            }
            op => answer(op, view, contact.clone()),
        }
    }
}

fn request(view: &View<'_>, contact: Contact, proved: bool) -> Result<Outcome, Refusal> {
    may_request(view.account(), &contact.data.cl_id, proved, contact.pending_transfer())?;
    let prohibiting = [Status::ClientTransferProhibited, Status::ServerTransferProhibited];
    if let Some(status) = prohibiting.iter().find(|status| contact.has(status)) {
        return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, status.to_string()));
    }
    let transfer = Transfer::request(view.account(), &contact.data.cl_id, view.now, PATIENCE, None);
    let code = ResultCode::OK_PENDING;
    Ok(put(view, code, contact, transfer, TransferStatus::Pending).effect(Effect::TransferRequested))
}

fn answer(op: TransferOp, view: &View<'_>, contact: Contact) -> Result<Outcome, Refusal> {
    let pending = contact.pending_transfer().cloned().ok_or(ResultCode::NOT_PENDING_TRANSFER)?;
    let (status, effect) = answered(op, view.account(), &pending)?;
    Ok(put(view, ResultCode::OK, contact, pending, status).effect(effect))
}

fn put(
    view: &View<'_>,
    code: ResultCode,
    mut contact: Contact,
    transfer: Transfer,
    status: TransferStatus,
) -> Outcome {
    let changes = transfer::of_contact(&mut contact, transfer, status, view.now);
    let data = contact.transfer.as_ref().map(|transfer| transfer.of_contact(&contact.data.id));
    let outcome = Outcome::new(code).data(&data.expect("it was put there just now"));
    outcome.changes(changes).change(Change::Contact(Box::new(contact)))
}
