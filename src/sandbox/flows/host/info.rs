//! `<host:info>`: what the registry tells of a host: all of it, to everybody.

use eppgate_epp::ResultCode;
use eppgate_epp::host::Info;

use super::find;
use crate::flows::{Outcome, Reading, Refusal, View};

/// An info as it was read.
pub(crate) struct Order {
    info: Info,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { info: command.the()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let host = find(view, &self.info.name)?;
        let linked = view.state.host_is_linked(&host.data.name);
        Ok(Outcome::new(ResultCode::OK).data(&host.shown(linked)))
    }
}
