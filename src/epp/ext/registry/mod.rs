//! Zones of a registry and their rules, as objects of their own (`registry-1.0`): what a registrar may do with names, hosts and
//! contacts of each.
//!
//! | file | |
//! |---|---|
//! | this | the commands and their replies |
//! | `zone` | what a zone is |
//! | `domain`, `host`, `contact` | the rules for its objects |
//! | `shared` | what rules are made of |

mod contact;
mod domain;
mod host;
mod shared;
mod zone;

pub use contact::{AddressRules, ContactRules, PostalRules, StreetRules};
pub use domain::{
    DnssecInterface, DnssecRules, DomainRules, DsInterface, GracePeriod, IdnRules, KeyInterface, Language,
    MaxSigLife, NameRules, PeriodLength, PeriodRules, ReservedNames, RgpRules, Role, RoleRules, SpanRange,
    VariantStrategy,
};
pub use host::{ExternalHosts, HostRules, InternalHosts, SharePolicy};
pub use shared::{
    CustomData, CustomValue, Explanation, MinMax, MinMaxLength, Regex, Span, SpanUnit, SupportedStatus,
};
pub use zone::{
    Fields, FieldsType, MemberType, Phase, PhaseMode, PhaseType, Related, Services, Sla, SlaInfo,
    SvcExtension, Uri, Zone, ZoneMember,
};

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Checked;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the object.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/registry-1.0", prefix: "registry" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign registry-1.0";

/// `<registry:check>`: could these zones be created?
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// `<registry:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each zone.
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

/// `<registry:create>`
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

/// `<registry:creData>`
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

/// `<registry:delete>`
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

/// `<registry:info>`: reads a zone, or the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Info {
    /// `all`
    All,
    /// `name`
    Name(String),
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
        from.one("name").map(Self::Name)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::All => to.flag("all"),
            Self::Name(name) => to.put("name", name),
        }
    }
}

/// `<registry:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InfData {
    /// `zoneList`
    List(ZoneList),
    /// `zone`
    Zone(Box<Zone>),
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

/// `<registry:update>`
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
