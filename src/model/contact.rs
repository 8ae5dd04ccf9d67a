//! A person or organisation behind domains: a tenant's own record, which registries get copies of when they need one.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ContactId, TenantId};
use crate::name::HostName;
use crate::phone::Phone;
use crate::word::Word;

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub tenant_id: TenantId,
    /// By what the tenant calls it.
    pub handle: Handle,
    pub details: ContactDetails,
    /// Whether the registrant's new lock after a change may be left out, as the registrant wishes.
    pub transfer_lock_opt_out: bool,
    pub verification: Verification,
    /// By which a domain's suspension comes nearer while the contact is not verified.
    pub verification_due_at: Option<DateTime<Utc>>,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts the record's changes; the store refuses a change to one that has moved on.
    pub version: i64,
}

impl Contact {
    /// The contact with other details. Who can be reached in another way than before has to show that again.
    #[must_use]
    pub fn with(self, details: ContactDetails, now: DateTime<Utc>) -> Self {
        let reached = |details: &ContactDetails| (details.email.clone(), details.phone.clone());
        let verification = if reached(&details) == reached(&self.details) {
            self.verification
        } else {
            Verification::Pending
        };
        Self { details, verification, updated_at: now, ..self }
    }
}

/// Who it is and how to reach them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDetails {
    pub name: String,
    pub organization: Option<String>,
    pub email: Email,
    pub phone: Option<Phone>,
    pub fax: Option<Phone>,
    /// Up to three lines.
    pub street: Vec<String>,
    pub city: String,
    pub state_province: Option<String>,
    pub postal_code: Option<String>,
    /// Two capital letters (ISO 3166-1).
    pub country: String,
    /// Of the organisation in its country's register, or of the person.
    pub registration_number: Option<String>,
    pub vat_number: Option<String>,
    /// What of this may be published; none when registries' own rules hold.
    pub disclosure: Option<Disclosure>,
}

/// What of a contact may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Disclosure {
    pub name: bool,
    pub organization: bool,
    pub street: bool,
    pub city: bool,
    pub state_province: bool,
    pub postal_code: bool,
    pub country: bool,
    pub phone: bool,
    pub fax: bool,
    pub email: bool,
}

impl Default for Disclosure {
    /// What ICANN's registration data policy of 2024 publishes.
    fn default() -> Self {
        Self {
            name: false,
            organization: true,
            street: false,
            city: false,
            state_province: true,
            postal_code: false,
            country: true,
            phone: false,
            fax: false,
            email: false,
        }
    }
}

/// Whether the contact has shown that it can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    Pending,
    Active,
    Suspended,
    Deleted,
}

impl Word for Verification {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending_verification"),
        (Self::Active, "active"),
        (Self::Suspended, "suspended"),
        (Self::Deleted, "deleted"),
    ];
}

/// A contact's copy at a registry. Each account there has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRegistration {
    pub tenant_id: TenantId,
    pub contact_id: ContactId,
    pub account_id: AccountId,
    pub binding: String,
    /// The registry's name for it.
    pub registry_id: String,
    /// Which version of the record the registry has; 0 when that is not known.
    pub version: i64,
}

/// What a tenant calls a contact: unique within the tenant, and never seen by a registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

/// The text is no handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must match [A-Za-z0-9][A-Za-z0-9_.-]{{0,62}}")]
pub struct HandleError;

impl Handle {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Handle {
    type Err = HandleError;

    fn from_str(text: &str) -> Result<Self, HandleError> {
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let goes_on = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        (begins && goes_on && text.len() <= 63).then(|| Self(text.to_owned())).ok_or(HandleError)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address that mail could be sent to: ASCII before the `@`, a host name in A-labels behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address")]
pub struct EmailError;

impl Email {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let (local, host) = text.rsplit_once('@').ok_or(EmailError)?;
        // Quoted local parts are legal and taken by no registry.
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let atom = |atom: &str| !atom.is_empty() && atom.bytes().all(sign);
        if local.len() > 64 || !local.split('.').all(atom) {
            return Err(EmailError);
        }
        let host = HostName::parse(host).map_err(|_| EmailError)?;
        Ok(Self(format!("{local}@{host}")))
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_what_the_documentation_says() {
        for (text, fits) in [
            ("a", true),
            ("9_.-Z", true),
            (&"x".repeat(63), true),
            (&"x".repeat(64), false),
            ("", false),
            ("-a", false),
            (".a", false),
            ("a b", false),
            ("å", false),
            ("a/b", false),
        ] {
            assert_eq!(text.parse::<Handle>().is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn an_address_has_one_form_and_a_host_that_could_exist() {
        for (text, address) in [
            ("jane@example.test", Some("jane@example.test")),
            ("Jane.Doe+x@Bücher.Example", Some("Jane.Doe+x@xn--bcher-kva.example")),
            ("jane", None),
            ("@example.test", None),
            ("jane@host", None),
            ("jane@ex ample.test", None),
            ("ja ne@example.test", None),
            ("jane..doe@example.test", None),
            ("jané@example.test", None),
            ("a@b@example.test", None),
        ] {
            assert_eq!(text.parse::<Email>().ok().map(String::from).as_deref(), address, "{text}");
        }
    }
}
