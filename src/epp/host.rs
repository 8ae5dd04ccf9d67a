//! The host mapping (RFC 5732): name servers as objects of their own. A host has no transfer and no renewal: it
//! follows the domain it is below.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::{Checked, PendingAction, StatusValue};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:host-1.0", prefix: "host" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
    Message::data::<PanData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 5732";

/// `<host:check>`: could these hosts be created (3.1.1)?
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

/// `<host:chkData>`: which hosts could be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each name, in an order of the server's.
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

/// `<host:cd>`
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

/// `<host:info>`: reads a host (3.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `name`
    pub name: String,
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
        Ok(Self { name: from.one("name")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}

/// `<host:infData>`: all the registry tells of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `name`
    pub name: String,
    /// `roid`
    pub roid: String,
    /// `status`
    pub statuses: Vec<HostStatus>,
    /// `addr`
    pub addresses: Vec<HostAddr>,
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
    /// `trDate`: when the domain above it was transferred.
    pub tr_date: Option<DateTime<Utc>>,
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
            addresses: from.all("addr")?,
            cl_id: from.opt("clID")?.unwrap_or_default(),
            cr_id: from.opt("crID")?,
            cr_date: from.opt("crDate")?,
            up_id: from.opt("upID")?,
            up_date: from.opt("upDate")?,
            tr_date: from.opt("trDate")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("roid", &self.roid);
        to.put_all("status", &self.statuses);
        to.put_all("addr", &self.addresses);
        to.put("clID", &self.cl_id);
        to.put_opt("crID", &self.cr_id);
        to.put_opt("crDate", &self.cr_date);
        to.put_opt("upID", &self.up_id);
        to.put_opt("upDate", &self.up_date);
        to.put_opt("trDate", &self.tr_date);
    }
}

/// `<host:create>` (3.2.1)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `name`
    pub name: String,
    /// `addr`: needed below a domain of this registry only.
    pub addresses: Vec<HostAddr>,
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
        Ok(Self { name: from.one("name")?, addresses: from.all("addr")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all("addr", &self.addresses);
    }
}

/// `<host:creData>`: the host exists, or will (1001).
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

/// `<host:delete>` (3.2.2). Its reply has no data.
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

/// `<host:update>` (3.2.5). Its reply has no data.
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

/// `<host:add>` and `<host:rem>`: addresses and statuses that come or go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddRem {
    /// `addr`
    pub addresses: Vec<HostAddr>,
    /// `status`
    pub statuses: Vec<HostStatus>,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { addresses: from.all("addr")?, statuses: from.all("status")? })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put_all("addr", &self.addresses);
        to.put_all("status", &self.statuses);
    }
}

/// `<host:chg>`: a new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chg {
    /// `name`
    pub name: String,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}

/// `<host:panData>` (3.3): the end of an action that was pending, told by a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanData(pub PendingAction);

impl Named for PanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "panData";
}

impl Decode for PanData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        PendingAction::decode_as("name", from).map(Self)
    }
}

impl Encode for PanData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("name", to);
    }
}

/// `<host:status>`
pub type HostStatus = StatusValue<Status>;

wire_enum! {
    /// What may or may not be done with a host, and what is being done (RFC 5732, 2.3).
    Status {
        ClientDeleteProhibited = "clientDeleteProhibited",
        ClientUpdateProhibited = "clientUpdateProhibited",
        Linked = "linked",
        Ok = "ok",
        PendingCreate = "pendingCreate",
        PendingDelete = "pendingDelete",
        PendingTransfer = "pendingTransfer",
        PendingUpdate = "pendingUpdate",
        ServerDeleteProhibited = "serverDeleteProhibited",
        ServerUpdateProhibited = "serverUpdateProhibited",
    }
}

/// An address of a host: `<... ip="v6">`. Kept as text, since replies hold what registries hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAddr {
    /// The address.
    pub address: String,
    /// Whether it is an IPv6 address.
    pub v6: bool,
}

impl From<std::net::IpAddr> for HostAddr {
    fn from(address: std::net::IpAddr) -> Self {
        Self { address: address.to_string(), v6: address.is_ipv6() }
    }
}

impl Decode for HostAddr {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { address: from.text().to_owned(), v6: from.attr("ip").is_some_and(|ip| ip.trim() == "v6") })
    }
}

impl Encode for HostAddr {
    fn encode(&self, to: &mut Writer) {
        to.attr("ip", if self.v6 { "v6" } else { "v4" });
        to.text(&self.address);
    }
}
