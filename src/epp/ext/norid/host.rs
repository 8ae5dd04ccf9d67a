//! Contacts of a .no host (`no-ext-host-1.0`). Written without a public schema.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.norid.no/xsd/no-ext-host-1.0", prefix: "no-ext-host" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-host-1.0";

/// `<no-ext-host:create>`: who answers for a new host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `contact`: at least one.
    pub contacts: Vec<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}

/// `<no-ext-host:update>`: others answer for a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Option<Contacts>,
    /// `rem`
    pub rem: Option<Contacts>,
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

/// `<no-ext-host:add>` and `<no-ext-host:rem>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contacts {
    /// `contact`: at least one.
    pub contacts: Vec<String>,
}

impl Decode for Contacts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for Contacts {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}

/// `<no-ext-host:info>`: reads the host of another registrar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `sponsoringClientID`
    pub sponsoring_client_id: String,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { sponsoring_client_id: from.one("sponsoringClientID")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("sponsoringClientID", &self.sponsoring_client_id);
    }
}

/// `<no-ext-host:infData>`: who answers for a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `contact`
    pub contacts: Vec<String>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contacts: from.all("contact")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("contact", &self.contacts);
    }
}
