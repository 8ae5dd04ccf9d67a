//! Verisign's notice that money runs out (`lowbalance-poll-1.0`), in the message queue.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace =
    Namespace { uri: "http://www.verisign.com/epp/lowbalance-poll-1.0", prefix: "lowbalance-poll" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::data::<PollData>(DOCUMENT)];
const DOCUMENT: &str = "Verisign low balance";

/// `<lowbalance-poll:pollData>`: how much is left. The amounts are text in the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollData {
    /// `registrarName`
    pub registrar_name: String,
    /// `creditLimit`
    pub credit_limit: String,
    /// `creditThreshold`: below this the notice is sent.
    pub credit_threshold: Threshold,
    /// `availableCredit`
    pub available_credit: String,
}

impl Named for PollData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pollData";
}

impl Decode for PollData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            registrar_name: from.one("registrarName")?,
            credit_limit: from.one("creditLimit")?,
            credit_threshold: from.one("creditThreshold")?,
            available_credit: from.one("availableCredit")?,
        })
    }
}

impl Encode for PollData {
    fn encode(&self, to: &mut Writer) {
        to.put("registrarName", &self.registrar_name);
        to.put("creditLimit", &self.credit_limit);
        to.put("creditThreshold", &self.credit_threshold);
        to.put("availableCredit", &self.available_credit);
    }
}

/// `<lowbalance-poll:creditThreshold>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// `type`
    pub kind: ThresholdType,
    /// An amount or a percentage.
    pub value: String,
}

wire_enum! {
    /// What a threshold is given in.
    ThresholdType {
        Fixed = "FIXED",
        Percent = "PERCENT",
    }
}

impl Decode for Threshold {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { kind: from.need_word("type")?, value: String::decode(from)? })
    }
}

impl Encode for Threshold {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.kind.as_str());
        self.value.encode(to);
    }
}
