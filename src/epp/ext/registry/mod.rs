//! The registry mapping of Verisign (`registry-1.0`): the zones of a registry as objects, with all rules for names,
//! hosts and contacts in them. Clients read them; few make them.

mod contact;
mod domain;
mod host;
mod zone;

pub use contact::{AddressRules, ContactRules, PostalRules, StreetRules};
pub use domain::{
    Dnssec, DomainContactType, DomainContacts, DomainRules, DsInterface, GracePeriod, IdnLanguage, IdnRules,
    Interface, KeyInterface, Length, LengthRange, MaxSigLife, NameRules, PeriodRules, ReservedNames, Rgp,
    VariantStrategy,
};
pub use host::{ExternalHosts, HostRules, HostSharePolicy, InternalHosts, SystemSharePolicy};
pub use zone::{
    CustomData, CustomValue, Explanation, Extensions, Fields, FieldsType, MemberType, MinMax, MinMaxLength,
    Phase, PhaseMode, PhaseType, Regex, Related, ServiceUri, Services, Sla, SlaInfo, SupportedStatus, Term,
    TermUnit, Zone, ZoneMember,
};

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Checked;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/registry-1.0", prefix: "registry" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign registry";

/// `<registry:check>`: are there zones of these names?
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// `name`: at least one.
    pub names: Vec<String>,
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl ObjectCommand for Check {
    fn verb(&self) -> Verb {
        Verb::Check
    }
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { names: from.all("name")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put_all("name", &self.names);
    }
}

/// `<registry:chkData>`: which names are free.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChkData {
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<registry:cd>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd(pub Checked);

impl Decode for Cd {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Checked::decode_as("name", from).map(Self)
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("name", to);
    }
}

/// `<registry:info>`: reads one zone, or the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Info {
    /// `all`: the list.
    All,
    /// `name`: one of them.
    Zone(String),
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
        if from.has("all") {
            return Ok(Self::All);
        }
        from.one("name").map(Self::Zone)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::All => to.flag("all"),
            Self::Zone(zone) => to.put("name", zone),
        }
    }
}

/// `<registry:infData>`: what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one in a message: a box would cost more than it saves")]
pub enum InfData {
    /// `zoneList`
    List(ZoneList),
    /// `zone`
    Zone(Zone),
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(list) = from.opt("zoneList")? {
            return Ok(Self::List(list));
        }
        from.one("zone").map(Self::Zone)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::List(list) => to.put("zoneList", list),
            Self::Zone(zone) => to.put("zone", zone),
        }
    }
}

/// `<registry:zoneList>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZoneList {
    /// `zone`
    pub zones: Vec<ZoneSummary>,
}

impl Decode for ZoneList {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { zones: from.all("zone")? })
    }
}

impl Encode for ZoneList {
    fn encode(&self, to: &mut Writer) {
        to.put_all("zone", &self.zones);
    }
}

/// `<registry:zone>` of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneSummary {
    /// `name`
    pub name: String,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
}

impl Decode for ZoneSummary {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, cr_date: from.one("crDate")?, up_date: from.opt("upDate")? })
    }
}

impl Encode for ZoneSummary {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("crDate", &self.cr_date);
        to.put_opt("upDate", &self.up_date);
    }
}

/// `<registry:create>`: makes a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `zone`
    pub zone: Zone,
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
        Ok(Self { zone: from.one("zone")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("zone", &self.zone);
    }
}

/// `<registry:creData>`: the zone is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `name`
    pub name: String,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, cr_date: from.one("crDate")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("crDate", &self.cr_date);
    }
}

/// `<registry:update>`: replaces what is known of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `zone`
    pub zone: Zone,
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
        Ok(Self { zone: from.one("zone")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("zone", &self.zone);
    }
}

/// `<registry:delete>`: deletes a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// `name`
    pub name: String,
}

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl ObjectCommand for Delete {
    fn verb(&self) -> Verb {
        Verb::Delete
    }
}

impl Decode for Delete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")? })
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}
