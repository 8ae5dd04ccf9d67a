//! Verisign's notice of a restore (`rgp-poll-1.0`), in the message queue: until when its report is due.

use chrono::{DateTime, Utc};

use super::rgp::RgpStatus;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::StatusValue;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/rgp-poll-1.0", prefix: "rgp-poll" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::data::<PollData>(DOCUMENT)];
const DOCUMENT: &str = "Verisign RGP poll";

/// `<rgp-poll:pollData>`: how a restore stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollData {
    /// `name`
    pub name: String,
    /// `rgpStatus`
    pub rgp_status: StatusValue<RgpStatus>,
    /// `reqDate`: when the restore was asked for.
    pub req_date: DateTime<Utc>,
    /// `reportDueDate`: without a report by then, the domain is deleted after all.
    pub report_due_date: DateTime<Utc>,
}

impl Named for PollData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pollData";
}

impl Decode for PollData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            rgp_status: from.one("rgpStatus")?,
            req_date: from.one("reqDate")?,
            report_due_date: from.one("reportDueDate")?,
        })
    }
}

impl Encode for PollData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("rgpStatus", &self.rgp_status);
        to.put("reqDate", &self.req_date);
        to.put("reportDueDate", &self.report_due_date);
    }
}
