//! Reasons in detail and poll messages (`no-ext-result-1.0`). Written without a public schema.

use crate::EPP;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::fragment::Fragment;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.norid.no/xsd/no-ext-result-1.0", prefix: "no-ext-result" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_reply::<Conditions>(DOCUMENT), Message::data::<PollMessage>(DOCUMENT)];
const DOCUMENT: &str = "Norid no-ext-result-1.0";

/// `<no-ext-result:conditions>`: why a command failed, in detail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

/// `<no-ext-result:condition>`: one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `code`
    pub code: String,
    /// `severity`: `error`, `warning` or `info`.
    pub severity: String,
    /// `msg`
    pub msg: String,
    /// `details`
    pub details: Option<String>,
    /// `attributes`
    pub attributes: Option<Attributes>,
}

impl Decode for Condition {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code: from.need_word("code")?,
            severity: from.need_word("severity")?,
            msg: from.one("msg")?,
            details: from.opt("details")?,
            attributes: from.opt("attributes")?,
        })
    }
}

impl Encode for Condition {
    fn encode(&self, to: &mut Writer) {
        to.attr("code", &self.code);
        to.attr("severity", &self.severity);
        to.put("msg", &self.msg);
        to.put_opt("details", &self.details);
        to.put_opt("attributes", &self.attributes);
    }
}

/// `<no-ext-result:attributes>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes {
    /// `attr`: at least one.
    pub attrs: Vec<Attr>,
}

impl Decode for Attributes {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { attrs: from.all("attr")? })
    }
}

impl Encode for Attributes {
    fn encode(&self, to: &mut Writer) {
        to.put_all("attr", &self.attrs);
    }
}

/// `<no-ext-result:attr>`: what the reason is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attr {
    /// `name`
    pub name: String,
    /// The value.
    pub value: String,
}

impl Decode for Attr {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, value: from.text().to_owned() })
    }
}

impl Encode for Attr {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.text(&self.value);
    }
}

/// `<no-ext-result:message>`: a poll message, with a late reply or with entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollMessage {
    /// `type`
    pub message_type: String,
    /// `desc`: in words.
    pub desc: String,
    /// `data`
    pub data: Option<MessageData>,
}

impl Named for PollMessage {
    const NS: Namespace = NS;
    const NAME: &'static str = "message";
}

impl Decode for PollMessage {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { message_type: from.need_word("type")?, desc: from.one("desc")?, data: from.opt("data")? })
    }
}

impl Encode for PollMessage {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.message_type);
        to.put("desc", &self.desc);
        match &self.data {
            Some(MessageData::Entries(entries)) => to.element("data", |to| to.put_all("entry", entries)),
            Some(MessageData::LateReply(data)) => data.encode(to),
            None => {}
        }
    }
}

/// `<no-ext-result:data>`: entries, or a whole `<epp>` message that comes late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageData {
    /// `entry`: names and values.
    Entries(Vec<Entry>),
    /// The whole element, with the reply in it.
    LateReply(Fragment),
}

impl Decode for MessageData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if from.find_in(EPP, "epp").is_some() {
            return Fragment::decode(from).map(Self::LateReply);
        }
        from.all("entry").map(Self::Entries)
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
