//! Fees: what a command costs, asked before it and acknowledged in it. RFC 8748 and the drafts before it, which
//! registries still speak, behind one model.
//!
//! The model has the shape of RFC 8748, and a place for what only drafts can say. Reading takes every form, whatever the
//! namespace. Writing needs a [`Dialect`], which [`Dialect::choose`] picks: `command.with(&dialect.check(&check, &names))`,
//! `command.with(&dialect.create(&agreed))`. A reply is read by [`ChkData::find`] and [`Charged::find`].
//!
//! | file | |
//! |---|---|
//! | this | the model: what is asked, told, agreed, charged |
//! | `dialect` | the versions and their differences, all of them |
//! | `check` | questions and answers on the wire |
//! | `transform` | agreed and charged fees on the wire |
//! | `v1` | the elements of RFC 8748 as types, for who speaks nothing else |

mod check;
mod dialect;
mod transform;
mod v1;

pub use dialect::Dialect;
pub use transform::Said;
pub use v1::{CreData, Create, DelData, RenData, Renew, Transfer, TrnData, UpdData, Update};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::catalogue::{Message, Place};
use crate::error::DecodeError;
use crate::types::{Period, Text};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Namespace, Writer};

/// The namespace of RFC 8748.
pub const NS: Namespace = Dialect::V1_0.ns();

wire_enum! {
    /// The command a fee is for (RFC 8748, 3.1). The drafts up to 0.12 have no list of them.
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

impl Check {
    /// The question as checks that can be asked in a dialect: one, or one for each command. What a registry is asked
    /// twice at once it may answer once.
    #[must_use]
    pub fn split(&self, dialect: Dialect) -> Vec<Self> {
        if dialect.asks_all_at_once() { vec![self.clone()] } else { self.one_by_one() }
    }

    /// The question as checks for one command each.
    #[must_use]
    pub fn one_by_one(&self) -> Vec<Self> {
        let alone = |command: &CheckCommand| Self {
            currency: self.currency.clone(),
            commands: vec![command.clone()],
        };
        self.commands.iter().map(alone).collect()
    }

    /// The question among the extensions of a command, and its dialect.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn find<'d>(
        extensions: impl Iterator<Item = Element<'d>>,
    ) -> Result<Option<(Dialect, Self)>, DecodeError> {
        find(extensions, &["check"])
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
    /// `class`: a question about names of this class (0.11 to 0.23), or the class in an answer (0.12 to 0.23).
    pub class: Option<String>,
    /// `date`: the price at that time (0.12).
    pub date: Option<DateTime<Utc>>,
    /// `currency`, when it is not that of all (up to 0.9).
    pub currency: Option<String>,
    /// The one object that is asked about (up to 0.9); all of the check when left out.
    pub object: Option<ObjId>,
}

impl CheckCommand {
    /// A question about a command outside any launch phase.
    #[must_use]
    pub fn new(name: FeeCommand, period: Option<Period>) -> Self {
        Self {
            name,
            custom_name: None,
            phase: None,
            subphase: None,
            period,
            class: None,
            date: None,
            currency: None,
            object: None,
        }
    }

    /// What the command is called where there is no list of them.
    fn word(&self) -> &str {
        match (&self.name, &self.custom_name) {
            (FeeCommand::Custom, Some(own)) => own,
            (name, _) => name.as_str(),
        }
    }
}

/// `<fee:objID>`: the name of a domain as a rule. It reads as its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjId {
    /// The name or id.
    pub id: String,
    /// The object's element that it stands in, when that is not `name`.
    pub element: Option<String>,
    /// The namespace of the object, when it is not a domain.
    pub uri: Option<String>,
}

impl<T: Into<String>> From<T> for ObjId {
    fn from(id: T) -> Self {
        Self { id: id.into(), element: None, uri: None }
    }
}

impl std::ops::Deref for ObjId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.id
    }
}

/// `<fee:chkData>`: the fees of the names that were checked (5.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `currency`; empty when a registry forgets it.
    pub currency: String,
    /// `cd`: one for each name; up to 0.11 one for each name and command.
    pub cds: Vec<Cd>,
}

impl ChkData {
    /// The answer among the extensions of a reply, and its dialect.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn find<'d>(
        extensions: impl Iterator<Item = Element<'d>>,
    ) -> Result<Option<(Dialect, Self)>, DecodeError> {
        find(extensions, &["chkData"])
    }

    /// All that is told of one name.
    pub fn of(&self, name: &str) -> impl Iterator<Item = &Cd> {
        self.cds.iter().filter(move |cd| cd.obj_id.eq_ignore_ascii_case(name))
    }

    /// What commands on one name cost.
    pub fn fees_of(&self, name: &str) -> impl Iterator<Item = &CommandFees> {
        self.of(name).flat_map(|cd| &cd.commands)
    }

    /// The currency of a command's fees.
    #[must_use]
    pub fn currency_of<'c>(&'c self, fees: &'c CommandFees) -> &'c str {
        fees.command.currency.as_deref().unwrap_or(&self.currency)
    }
}

/// `<fee:cd>`: the fees of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `avail`: whether fees could be told at all. It says nothing about the name.
    pub avail: bool,
    /// `objID`
    pub obj_id: ObjId,
    /// `premium` of the name: a registry's own addition to 0.5.
    pub premium: Option<bool>,
    /// `class`: `standard`, or the name of a premium tier. [`Dialect::premium`] knows which.
    pub class: Option<String>,
    /// `command`: one answer for each question.
    pub commands: Vec<CommandFees>,
    /// `reason`: why no fees could be told.
    pub reason: Option<Text>,
}

/// `<fee:command>` of a reply: what one command costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFees {
    /// The question this answers.
    pub command: CheckCommand,
    /// `avail` (0.11 and 0.12): whether the command has a price.
    pub avail: bool,
    /// `standard`: whether this is the usual price.
    pub standard: Option<bool>,
    /// `fee`
    pub fees: Vec<Fee>,
    /// `credit`
    pub credits: Vec<Credit>,
    /// `reason`: why there is no price.
    pub reason: Option<Text>,
    /// `notAfter`: how long the price holds (0.12).
    pub not_after: Option<DateTime<Utc>>,
}

impl CommandFees {
    /// What the command costs in all; `None` when the registry does not tell.
    #[must_use]
    pub fn total(&self) -> Option<Decimal> {
        if self.fees.is_empty() && self.credits.is_empty() {
            return None;
        }
        let (fees, credits) =
            (self.fees.iter().map(|fee| fee.amount), self.credits.iter().map(|credit| credit.amount));
        Some(fees.chain(credits).sum())
    }
}

/// `<fee:info>`: asks for a fee in a domain info (up to 0.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info(pub CheckCommand);

/// `<fee:infData>`: the fee of the domain (up to 0.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `class`
    pub class: Option<String>,
    /// What the command costs, in its own currency.
    pub fees: CommandFees,
}

impl InfData {
    /// The fee among the extensions of a reply, and its dialect.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn find<'d>(
        extensions: impl Iterator<Item = Element<'d>>,
    ) -> Result<Option<(Dialect, Self)>, DecodeError> {
        find(extensions, &["infData"])
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
    /// `refundable`. Up to 0.8 a fee is when this is left out.
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

/// The content of `<fee:create>`, `<fee:renew>`, `<fee:transfer>` and `<fee:update>`: the fee the client agrees to
/// (5.2). With another fee at the registry the command fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// `currency`. Drafts up to 0.6 do not work without it.
    pub currency: Option<String>,
    /// `fee`, at least one.
    pub fees: Vec<Fee>,
    /// `credit` (from 0.7).
    pub credits: Vec<Credit>,
}

impl Agreed {
    /// The fee among the extensions of a command, and its dialect.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn find<'d>(
        extensions: impl Iterator<Item = Element<'d>>,
    ) -> Result<Option<(Dialect, Self)>, DecodeError> {
        find(extensions, &["create", "renew", "transfer", "update"])
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

impl Charged {
    /// What was charged among the extensions of a reply, and its dialect.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn find<'d>(
        extensions: impl Iterator<Item = Element<'d>>,
    ) -> Result<Option<(Dialect, Self)>, DecodeError> {
        find(extensions, &["creData", "renData", "trnData", "updData", "delData"])
    }
}

/// The first element of the extension, in any dialect, that has one of these names.
fn find<'d, T: Decode>(
    mut extensions: impl Iterator<Item = Element<'d>>,
    names: &[&str],
) -> Result<Option<(Dialect, T)>, DecodeError> {
    let found = extensions.find_map(|element| {
        let dialect = Dialect::of(element.ns()).filter(|_| names.contains(&element.name()))?;
        Some((dialect, element))
    });
    found.map(|(dialect, element)| Ok((dialect, T::decode(element)?))).transpose()
}

fn put_flag(to: &mut Writer, name: &str, value: Option<bool>) {
    if let Some(value) = value {
        to.attr_bool(name, value);
    }
}

/// What these files read and write: the same elements in each dialect, but that few have `info`.
pub const MESSAGES: &[Message] = &{
    const EVERY: [(&str, Place); 11] = [
        ("check", Place::CommandExtension),
        ("chkData", Place::ReplyExtension),
        ("create", Place::CommandExtension),
        ("creData", Place::ReplyExtension),
        ("renew", Place::CommandExtension),
        ("renData", Place::ReplyExtension),
        ("transfer", Place::CommandExtension),
        ("trnData", Place::ReplyExtension),
        ("update", Place::CommandExtension),
        ("updData", Place::ReplyExtension),
        ("delData", Place::ReplyExtension),
    ];
    const INFO: [(&str, Place); 2] = [("info", Place::CommandExtension), ("infData", Place::ReplyExtension)];
    const WITH_INFO: usize = 4;

    let mut all =
        [message(Dialect::V1_0, EVERY[0]); Dialect::ALL.len() * EVERY.len() + WITH_INFO * INFO.len()];
    let (mut at, mut count) = (0, 0);
    while at < Dialect::ALL.len() {
        let dialect = Dialect::ALL[at];
        let mut element = 0;
        while element < EVERY.len() {
            all[count] = message(dialect, EVERY[element]);
            (count, element) = (count + 1, element + 1);
        }
        if dialect.shape().info {
            all[count] = message(dialect, INFO[0]);
            all[count + 1] = message(dialect, INFO[1]);
            count += 2;
        }
        at += 1;
    }
    assert!(count == all.len());
    all
};

const fn message(dialect: Dialect, (name, place): (&'static str, Place)) -> Message {
    Message::by(dialect.ns(), name, place, dialect.shape().document, transform::round_trip)
}

#[cfg(test)]
mod tests;
