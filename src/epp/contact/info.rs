//! `<contact:info>` (RFC 5733, 3.1.2).

use chrono::{DateTime, Utc};

use super::{ContactStatus, Disclose, NS, Phone, PostalInfo};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::AuthInfo;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<contact:info>`: reads a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `id`
    pub id: String,
    /// `authInfo`: shows the right to see another registrar's contact in full.
    pub auth_info: Option<AuthInfo>,
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
        Ok(Self { id: from.one("id")?, auth_info: from.opt("authInfo")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<contact:infData>`: all the registry tells of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `id`
    pub id: String,
    /// `roid`
    pub roid: String,
    /// `status`
    pub statuses: Vec<ContactStatus>,
    /// `postalInfo`: one form or both.
    pub postal_infos: Vec<PostalInfo>,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`: some registries keep it to themselves.
    pub email: Option<String>,
    /// `clID`: the sponsoring registrar.
    pub cl_id: String,
    /// `crID`
    pub cr_id: Option<String>,
    /// `crDate`
    pub cr_date: Option<DateTime<Utc>>,
    /// `upID`
    pub up_id: Option<String>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
    /// `trDate`
    pub tr_date: Option<DateTime<Utc>>,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            roid: from.opt("roid")?.unwrap_or_default(),
            statuses: from.all("status")?,
            postal_infos: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
            cl_id: from.opt("clID")?.unwrap_or_default(),
            cr_id: from.opt("crID")?,
            cr_date: from.opt("crDate")?,
            up_id: from.opt("upID")?,
            up_date: from.opt("upDate")?,
            tr_date: from.opt("trDate")?,
            auth_info: from.opt("authInfo")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("roid", &self.roid);
        to.put_all("status", &self.statuses);
        to.put_all("postalInfo", &self.postal_infos);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
        to.put("clID", &self.cl_id);
        to.put_opt("crID", &self.cr_id);
        to.put_opt("crDate", &self.cr_date);
        to.put_opt("upID", &self.up_id);
        to.put_opt("upDate", &self.up_date);
        to.put_opt("trDate", &self.tr_date);
        to.put_opt("authInfo", &self.auth_info);
        to.put_opt("disclose", &self.disclose);
    }
}
