//! `<domain:update>` (RFC 5731, 3.2.5). Its reply has no data.

use super::{DomainContact, DomainStatus, NS, NameServers};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::AuthInfo;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:update>`: changes a name. With nothing but the name it carries an extension's change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `name`
    pub name: String,
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

impl ObjectCommand for Update {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            add: from.opt("add")?,
            rem: from.opt("rem")?,
            chg: from.opt("chg")?,
        })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
        to.put_opt("chg", &self.chg);
    }
}

/// `<domain:add>` and `<domain:rem>`: members of the domain's sets that come or go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddRem {
    /// `ns`
    pub ns: Option<NameServers>,
    /// `contact`
    pub contacts: Vec<DomainContact>,
    /// `status`
    pub statuses: Vec<DomainStatus>,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ns: from.opt("ns")?, contacts: from.all("contact")?, statuses: from.all("status")? })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("ns", &self.ns);
        to.put_all("contact", &self.contacts);
        to.put_all("status", &self.statuses);
    }
}

/// `<domain:chg>`: values that are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `registrant`: a contact's id; empty takes the registrant away.
    pub registrant: Option<String>,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { registrant: from.opt("registrant")?, auth_info: from.opt("authInfo")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("registrant", &self.registrant);
        to.put_opt("authInfo", &self.auth_info);
    }
}
