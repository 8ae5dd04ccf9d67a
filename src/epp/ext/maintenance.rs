//! Maintenance of the registry (RFC 9167, `maintenance-1.0`): told by poll messages, and asked for.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Text;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:maintenance-1.0", prefix: "maint" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "RFC 9167";

/// `<maint:info>`: asks for one maintenance or for the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Info {
    /// `list`: all there are.
    List,
    /// `id`: one of them.
    Id(Id),
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
        if from.has("list") {
            return Ok(Self::List);
        }
        from.one("id").map(Self::Id)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::List => to.flag("list"),
            Self::Id(id) => to.put("id", id),
        }
    }
}

/// `<maint:infData>`: what was asked for. An item is also the content of poll messages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one in a reply: a box would cost more than it saves")]
pub enum InfData {
    /// `list`
    List(List),
    /// `item`
    Item(Item),
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(list) = from.opt("list")? {
            return Ok(Self::List(list));
        }
        from.one("item").map(Self::Item)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::List(list) => to.put("list", list),
            Self::Item(item) => to.put("item", item),
        }
    }
}

/// `<maint:list>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// `listItem`
    pub items: Vec<ListItem>,
}

impl Decode for List {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { items: from.all("listItem")? })
    }
}

impl Encode for List {
    fn encode(&self, to: &mut Writer) {
        to.put_all("listItem", &self.items);
    }
}

/// `<maint:listItem>`: a maintenance in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// `id`
    pub id: Id,
    /// `start`
    pub start: DateTime<Utc>,
    /// `end`
    pub end: DateTime<Utc>,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
}

impl Decode for ListItem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            start: from.one("start")?,
            end: from.one("end")?,
            cr_date: from.one("crDate")?,
            up_date: from.opt("upDate")?,
        })
    }
}

impl Encode for ListItem {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("start", &self.start);
        to.put("end", &self.end);
        to.put("crDate", &self.cr_date);
        to.put_opt("upDate", &self.up_date);
    }
}

/// `<maint:id>`: the id of a maintenance, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// `name`
    pub name: Option<String>,
    /// `lang`: of the name; English when left out.
    pub lang: Option<String>,
    /// The id.
    pub id: String,
}

impl Decode for Id {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.word("name"), lang: from.word("lang"), id: from.text().to_owned() })
    }
}

impl Encode for Id {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("name", &self.name);
        to.attr_opt("lang", &self.lang);
        to.text(&self.id);
    }
}

/// `<maint:item>`: a maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `id`
    pub id: Id,
    /// `type`: what kind of work, in words.
    pub types: Vec<Text>,
    /// `pollType`: why this message comes. Only in poll messages.
    pub poll_type: Option<PollType>,
    /// `systems`: what is touched.
    pub systems: Systems,
    /// `environment`
    pub environment: Environment,
    /// `start`
    pub start: DateTime<Utc>,
    /// `end`
    pub end: DateTime<Utc>,
    /// `reason`
    pub reason: Reason,
    /// `detail`: where to read more.
    pub detail: Option<String>,
    /// `description`
    pub descriptions: Vec<Description>,
    /// `tlds`: the zones that are touched.
    pub tlds: Option<Tlds>,
    /// `intervention`: what the client has to do.
    pub intervention: Option<Intervention>,
    /// `crDate`
    pub cr_date: DateTime<Utc>,
    /// `upDate`
    pub up_date: Option<DateTime<Utc>>,
}

impl Decode for Item {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            types: from.all("type")?,
            poll_type: from.opt("pollType")?,
            systems: from.one("systems")?,
            environment: from.one("environment")?,
            start: from.one("start")?,
            end: from.one("end")?,
            reason: from.one("reason")?,
            detail: from.opt("detail")?,
            descriptions: from.all("description")?,
            tlds: from.opt("tlds")?,
            intervention: from.opt("intervention")?,
            cr_date: from.one("crDate")?,
            up_date: from.opt("upDate")?,
        })
    }
}

impl Encode for Item {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_all("type", &self.types);
        to.put_opt("pollType", &self.poll_type);
        to.put("systems", &self.systems);
        to.put("environment", &self.environment);
        to.put("start", &self.start);
        to.put("end", &self.end);
        to.put("reason", &self.reason);
        to.put_opt("detail", &self.detail);
        to.put_all("description", &self.descriptions);
        to.put_opt("tlds", &self.tlds);
        to.put_opt("intervention", &self.intervention);
        to.put("crDate", &self.cr_date);
        to.put_opt("upDate", &self.up_date);
    }
}

wire_enum! {
    /// Why a poll message about a maintenance comes.
    PollType {
        Courtesy = "courtesy",
        Create = "create",
        Delete = "delete",
        End = "end",
        Update = "update",
    }
}

/// `<maint:systems>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Systems {
    /// `system`: at least one.
    pub systems: Vec<System>,
}

impl Decode for Systems {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { systems: from.all("system")? })
    }
}

impl Encode for Systems {
    fn encode(&self, to: &mut Writer) {
        to.put_all("system", &self.systems);
    }
}

/// `<maint:system>`: a system that is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// `name`
    pub name: String,
    /// `host`
    pub host: Option<String>,
    /// `impact`
    pub impact: Impact,
}

impl Decode for System {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, host: from.opt("host")?, impact: from.one("impact")? })
    }
}

impl Encode for System {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("host", &self.host);
        to.put("impact", &self.impact);
    }
}

wire_enum! {
    /// How much of a system fails.
    Impact {
        Full = "full",
        None = "none",
        Partial = "partial",
    }
}

/// `<maint:environment>`: which of the registry's installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// `type`
    pub environment_type: EnvironmentType,
    /// `name`: its name, when `type` is `custom`.
    pub name: Option<String>,
    /// Empty.
    pub text: String,
}

impl Decode for Environment {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            environment_type: from.need_word("type")?,
            name: from.word("name"),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for Environment {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.environment_type.as_str());
        to.attr_opt("name", &self.name);
        to.text(&self.text);
    }
}

wire_enum! {
    /// An installation of a registry.
    EnvironmentType {
        Custom = "custom",
        Dev = "dev",
        Ote = "ote",
        Production = "production",
        Staging = "staging",
    }
}

wire_enum! {
    /// Why there is a maintenance.
    Reason {
        Emergency = "emergency",
        Planned = "planned",
    }
}

/// `<maint:description>`: words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// `lang`: English when left out.
    pub lang: Option<String>,
    /// `type`: `plain` when left out.
    pub description_type: Option<DescriptionType>,
    /// The words.
    pub text: String,
}

impl Decode for Description {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            lang: from.word("lang"),
            description_type: from.word("type"),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for Description {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("lang", &self.lang);
        to.attr_opt("type", &self.description_type);
        to.text(&self.text);
    }
}

wire_enum! {
    /// The form of a description.
    DescriptionType {
        Html = "html",
        Plain = "plain",
    }
}

/// `<maint:tlds>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tlds {
    /// `tld`: at least one.
    pub tlds: Vec<String>,
}

impl Decode for Tlds {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { tlds: from.all("tld")? })
    }
}

impl Encode for Tlds {
    fn encode(&self, to: &mut Writer) {
        to.put_all("tld", &self.tlds);
    }
}

/// `<maint:intervention>`: what the client has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    /// `connection`: connect anew.
    pub connection: bool,
    /// `implementation`: change its software.
    pub implementation: bool,
}

impl Decode for Intervention {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { connection: from.one("connection")?, implementation: from.one("implementation")? })
    }
}

impl Encode for Intervention {
    fn encode(&self, to: &mut Writer) {
        to.put("connection", &self.connection);
        to.put("implementation", &self.implementation);
    }
}
