//! Verisign's language tag (`idnLang-1.0`): the language whose rules a name beyond ASCII is checked by.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/idnLang-1.0", prefix: "idnLang" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_command::<Tag>(DOCUMENT)];
const DOCUMENT: &str = "Verisign IDN language tag";

/// `<idnLang:tag>`: the language of a new name, such as `GER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(pub String);

impl Named for Tag {
    const NS: Namespace = NS;
    const NAME: &'static str = "tag";
}

impl Decode for Tag {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        String::decode(from).map(Self)
    }
}

impl Encode for Tag {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}
