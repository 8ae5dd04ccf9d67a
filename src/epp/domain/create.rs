//! `<domain:create>` (RFC 5731, 3.2.1).

use chrono::{DateTime, Utc};

use super::{DomainContact, NS, NameServers};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::{AuthInfo, Period};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:create>`: registers a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `name`
    pub name: String,
    /// `period`; the registry's default when left out.
    pub period: Option<Period>,
    /// `ns`
    pub ns: Option<NameServers>,
    /// `registrant`: a contact's id.
    pub registrant: Option<String>,
    /// `contact`
    pub contacts: Vec<DomainContact>,
    /// `authInfo`
    pub auth_info: AuthInfo,
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
            name: from.one("name")?,
            period: from.opt("period")?,
            ns: from.opt("ns")?,
            registrant: from.opt("registrant")?,
            contacts: from.all("contact")?,
            auth_info: from.one("authInfo")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("period", &self.period);
        to.put_opt("ns", &self.ns);
        to.put_opt("registrant", &self.registrant);
        to.put_all("contact", &self.contacts);
        to.put("authInfo", &self.auth_info);
    }
}

/// `<domain:creData>`: the name is registered, or will be (1001).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `name`
    pub name: String,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `exDate`
    pub ex_date: Option<DateTime<Utc>>,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, cr_date: from.one("crDate")?, ex_date: from.opt("exDate")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("crDate", &self.cr_date);
        to.put_opt("exDate", &self.ex_date);
    }
}
