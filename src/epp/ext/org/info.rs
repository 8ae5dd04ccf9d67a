//! `<org:info>` (RFC 8543).

use chrono::{DateTime, Utc};

use super::{Contact, NS, PostalInfo, Role, Status};
use crate::command::{ObjectCommand, Verb};
use crate::contact::Phone;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<org:info>`: reads an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `id`
    pub id: String,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl ObjectCommand for Info {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}

/// `<org:infData>`: all the registry tells of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `id`
    pub id: String,
    /// `roid`
    pub roid: String,
    /// `role`
    pub roles: Vec<Role>,
    /// `status`
    pub statuses: Vec<Status>,
    /// `parentId`
    pub parent_id: Option<String>,
    /// `postalInfo`
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
    /// `clID`
    pub cl_id: Option<String>,
    /// `crID`
    pub cr_id: String,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `upID`
    pub up_id: Option<String>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            roid: from.one("roid")?,
            roles: from.all("role")?,
            statuses: from.all("status")?,
            parent_id: from.opt("parentId")?,
            postal_info: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
            url: from.opt("url")?,
            contacts: from.all("contact")?,
            cl_id: from.opt("clID")?,
            cr_id: from.one("crID")?,
            cr_date: from.one("crDate")?,
            up_id: from.opt("upID")?,
            up_date: from.opt("upDate")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("roid", &self.roid);
        to.put_all("role", &self.roles);
        to.put_all("status", &self.statuses);
        to.put_opt("parentId", &self.parent_id);
        to.put_all("postalInfo", &self.postal_info);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
        to.put_opt("url", &self.url);
        to.put_all("contact", &self.contacts);
        to.put_opt("clID", &self.cl_id);
        to.put("crID", &self.cr_id);
        to.put("crDate", &self.cr_date);
        to.put_opt("upID", &self.up_id);
        to.put_opt("upDate", &self.up_date);
    }
}
