//! `<contact:check>`: which ids are free. What is no id is refused, since a reply could not hold it.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Cd, Check, ChkData};
use eppgate_epp::types::{Checked, Text};

use super::contact_id;
use crate::flows::{NAMES_AT_ONCE, Outcome, Reading, Refusal, View};

/// A check as it was read.
pub(crate) struct Order {
    check: Check,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        let check: Check = command.the()?;
        match check.ids.len() {
            0 => Err(ResultCode::PARAMETER_MISSING.into()),
            1..=NAMES_AT_ONCE => Ok(Self { check }),
            _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too many ids at once")),
        }
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let ids = self.check.ids.into_iter().map(contact_id).collect::<Result<Vec<_>, _>>()?;
        let cds = ids.into_iter().map(|id| {
            let reason = view.state.contact(&id).map(|_| "In use");
            Cd(Checked { name: id, avail: reason.is_none(), reason: reason.map(Text::new) })
        });
        Ok(Outcome::new(ResultCode::OK).data(&ChkData { cds: cds.collect() }))
    }
}
