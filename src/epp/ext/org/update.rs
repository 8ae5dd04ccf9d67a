//! `<org:update>` (RFC 8543). Its reply has no data.

use super::{Contact, NS, Role, Status};
use crate::command::{ObjectCommand, Verb};
use crate::contact::{Address, Phone, PostalForm};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<org:update>`: changes an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `id`
    pub id: String,
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
        Ok(Self { id: from.one("id")?, add: from.opt("add")?, rem: from.opt("rem")?, chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
        to.put_opt("chg", &self.chg);
    }
}

/// `<org:add>` and `<org:rem>`: members of the sets that come or go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddRem {
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `role`
    pub roles: Vec<Role>,
    /// `status`
    pub statuses: Vec<Status>,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")?, roles: from.all("role")?, statuses: from.all("status")? })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
        to.put_all("role", &self.roles);
        to.put_all("status", &self.statuses);
    }
}

/// `<org:chg>`: values that are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `parentId`
    pub parent_id: Option<String>,
    /// `postalInfo`
    pub postal_info: Vec<ChgPostalInfo>,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: Option<String>,
    /// `url`
    pub url: Option<String>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            parent_id: from.opt("parentId")?,
            postal_info: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
            url: from.opt("url")?,
        })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("parentId", &self.parent_id);
        to.put_all("postalInfo", &self.postal_info);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
        to.put_opt("url", &self.url);
    }
}

/// `<org:postalInfo>` of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChgPostalInfo {
    /// `type`
    pub form: PostalForm,
    /// `name`
    pub name: Option<String>,
    /// `addr`
    pub addr: Option<Address>,
}

impl Decode for ChgPostalInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { form: from.need_word("type")?, name: from.opt("name")?, addr: from.opt("addr")? })
    }
}

impl Encode for ChgPostalInfo {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.form.as_str());
        to.put_opt("name", &self.name);
        to.put_opt("addr", &self.addr);
    }
}
