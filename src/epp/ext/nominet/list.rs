//! The registrar's own domains (`std-list-1.0`).

use super::DomainList;
use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-list-1.0", prefix: "list" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<List>(DOCUMENT), Message::data::<ListData>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-list-1.0";

/// `<list:list>`: asks for the domains of a month. It is an info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `fields`: what to tell of them.
    pub fields: Option<Fields>,
    /// Which.
    pub by: By,
}

impl Named for List {
    const NS: Namespace = NS;
    const NAME: &'static str = "list";
}

impl ObjectCommand for List {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for List {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { fields: from.word("fields"), by: By::decode(from)? })
    }
}

impl Encode for List {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("fields", &self.fields);
        self.by.encode(to);
    }
}

/// Which domains to list: `2026-03`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// `month`: those registered in a month.
    Month(String),
    /// `expiry`: those that expire in a month.
    Expiry(String),
}

impl Decode for By {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(month) = from.opt("month")? {
            return Ok(Self::Month(month));
        }
        from.one("expiry").map(Self::Expiry)
    }
}

impl Encode for By {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Month(month) => to.put("month", month),
            Self::Expiry(expiry) => to.put("expiry", expiry),
        }
    }
}

wire_enum! {
    /// What a list tells of a domain beside its name.
    Fields {
        None = "none",
    }
}

/// `<list:listData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListData(pub DomainList);

impl Named for ListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "listData";
}

impl Decode for ListData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        DomainList::decode(from).map(Self)
    }
}

impl Encode for ListData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}
