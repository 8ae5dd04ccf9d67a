//! How many domains a registrar may still register (`registrationLimit-1.1`): an object of its own, which is only read.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/registrationLimit-1.1", prefix: "registrationLimit" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid registrationLimit-1.1";

/// `<registrationLimit:info>`: asks for the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Info;

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl ObjectCommand for Info {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for Info {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Info {
    fn encode(&self, _: &mut Writer) {}
}

/// `<registrationLimit:infData>`: the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `monthlyRegistrations`: how many there were this month.
    pub monthly_registrations: i32,
    /// `maxMonthlyRegistrations`: how many there may be.
    pub max_monthly_registrations: Option<i32>,
    /// `limitedUntil`
    pub limited_until: Option<DateTime<Utc>>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            monthly_registrations: from.one("monthlyRegistrations")?,
            max_monthly_registrations: from.opt("maxMonthlyRegistrations")?,
            limited_until: from.opt("limitedUntil")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("monthlyRegistrations", &self.monthly_registrations);
        to.put_opt("maxMonthlyRegistrations", &self.max_monthly_registrations);
        to.put_opt("limitedUntil", &self.limited_until);
    }
}
