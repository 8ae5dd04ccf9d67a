//! Verisign's balance (`balance-1.0`): how much money is left at the registry. An object of its own, that can be read.

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/balance-1.0", prefix: "balance" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "Verisign balance";

/// `<balance:info>`: asks for the balance.
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

/// `<balance:infData>`: the balance, in dollars with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InfData {
    /// `creditLimit`
    pub credit_limit: Decimal,
    /// `balance`: what is owed.
    pub balance: Decimal,
    /// `availableCredit`
    pub available_credit: Decimal,
    /// `creditThreshold`: below this a notice is sent.
    pub credit_threshold: Threshold,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            credit_limit: from.one("creditLimit")?,
            balance: from.one("balance")?,
            available_credit: from.one("availableCredit")?,
            credit_threshold: from.one("creditThreshold")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("creditLimit", &self.credit_limit);
        to.put("balance", &self.balance);
        to.put("availableCredit", &self.available_credit);
        to.put("creditThreshold", &self.credit_threshold);
    }
}

/// `<balance:creditThreshold>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// `fixed`: an amount.
    Fixed(Decimal),
    /// `percent` of the credit limit.
    Percent(i64),
}

impl Decode for Threshold {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        match from.find("percent") {
            Some(percent) => percent.parse_text("integer").map(Self::Percent),
            None => from.one("fixed").map(Self::Fixed),
        }
    }
}

impl Encode for Threshold {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Fixed(amount) => to.put("fixed", amount),
            Self::Percent(percent) => to.element("percent", |to| to.display(percent)),
        }
    }
}
