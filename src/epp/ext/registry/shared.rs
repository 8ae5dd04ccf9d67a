//! What rules of several objects are made of.

use crate::error::DecodeError;
use crate::types::Text;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// An expression that values match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    /// `expression`
    pub expression: String,
    /// `explanation`
    pub explanation: Option<Explanation>,
}

impl Decode for Regex {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { expression: from.one("expression")?, explanation: from.opt("explanation")? })
    }
}

impl Encode for Regex {
    fn encode(&self, to: &mut Writer) {
        to.put("expression", &self.expression);
        to.put_opt("explanation", &self.explanation);
    }
}

/// `<registry:explanation>`: the expression in words.
pub type Explanation = Text;

/// A lowest and a highest number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinMax {
    /// `min`
    pub min: u16,
    /// `max`: none, when left out.
    pub max: Option<u16>,
}

impl Decode for MinMax {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min: from.one("min")?, max: from.opt("max")? })
    }
}

impl Encode for MinMax {
    fn encode(&self, to: &mut Writer) {
        to.put("min", &self.min);
        to.put_opt("max", &self.max);
    }
}

/// Lengths of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinMaxLength {
    /// `minLength`
    pub min_length: u16,
    /// `maxLength`
    pub max_length: u16,
}

impl Decode for MinMaxLength {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { min_length: from.one("minLength")?, max_length: from.one("maxLength")? })
    }
}

impl Encode for MinMaxLength {
    fn encode(&self, to: &mut Writer) {
        to.put("minLength", &self.min_length);
        to.put("maxLength", &self.max_length);
    }
}

/// A length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// `unit`
    pub unit: SpanUnit,
    /// How many units.
    pub value: u16,
}

impl Decode for Span {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { unit: from.need_word("unit")?, value: u16::decode(from)? })
    }
}

impl Encode for Span {
    fn encode(&self, to: &mut Writer) {
        to.attr("unit", self.unit.as_str());
        self.value.encode(to);
    }
}

wire_enum! {
    /// The unit of a [`Span`].
    SpanUnit {
        Years = "y",
        Months = "m",
        Days = "d",
        Hours = "h",
    }
}

/// `<registry:supportedStatus>`: the statuses that are used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SupportedStatus {
    /// `status`
    pub statuses: Vec<String>,
}

impl Decode for SupportedStatus {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { statuses: from.all("status")? })
    }
}

impl Encode for SupportedStatus {
    fn encode(&self, to: &mut Writer) {
        to.put_all("status", &self.statuses);
    }
}

/// `<registry:customData>`: what has no element of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomData {
    /// `value`
    pub values: Vec<CustomValue>,
}

impl Decode for CustomData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { values: from.all("value")? })
    }
}

impl Encode for CustomData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("value", &self.values);
    }
}

/// `<registry:value>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomValue {
    /// `key`
    pub key: String,
    /// The value.
    pub value: String,
}

impl Decode for CustomValue {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { key: from.need_word("key")?, value: from.text().to_owned() })
    }
}

impl Encode for CustomValue {
    fn encode(&self, to: &mut Writer) {
        to.attr("key", &self.key);
        to.text(&self.value);
    }
}
