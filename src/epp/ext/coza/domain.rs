//! How domains in .za renew, what a transfer costs, and what the registry says of a command in words
//! (`cozadomain-1-0`).

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://co.za/epp/extensions/cozadomain-1-0", prefix: "cozadomain" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<CozaData>(DOCUMENT),
];
const DOCUMENT: &str = "ZACR cozadomain-1-0";

/// `<cozadomain:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `autorenew`: whether it renews by itself; it does, when left out.
    pub autorenew: Option<bool>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { autorenew: from.opt("autorenew")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("autorenew", &self.autorenew);
    }
}

/// `<cozadomain:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `cancelPendingAction`: the action that is taken back.
    pub cancel_pending_action: Option<String>,
    /// `chg`
    pub chg: Option<Chg>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cancel_pending_action: from.word("cancelPendingAction"), chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("cancelPendingAction", &self.cancel_pending_action);
        to.put_opt("chg", &self.chg);
    }
}

/// `<cozadomain:chg>`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chg {
    /// `autorenew`: whether it renews by itself.
    pub autorenew: Option<bool>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { autorenew: from.opt("autorenew")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("autorenew", &self.autorenew);
    }
}

/// `<cozadomain:info>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `transferQuote`: asks what a transfer of the domain costs.
    pub transfer_quote: Option<bool>,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { transfer_quote: from.opt("transferQuote")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("transferQuote", &self.transfer_quote);
    }
}

/// `<cozadomain:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `autorenew`: whether it renews by itself.
    pub autorenew: Option<bool>,
    /// `transferQuoteRes`
    pub transfer_quote: Option<TransferQuote>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { autorenew: from.opt("autorenew")?, transfer_quote: from.opt("transferQuoteRes")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("autorenew", &self.autorenew);
        to.put_opt("transferQuoteRes", &self.transfer_quote);
    }
}

/// `<cozadomain:transferQuoteRes>`: what a transfer costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferQuote {
    /// `name`
    pub name: String,
    /// `cost`
    pub cost: Decimal,
}

impl Decode for TransferQuote {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, cost: from.one("cost")? })
    }
}

impl Encode for TransferQuote {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("cost", &self.cost);
    }
}

/// `<cozadomain:cozaData>`: what became of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CozaData {
    /// `detail`
    pub detail: Detail,
}

impl Named for CozaData {
    const NS: Namespace = NS;
    const NAME: &'static str = "cozaData";
}

impl Decode for CozaData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { detail: from.one("detail")? })
    }
}

impl Encode for CozaData {
    fn encode(&self, to: &mut Writer) {
        to.put("detail", &self.detail);
    }
}

/// `<cozadomain:detail>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// `result`
    pub result: Outcome,
    /// In words.
    pub text: String,
}

impl Decode for Detail {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { result: from.need_word("result")?, text: from.text().to_owned() })
    }
}

impl Encode for Detail {
    fn encode(&self, to: &mut Writer) {
        to.attr("result", self.result.as_str());
        to.text(&self.text);
    }
}

wire_enum! {
    /// Whether a command was done.
    Outcome {
        Success = "success",
        Failure = "failure",
    }
}
