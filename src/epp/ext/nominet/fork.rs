//! A copy of a contact for some of its domains (`std-fork-1.0`). The reply holds a `contact:creData`.

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-fork-1.0", prefix: "fork" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Fork>(DOCUMENT)];
const DOCUMENT: &str = "Nominet std-fork-1.0";

/// `<fork:fork>`: copies a contact. It is an update.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fork {
    /// `contactId`: the contact.
    pub contact_id: Option<String>,
    /// `newContactId`: the id of the copy; the registry's choice, when left out.
    pub new_contact_id: Option<String>,
    /// `domainName`: the domains that go to the copy.
    pub names: Vec<String>,
}

impl Named for Fork {
    const NS: Namespace = NS;
    const NAME: &'static str = "fork";
}

impl ObjectCommand for Fork {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Fork {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contact_id: from.opt("contactId")?,
            new_contact_id: from.opt("newContactId")?,
            names: from.all("domainName")?,
        })
    }
}

impl Encode for Fork {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("contactId", &self.contact_id);
        to.put_opt("newContactId", &self.new_contact_id);
        to.put_all("domainName", &self.names);
    }
}
