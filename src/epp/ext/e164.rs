//! Telephone numbers as domains (RFC 4114, `e164epp-1.0`): the NAPTR records of a number.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:e164epp-1.0", prefix: "e164" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 4114";

/// `<e164:create>`: the records of a new number (3.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `naptr`: at least one.
    pub naptrs: Vec<Naptr>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { naptrs: from.all("naptr")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("naptr", &self.naptrs);
    }
}

/// `<e164:update>`: records that come or go (3.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Option<Naptrs>,
    /// `rem`
    pub rem: Option<Naptrs>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.opt("add")?, rem: from.opt("rem")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
    }
}

/// `<e164:infData>`: the records of a number (3.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `naptr`: at least one.
    pub naptrs: Vec<Naptr>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { naptrs: from.all("naptr")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("naptr", &self.naptrs);
    }
}

/// `<e164:add>` and `<e164:rem>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Naptrs {
    /// `naptr`: at least one.
    pub naptrs: Vec<Naptr>,
}

impl Decode for Naptrs {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { naptrs: from.all("naptr")? })
    }
}

impl Encode for Naptrs {
    fn encode(&self, to: &mut Writer) {
        to.put_all("naptr", &self.naptrs);
    }
}

/// `<e164:naptr>`: a NAPTR record (RFC 3403).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naptr {
    /// `order`
    pub order: u16,
    /// `pref`: preference among records of one order.
    pub pref: u16,
    /// `flags`: one letter or digit.
    pub flags: Option<String>,
    /// `svc`: the service.
    pub svc: String,
    /// `regex`
    pub regex: Option<String>,
    /// `repl`: the name to ask next.
    pub repl: Option<String>,
}

impl Decode for Naptr {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            order: from.one("order")?,
            pref: from.one("pref")?,
            flags: from.opt("flags")?,
            svc: from.one("svc")?,
            regex: from.opt("regex")?,
            repl: from.opt("repl")?,
        })
    }
}

impl Encode for Naptr {
    fn encode(&self, to: &mut Writer) {
        to.put("order", &self.order);
        to.put("pref", &self.pref);
        to.put_opt("flags", &self.flags);
        to.put("svc", &self.svc);
        to.put_opt("regex", &self.regex);
        to.put_opt("repl", &self.repl);
    }
}
