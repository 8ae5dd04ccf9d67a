//! `<domain-ext:create>`, `delete`, `transfer` and `update`.

use chrono::{DateTime, Utc};

use super::{Contact, NS};
use crate::domain::ForeignNs;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain-ext:create>`: what a new domain has beside the usual.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `nsgroup`
    pub nsgroups: Vec<String>,
    /// `keygroup`
    pub keygroup: Option<String>,
    /// `voucher`
    pub voucher: Option<String>,
    /// `registrarReference`: the registrar's own note.
    pub registrar_reference: Option<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contacts: from.all("contact")?,
            nsgroups: from.all("nsgroup")?,
            keygroup: from.opt("keygroup")?,
            voucher: from.opt("voucher")?,
            registrar_reference: from.opt("registrarReference")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
        to.put_all("nsgroup", &self.nsgroups);
        to.put_opt("keygroup", &self.keygroup);
        to.put_opt("voucher", &self.voucher);
        to.put_opt("registrarReference", &self.registrar_reference);
    }
}

/// `<domain-ext:delete>`: deletes a domain later, or takes that back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delete {
    /// `schedule`
    Schedule(Schedule),
    /// `cancel`
    Cancel,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(schedule) = from.opt("schedule")? {
            return Ok(Self::Schedule(schedule));
        }
        Ok(Self::Cancel)
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Schedule(schedule) => to.put("schedule", schedule),
            Self::Cancel => to.flag("cancel"),
        }
    }
}

/// `<domain-ext:schedule>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// `delDate`: when it is deleted.
    pub del_date: DateTime<Utc>,
}

impl Decode for Schedule {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { del_date: from.one("delDate")? })
    }
}

impl Encode for Schedule {
    fn encode(&self, to: &mut Writer) {
        to.put("delDate", &self.del_date);
    }
}

/// `<domain-ext:transfer>`: what a domain has once it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// `request`
    pub request: Request,
}

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { request: from.one("request")? })
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put("request", &self.request);
    }
}

/// `<domain-ext:request>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `registrant`
    pub registrant: String,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `ns`
    pub ns: Option<ForeignNs>,
    /// `nsgroup`
    pub nsgroups: Vec<String>,
    /// `keygroup`
    pub keygroup: Option<String>,
    /// `registrarReference`: the registrar's own note.
    pub registrar_reference: Option<String>,
}

impl Decode for Request {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            registrant: from.one("registrant")?,
            contacts: from.all("contact")?,
            ns: from.opt("ns")?,
            nsgroups: from.all("nsgroup")?,
            keygroup: from.opt("keygroup")?,
            registrar_reference: from.opt("registrarReference")?,
        })
    }
}

impl Encode for Request {
    fn encode(&self, to: &mut Writer) {
        to.put("registrant", &self.registrant);
        to.put_all("contact", &self.contacts);
        to.put_opt("ns", &self.ns);
        to.put_all("nsgroup", &self.nsgroups);
        to.put_opt("keygroup", &self.keygroup);
        to.put_opt("registrarReference", &self.registrar_reference);
    }
}

/// `<domain-ext:update>`: changes what a domain has beside the usual.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Option<AddRem>,
    /// `rem`
    pub rem: Option<AddRem>,
    /// `chg`
    pub chg: Option<Chg>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.opt("add")?, rem: from.opt("rem")?, chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
        to.put_opt("chg", &self.chg);
    }
}

/// `<domain-ext:add>` and `<domain-ext:rem>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddRem {
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `nsgroup`
    pub nsgroups: Vec<String>,
    /// `keygroup`
    pub keygroup: Option<String>,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contacts: from.all("contact")?,
            nsgroups: from.all("nsgroup")?,
            keygroup: from.opt("keygroup")?,
        })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
        to.put_all("nsgroup", &self.nsgroups);
        to.put_opt("keygroup", &self.keygroup);
    }
}

/// `<domain-ext:chg>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `registrarReference`: the registrar's own note.
    pub registrar_reference: Option<String>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { registrar_reference: from.opt("registrarReference")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("registrarReference", &self.registrar_reference);
    }
}
