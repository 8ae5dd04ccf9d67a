//! `<host:check>`: which hosts could be created.

use eppgate_epp::ResultCode;
use eppgate_epp::host::{Cd, Check, ChkData};
use eppgate_epp::types::{Checked, Text};

use crate::flows::{NAMES_AT_ONCE, Outcome, Reading, Refusal, View};
use crate::names::host_name;

/// A check as it was read.
pub(crate) struct Order {
    check: Check,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        let check: Check = command.the()?;
        match check.names.len() {
            0 => Err(ResultCode::PARAMETER_MISSING.into()),
            1..=NAMES_AT_ONCE => Ok(Self { check }),
            _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too many names at once")),
        }
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let cds = self.check.names.into_iter().map(|text| {
            let reason = match host_name(&text) {
                None => Some("Not a host name"),
                Some(name) => view.state.host(&name).map(|_| "In use"),
            };
            Cd(Checked { name: text, avail: reason.is_none(), reason: reason.map(Text::new) })
        });
        Ok(Outcome::new(ResultCode::OK).data(&ChkData { cds: cds.collect() }))
    }
}
