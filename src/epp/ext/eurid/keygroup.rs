//! Groups of DNSSEC keys as objects (`keygroup-1.1`): domains name a group and follow its changes.

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::ext::secdns::KeyData;
use crate::types::{AuthInfo, Checked};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/keygroup-1.1", prefix: "keygroup" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
];
const DOCUMENT: &str = "EURid keygroup-1.1";

/// `<keygroup:check>`: are these names of groups free?
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

/// `<keygroup:chkData>`: which are.
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

/// `<keygroup:cd>`
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

/// `<keygroup:info>`: reads a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `name`
    pub name: String,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
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
        Ok(Self { name: from.one("name")?, auth_info: from.opt("authInfo")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<keygroup:infData>`: a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Group);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keygroup:create>`: makes a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Group);

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
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keygroup:update>`: replaces the members of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Group);

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
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<keygroup:delete>`: deletes a group.
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

/// A group and its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `name`
    pub name: String,
    /// `keyData`
    pub keys: Vec<KeyData>,
}

impl Decode for Group {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, keys: from.all("keyData")? })
    }
}

impl Encode for Group {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all("keyData", &self.keys);
    }
}
