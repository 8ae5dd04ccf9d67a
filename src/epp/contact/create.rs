//! `<contact:create>` (RFC 5733, 3.2.1).

use chrono::{DateTime, Utc};

use super::{Disclose, NS, Phone, PostalInfo};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::AuthInfo;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<contact:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `id`: of the client's choice, as a rule.
    pub id: String,
    /// `postalInfo`: one form or both.
    pub postal_infos: Vec<PostalInfo>,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: String,
    /// `authInfo`
    pub auth_info: AuthInfo,
    /// `disclose`
    pub disclose: Option<Disclose>,
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
            postal_infos: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.one("email")?,
            auth_info: from.one("authInfo")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_all("postalInfo", &self.postal_infos);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put("email", &self.email);
        to.put("authInfo", &self.auth_info);
        to.put_opt("disclose", &self.disclose);
    }
}

/// `<contact:creData>`: the contact exists, or will (1001).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `id`: some registries choose another than was asked for.
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
