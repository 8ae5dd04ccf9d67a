//! A second address of a contact (RFC 9873, `addlEmail-1.0`): one of the two may be internationalised.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:addlEmail-1.0", prefix: "addlEmail" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<AddlEmail>(DOCUMENT), Message::extends_reply::<AddlEmail>(DOCUMENT)];
const DOCUMENT: &str = "RFC 9873";

/// `<addlEmail:addlEmail>`: in commands to create and update a contact, and in replies to info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddlEmail {
    /// `email`
    pub email: Email,
}

impl Named for AddlEmail {
    const NS: Namespace = NS;
    const NAME: &'static str = "addlEmail";
}

impl Decode for AddlEmail {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { email: from.one("email")? })
    }
}

impl Encode for AddlEmail {
    fn encode(&self, to: &mut Writer) {
        to.put("email", &self.email);
    }
}

/// `<addlEmail:email>`: the second address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// `primary`: whether it is the one to prefer; not, when left out.
    pub primary: Option<bool>,
    /// The address; empty takes it away.
    pub address: String,
}

impl Decode for Email {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { primary: from.bool_attr("primary")?, address: from.text().to_owned() })
    }
}

impl Encode for Email {
    fn encode(&self, to: &mut Writer) {
        if let Some(primary) = self.primary {
            to.attr_bool("primary", primary);
        }
        to.text(&self.address);
    }
}
