//! The registry's lock on a domain at .se and .nu (`registryLock-1.0`).

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:se:iis:xml:epp:registryLock-1.0", prefix: "registryLock" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Lock>(DOCUMENT), Message::extends_reply::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "IIS registryLock-1.0";

/// `<registryLock:lock>`: locks the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// `unlock`: how it can be unlocked again.
    pub unlock: Unlock,
}

impl Named for Lock {
    const NS: Namespace = NS;
    const NAME: &'static str = "lock";
}

impl Decode for Lock {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { unlock: from.one("unlock")? })
    }
}

impl Encode for Lock {
    fn encode(&self, to: &mut Writer) {
        to.put("unlock", &self.unlock);
    }
}

wire_enum! {
    /// A way to unlock a domain.
    Unlock {
        OutOfBand = "outofband",
        Password = "password",
    }
}

/// `<registryLock:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `locked`
    pub locked: bool,
    /// `unlockedUntil`: the end of the time in which it may be changed.
    pub unlocked_until: Option<DateTime<Utc>>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { locked: from.one("locked")?, unlocked_until: from.opt("unlockedUntil")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("locked", &self.locked);
        to.put_opt("unlockedUntil", &self.unlocked_until);
    }
}
