//! Lists of domains (`std-list-1.0`): a command of its own, inside `<info>`.

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

/// `<list:list>`: asks for the domains of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `fields`
    pub fields: Option<Fields>,
    /// Which month.
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

wire_enum! {
    /// What is told of each domain.
    Fields {
        None = "none",
    }
}

/// A month, as `2031-02`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// `month`: in which they were registered.
    Month(String),
    /// `expiry`: in which they end.
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

/// `<list:listData>`: the domains.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListData {
    /// `noDomains`: how many there are.
    pub no_domains: Option<u32>,
    /// `domainName`
    pub domain_names: Vec<String>,
}

impl Named for ListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "listData";
}

impl Decode for ListData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            no_domains: from.parse_attr("noDomains", "number")?,
            domain_names: from.all("domainName")?,
        })
    }
}

impl Encode for ListData {
    fn encode(&self, to: &mut Writer) {
        if let Some(no_domains) = self.no_domains {
            to.attr_display("noDomains", no_domains);
        }
        to.put_all("domainName", &self.domain_names);
    }
}
