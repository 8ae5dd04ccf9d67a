//! `<host:create>`: a new host.

use eppgate_epp::ResultCode;
use eppgate_epp::host::{CreData, Create, InfData};

use super::{address, judge, name};
use crate::flows::sets::join;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::objects::Host;
use crate::record::{Change, Effect};

/// A create as it was read.
pub(crate) struct Order {
    create: Create,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { create: command.the()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let name = name(&self.create.name)?;
        if view.state.host(&name).is_some() {
            return Err(ResultCode::OBJECT_EXISTS.into());
        }
        let mut addresses = Vec::new();
        for given in &self.create.addresses {
            join(&mut addresses, address(given)?, "address")?;
        }
        judge(view, &name, &addresses)?;
        let outcome = Outcome::new(ResultCode::OK).data(&CreData { name: name.clone(), cr_date: view.now });
        let data = InfData {
            name,
            roid: format!("H{}-{}", view.seq, view.profile.roid_suffix),
            statuses: Vec::new(),
            addresses,
            cl_id: view.account().to_owned(),
            cr_id: Some(view.account().to_owned()),
            cr_date: Some(view.now),
            up_id: None,
            up_date: None,
            tr_date: None,
        };
        Ok(outcome.change(Change::Host(Box::new(Host { data }))).effect(Effect::Created))
    }
}
