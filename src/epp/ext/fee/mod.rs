//! Fees (RFC 8748, `epp:fee-1.0`): what a command costs, asked before it and acknowledged in it.

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::{Period, Text};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:fee-1.0", prefix: "fee" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_reply::<RenData>(DOCUMENT),
    Message::extends_command::<Transfer>(DOCUMENT),
    Message::extends_reply::<TrnData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<UpdData>(DOCUMENT),
    Message::extends_reply::<DelData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 8748";

wire_enum! {
    /// The command a fee is for (RFC 8748, 3.1).
    FeeCommand {
        Create = "create",
        Custom = "custom",
        Delete = "delete",
        Renew = "renew",
        Restore = "restore",
        Transfer = "transfer",
        Update = "update",
    }
}

/// `<fee:check>`: asks for the fees of all names of a domain check (5.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `currency`; the registry's own when left out.
    pub currency: Option<String>,
    /// `command`, at least one.
    pub commands: Vec<CheckCommand>,
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { currency: from.opt("currency")?, commands: from.all("command")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("currency", &self.currency);
        to.put_all("command", &self.commands);
    }
}

/// `<fee:command>` of a check: one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCommand {
    /// `name`
    pub name: FeeCommand,
    /// `customName`, when the command is of the registry's own.
    pub custom_name: Option<String>,
    /// `phase` of a launch.
    pub phase: Option<String>,
    /// `subphase` of a launch.
    pub subphase: Option<String>,
    /// `period`
    pub period: Option<Period>,
}

impl CheckCommand {
    /// A question about a command outside any launch phase.
    #[must_use]
    pub fn new(name: FeeCommand, period: Option<Period>) -> Self {
        Self { name, custom_name: None, phase: None, subphase: None, period }
    }
}

impl Decode for CheckCommand {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let attr = |name| from.attr(name).map(|value| value.trim().to_owned());
        Ok(Self {
            name: from.need_attr("name")?.trim().into(),
            custom_name: attr("customName"),
            phase: attr("phase"),
            subphase: attr("subphase"),
            period: from.opt("period")?,
        })
    }
}

impl Encode for CheckCommand {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", self.name.as_str());
        to.attr_opt("customName", &self.custom_name);
        to.attr_opt("phase", &self.phase);
        to.attr_opt("subphase", &self.subphase);
        to.put_opt("period", &self.period);
    }
}

/// `<fee:chkData>`: the fees of the names that were checked (5.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `currency`
    pub currency: String,
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { currency: from.one("currency")?, cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put("currency", &self.currency);
        to.put_all("cd", &self.cds);
    }
}

/// `<fee:cd>`: the fees of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `avail`: whether fees could be told at all. It says nothing about the name.
    pub avail: bool,
    /// `objID`
    pub obj_id: String,
    /// `class`: `standard`, or the name of a premium tier.
    pub class: Option<String>,
    /// `command`: one answer for each question.
    pub commands: Vec<CommandFees>,
    /// `reason`: why no fees could be told.
    pub reason: Option<Text>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            avail: flag(from, "avail")?.unwrap_or(true),
            obj_id: from.one("objID")?,
            class: from.opt("class")?,
            commands: from.all("command")?,
            reason: from.opt("reason")?,
        })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.attr("avail", if self.avail { "1" } else { "0" });
        to.put("objID", &self.obj_id);
        to.put_opt("class", &self.class);
        to.put_all("command", &self.commands);
        to.put_opt("reason", &self.reason);
    }
}

/// `<fee:command>` of a reply: what one command costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFees {
    /// The question this answers.
    pub command: CheckCommand,
    /// `standard`: whether this is the usual price.
    pub standard: Option<bool>,
    /// `fee`
    pub fees: Vec<Fee>,
    /// `credit`
    pub credits: Vec<Credit>,
    /// `reason`: why there is no price.
    pub reason: Option<Text>,
}

impl Decode for CommandFees {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            command: CheckCommand::decode(from)?,
            standard: flag(from, "standard")?,
            fees: from.all("fee")?,
            credits: from.all("credit")?,
            reason: from.opt("reason")?,
        })
    }
}

impl Encode for CommandFees {
    fn encode(&self, to: &mut Writer) {
        if let Some(standard) = self.standard {
            to.attr("standard", if standard { "1" } else { "0" });
        }
        self.command.encode(to);
        to.put_all("fee", &self.fees);
        to.put_all("credit", &self.credits);
        to.put_opt("reason", &self.reason);
    }
}

/// `<fee:fee>`: an amount to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// The amount, with the scale the registry wrote.
    pub amount: Decimal,
    /// `description`
    pub description: Option<String>,
    /// `lang` of the description.
    pub lang: Option<String>,
    /// `refundable`
    pub refundable: Option<bool>,
    /// `grace-period`: an `xs:duration`.
    pub grace_period: Option<String>,
    /// `applied`: `immediate` or `delayed`.
    pub applied: Option<String>,
}

impl From<Decimal> for Fee {
    fn from(amount: Decimal) -> Self {
        Self { amount, description: None, lang: None, refundable: None, grace_period: None, applied: None }
    }
}

impl Decode for Fee {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let attr = |name| from.attr(name).map(str::to_owned);
        Ok(Self {
            amount: Decimal::decode(from)?,
            description: attr("description"),
            lang: attr("lang"),
            refundable: flag(from, "refundable")?,
            grace_period: attr("grace-period"),
            applied: attr("applied"),
        })
    }
}

impl Encode for Fee {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("description", &self.description);
        to.attr_opt("lang", &self.lang);
        if let Some(refundable) = self.refundable {
            to.attr("refundable", if refundable { "1" } else { "0" });
        }
        to.attr_opt("grace-period", &self.grace_period);
        to.attr_opt("applied", &self.applied);
        self.amount.encode(to);
    }
}

/// `<fee:credit>`: an amount given back, zero or negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The amount.
    pub amount: Decimal,
    /// `description`
    pub description: Option<String>,
    /// `lang` of the description.
    pub lang: Option<String>,
}

impl Decode for Credit {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let attr = |name| from.attr(name).map(str::to_owned);
        Ok(Self { amount: Decimal::decode(from)?, description: attr("description"), lang: attr("lang") })
    }
}

impl Encode for Credit {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("description", &self.description);
        to.attr_opt("lang", &self.lang);
        self.amount.encode(to);
    }
}

/// The content of `<fee:create>`, `<fee:renew>`, `<fee:transfer>` and `<fee:update>`: the fee the client agrees to
/// (5.2). With another fee at the registry the command fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// `currency`
    pub currency: Option<String>,
    /// `fee`, at least one.
    pub fees: Vec<Fee>,
    /// `credit`
    pub credits: Vec<Credit>,
}

impl Decode for Agreed {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { currency: from.opt("currency")?, fees: from.all("fee")?, credits: from.all("credit")? })
    }
}

impl Encode for Agreed {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("currency", &self.currency);
        to.put_all("fee", &self.fees);
        to.put_all("credit", &self.credits);
    }
}

/// The content of `<fee:creData>`, `<fee:renData>`, `<fee:trnData>`, `<fee:updData>` and `<fee:delData>`: what was
/// charged (5.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Charged {
    /// `currency`
    pub currency: Option<String>,
    /// `period`
    pub period: Option<Period>,
    /// `fee`
    pub fees: Vec<Fee>,
    /// `credit`
    pub credits: Vec<Credit>,
    /// `balance` of the account after it.
    pub balance: Option<Decimal>,
    /// `creditLimit` of the account.
    pub credit_limit: Option<Decimal>,
}

impl Decode for Charged {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            currency: from.opt("currency")?,
            period: from.opt("period")?,
            fees: from.all("fee")?,
            credits: from.all("credit")?,
            balance: from.opt("balance")?,
            credit_limit: from.opt("creditLimit")?,
        })
    }
}

impl Encode for Charged {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("currency", &self.currency);
        to.put_opt("period", &self.period);
        to.put_all("fee", &self.fees);
        to.put_all("credit", &self.credits);
        to.put_opt("balance", &self.balance);
        to.put_opt("creditLimit", &self.credit_limit);
    }
}

/// `<fee:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Agreed);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:renew>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Agreed);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:transfer>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer(pub Agreed);

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Agreed);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:creData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData(pub Charged);

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:renData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData(pub Charged);

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:trnData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData(pub Charged);

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:updData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdData(pub Charged);

impl Named for UpdData {
    const NS: Namespace = NS;
    const NAME: &'static str = "updData";
}

impl Decode for UpdData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for UpdData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<fee:delData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelData(pub Charged);

impl Named for DelData {
    const NS: Namespace = NS;
    const NAME: &'static str = "delData";
}

impl Decode for DelData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for DelData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

fn flag(from: Element<'_>, name: &str) -> Result<Option<bool>, DecodeError> {
    from.attr(name).map(|value| parse_bool(value.trim()).ok_or_else(|| from.invalid("boolean"))).transpose()
}
