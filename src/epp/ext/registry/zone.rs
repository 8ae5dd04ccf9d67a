//! What a zone is: phases, services, promises, and the rules for its objects.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::contact::ContactRules;
use super::domain::DomainRules;
use super::host::HostRules;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:zone>`: a zone and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// `name`
    pub name: String,
    /// `group`: zones that are alike.
    pub group: Option<String>,
    /// `subProduct`: its name in the extension `namestoreExt`.
    pub sub_product: Option<String>,
    /// `related`
    pub related: Option<Related>,
    /// `phase`
    pub phases: Vec<Phase>,
    /// `services`
    pub services: Option<Services>,
    /// `slaInfo`
    pub sla_info: Option<SlaInfo>,
    /// `crID`
    pub cr_id: Option<String>,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `upID`
    pub up_id: Option<String>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
    /// `domain`
    pub domain: DomainRules,
    /// `host`
    pub host: HostRules,
    /// `contact`
    pub contact: Option<ContactRules>,
}

impl Decode for Zone {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            group: from.opt("group")?,
            sub_product: from.opt("subProduct")?,
            related: from.opt("related")?,
            phases: from.all("phase")?,
            services: from.opt("services")?,
            sla_info: from.opt("slaInfo")?,
            cr_id: from.opt("crID")?,
            cr_date: from.one("crDate")?,
            up_id: from.opt("upID")?,
            up_date: from.opt("upDate")?,
            domain: from.one("domain")?,
            host: from.one("host")?,
            contact: from.opt("contact")?,
        })
    }
}

impl Encode for Zone {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("group", &self.group);
        to.put_opt("subProduct", &self.sub_product);
        to.put_opt("related", &self.related);
        to.put_all("phase", &self.phases);
        to.put_opt("services", &self.services);
        to.put_opt("slaInfo", &self.sla_info);
        to.put_opt("crID", &self.cr_id);
        to.put("crDate", &self.cr_date);
        to.put_opt("upID", &self.up_id);
        to.put_opt("upDate", &self.up_date);
        to.put("domain", &self.domain);
        to.put("host", &self.host);
        to.put_opt("contact", &self.contact);
    }
}

/// `<registry:related>`: zones in which a name is one and the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// `fields`
    pub fields: Option<Fields>,
    /// `zoneMember`
    pub zone_members: Vec<ZoneMember>,
}

impl Decode for Related {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { fields: from.opt("fields")?, zone_members: from.all("zoneMember")? })
    }
}

impl Encode for Related {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("fields", &self.fields);
        to.put_all("zoneMember", &self.zone_members);
    }
}

/// `<registry:fields>`: what is the same in all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// `type`
    pub fields_type: FieldsType,
    /// `field`
    pub fields: Vec<String>,
}

impl Decode for Fields {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { fields_type: from.need_word("type")?, fields: from.all("field")? })
    }
}

impl Encode for Fields {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.fields_type.as_str());
        to.put_all("field", &self.fields);
    }
}

wire_enum! {
    /// How fields are kept the same.
    FieldsType {
        Shared = "shared",
        Sync = "sync",
    }
}

/// `<registry:zoneMember>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneMember {
    /// `type`
    pub member_type: MemberType,
    /// The zone.
    pub name: String,
}

impl Decode for ZoneMember {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { member_type: from.need_word("type")?, name: from.text().to_owned() })
    }
}

impl Encode for ZoneMember {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.member_type.as_str());
        to.text(&self.name);
    }
}

wire_enum! {
    /// What a zone is among related ones.
    MemberType {
        Primary = "primary",
        PrimaryBasedOnCrDate = "primaryBasedOnCrDate",
        Alternate = "alternate",
        Equal = "equal",
    }
}

/// `<registry:phase>`: a part of the zone's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// `type`
    pub phase_type: PhaseType,
    /// `mode`: `fcfs` when left out.
    pub mode: Option<PhaseMode>,
    /// `name`
    pub name: Option<String>,
    /// `startDate`
    pub start_date: DateTime<Utc>,
    /// `endDate`
    pub end_date: Option<DateTime<Utc>>,
}

impl Decode for Phase {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            phase_type: from.need_word("type")?,
            mode: from.word("mode"),
            name: from.word("name"),
            start_date: from.one("startDate")?,
            end_date: from.opt("endDate")?,
        })
    }
}

impl Encode for Phase {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.phase_type.as_str());
        to.attr_opt("mode", &self.mode);
        to.attr_opt("name", &self.name);
        to.put("startDate", &self.start_date);
        to.put_opt("endDate", &self.end_date);
    }
}

wire_enum! {
    /// The kind of a phase.
    PhaseType {
        PreDelegation = "pre-delegation",
        PreLaunch = "pre-launch",
        Sunrise = "sunrise",
        Landrush = "landrush",
        Claims = "claims",
        Open = "open",
        Custom = "custom",
    }
}

wire_enum! {
    /// What becomes of a create in a phase.
    PhaseMode {
        Fcfs = "fcfs",
        PendingRegistration = "pending-registration",
        PendingApplication = "pending-application",
    }
}

/// `<registry:services>`: the namespaces that are spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    /// `objURI`
    pub obj_uris: Vec<Uri>,
    /// `svcExtension`
    pub svc_extension: Option<SvcExtension>,
}

impl Decode for Services {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { obj_uris: from.all("objURI")?, svc_extension: from.opt("svcExtension")? })
    }
}

impl Encode for Services {
    fn encode(&self, to: &mut Writer) {
        to.put_all("objURI", &self.obj_uris);
        to.put_opt("svcExtension", &self.svc_extension);
    }
}

/// `<registry:svcExtension>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SvcExtension {
    /// `extURI`
    pub ext_uris: Vec<Uri>,
}

impl Decode for SvcExtension {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ext_uris: from.all("extURI")? })
    }
}

impl Encode for SvcExtension {
    fn encode(&self, to: &mut Writer) {
        to.put_all("extURI", &self.ext_uris);
    }
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// `required`: whether clients have to speak it.
    pub required: bool,
    /// The namespace.
    pub uri: String,
}

impl Decode for Uri {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            required: from
                .bool_attr("required")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("required")))?,
            uri: from.text().to_owned(),
        })
    }
}

impl Encode for Uri {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("required", self.required);
        to.text(&self.uri);
    }
}

/// `<registry:slaInfo>`: what the registry promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaInfo {
    /// `sla`
    pub slas: Vec<Sla>,
}

impl Decode for SlaInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { slas: from.all("sla")? })
    }
}

impl Encode for SlaInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_all("sla", &self.slas);
    }
}

/// `<registry:sla>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sla {
    /// `type`
    pub sla_type: String,
    /// `subtype`
    pub subtype: Option<String>,
    /// `command`
    pub command: Option<String>,
    /// `unit`
    pub unit: Option<String>,
    /// The value.
    pub value: Decimal,
}

impl Decode for Sla {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            sla_type: from.need_word("type")?,
            subtype: from.word("subtype"),
            command: from.word("command"),
            unit: from.word("unit"),
            value: Decimal::decode(from)?,
        })
    }
}

impl Encode for Sla {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.sla_type);
        to.attr_opt("subtype", &self.subtype);
        to.attr_opt("command", &self.command);
        to.attr_opt("unit", &self.unit);
        self.value.encode(to);
    }
}
