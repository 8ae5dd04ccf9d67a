//! `<host:update>`: changes a host. A new name goes to every domain that names it.

use eppgate_epp::ResultCode;
use eppgate_epp::host::{AddRem, HostStatus, Status, Update};

use super::{address, changeable, judge, name};
use crate::flows::sets::{join, take};
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::objects::Host;
use crate::record::{Change, Effect};

/// An update as it was read.
pub(crate) struct Order {
    update: Update,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        let update: Update = command.the()?;
        if update.add.is_none() && update.rem.is_none() && update.chg.is_none() {
            return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "nothing to change"));
        }
        Ok(Self { update })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let update = self.update;
        let lifting = AddRem { statuses: vec![Status::ClientUpdateProhibited.into()], ..AddRem::default() };
        let lifts = update.rem.as_ref() == Some(&lifting) && update.add.is_none() && update.chg.is_none();
        let prohibiting: &[Status] = if lifts {
            &[Status::ServerUpdateProhibited]
        } else {
            &[Status::ServerUpdateProhibited, Status::ClientUpdateProhibited]
        };
        let mut host = changeable(view, &update.name, prohibiting)?;
        let before = host.data.name.clone();
        let addressed = [&update.add, &update.rem].into_iter().flatten().any(|of| !of.addresses.is_empty());
        if let Some(rem) = update.rem {
            for given in &rem.addresses {
                take(&mut host.data.addresses, &address(given)?, "address")?;
            }
            for status in rem.statuses {
                take(&mut host.data.statuses, &own_status(status)?, "status")?;
            }
        }
        if let Some(add) = update.add {
            for given in &add.addresses {
                join(&mut host.data.addresses, address(given)?, "address")?;
            }
            for status in add.statuses {
                join(&mut host.data.statuses, own_status(status)?, "status")?;
            }
        }
        let mut outcome = Outcome::new(ResultCode::OK);
        if let Some(chg) = update.chg {
            host.data.name = name(&chg.name)?;
            outcome = outcome.changes(renamed(view, &before, &host)?);
        }
        if addressed || host.data.name != before {
            judge(view, &host.data.name, &host.data.addresses)?;
        }
        host.data.up_id = Some(view.account().to_owned());
        host.data.up_date = Some(view.now);
        Ok(outcome.change(Change::Host(Box::new(host))).effect(Effect::Updated))
    }
}

/// What else changes with a host's name. That of a host outside this registry stays when another's domain names it
/// (2305), since the two may mean different machines by it.
fn renamed(view: &View<'_>, before: &str, host: &Host) -> Result<Vec<Change>, Refusal> {
    let after = &host.data.name;
    if view.state.host(after).is_some() {
        return Err(ResultCode::OBJECT_EXISTS.into());
    }
    let outside = view.profile.above(before).is_none();
    if outside && view.state.users_of_host(before).any(|domain| domain.sponsor != view.account()) {
        return Err(Refusal::new(ResultCode::ASSOCIATION_PROHIBITS, "another registrar's domain names it"));
    }
    let mut changes = vec![Change::HostGone { name: before.to_owned() }];
    changes.extend(view.state.users_of_host(before).cloned().map(|mut domain| {
        for server in domain.hosts.iter_mut().filter(|server| server.name == before) {
            server.name.clone_from(after);
        }
        Change::Domain(Box::new(domain))
    }));
    Ok(changes)
}

/// A status that clients may set.
fn own_status(status: HostStatus) -> Result<HostStatus, Refusal> {
    match status.status {
        Status::ClientDeleteProhibited | Status::ClientUpdateProhibited => Ok(status.status.into()),
        _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "not a status that clients set")),
    }
}
