//! Whether the data of a registrant was validated (`nom-data-quality-1.1`).

use chrono::{DateTime, Utc};

use super::{DomainList, Flag};
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/nom-data-quality-1.1", prefix: "data-quality" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Update>(DOCUMENT), Message::extends_reply::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "Nominet nom-data-quality-1.1";

/// `<data-quality:update>`: the registrar has validated the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `validate`
    pub validate: Validate,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { validate: from.one("validate")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("validate", &self.validate);
    }
}

/// `<data-quality:validate>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validate;

impl Decode for Validate {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Validate {
    fn encode(&self, _: &mut Writer) {}
}

/// `<data-quality:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `status`
    pub status: String,
    /// `reason`
    pub reason: Option<String>,
    /// `dateCommenced`: when the validation began.
    pub date_commenced: Option<DateTime<Utc>>,
    /// `dateToSuspend`: when its domains stop working.
    pub date_to_suspend: Option<DateTime<Utc>>,
    /// `lockApplied`
    pub lock_applied: Option<Flag>,
    /// `domainListData`
    pub domains: Option<DomainList>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            status: from.one("status")?,
            reason: from.opt("reason")?,
            date_commenced: from.opt("dateCommenced")?,
            date_to_suspend: from.opt("dateToSuspend")?,
            lock_applied: from.opt("lockApplied")?,
            domains: from.opt("domainListData")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("status", &self.status);
        to.put_opt("reason", &self.reason);
        to.put_opt("dateCommenced", &self.date_commenced);
        to.put_opt("dateToSuspend", &self.date_to_suspend);
        to.put_opt("lockApplied", &self.lock_applied);
        to.put_opt("domainListData", &self.domains);
    }
}
