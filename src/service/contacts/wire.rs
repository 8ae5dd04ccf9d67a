//! A contact in the words of a registry: the forms of its address that the registry takes, and what of it may be
//! published.

use eppgate_epp::contact::{self, Address, Chg, ChgPostalInfo, Disclose, InfData, PostalForm, PostalInfo};
use eppgate_epp::types::{AuthInfo, Secret};
use eppgate_model::Phone;
use eppgate_model::contact::{ContactDetails, Disclosure};
use eppgate_registry::profile::Postal;

/// The details do not fit the registry's form of addresses.
pub(super) struct NeedsAscii;

/// The command that makes a copy.
pub(super) fn create(
    id: &str,
    details: &ContactDetails,
    postal: Postal,
    password: &Secret,
) -> Result<contact::Create, NeedsAscii> {
    let form = form(details, postal)?;
    Ok(contact::Create {
        id: id.to_owned(),
        postal_infos: vec![PostalInfo {
            form: form.clone(),
            name: details.name.clone(),
            org: details.organization.clone(),
            addr: address(details),
        }],
        voice: details.phone.as_ref().map(phone),
        fax: details.fax.as_ref().map(phone),
        email: details.email.as_str().to_owned(),
        auth_info: AuthInfo::pw(password.expose()),
        disclose: details.disclosure.map(|disclosure| disclose(disclosure, form)),
    })
}

/// The command that makes a copy say the same as the record, whatever it said before.
pub(super) fn update(
    id: &str,
    details: &ContactDetails,
    postal: Postal,
) -> Result<contact::Update, NeedsAscii> {
    let form = form(details, postal)?;
    // Empty takes away what may be there.
    let number = |number: &Option<Phone>| {
        number.as_ref().map_or_else(|| contact::Phone { number: String::new(), x: None }, phone)
    };
    Ok(contact::Update {
        id: id.to_owned(),
        chg: Some(Chg {
            postal_infos: vec![ChgPostalInfo {
                form: form.clone(),
                name: Some(details.name.clone()),
                org: Some(details.organization.clone().unwrap_or_default()),
                addr: Some(address(details)),
            }],
            voice: Some(number(&details.phone)),
            fax: Some(number(&details.fax)),
            email: Some(details.email.as_str().to_owned()),
            auth_info: None,
            disclose: details.disclosure.map(|disclosure| disclose(disclosure, form)),
        }),
        ..contact::Update::default()
    })
}

/// Whether a registry's copy says the same as the record.
pub(super) fn says(copy: &InfData, details: &ContactDetails) -> bool {
    let org = |org: &Option<String>| org.clone().filter(|org| !org.is_empty());
    let number = |there: &Option<contact::Phone>| there.as_ref().map(|phone| phone.number.clone());
    let dotted = |phone: &Option<Phone>| phone.as_ref().map(Phone::dotted);
    copy.postal_infos.iter().any(|info| {
        info.name == details.name && org(&info.org) == details.organization && info.addr == address(details)
    }) && number(&copy.voice).filter(|number| !number.is_empty()) == dotted(&details.phone)
        && number(&copy.fax).filter(|number| !number.is_empty()) == dotted(&details.fax)
        && copy.email.as_deref() == Some(details.email.as_str())
}

/// In which form the address is sent.
fn form(details: &ContactDetails, postal: Postal) -> Result<PostalForm, NeedsAscii> {
    match (postal, is_ascii(details)) {
        (Postal::Loc, _) | (Postal::Either, false) => Ok(PostalForm::Local),
        (Postal::Int | Postal::Either | Postal::Both, true) => Ok(PostalForm::International),
        (Postal::Int | Postal::Both, false) => Err(NeedsAscii),
    }
}

fn is_ascii(details: &ContactDetails) -> bool {
    let ContactDetails { name, organization, street, city, state_province, postal_code, .. } = details;
    let texts = [name, city].into_iter().chain(street).chain(organization).chain(state_province);
    texts.chain(postal_code).all(|text| text.is_ascii())
}

fn address(details: &ContactDetails) -> Address {
    Address {
        street: details.street.clone(),
        city: details.city.clone(),
        sp: details.state_province.clone(),
        pc: details.postal_code.clone(),
        cc: details.country.clone(),
    }
}

fn phone(phone: &Phone) -> contact::Phone {
    contact::Phone { number: phone.dotted(), x: None }
}

/// What may be published, if that is all, else what may not. An address is published as a whole or not at all.
fn disclose(disclosure: Disclosure, form: PostalForm) -> Disclose {
    let Disclosure { street, city, state_province, postal_code, country, .. } = disclosure;
    let address = street && city && state_province && postal_code && country;
    let Disclosure { name, organization, phone, fax, email, .. } = disclosure;
    let all = name && organization && address && phone && fax && email;
    let listed = |published: bool| all || !published;
    let forms = |published: bool| listed(published).then(|| form.clone()).into_iter().collect();
    Disclose {
        flag: all,
        name: forms(name),
        org: forms(organization),
        addr: forms(address),
        voice: listed(phone),
        fax: listed(fax),
        email: listed(email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jane(city: &str) -> ContactDetails {
        ContactDetails {
            name: "Jane Doe".to_owned(),
            organization: None,
            email: "jane@example.test".parse().unwrap(),
            phone: Phone::parse("+46812345678").ok(),
            fax: None,
            street: vec!["Storgatan 1".to_owned()],
            city: city.to_owned(),
            state_province: None,
            postal_code: Some("903 26".to_owned()),
            country: "SE".to_owned(),
            registration_number: None,
            vat_number: None,
            disclosure: None,
        }
    }

    #[test]
    fn an_address_takes_the_form_that_the_registry_takes() {
        use PostalForm::{International, Local};
        for (postal, ascii, other) in [
            (Postal::Int, Some(International), None),
            (Postal::Loc, Some(Local), Some(Local)),
            (Postal::Either, Some(International), Some(Local)),
            (Postal::Both, Some(International), None),
        ] {
            assert_eq!(form(&jane("Umea"), postal).ok(), ascii, "{postal:?}");
            assert_eq!(form(&jane("Umeå"), postal).ok(), other, "{postal:?}");
        }
    }

    #[test]
    fn a_copy_is_told_from_one_that_says_something_else() {
        let Ok(contact::Create { id, postal_infos, voice, fax, email, auth_info, disclose }) =
            create("c1", &jane("Umea"), Postal::Int, &Secret::new("x"))
        else {
            panic!("it is ASCII")
        };
        let copy = InfData {
            id,
            roid: String::new(),
            statuses: Vec::new(),
            postal_infos,
            voice,
            fax,
            email: Some(email),
            cl_id: "us".to_owned(),
            cr_id: None,
            cr_date: None,
            up_id: None,
            up_date: None,
            tr_date: None,
            auth_info: Some(auth_info),
            disclose,
        };
        assert!(says(&copy, &jane("Umea")));
        for other in [
            jane("Lund"),
            ContactDetails { phone: None, ..jane("Umea") },
            ContactDetails { organization: Some("Acme".to_owned()), ..jane("Umea") },
            ContactDetails { email: "j@example.test".parse().unwrap(), ..jane("Umea") },
        ] {
            assert!(!says(&copy, &other), "{other:?}");
        }
    }

    #[test]
    fn what_may_not_be_published_is_named_unless_all_may() {
        let usual = disclose(Disclosure::default(), PostalForm::Local);
        assert!(!usual.flag && usual.org.is_empty() && usual.voice && usual.email);
        assert_eq!((usual.name, usual.addr), (vec![PostalForm::Local], vec![PostalForm::Local]));
        let all = Disclosure {
            name: true,
            street: true,
            city: true,
            postal_code: true,
            phone: true,
            fax: true,
            email: true,
            ..Disclosure::default()
        };
        let all = disclose(all, PostalForm::International);
        assert!(all.flag && all.fax && !all.org.is_empty());
    }
}
