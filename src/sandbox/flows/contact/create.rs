//! `<contact:create>`: a new contact, and what makes one.

use eppgate_epp::ResultCode;
use eppgate_epp::contact::{Address, CreData, Create, InfData, Phone, PostalForm, PostalInfo};
use eppgate_epp::ext::iis;
use eppgate_epp::types::AuthInfo;
use eppgate_epp::xml::Named;

use crate::character::Extension;
use crate::flows::secret::password;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::objects::{Contact, Identity};
use crate::record::{Change, Effect};

/// A create as it was read.
pub(crate) struct Order {
    create: Create,
    identity: Option<iis::Create>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(iis::NS, iis::Create::NAME)])?;
        Ok(Self { create: command.the()?, identity: command.extension()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let create = self.create;
        let id = contact_id(create.id)?;
        if view.state.contact(&id).is_some() {
            return Err(ResultCode::OBJECT_EXISTS.into());
        }
        let auth_info = password(create.auth_info)?;
        let data = InfData {
            id,
            roid: format!("C{}-{}", view.seq, view.profile.roid_suffix),
            statuses: Vec::new(),
            postal_infos: create.postal_infos,
            voice: create.voice,
            fax: create.fax,
            email: Some(create.email),
            cl_id: view.account().to_owned(),
            cr_id: Some(view.account().to_owned()),
            cr_date: Some(view.now),
            up_id: None,
            up_date: None,
            tr_date: None,
            auth_info: auth_info.map(|kept| AuthInfo::Pw { pw: kept.0, roid: None }),
            disclose: create.disclose,
        };
        judge(&data)?;
        let outcome = Outcome::new(ResultCode::OK).data(&CreData { id: data.id.clone(), cr_date: view.now });
        let identity = match self.identity {
            Some(given) => Some(identity(given)?),
            None if view.profile.character.speaks(Extension::Iis) => {
                return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "a contact needs its orgno"));
            }
            None => None,
        };
        let contact = Contact { data, transfer: None, identity };
        Ok(outcome.change(Change::Contact(Box::new(contact))).effect(Effect::Created))
    }
}

/// The numbers of a contact: that of the organisation begins with its country, as in `[SE]802405-0190`.
fn identity(given: iis::Create) -> Result<Identity, Refusal> {
    let country = given.orgno.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let good = country.is_some_and(|(country, number)| {
        country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) && !number.is_empty()
    });
    if good {
        Ok(Identity { orgno: given.orgno, vatno: given.vatno })
    } else {
        Err(spoilt("an orgno is such as [SE]802405-0190"))
    }
}

/// An id of 3 to 16 characters (RFC 5730, `clIDType`).
pub(crate) fn contact_id(id: String) -> Result<String, Refusal> {
    if (3..=16).contains(&id.chars().count()) { Ok(id) } else { Err(spoilt("not a contact id")) }
}

/// Refuses what is no contact: each form of the address once and whole, an e-mail address, telephone numbers as in
/// RFC 5733, 2.5.
pub(super) fn judge(data: &InfData) -> Result<(), Refusal> {
    match data.postal_infos.as_slice() {
        [] => return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "no name and address")),
        [one] => postal(one)?,
        [one, other] if one.form != other.form => {
            postal(one)?;
            postal(other)?;
        }
        _ => return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "each form of the address once")),
    }
    if !data.email.as_deref().is_some_and(is_email) {
        return Err(spoilt("not an e-mail address"));
    }
    [&data.voice, &data.fax].into_iter().flatten().try_for_each(phone)
}

fn postal(info: &PostalInfo) -> Result<(), Refusal> {
    let Address { street, city, sp, pc, cc } = &info.addr;
    if info.name.is_empty() || city.is_empty() {
        return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "an address needs a name and a city"));
    }
    if street.len() > 3 {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "at most three lines of street"));
    }
    if cc.len() != 2 || !cc.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(spoilt("a country is two letters"));
    }
    let texts = [&info.name, city].into_iter().chain(street).chain(&info.org).chain(sp).chain(pc);
    match &info.form {
        PostalForm::International if !texts.clone().all(|text| text.is_ascii()) => {
            Err(spoilt("the international form is ASCII"))
        }
        PostalForm::Other(_) => Err(spoilt("an address is \"int\" or \"loc\"")),
        _ if texts.clone().any(|text| text.chars().count() > 255) => Err(spoilt("at most 255 characters")),
        _ => Ok(()),
    }
}

fn phone(phone: &Phone) -> Result<(), Refusal> {
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let parts = phone.number.strip_prefix('+').and_then(|number| number.split_once('.'));
    match parts {
        Some((country, number)) if digits(country, 3) && digits(number, 14) => Ok(()),
        _ => Err(spoilt("a telephone number is such as +46.812345")),
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        && !text.contains(char::is_whitespace)
}

fn spoilt(why: &'static str) -> Refusal {
    Refusal::new(ResultCode::PARAMETER_SYNTAX, why)
}
