//! Who has the right to a name directly under .uk (`nom-direct-rights-1.0`).

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::contact::{self, Address, PostalForm, PostalInfo};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the object.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/nom-direct-rights-1.0", prefix: "direct-rights" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Check>(DOCUMENT), Message::data::<ChkData>(DOCUMENT)];
const DOCUMENT: &str = "Nominet nom-direct-rights-1.0";

/// `<direct-rights:check>`: has this person a right to the name?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// `postalInfo` and `email`: a person who is no contact yet.
    Person {
        /// `postalInfo`
        postal_info: PostalInfo,
        /// `email`
        email: String,
    },
    /// `registrant`: a contact, by its id.
    Registrant(String),
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl ObjectCommand for Check {
    fn verb(&self) -> Verb {
        Verb::Check
    }
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(id) = from.opt("registrant")? {
            return Ok(Self::Registrant(id));
        }
        Ok(Self::Person { postal_info: postal_info(from.need("postalInfo")?)?, email: from.one("email")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Person { postal_info, email } => {
                to.element("postalInfo", |to| {
                    to.attr("type", postal_info.form.as_str());
                    to.within(contact::NS, |to| {
                        to.put("name", &postal_info.name);
                        to.put_opt("org", &postal_info.org);
                        to.put("addr", &postal_info.addr);
                    });
                });
                to.put("email", email);
            }
            Self::Registrant(id) => to.put("registrant", id),
        }
    }
}

/// Reads `<direct-rights:postalInfo>`, whose content is of RFC 5733.
fn postal_info(from: Element<'_>) -> Result<PostalInfo, DecodeError> {
    let child = |name| from.children().find(|child| child.is(contact::NS, name));
    let need = |name| child(name).ok_or_else(|| from.error(DecodeErrorKind::Missing(name)));
    Ok(PostalInfo {
        form: from.need_word::<PostalForm>("type")?,
        name: String::decode(need("name")?)?,
        org: child("org").map(String::decode).transpose()?,
        addr: Address::decode(need("addr")?)?,
    })
}

/// `<direct-rights:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `ror`: the name there is a right to; empty when there is none.
    pub ror: String,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ror: from.one("ror")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put("ror", &self.ror);
    }
}
