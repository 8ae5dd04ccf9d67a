//! `<contact:update>`: changes a contact. What it does not name stays as it is.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Chg, ChgPostalInfo, ContactStatus, InfData, Phone, PostalInfo, Status, Update};
use eppgate_epp::ext::iis;
use eppgate_epp::types::AuthInfo;
use eppgate_epp::xml::Named;

use super::changeable;
use super::create::judge;
use crate::flows::secret::password;
use crate::flows::sets::{join, take};
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::record::{Change, Effect};

/// An update as it was read.
pub(crate) struct Order {
    update: Update,
    vatno: Option<String>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(iis::NS, iis::Update::NAME)])?;
        let vatno = command.extension::<iis::Update>()?.and_then(|iis| iis.vatno);
        let update: Update = command.the()?;
        if update.add.is_empty() && update.rem.is_empty() && update.chg.is_none() && vatno.is_none() {
            return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "nothing to change"));
        }
        Ok(Self { update, vatno })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let update = self.update;
        let lifting = update.rem.as_slice() == [Status::ClientUpdateProhibited.into()]
            && update.add.is_empty()
            && update.chg.is_none()
            && self.vatno.is_none();
        let prohibiting: &[Status] = if lifting {
            &[Status::ServerUpdateProhibited]
        } else {
            &[Status::ServerUpdateProhibited, Status::ClientUpdateProhibited]
        };
        let mut contact = changeable(view, &update.id, prohibiting)?;
        for status in update.rem {
            take(&mut contact.data.statuses, &own_status(status)?, "status")?;
        }
        for status in update.add {
            join(&mut contact.data.statuses, own_status(status)?, "status")?;
        }
        if let Some(chg) = update.chg {
            replace(&mut contact.data, chg)?;
            judge(&contact.data)?;
        }
        if let (Some(vatno), Some(identity)) = (self.vatno, &mut contact.identity) {
            identity.vatno = Some(vatno).filter(|vatno| !vatno.is_empty());
        }
        contact.data.up_id = Some(view.account().to_owned());
        contact.data.up_date = Some(view.now);
        let change = Change::Contact(Box::new(contact));
        Ok(Outcome::new(ResultCode::OK).change(change).effect(Effect::Updated))
    }
}

fn replace(data: &mut InfData, chg: Chg) -> Result<(), Refusal> {
    for info in chg.postal_infos {
        replace_postal(&mut data.postal_infos, info);
    }
    replace_phone(&mut data.voice, chg.voice);
    replace_phone(&mut data.fax, chg.fax);
    put(&mut data.email, chg.email.map(Some));
    if let Some(auth_info) = chg.auth_info {
        data.auth_info = password(auth_info)?.map(|kept| AuthInfo::Pw { pw: kept.0, roid: None });
    }
    put(&mut data.disclose, chg.disclose.map(Some));
    Ok(())
}

/// A form that was not there yet is added, and judged with the rest afterwards.
fn replace_postal(infos: &mut Vec<PostalInfo>, new: ChgPostalInfo) {
    if let Some(info) = infos.iter_mut().find(|info| info.form == new.form) {
        put(&mut info.name, new.name);
        put(&mut info.org, new.org.map(|org| Some(org).filter(|org| !org.is_empty())));
        put(&mut info.addr, new.addr);
    } else {
        infos.push(PostalInfo {
            form: new.form,
            name: new.name.unwrap_or_default(),
            org: new.org,
            addr: new.addr.unwrap_or_default(),
        });
    }
}

/// An empty number takes it away.
fn replace_phone(phone: &mut Option<Phone>, new: Option<Phone>) {
    put(phone, new.map(|new| Some(new).filter(|new| !new.number.is_empty())));
}

fn put<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

/// A status that clients may set.
fn own_status(status: ContactStatus) -> Result<ContactStatus, Refusal> {
    match status.status {
        Status::ClientDeleteProhibited
        | Status::ClientTransferProhibited
        | Status::ClientUpdateProhibited => Ok(status.status.into()),
        _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "not a status that clients set")),
    }
}
