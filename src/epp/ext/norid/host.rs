//! Contacts of hosts in .no (`no-ext-host-1.0`).
//!
//! Written without a schema that the registry publishes: the facts come from what public clients carry.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.norid.no/xsd/no-ext-host-1.0", prefix: "no-ext-host" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-host-1.0";

/// `<no-ext-host:info>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `sponsoringClientID`: whose host it is, when several have one of the name.
    pub sponsoring_client_id: Option<String>,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { sponsoring_client_id: from.opt("sponsoringClientID")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("sponsoringClientID", &self.sponsoring_client_id);
    }
}

/// `<no-ext-host:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub HostContact);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        HostContact::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<no-ext-host:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub HostContact);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        HostContact::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Who looks after a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostContact {
    /// `contact`: the contact's id.
    pub contact: Option<String>,
}

impl Decode for HostContact {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact: from.opt("contact")? })
    }
}

impl Encode for HostContact {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("contact", &self.contact);
    }
}

/// `<no-ext-host:update>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `add`
    pub add: Option<AddRem>,
    /// `rem`
    pub rem: Option<AddRem>,
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

/// What is added or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddRem {
    /// `contact`
    pub contact: String,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact: from.one("contact")? })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put("contact", &self.contact);
    }
}
