//! `<poll>` (RFC 5730, 2.9.2.3).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Writer};

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::session("poll", |from, to| {
    to.put("poll", &Poll::decode(from)?);
    Ok(())
})];

/// `<poll>`: the message queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poll {
    /// `op="req"`: shows the first message.
    Req,
    /// `op="ack"`: takes the message with this id off the queue.
    Ack(String),
}

impl Decode for Poll {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        match from.need_attr("op")?.trim() {
            "req" => Ok(Self::Req),
            "ack" => Ok(Self::Ack(from.need_attr("msgID")?.trim().to_owned())),
            _ => Err(from.invalid("poll op")),
        }
    }
}

impl Encode for Poll {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Req => to.attr("op", "req"),
            Self::Ack(id) => {
                to.attr("op", "ack");
                to.attr("msgID", id);
            }
        }
    }
}
