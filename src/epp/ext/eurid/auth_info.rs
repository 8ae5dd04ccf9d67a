//! The code that a transfer needs (`authInfo-1.1`): asked for and taken back by an extension of info.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/authInfo-1.1", prefix: "authInfo" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Info>(DOCUMENT), Message::extends_reply::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid authInfo-1.1";

/// `<authInfo:info>`: makes a code, or ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Info {
    /// `request`
    Request,
    /// `cancel`
    Cancel,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if from.has("request") {
            return Ok(Self::Request);
        }
        Ok(Self::Cancel)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Request => to.flag("request"),
            Self::Cancel => to.flag("cancel"),
        }
    }
}

/// `<authInfo:infData>`: until when the code holds, which stands in the reply itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `validUntil`
    pub valid_until: DateTime<Utc>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { valid_until: from.one("validUntil")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("validUntil", &self.valid_until);
    }
}
