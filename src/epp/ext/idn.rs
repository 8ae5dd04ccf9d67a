//! Which table of characters an internationalised name is of (draft-ietf-eppext-idnmap, `idn-1.0`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:idn-1.0", prefix: "idn" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Data>(DOCUMENT), Message::extends_reply::<Data>(DOCUMENT)];
const DOCUMENT: &str = "draft-ietf-eppext-idnmap";

/// `<idn:data>`: the table of a new name, and that of a name in a reply to info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// `table`: the registry's name for the table, often a language tag.
    pub table: String,
    /// `uname`: the name in Unicode.
    pub uname: Option<String>,
}

impl Named for Data {
    const NS: Namespace = NS;
    const NAME: &'static str = "data";
}

impl Decode for Data {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { table: from.one("table")?, uname: from.opt("uname")? })
    }
}

impl Encode for Data {
    fn encode(&self, to: &mut Writer) {
        to.put("table", &self.table);
        to.put_opt("uname", &self.uname);
    }
}
