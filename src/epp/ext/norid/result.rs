//! Reasons in detail and poll messages of .no (`no-ext-result-1.0`).
//!
//! Written without a schema that the registry publishes: the facts come from what public clients carry.

use crate::EPP;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::fragment::Fragment;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.norid.no/xsd/no-ext-result-1.0", prefix: "no-ext-result" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_reply::<Conditions>(DOCUMENT), Message::data::<Notice>(DOCUMENT)];
const DOCUMENT: &str = "Norid no-ext-result-1.0";

/// `<no-ext-result:conditions>`: what was wrong, or is to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// `condition`: at least one.
    pub conditions: Vec<Condition>,
}

impl Named for Conditions {
    const NS: Namespace = NS;
    const NAME: &'static str = "conditions";
}

impl Decode for Conditions {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { conditions: from.all("condition")? })
    }
}

impl Encode for Conditions {
    fn encode(&self, to: &mut Writer) {
        to.put_all("condition", &self.conditions);
    }
}

/// `<no-ext-result:condition>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `code`: the rule.
    pub code: String,
    /// `severity`
    pub severity: Severity,
    /// `msg`
    pub msg: String,
    /// `details`
    pub details: String,
}

impl Decode for Condition {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code: from.need_word("code")?,
            severity: from.need_word("severity")?,
            msg: from.one("msg")?,
            details: from.one("details")?,
        })
    }
}

impl Encode for Condition {
    fn encode(&self, to: &mut Writer) {
        to.attr("code", &self.code);
        to.attr("severity", self.severity.as_str());
        to.put("msg", &self.msg);
        to.put("details", &self.details);
    }
}

wire_enum! {
    /// How bad a condition is.
    Severity {
        Info = "info",
        Warning = "warning",
        Error = "error",
        Fatal = "fatal",
    }
}

/// `<no-ext-result:message>`: a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `type`
    pub message_type: String,
    /// `desc`
    pub desc: String,
    /// `data`
    pub data: Option<Data>,
}

impl Named for Notice {
    const NS: Namespace = NS;
    const NAME: &'static str = "message";
}

impl Decode for Notice {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { message_type: from.need_word("type")?, desc: from.one("desc")?, data: from.opt("data")? })
    }
}

impl Encode for Notice {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.message_type);
        to.put("desc", &self.desc);
        to.put_opt("data", &self.data);
    }
}

/// `<no-ext-result:data>`: what the message is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Data {
    /// `entry`
    pub entries: Vec<Entry>,
    /// `epp`: a whole message, such as the reply to a command that someone else gave.
    pub epp: Option<Fragment>,
}

impl Data {
    /// The value of the entry of a name: `objectname`.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| entry.value.as_str())
    }
}

impl Decode for Data {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let epp = from.children().find(|child| child.is(EPP, "epp"));
        Ok(Self { entries: from.all("entry")?, epp: epp.map(Fragment::decode).transpose()? })
    }
}

impl Encode for Data {
    fn encode(&self, to: &mut Writer) {
        to.put_all("entry", &self.entries);
        if let Some(epp) = &self.epp {
            epp.encode(to);
        }
    }
}

/// `<no-ext-result:entry>`: a name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `name`
    pub name: String,
    /// The value.
    pub value: String,
}

impl Decode for Entry {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, value: from.text().to_owned() })
    }
}

impl Encode for Entry {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.text(&self.value);
    }
}
