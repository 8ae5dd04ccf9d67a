//! `<domain:info>` (RFC 5731, 3.1.2).

use chrono::{DateTime, Utc};

use super::{DomainContact, DomainStatus, NS, NameServers};
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::AuthInfo;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:info>`: reads a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `name`
    pub name: String,
    /// Which hosts to tell of; `all` when left out.
    pub hosts: Option<Hosts>,
    /// `authInfo`: shows the right to see another registrar's domain in full.
    pub auth_info: Option<AuthInfo>,
}

wire_enum! {
    /// Which hosts a reply to info tells of.
    Hosts {
        All = "all",
        Delegated = "del",
        None = "none",
        Subordinate = "sub",
    }
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
        let name = from.need("name")?;
        Ok(Self {
            name: name.text().to_owned(),
            hosts: name.attr("hosts").map(|hosts| hosts.trim().into()),
            auth_info: from.opt("authInfo")?,
        })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.element("name", |to| {
            to.attr_opt("hosts", &self.hosts);
            to.text(&self.name);
        });
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<domain:infData>`: all the registry tells of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `name`
    pub name: String,
    /// `roid`
    pub roid: String,
    /// `status`
    pub statuses: Vec<DomainStatus>,
    /// `registrant`
    pub registrant: Option<String>,
    /// `contact`
    pub contacts: Vec<DomainContact>,
    /// `ns`
    pub ns: Option<NameServers>,
    /// `host`: hosts below the name.
    pub hosts: Vec<String>,
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
    /// `exDate`
    pub ex_date: Option<DateTime<Utc>>,
    /// `trDate`
    pub tr_date: Option<DateTime<Utc>>,
    /// `authInfo`, told to the sponsor at some registries.
    pub auth_info: Option<AuthInfo>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            roid: from.opt("roid")?.unwrap_or_default(),
            statuses: from.all("status")?,
            registrant: from.opt("registrant")?,
            contacts: from.all("contact")?,
            ns: from.opt("ns")?,
            hosts: from.all("host")?,
            cl_id: from.opt("clID")?.unwrap_or_default(),
            cr_id: from.opt("crID")?,
            cr_date: from.opt("crDate")?,
            up_id: from.opt("upID")?,
            up_date: from.opt("upDate")?,
            ex_date: from.opt("exDate")?,
            tr_date: from.opt("trDate")?,
            auth_info: from.opt("authInfo")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("roid", &self.roid);
        to.put_all("status", &self.statuses);
        to.put_opt("registrant", &self.registrant);
        to.put_all("contact", &self.contacts);
        to.put_opt("ns", &self.ns);
        to.put_all("host", &self.hosts);
        to.put("clID", &self.cl_id);
        to.put_opt("crID", &self.cr_id);
        to.put_opt("crDate", &self.cr_date);
        to.put_opt("upID", &self.up_id);
        to.put_opt("upDate", &self.up_date);
        to.put_opt("exDate", &self.ex_date);
        to.put_opt("trDate", &self.tr_date);
        to.put_opt("authInfo", &self.auth_info);
    }
}
