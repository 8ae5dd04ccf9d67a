//! Deletion of a .nl domain at a later date (`sidn-ext-epp-scheduled-delete-1.0`). Written without a public schema.

use chrono::NaiveDate;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace {
    uri: "http://rxsd.domain-registry.nl/sidn-ext-epp-scheduled-delete-1.0",
    prefix: "scheduledDelete",
};

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_command::<Update>(DOCUMENT)];
const DOCUMENT: &str = "SIDN sidn-ext-epp-scheduled-delete-1.0";

/// `<scheduledDelete:update>`: sets the date, or takes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `operation`
    pub operation: Operation,
    /// `date`: with [`Operation::SetDate`].
    pub date: Option<NaiveDate>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { operation: from.one("operation")?, date: from.opt("date")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("operation", &self.operation);
        to.put_opt("date", &self.date);
    }
}

wire_enum! {
    /// What is done with the date.
    Operation {
        Cancel = "cancel",
        SetDate = "setDate",
        SetDateToEndOfSubscriptionPeriod = "setDateToEndOfSubscriptionPeriod",
    }
}
