//! `<org:create>` (RFC 8543).

use chrono::{DateTime, Utc};

use super::{Contact, NS, PostalInfo, Role, Status};
use crate::command::{ObjectCommand, Verb};
use crate::contact::Phone;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<org:create>`: makes an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `id`
    pub id: String,
    /// `role`: at least one.
    pub roles: Vec<Role>,
    /// `status`
    pub statuses: Vec<Status>,
    /// `parentId`: the organization above it.
    pub parent_id: Option<String>,
    /// `postalInfo`: in one form or in both.
    pub postal_info: Vec<PostalInfo>,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: Option<String>,
    /// `url`
    pub url: Option<String>,
    /// `contact`
    pub contacts: Vec<Contact>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl ObjectCommand for Create {
    fn verb(&self) -> Verb {
        Verb::Create
    }
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            roles: from.all("role")?,
            statuses: from.all("status")?,
            parent_id: from.opt("parentId")?,
            postal_info: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
            url: from.opt("url")?,
            contacts: from.all("contact")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_all("role", &self.roles);
        to.put_all("status", &self.statuses);
        to.put_opt("parentId", &self.parent_id);
        to.put_all("postalInfo", &self.postal_info);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
        to.put_opt("url", &self.url);
        to.put_all("contact", &self.contacts);
    }
}

/// `<org:creData>`: the organization is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `id`
    pub id: String,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")?, cr_date: from.one("crDate")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("crDate", &self.cr_date);
    }
}
