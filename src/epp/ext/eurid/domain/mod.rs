//! Contacts, groups of name servers and keys, and dates of a domain (`domain-ext-2.6`, `domain-ext-2.5`).
//!
//! A session speaks one of the two versions, never both. They differ in one element of [`InfData`]; the types are of
//! 2.6, and [`V25`] around one makes it speak 2.5.

mod command;
mod reply;

pub use command::{AddRem, Chg, Create, Delete, Request, Schedule, Transfer, Update};
pub use reply::{CheckedDomain, ChkData, InfData, RenData, TrnData};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/domain-ext-2.6", prefix: "domain-ext" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<RenData>(DOCUMENT),
    Message::extends_reply::<TrnData>(DOCUMENT),
    Message::extends_command::<V25<Create>>("EURid domain-ext-2.5"),
    Message::extends_command::<V25<Delete>>("EURid domain-ext-2.5"),
    Message::extends_command::<V25<Transfer>>("EURid domain-ext-2.5"),
    Message::extends_command::<V25<Update>>("EURid domain-ext-2.5"),
    Message::extends_reply::<V25<ChkData>>("EURid domain-ext-2.5"),
    Message::extends_reply::<V25<InfData>>("EURid domain-ext-2.5"),
    Message::extends_reply::<V25<RenData>>("EURid domain-ext-2.5"),
    Message::extends_reply::<V25<TrnData>>("EURid domain-ext-2.5"),
];
const DOCUMENT: &str = "EURid domain-ext-2.6";

/// `<domain-ext:contact>`: a contact with a role that RFC 5731 does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`: `onsite` or `reseller`, as a rule.
    pub role: Option<String>,
    /// The contact's id.
    pub id: String,
}

impl Decode for Contact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role: from.word("type"), id: from.text().to_owned() })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.role);
        to.text(&self.id);
    }
}

/// A type in the older version 2.5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct V25<T>(pub T);

impl<T: Named> Named for V25<T> {
    const NS: Namespace = NS_2_5;
    const NAME: &'static str = T::NAME;
}

impl<T: Decode> Decode for V25<T> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        T::decode(from).map(Self)
    }
}

impl<T: Encode> Encode for V25<T> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// The namespace of version 2.5.
pub const NS_2_5: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/domain-ext-2.5", prefix: "domain-ext" };
