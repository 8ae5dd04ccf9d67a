//! `<contact:info>`: what the registry tells of a contact: all of it to its sponsor and to whoever has shown the
//! password, nothing to others, since a person stands behind it.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::Info;
use eppgate_epp::ext::iis;

use super::find;
use crate::flows::secret::proves;
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
        let contact = find(view, &self.info.id)?;
        let proved = proves(self.info.auth_info.as_ref(), contact.secret().as_ref())?;
        if !proved && contact.data.cl_id != view.account() {
            return Err(ResultCode::AUTHORIZATION_ERROR.into());
        }
        let linked = view.state.contact_is_linked(&contact.data.id);
        let outcome = Outcome::new(ResultCode::OK).data(&contact.shown(linked));
        Ok(match &contact.identity {
            Some(identity) if view.caller.chosen.names(iis::NS) => outcome.extension(&iis::InfData {
                orgno: Some(identity.orgno.clone()),
                vatno: identity.vatno.clone(),
                ..iis::InfData::default()
            }),
            _ => outcome,
        })
    }
}
