//! Organizations of a domain, contact or host (RFC 8544, `orgext-1.0`): which reseller, which privacy service.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:orgext-1.0", prefix: "orgext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 8544";

/// `<orgext:create>`: the organizations of a new object (4.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `id`: at least one.
    pub ids: Vec<OrgId>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ids: from.all("id")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("id", &self.ids);
    }
}

/// `<orgext:update>`: organizations that come, go or change (4.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Option<Ids>,
    /// `rem`
    pub rem: Option<Ids>,
    /// `chg`
    pub chg: Option<Ids>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.opt("add")?, rem: from.opt("rem")?, chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
        to.put_opt("chg", &self.chg);
    }
}

/// `<orgext:add>`, `<orgext:rem>` and `<orgext:chg>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids {
    /// `id`: at least one. To remove, the role is enough and the id may be empty.
    pub ids: Vec<OrgId>,
}

impl Decode for Ids {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ids: from.all("id")? })
    }
}

impl Encode for Ids {
    fn encode(&self, to: &mut Writer) {
        to.put_all("id", &self.ids);
    }
}

/// `<orgext:infData>`: the organizations of an object (4.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `id`
    pub ids: Vec<OrgId>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ids: from.all("id")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("id", &self.ids);
    }
}

/// `<orgext:id>`: an organization and what it is to the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgId {
    /// `role`: `reseller`, `privacyproxy` or another one.
    pub role: String,
    /// The organization's id.
    pub id: String,
}

impl Decode for OrgId {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role: from.need_word("role")?, id: from.text().to_owned() })
    }
}

impl Encode for OrgId {
    fn encode(&self, to: &mut Writer) {
        to.attr("role", &self.role);
        to.text(&self.id);
    }
}
