//! From what a caller sends to the details of a contact: every field that is wrong is told, not only the first.

use std::fmt::Display;

use eppgate_model::Phone;
use eppgate_model::contact::{ContactDetails, Disclosure, Email};

use crate::service::{Error, FieldError};

/// A field of a request: left out, or taken away, or given.
pub type Given<T> = Option<Option<T>>;

/// What a caller says of a contact.
#[derive(Debug, Clone, Default)]
pub struct ContactInput {
    pub name: Given<String>,
    pub organization: Given<String>,
    pub email: Given<String>,
    pub phone: Given<String>,
    pub fax: Given<String>,
    pub street: Given<Vec<String>>,
    pub city: Given<String>,
    pub state_province: Given<String>,
    pub postal_code: Given<String>,
    pub country: Given<String>,
    pub registration_number: Given<String>,
    pub vat_number: Given<String>,
    pub disclosure: Given<Disclosure>,
    pub transfer_lock_opt_out: Option<bool>,
}

impl ContactInput {
    /// The details that were there before, with what is given here in their place.
    pub(super) fn onto(self, before: Option<&ContactDetails>) -> Result<ContactDetails, Error> {
        let mut form = Form { wrong: Vec::new() };
        let old = |field: fn(&ContactDetails) -> Option<String>| before.and_then(field);
        let shown = |phone: &Option<Phone>| phone.as_ref().map(ToString::to_string);

        let name = form.needed("name", self.name, old(|old| Some(old.name.clone())));
        let organization = form.text("organization", self.organization, old(|old| old.organization.clone()));
        let email = form.needed("email", self.email, old(|old| Some(old.email.as_str().to_owned())));
        let email = form.parsed("email", email, |text| text.parse::<Email>());
        let phone = form.text("phone", self.phone, before.and_then(|old| shown(&old.phone)));
        let phone = form.parsed("phone", phone, Phone::parse);
        let fax = form.text("fax", self.fax, before.and_then(|old| shown(&old.fax)));
        let fax = form.parsed("fax", fax, Phone::parse);
        let street = self.street.map(Option::unwrap_or_default);
        let street = form.lines("street", street.or_else(|| before.map(|old| old.street.clone())));
        let city = form.needed("city", self.city, old(|old| Some(old.city.clone())));
        let state_province =
            form.text("state_province", self.state_province, old(|old| old.state_province.clone()));
        let postal_code = form.text("postal_code", self.postal_code, old(|old| old.postal_code.clone()));
        let postal_code = form.parsed("postal_code", postal_code, is_postal_code);
        let country = form.needed("country", self.country, old(|old| Some(old.country.clone())));
        let country = form.parsed("country", country, is_country);
        let registration_number = form.text(
            "registration_number",
            self.registration_number,
            old(|old| old.registration_number.clone()),
        );
        let vat_number = form.text("vat_number", self.vat_number, old(|old| old.vat_number.clone()));
        let disclosure = self.disclosure.unwrap_or_else(|| before.and_then(|old| old.disclosure));

        match (name, email, city, country, form.wrong.is_empty()) {
            (Some(name), Some(email), Some(city), Some(country), true) => Ok(ContactDetails {
                name,
                organization,
                email,
                phone,
                fax,
                street,
                city,
                state_province,
                postal_code,
                country,
                registration_number,
                vat_number,
                disclosure,
            }),
            _ => Err(Error::Validation(form.wrong)),
        }
    }
}

/// A form that is being read.
struct Form {
    wrong: Vec<FieldError>,
}

impl Form {
    /// A line of text, else what was there; empty is none.
    fn text(&mut self, field: &str, given: Given<String>, before: Option<String>) -> Option<String> {
        let Some(given) = given else { return before };
        given.and_then(|text| self.line(field, &text))
    }

    /// A line of text that has to be there.
    fn needed(&mut self, field: &str, given: Given<String>, before: Option<String>) -> Option<String> {
        let told = self.wrong.len();
        let text = self.text(field, given, before);
        if text.is_none() && self.wrong.len() == told {
            self.refuse(field, "is required");
        }
        text
    }

    fn lines(&mut self, field: &str, lines: Option<Vec<String>>) -> Vec<String> {
        let lines: Vec<String> =
            lines.unwrap_or_default().iter().filter_map(|line| self.line(field, line)).collect();
        if lines.len() > STREET_LINES {
            self.refuse(field, format!("has more than {STREET_LINES} lines"));
        }
        lines
    }

    fn line(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.chars().count() > LONGEST_LINE {
            self.refuse(field, format!("has more than {LONGEST_LINE} characters"));
            return None;
        }
        if text.chars().any(char::is_control) {
            self.refuse(field, "holds a control character");
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn parsed<T, E: Display>(
        &mut self,
        field: &str,
        text: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(&text?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }

    fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldError { field: field.to_owned(), message: message.into() });
    }
}

fn is_country(text: &str) -> Result<String, &'static str> {
    let two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if two_letters { Ok(text.to_ascii_uppercase()) } else { Err("must be two letters, as in ISO 3166-1") }
}

fn is_postal_code(text: &str) -> Result<String, &'static str> {
    if text.chars().count() <= 16 { Ok(text.to_owned()) } else { Err("has more than 16 characters") }
}

/// What a line holds at the most (RFC 5733, `postalLineType`).
const LONGEST_LINE: usize = 255;
const STREET_LINES: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Given<String> {
        Some(Some(text.to_owned()))
    }

    fn jane() -> ContactInput {
        ContactInput {
            name: given("Jane Doe"),
            email: given("jane@example.test"),
            city: given("Umeå"),
            country: given("se"),
            ..ContactInput::default()
        }
    }

    fn wrong(input: ContactInput) -> Vec<String> {
        let Err(Error::Validation(errors)) = input.onto(None) else { panic!("it was taken") };
        errors.into_iter().map(|error| format!("{} {}", error.field, error.message)).collect()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        assert_eq!(
            wrong(ContactInput {
                phone: given("+15554545"),
                email: given("jane"),
                ..ContactInput::default()
            }),
            [
                "name is required",
                "email is not an e-mail address",
                "phone is not a valid number for its country code",
                "city is required",
                "country is required",
            ]
        );
        let long = "x".repeat(256);
        for (input, told) in [
            (
                ContactInput { country: given("Sweden"), ..jane() },
                "country must be two letters, as in ISO 3166-1",
            ),
            (ContactInput { name: given(&long), ..jane() }, "name has more than 255 characters"),
            (ContactInput { city: given("a\u{0}b"), ..jane() }, "city holds a control character"),
            (
                ContactInput { postal_code: given("12345678901234567"), ..jane() },
                "postal_code has more than 16 characters",
            ),
            (
                ContactInput { street: Some(Some(vec!["x".to_owned(); 4])), ..jane() },
                "street has more than 3 lines",
            ),
        ] {
            assert_eq!(wrong(input), [told]);
        }
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_taken_away_goes() {
        let before = ContactInput { organization: given("Acme"), fax: given("+46812345678"), ..jane() };
        let before = before.onto(None).unwrap();
        assert_eq!(before.country, "SE");
        let change = ContactInput {
            organization: Some(None),
            fax: given(" "),
            street: Some(Some(vec!["Storgatan 1".to_owned(), String::new()])),
            ..ContactInput::default()
        };
        let after = change.onto(Some(&before)).unwrap();
        let expected = ContactDetails {
            organization: None,
            fax: None,
            street: vec!["Storgatan 1".to_owned()],
            ..before.clone()
        };
        assert_eq!(after, expected);
        let emptied = ContactInput { name: Some(None), ..ContactInput::default() };
        assert!(matches!(emptied.onto(Some(&before)), Err(Error::Validation(_))));
    }
}
