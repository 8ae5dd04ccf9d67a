//! How well the DNS of a domain is run (`dnsQuality-2.0`): an object of its own, which is only read.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/dnsQuality-2.0", prefix: "dnsQuality" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid dnsQuality-2.0";

/// `<dnsQuality:info>`: asks for a domain.
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

/// `<dnsQuality:infData>`: how well it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `name`
    pub name: String,
    /// `checkTime`
    pub check_time: Option<DateTime<Utc>>,
    /// `score`
    pub score: String,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, check_time: from.opt("checkTime")?, score: from.one("score")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("checkTime", &self.check_time);
        to.put("score", &self.score);
    }
}
