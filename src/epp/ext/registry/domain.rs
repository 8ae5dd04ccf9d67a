//! `<registry:domain>`: rules for domains.

use super::{CustomData, MinMax, Regex, SupportedStatus, Term, TermUnit};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:domain>`: rules for domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRules {
    /// `domainName`: one for each level.
    pub domain_names: Vec<NameRules>,
    /// `idn`
    pub idn: Option<IdnRules>,
    /// `premiumSupport`
    pub premium_support: Option<bool>,
    /// `contactsSupported`
    pub contacts_supported: Option<bool>,
    /// `contact`
    pub contacts: Vec<DomainContacts>,
    /// `ns`
    pub ns: MinMax,
    /// `childHost`
    pub child_host: MinMax,
    /// `period`
    pub periods: Vec<PeriodRules>,
    /// `transferHoldPeriod`
    pub transfer_hold_period: Term,
    /// `gracePeriod`
    pub grace_periods: Vec<GracePeriod>,
    /// `rgp`
    pub rgp: Option<Rgp>,
    /// `dnssec`
    pub dnssec: Option<Dnssec>,
    /// `maxCheckDomain`: names in one check.
    pub max_check_domain: u16,
    /// `supportedStatus`
    pub supported_status: Option<SupportedStatus>,
    /// `authInfoRegex`
    pub auth_info_regex: Option<Regex>,
    /// `customData`: what no other element says.
    pub custom_data: Option<CustomData>,
}

impl Decode for DomainRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            domain_names: from.all("domainName")?,
            idn: from.opt("idn")?,
            premium_support: from.opt("premiumSupport")?,
            contacts_supported: from.opt("contactsSupported")?,
            contacts: from.all("contact")?,
            ns: from.one("ns")?,
            child_host: from.one("childHost")?,
            periods: from.all("period")?,
            transfer_hold_period: from.one("transferHoldPeriod")?,
            grace_periods: from.all("gracePeriod")?,
            rgp: from.opt("rgp")?,
            dnssec: from.opt("dnssec")?,
            max_check_domain: from.one("maxCheckDomain")?,
            supported_status: from.opt("supportedStatus")?,
            auth_info_regex: from.opt("authInfoRegex")?,
            custom_data: from.opt("customData")?,
        })
    }
}

impl Encode for DomainRules {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domainName", &self.domain_names);
        to.put_opt("idn", &self.idn);
        to.put_opt("premiumSupport", &self.premium_support);
        to.put_opt("contactsSupported", &self.contacts_supported);
        to.put_all("contact", &self.contacts);
        to.put("ns", &self.ns);
        to.put("childHost", &self.child_host);
        to.put_all("period", &self.periods);
        to.put("transferHoldPeriod", &self.transfer_hold_period);
        to.put_all("gracePeriod", &self.grace_periods);
        to.put_opt("rgp", &self.rgp);
        to.put_opt("dnssec", &self.dnssec);
        to.put("maxCheckDomain", &self.max_check_domain);
        to.put_opt("supportedStatus", &self.supported_status);
        to.put_opt("authInfoRegex", &self.auth_info_regex);
        to.put_opt("customData", &self.custom_data);
    }
}

/// `<registry:domainName>`: rules for names of a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRules {
    /// `level`: 2 for names below the zone.
    pub level: u16,
    /// `minLength`
    pub min_length: Option<u16>,
    /// `maxLength`
    pub max_length: Option<u16>,
    /// `alphaNumStart`
    pub alpha_num_start: Option<bool>,
    /// `alphaNumEnd`
    pub alpha_num_end: Option<bool>,
    /// `onlyDnsChars`
    pub only_dns_chars: Option<bool>,
    /// `regex`
    pub regexes: Vec<Regex>,
    /// `reservedNames`
    pub reserved_names: Option<ReservedNames>,
}

impl Decode for NameRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            level: from
                .parse_attr("level", "number")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("level")))?,
            min_length: from.opt("minLength")?,
            max_length: from.opt("maxLength")?,
            alpha_num_start: from.opt("alphaNumStart")?,
            alpha_num_end: from.opt("alphaNumEnd")?,
            only_dns_chars: from.opt("onlyDnsChars")?,
            regexes: from.all("regex")?,
            reserved_names: from.opt("reservedNames")?,
        })
    }
}

impl Encode for NameRules {
    fn encode(&self, to: &mut Writer) {
        to.attr_display("level", self.level);
        to.put_opt("minLength", &self.min_length);
        to.put_opt("maxLength", &self.max_length);
        to.put_opt("alphaNumStart", &self.alpha_num_start);
        to.put_opt("alphaNumEnd", &self.alpha_num_end);
        to.put_opt("onlyDnsChars", &self.only_dns_chars);
        to.put_all("regex", &self.regexes);
        to.put_opt("reservedNames", &self.reserved_names);
    }
}

/// `<registry:reservedNames>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReservedNames {
    /// `reservedName`: the names.
    Names(Vec<String>),
    /// `reservedNameURI`: where they are listed.
    Uri(String),
}

impl Decode for ReservedNames {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        match from.opt("reservedNameURI")? {
            Some(uri) => Ok(Self::Uri(uri)),
            None => from.all("reservedName").map(Self::Names),
        }
    }
}

impl Encode for ReservedNames {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Names(names) => to.put_all("reservedName", names),
            Self::Uri(uri) => to.put("reservedNameURI", uri),
        }
    }
}

/// `<registry:idn>`: rules for internationalised names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdnRules {
    /// `idnVersion`
    pub idn_version: Option<String>,
    /// `idnaVersion`
    pub idna_version: String,
    /// `unicodeVersion`
    pub unicode_version: String,
    /// `encoding`
    pub encoding: Option<String>,
    /// `commingleAllowed`
    pub commingle_allowed: Option<bool>,
    /// `language`
    pub languages: Vec<IdnLanguage>,
}

impl Decode for IdnRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            idn_version: from.opt("idnVersion")?,
            idna_version: from.one("idnaVersion")?,
            unicode_version: from.one("unicodeVersion")?,
            encoding: from.opt("encoding")?,
            commingle_allowed: from.opt("commingleAllowed")?,
            languages: from.all("language")?,
        })
    }
}

impl Encode for IdnRules {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("idnVersion", &self.idn_version);
        to.put("idnaVersion", &self.idna_version);
        to.put("unicodeVersion", &self.unicode_version);
        to.put_opt("encoding", &self.encoding);
        to.put_opt("commingleAllowed", &self.commingle_allowed);
        to.put_all("language", &self.languages);
    }
}

/// `<registry:language>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdnLanguage {
    /// `code`
    pub code: String,
    /// `table`
    pub table: Option<String>,
    /// `variantStrategy`
    pub variant_strategy: Option<VariantStrategy>,
}

impl Decode for IdnLanguage {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code: from.need_word("code")?,
            table: from.opt("table")?,
            variant_strategy: from.opt("variantStrategy")?,
        })
    }
}

impl Encode for IdnLanguage {
    fn encode(&self, to: &mut Writer) {
        to.attr("code", &self.code);
        to.put_opt("table", &self.table);
        to.put_opt("variantStrategy", &self.variant_strategy);
    }
}

wire_enum! {
    /// What becomes of the variants of a name.
    VariantStrategy {
        Blocked = "blocked",
        Open = "open",
        Restricted = "restricted",
    }
}

/// `<registry:contact>`: how many contacts of a kind a domain has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainContacts {
    /// `type`
    pub contact_type: DomainContactType,
    /// `min`
    pub min: u16,
    /// `max`
    pub max: Option<u16>,
}

impl Decode for DomainContacts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact_type: from.need_word("type")?, min: from.one("min")?, max: from.opt("max")? })
    }
}

impl Encode for DomainContacts {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.contact_type.as_str());
        to.put("min", &self.min);
        to.put_opt("max", &self.max);
    }
}

wire_enum! {
    /// A kind of contact.
    DomainContactType {
        Admin = "admin",
        Billing = "billing",
        Tech = "tech",
    }
}

/// `<registry:period>`: how long a registration may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRules {
    /// `command`: by which it is made or extended.
    pub command: String,
    /// How long.
    pub length: Length,
}

impl Decode for PeriodRules {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { command: from.need_word("command")?, length: Length::decode(from)? })
    }
}

impl Encode for PeriodRules {
    fn encode(&self, to: &mut Writer) {
        to.attr("command", &self.command);
        self.length.encode(to);
    }
}

/// How long a registration may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Length {
    /// `length`: within limits.
    Chosen(LengthRange),
    /// `serverDecided`: as the registry says.
    ServerDecided,
}

impl Decode for Length {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(chosen) = from.opt("length")? {
            return Ok(Self::Chosen(chosen));
        }
        Ok(Self::ServerDecided)
    }
}

impl Encode for Length {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Chosen(chosen) => to.put("length", chosen),
            Self::ServerDecided => to.flag("serverDecided"),
        }
    }
}

/// `<registry:length>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LengthRange {
    /// `min`
    pub min: Term,
    /// `max`
    pub max: Term,
    /// `default`
    pub default: Term,
}

impl Decode for LengthRange {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min: from.one("min")?, max: from.one("max")?, default: from.one("default")? })
    }
}

impl Encode for LengthRange {
    fn encode(&self, to: &mut Writer) {
        to.put("min", &self.min);
        to.put("max", &self.max);
        to.put("default", &self.default);
    }
}

/// `<registry:gracePeriod>`: how long a command can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GracePeriod {
    /// `command`
    pub command: String,
    /// `unit`
    pub unit: TermUnit,
    /// How many units.
    pub value: u16,
}

impl Decode for GracePeriod {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            command: from.need_word("command")?,
            unit: from.need_word("unit")?,
            value: u16::decode(from)?,
        })
    }
}

impl Encode for GracePeriod {
    fn encode(&self, to: &mut Writer) {
        to.attr("command", &self.command);
        to.attr("unit", self.unit.as_str());
        self.value.encode(to);
    }
}

/// `<registry:rgp>`: how long a domain is in each state after its deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgp {
    /// `redemptionPeriod`
    pub redemption_period: Term,
    /// `pendingRestore`
    pub pending_restore: Term,
    /// `pendingDelete`
    pub pending_delete: Term,
}

impl Decode for Rgp {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            redemption_period: from.one("redemptionPeriod")?,
            pending_restore: from.one("pendingRestore")?,
            pending_delete: from.one("pendingDelete")?,
        })
    }
}

impl Encode for Rgp {
    fn encode(&self, to: &mut Writer) {
        to.put("redemptionPeriod", &self.redemption_period);
        to.put("pendingRestore", &self.pending_restore);
        to.put("pendingDelete", &self.pending_delete);
    }
}

/// `<registry:dnssec>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dnssec {
    /// What the registry takes.
    pub interface: Interface,
    /// `maxSigLife`
    pub max_sig_life: MaxSigLife,
    /// `urgent`
    pub urgent: Option<bool>,
}

impl Decode for Dnssec {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            interface: Interface::decode(from)?,
            max_sig_life: from.one("maxSigLife")?,
            urgent: from.opt("urgent")?,
        })
    }
}

impl Encode for Dnssec {
    fn encode(&self, to: &mut Writer) {
        self.interface.encode(to);
        to.put("maxSigLife", &self.max_sig_life);
        to.put_opt("urgent", &self.urgent);
    }
}

/// What the registry takes of a signed domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interface {
    /// `dsDataInterface`
    Ds(DsInterface),
    /// `keyDataInterface`
    Keys(KeyInterface),
}

impl Decode for Interface {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(ds) = from.opt("dsDataInterface")? {
            return Ok(Self::Ds(ds));
        }
        from.one("keyDataInterface").map(Self::Keys)
    }
}

impl Encode for Interface {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Ds(ds) => to.put("dsDataInterface", ds),
            Self::Keys(keys) => to.put("keyDataInterface", keys),
        }
    }
}

/// `<registry:dsDataInterface>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsInterface {
    /// `min`
    pub min: u16,
    /// `max`
    pub max: u16,
    /// `alg`
    pub algs: Vec<String>,
    /// `digestType`
    pub digest_types: Vec<String>,
}

impl Decode for DsInterface {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            min: from.one("min")?,
            max: from.one("max")?,
            algs: from.all("alg")?,
            digest_types: from.all("digestType")?,
        })
    }
}

impl Encode for DsInterface {
    fn encode(&self, to: &mut Writer) {
        to.put("min", &self.min);
        to.put("max", &self.max);
        to.put_all("alg", &self.algs);
        to.put_all("digestType", &self.digest_types);
    }
}

/// `<registry:keyDataInterface>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInterface {
    /// `min`
    pub min: u16,
    /// `max`
    pub max: u16,
    /// `alg`
    pub algs: Vec<String>,
}

impl Decode for KeyInterface {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min: from.one("min")?, max: from.one("max")?, algs: from.all("alg")? })
    }
}

impl Encode for KeyInterface {
    fn encode(&self, to: &mut Writer) {
        to.put("min", &self.min);
        to.put("max", &self.max);
        to.put_all("alg", &self.algs);
    }
}

/// `<registry:maxSigLife>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaxSigLife {
    /// `clientDefined`
    pub client_defined: Option<bool>,
    /// `default`
    pub default: Option<i32>,
    /// `min`
    pub min: Option<i32>,
    /// `max`
    pub max: Option<i32>,
}

impl Decode for MaxSigLife {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            client_defined: from.opt("clientDefined")?,
            default: from.opt("default")?,
            min: from.opt("min")?,
            max: from.opt("max")?,
        })
    }
}

impl Encode for MaxSigLife {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("clientDefined", &self.client_defined);
        to.put_opt("default", &self.default);
        to.put_opt("min", &self.min);
        to.put_opt("max", &self.max);
    }
}
