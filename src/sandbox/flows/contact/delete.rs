//! `<contact:delete>`: takes a contact away that no domain names.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Delete, Status};

use super::changeable;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::record::{Change, Effect};

/// A delete as it was read.
pub(crate) struct Order {
    delete: Delete,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { delete: command.the()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let prohibiting = [Status::ClientDeleteProhibited, Status::ServerDeleteProhibited];
        let contact = changeable(view, &self.delete.id, &prohibiting)?;
        if view.state.contact_is_linked(&contact.data.id) {
            return Err(Refusal::new(ResultCode::ASSOCIATION_PROHIBITS, "a domain names it"));
        }
        let change = Change::ContactGone { id: contact.data.id };
        Ok(Outcome::new(ResultCode::OK).change(change).effect(Effect::Deleted))
    }
}
