//! `<contact:check>`: which ids are free.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Cd, Check, ChkData};
use eppgate_epp::types::{Checked, Text};

use super::create::is_id;
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
        let cds = self.check.ids.into_iter().map(|id| {
            let reason = match view.state.contact(&id) {
                Some(_) => Some("In use"),
                None if !is_id(&id) => Some("Not a contact id"),
                None => None,
            };
            Cd(Checked { name: id, avail: reason.is_none(), reason: reason.map(Text::new) })
        });
        Ok(Outcome::new(ResultCode::OK).data(&ChkData { cds: cds.collect() }))
    }
}
