//! Marks of the Trademark Clearinghouse in a launch (`tmch-1.0`), from before RFC 8334.

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};
use chrono::{DateTime, Utc};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:tmch-1.0", prefix: "tmch" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "ARI tmch-1.0";

/// `<tmch:check>`: asks whether there are claims on the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check;

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Check {
    fn encode(&self, _: &mut Writer) {}
}

/// `<tmch:info>`: asks for the signed mark of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info;

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Info {
    fn encode(&self, _: &mut Writer) {}
}

/// `<tmch:create>`: what gives the right to apply for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Create {
    /// `smd`: a signed mark, in base64.
    Smd(String),
    /// A notice of claims, which the registrant has accepted.
    Notice {
        /// `noticeID`
        notice_id: String,
        /// `notAfter`: until when it may be used.
        not_after: DateTime<Utc>,
        /// `accepted`: when it was.
        accepted: DateTime<Utc>,
    },
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(smd) = from.opt("smd")? {
            return Ok(Self::Smd(smd));
        }
        Ok(Self::Notice {
            notice_id: from.one("noticeID")?,
            not_after: from.one("notAfter")?,
            accepted: from.one("accepted")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Smd(smd) => to.put("smd", smd),
            Self::Notice { notice_id, not_after, accepted } => {
                to.put("noticeID", notice_id);
                to.put("notAfter", not_after);
                to.put("accepted", accepted);
            }
        }
    }
}

/// `<tmch:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// `<tmch:cd>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: ClaimedName,
    /// `key`: the key to ask the clearinghouse for the notice.
    pub key: Option<String>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, key: from.opt("key")? })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("key", &self.key);
    }
}

/// `<tmch:name>`: a name that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedName {
    /// `claim`: whether there are claims on it.
    pub claim: bool,
    /// The name.
    pub name: String,
}

impl Decode for ClaimedName {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            claim: from.bool_attr("claim")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("claim")))?,
            name: from.text().to_owned(),
        })
    }
}

impl Encode for ClaimedName {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("claim", self.claim);
        to.text(&self.name);
    }
}

/// `<tmch:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `smd`: the signed mark, in base64.
    pub smd: Option<String>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { smd: from.opt("smd")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("smd", &self.smd);
    }
}
