//! `<contact:update>` (RFC 5733, 3.2.5). Its reply has no data.

use super::{Address, ContactStatus, Disclose, NS, Phone, PostalForm};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::AuthInfo;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<contact:update>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `id`
    pub id: String,
    /// `add`: statuses that come.
    pub add: Vec<ContactStatus>,
    /// `rem`: statuses that go.
    pub rem: Vec<ContactStatus>,
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
            id: from.one("id")?,
            add: statuses(from.find("add"))?,
            rem: statuses(from.find("rem"))?,
            chg: from.opt("chg")?,
        })
    }
}

fn statuses(of: Option<Element<'_>>) -> Result<Vec<ContactStatus>, DecodeError> {
    of.map_or_else(|| Ok(Vec::new()), |mut of| of.all("status"))
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        for (name, statuses) in [("add", &self.add), ("rem", &self.rem)] {
            if !statuses.is_empty() {
                to.element(name, |to| to.put_all("status", statuses));
            }
        }
        to.put_opt("chg", &self.chg);
    }
}

/// `<contact:chg>`: values that are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `postalInfo`: one form or both.
    pub postal_infos: Vec<ChgPostalInfo>,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: Option<String>,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            postal_infos: from.all("postalInfo")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
            auth_info: from.opt("authInfo")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_all("postalInfo", &self.postal_infos);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
        to.put_opt("authInfo", &self.auth_info);
        to.put_opt("disclose", &self.disclose);
    }
}

/// `<contact:postalInfo>` of a change: what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChgPostalInfo {
    /// `type`: which form is changed.
    pub form: PostalForm,
    /// `name`
    pub name: Option<String>,
    /// `org`; empty takes it away.
    pub org: Option<String>,
    /// `addr`: replaced as a whole.
    pub addr: Option<Address>,
}

impl Decode for ChgPostalInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            form: from.need_attr("type")?.trim().into(),
            name: from.opt("name")?,
            org: from.opt("org")?,
            addr: from.opt("addr")?,
        })
    }
}

impl Encode for ChgPostalInfo {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.form.as_str());
        to.put_opt("name", &self.name);
        to.put_opt("org", &self.org);
        to.put_opt("addr", &self.addr);
    }
}
