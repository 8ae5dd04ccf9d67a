//! Groups as objects, which domains name and whose changes they follow. Of name servers and of keys there is the same,
//! but for the members.

use std::fmt::Debug;
use std::marker::PhantomData;

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::{AuthInfo, Checked};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// What groups are of.
pub trait Kind: Debug + Clone + PartialEq + Eq + 'static {
    /// The namespace of the groups.
    const NS: Namespace;
    /// The element of a member.
    const MEMBER: &'static str;
    /// A member.
    type Member: Decode + Encode + Debug + Clone + PartialEq + Eq;
}

/// What a kind's file reads and writes.
pub(super) const fn messages<K: Kind>(document: &'static str) -> [Message; 7] {
    [
        Message::command::<Check<K>>(document),
        Message::data::<ChkData<K>>(document),
        Message::command::<Info<K>>(document),
        Message::data::<InfData<K>>(document),
        Message::command::<Create<K>>(document),
        Message::command::<Update<K>>(document),
        Message::command::<Delete<K>>(document),
    ]
}

/// `<check>`: are these names of groups free?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check<K> {
    /// `name`: at least one.
    pub names: Vec<String>,
    kind: PhantomData<K>,
}

impl<K> Check<K> {
    /// A question about these names.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self { names, kind: PhantomData }
    }
}

impl<K: Kind> Named for Check<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "check";
}

impl<K: Kind> ObjectCommand for Check<K> {
    fn verb(&self) -> Verb {
        Verb::Check
    }
}

impl<K> Decode for Check<K> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.all("name").map(Self::new)
    }
}

impl<K> Encode for Check<K> {
    fn encode(&self, to: &mut Writer) {
        to.put_all("name", &self.names);
    }
}

/// `<chkData>`: which are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData<K> {
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
    kind: PhantomData<K>,
}

impl<K> ChkData<K> {
    /// The answers.
    #[must_use]
    pub fn new(cds: Vec<Cd>) -> Self {
        Self { cds, kind: PhantomData }
    }
}

impl<K: Kind> Named for ChkData<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "chkData";
}

impl<K> Decode for ChkData<K> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.all("cd").map(Self::new)
    }
}

impl<K> Encode for ChkData<K> {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<cd>`
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

/// `<info>`: reads a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info<K> {
    /// `name`
    pub name: String,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
    kind: PhantomData<K>,
}

impl<K> Info<K> {
    /// The question for a group, which may be another registrar's when its password is shown.
    #[must_use]
    pub fn new(name: impl Into<String>, auth_info: Option<AuthInfo>) -> Self {
        Self { name: name.into(), auth_info, kind: PhantomData }
    }
}

impl<K: Kind> Named for Info<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "info";
}

impl<K: Kind> ObjectCommand for Info<K> {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl<K> Decode for Info<K> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self::new(from.one::<String>("name")?, from.opt("authInfo")?))
    }
}

impl<K> Encode for Info<K> {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<infData>`: a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData<K: Kind>(pub Group<K>);

impl<K: Kind> Named for InfData<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "infData";
}

impl<K: Kind> Decode for InfData<K> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl<K: Kind> Encode for InfData<K> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<create>`: makes a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create<K: Kind>(pub Group<K>);

impl<K: Kind> Named for Create<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "create";
}

impl<K: Kind> ObjectCommand for Create<K> {
    fn verb(&self) -> Verb {
        Verb::Create
    }
}

impl<K: Kind> Decode for Create<K> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl<K: Kind> Encode for Create<K> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<update>`: replaces the members of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update<K: Kind>(pub Group<K>);

impl<K: Kind> Named for Update<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "update";
}

impl<K: Kind> ObjectCommand for Update<K> {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl<K: Kind> Decode for Update<K> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Group::decode(from).map(Self)
    }
}

impl<K: Kind> Encode for Update<K> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<delete>`: deletes a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete<K> {
    /// `name`
    pub name: String,
    kind: PhantomData<K>,
}

impl<K> Delete<K> {
    /// Of the group with this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: PhantomData }
    }
}

impl<K: Kind> Named for Delete<K> {
    const NS: Namespace = K::NS;
    const NAME: &'static str = "delete";
}

impl<K: Kind> ObjectCommand for Delete<K> {
    fn verb(&self) -> Verb {
        Verb::Delete
    }
}

impl<K> Decode for Delete<K> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.one::<String>("name").map(Self::new)
    }
}

impl<K> Encode for Delete<K> {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
    }
}

/// A group and its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<K: Kind> {
    /// `name`
    pub name: String,
    /// What it is a group of.
    pub members: Vec<K::Member>,
}

impl<K: Kind> Decode for Group<K> {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, members: from.all(K::MEMBER)? })
    }
}

impl<K: Kind> Encode for Group<K> {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all(K::MEMBER, &self.members);
    }
}
