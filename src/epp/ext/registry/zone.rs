//! `<registry:zone>`: a zone, and what several of its rules share.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{ContactRules, DomainRules, HostRules};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:zone>`: a zone and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// `name`
    pub name: String,
    /// `group`: zones of one group have one set of rules.
    pub group: Option<String>,
    /// `subProduct`: its name in `namestoreExt`.
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

/// `<registry:related>`: zones that hold the same names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Related {
    /// `fields`
    pub fields: Option<Fields>,
    /// `zoneMember`: at least one.
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

/// `<registry:fields>`: what the names of related zones have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// `type`
    pub fields_type: FieldsType,
    /// `field`: at least one.
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
    /// Whether the fields are one, or made equal.
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
    pub zone: String,
}

impl Decode for ZoneMember {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { member_type: from.need_word("type")?, zone: from.text().to_owned() })
    }
}

impl Encode for ZoneMember {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.member_type.as_str());
        to.text(&self.zone);
    }
}

wire_enum! {
    /// What a zone is to its related zones.
    MemberType {
        Alternate = "alternate",
        Equal = "equal",
        Primary = "primary",
        PrimaryBasedOnCrDate = "primaryBasedOnCrDate",
    }
}

/// `<registry:phase>`: a phase of the launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// `type`
    pub phase_type: PhaseType,
    /// `mode`: `fcfs` when left out.
    pub mode: Option<PhaseMode>,
    /// `name`: its name, when `type` does not say.
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
    /// A phase of the launch.
    PhaseType {
        Claims = "claims",
        Custom = "custom",
        Landrush = "landrush",
        Open = "open",
        PreDelegation = "pre-delegation",
        PreLaunch = "pre-launch",
        Sunrise = "sunrise",
    }
}

wire_enum! {
    /// Who gets a name in a phase.
    PhaseMode {
        FirstComeFirstServed = "fcfs",
        PendingApplication = "pending-application",
        PendingRegistration = "pending-registration",
    }
}

/// `<registry:services>`: what a session for the zone has to speak.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Services {
    /// `objURI`: at least one.
    pub objects: Vec<ServiceUri>,
    /// `svcExtension`
    pub svc_extension: Option<Extensions>,
}

impl Decode for Services {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { objects: from.all("objURI")?, svc_extension: from.opt("svcExtension")? })
    }
}

impl Encode for Services {
    fn encode(&self, to: &mut Writer) {
        to.put_all("objURI", &self.objects);
        to.put_opt("svcExtension", &self.svc_extension);
    }
}

/// `<registry:svcExtension>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extensions {
    /// `extURI`
    pub extensions: Vec<ServiceUri>,
}

impl Decode for Extensions {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { extensions: from.all("extURI")? })
    }
}

impl Encode for Extensions {
    fn encode(&self, to: &mut Writer) {
        to.put_all("extURI", &self.extensions);
    }
}

/// `<registry:objURI>` and `<registry:extURI>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUri {
    /// `required`
    pub required: bool,
    /// The URI.
    pub uri: String,
}

impl Decode for ServiceUri {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            required: from
                .bool_attr("required")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("required")))?,
            uri: from.text().to_owned(),
        })
    }
}

impl Encode for ServiceUri {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("required", self.required);
        to.text(&self.uri);
    }
}

/// `<registry:slaInfo>`: what the registry promises.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlaInfo {
    /// `sla`: at least one.
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
    /// How much.
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

/// `<registry:customData>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomData {
    /// `value`: at least one.
    pub values: Vec<CustomValue>,
}

impl Decode for CustomData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { values: from.all("value")? })
    }
}

impl Encode for CustomData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("value", &self.values);
    }
}

/// `<registry:value>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomValue {
    /// `key`
    pub key: String,
    /// The value.
    pub value: String,
}

impl Decode for CustomValue {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { key: from.need_word("key")?, value: from.text().to_owned() })
    }
}

impl Encode for CustomValue {
    fn encode(&self, to: &mut Writer) {
        to.attr("key", &self.key);
        to.text(&self.value);
    }
}

/// `<registry:supportedStatus>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SupportedStatus {
    /// `status`: at least one.
    pub statuses: Vec<String>,
}

impl Decode for SupportedStatus {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { statuses: from.all("status")? })
    }
}

impl Encode for SupportedStatus {
    fn encode(&self, to: &mut Writer) {
        to.put_all("status", &self.statuses);
    }
}

/// A regular expression and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    /// `expression`
    pub expression: String,
    /// `explanation`
    pub explanation: Option<Explanation>,
}

impl Decode for Regex {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { expression: from.one("expression")?, explanation: from.opt("explanation")? })
    }
}

impl Encode for Regex {
    fn encode(&self, to: &mut Writer) {
        to.put("expression", &self.expression);
        to.put_opt("explanation", &self.explanation);
    }
}

/// `<registry:explanation>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// `lang`
    pub lang: Option<String>,
    /// In words.
    pub text: String,
}

impl Decode for Explanation {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { lang: from.word("lang"), text: from.text().to_owned() })
    }
}

impl Encode for Explanation {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("lang", &self.lang);
        to.text(&self.text);
    }
}

/// The least and the most there may be; no most when left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinMax {
    /// `min`
    pub min: u16,
    /// `max`
    pub max: Option<u16>,
}

impl Decode for MinMax {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min: from.one("min")?, max: from.opt("max")? })
    }
}

impl Encode for MinMax {
    fn encode(&self, to: &mut Writer) {
        to.put("min", &self.min);
        to.put_opt("max", &self.max);
    }
}

/// How short and how long a text may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinMaxLength {
    /// `minLength`
    pub min_length: u16,
    /// `maxLength`
    pub max_length: u16,
}

impl Decode for MinMaxLength {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min_length: from.one("minLength")?, max_length: from.one("maxLength")? })
    }
}

impl Encode for MinMaxLength {
    fn encode(&self, to: &mut Writer) {
        to.put("minLength", &self.min_length);
        to.put("maxLength", &self.max_length);
    }
}

/// A length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// `unit`
    pub unit: TermUnit,
    /// How many units.
    pub value: u16,
}

impl Decode for Term {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { unit: from.need_word("unit")?, value: u16::decode(from)? })
    }
}

impl Encode for Term {
    fn encode(&self, to: &mut Writer) {
        to.attr("unit", self.unit.as_str());
        self.value.encode(to);
    }
}

wire_enum! {
    /// The unit of a [`Term`].
    TermUnit {
        Days = "d",
        Hours = "h",
        Months = "m",
        Years = "y",
    }
}
