//! Times to live (RFC 9803, `ttl-1.0`): how long resolvers may keep the records of a domain or host.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:ttl-1.0", prefix: "ttl" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 9803";

/// `<ttl:info>`: asks for the times of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Info {
    /// `policy`: whether to tell the registry's limits too; not, when left out.
    pub policy: Option<bool>,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { policy: from.bool_attr("policy")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        if let Some(policy) = self.policy {
            to.attr_bool("policy", policy);
        }
    }
}

/// `<ttl:create>`: the times of a new object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `ttl`: at least one; one for each kind of record.
    pub ttls: Vec<Ttl>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ttls: from.all("ttl")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("ttl", &self.ttls);
    }
}

/// `<ttl:update>`: new times of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `ttl`: at least one; one for each kind of record.
    pub ttls: Vec<Ttl>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ttls: from.all("ttl")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_all("ttl", &self.ttls);
    }
}

/// `<ttl:infData>`: the times of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `ttl`: at least one; one for each kind of record.
    pub ttls: Vec<InfTtl>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ttls: from.all("ttl")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("ttl", &self.ttls);
    }
}

/// `<ttl:ttl>` of a command: the time for one kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ttl {
    /// `for`
    pub rr_type: RrType,
    /// `custom`: the kind of record, when `for` says `custom`.
    pub custom: Option<String>,
    /// The seconds; nothing means the registry's default.
    pub seconds: Option<u32>,
}

impl Decode for Ttl {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { rr_type: from.need_word("for")?, custom: from.word("custom"), seconds: seconds(from)? })
    }
}

impl Encode for Ttl {
    fn encode(&self, to: &mut Writer) {
        to.attr("for", self.rr_type.as_str());
        to.attr_opt("custom", &self.custom);
        if let Some(seconds) = self.seconds {
            seconds.encode(to);
        }
    }
}

/// `<ttl:ttl>` of a reply: the time for one kind of record, and what the registry allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfTtl {
    /// `for`
    pub rr_type: RrType,
    /// `custom`: the kind of record, when `for` says `custom`.
    pub custom: Option<String>,
    /// `min`: the least that is allowed.
    pub min: Option<u32>,
    /// `default`: what holds when nothing is set.
    pub default: Option<u32>,
    /// `max`: the most that is allowed.
    pub max: Option<u32>,
    /// The seconds; nothing means the registry's default.
    pub seconds: Option<u32>,
}

impl Decode for InfTtl {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            rr_type: from.need_word("for")?,
            custom: from.word("custom"),
            min: from.parse_attr("min", "number")?,
            default: from.parse_attr("default", "number")?,
            max: from.parse_attr("max", "number")?,
            seconds: seconds(from)?,
        })
    }
}

impl Encode for InfTtl {
    fn encode(&self, to: &mut Writer) {
        to.attr("for", self.rr_type.as_str());
        to.attr_opt("custom", &self.custom);
        for (name, limit) in [("min", self.min), ("default", self.default), ("max", self.max)] {
            if let Some(limit) = limit {
                to.attr_display(name, limit);
            }
        }
        if let Some(seconds) = self.seconds {
            seconds.encode(to);
        }
    }
}

fn seconds(from: Element<'_>) -> Result<Option<u32>, DecodeError> {
    if from.text().is_empty() { Ok(None) } else { u32::decode(from).map(Some) }
}

wire_enum! {
    /// A kind of record.
    RrType {
        A = "A",
        Aaaa = "AAAA",
        Custom = "custom",
        Dname = "DNAME",
        Ds = "DS",
        Ns = "NS",
    }
}
