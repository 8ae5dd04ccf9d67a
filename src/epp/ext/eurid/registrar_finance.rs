//! The registrar's account (`registrarFinance-1.0`): an object of its own, which is only read.

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/registrarFinance-1.0", prefix: "registrarFinance" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid registrarFinance-1.0";

/// `<registrarFinance:info>`: asks for the account.
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

/// `<registrarFinance:infData>`: the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `paymentMode`
    pub payment_mode: String,
    /// `availableAmount`
    pub available_amount: Option<Decimal>,
    /// `accountBalance`
    pub account_balance: Decimal,
    /// `overdueAmount`
    pub overdue_amount: Option<Decimal>,
    /// `dueAmount`
    pub due_amount: Option<Decimal>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            payment_mode: from.one("paymentMode")?,
            available_amount: from.opt("availableAmount")?,
            account_balance: from.one("accountBalance")?,
            overdue_amount: from.opt("overdueAmount")?,
            due_amount: from.opt("dueAmount")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("paymentMode", &self.payment_mode);
        to.put_opt("availableAmount", &self.available_amount);
        to.put("accountBalance", &self.account_balance);
        to.put_opt("overdueAmount", &self.overdue_amount);
        to.put_opt("dueAmount", &self.due_amount);
    }
}
