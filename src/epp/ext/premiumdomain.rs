//! Verisign's premium names (`premiumdomain-1.0`): what they cost, and handing one to another registrar.

use rust_decimal::Decimal;

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.verisign.com/epp/premiumdomain-1.0", prefix: "premiumdomain" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Check>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_command::<Reassign>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign premium domain";

/// `<premiumdomain:check>`: asks for the prices of the names that are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// `flag`: whether to tell.
    pub flag: bool,
}

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { flag: from.one("flag")? })
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        to.put("flag", &self.flag);
    }
}

/// `<premiumdomain:chkData>`: the prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<premiumdomain:cd>`: the prices of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: String,
    /// `premium` of the name.
    pub premium: bool,
    /// `price`
    pub price: Option<Price>,
    /// `renewalPrice`
    pub renewal_price: Option<Price>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let name = from.need("name")?;
        let premium = name.bool_attr("premium")?;
        Ok(Self {
            name: String::decode(name)?,
            premium: premium.ok_or_else(|| name.error(DecodeErrorKind::Missing("premium")))?,
            price: from.opt("price")?,
            renewal_price: from.opt("renewalPrice")?,
        })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.element("name", |to| {
            to.attr_bool("premium", self.premium);
            self.name.encode(to);
        });
        to.put_opt("price", &self.price);
        to.put_opt("renewalPrice", &self.renewal_price);
    }
}

/// `<premiumdomain:price unit="USD">125.00</premiumdomain:price>`, two decimals at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The amount.
    pub amount: Decimal,
    /// `unit`: the currency.
    pub unit: String,
}

impl Decode for Price {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { amount: Decimal::decode(from)?, unit: from.need_word("unit")? })
    }
}

impl Encode for Price {
    fn encode(&self, to: &mut Writer) {
        to.attr("unit", &self.unit);
        self.amount.encode(to);
    }
}

/// `<premiumdomain:reassign>` of an update: gives the name to another registrar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassign {
    /// `shortName` of that registrar.
    pub short_name: String,
}

impl Named for Reassign {
    const NS: Namespace = NS;
    const NAME: &'static str = "reassign";
}

impl Decode for Reassign {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { short_name: from.one("shortName")? })
    }
}

impl Encode for Reassign {
    fn encode(&self, to: &mut Writer) {
        to.put("shortName", &self.short_name);
    }
}
