//! `<host:delete>`: takes a host away that no domain names.

use eppgate_epp::ResultCode;
use eppgate_epp::host::{Delete, Status};

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
        let host = changeable(view, &self.delete.name, &prohibiting)?;
        if view.state.host_is_linked(&host.data.name) {
            return Err(Refusal::new(ResultCode::ASSOCIATION_PROHIBITS, "a domain names it"));
        }
        let change = Change::HostGone { name: host.data.name };
        Ok(Outcome::new(ResultCode::OK).change(change).effect(Effect::Deleted))
    }
}
