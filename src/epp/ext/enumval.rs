//! Validation of telephone numbers that are domains, in the dialect of the registry software FRED (`enumval-1.2`).

use chrono::NaiveDate;

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.nic.cz/xml/epp/enumval-1.2", prefix: "enumval" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::data::<ImpendingValExpData>(DOCUMENT),
    Message::data::<ValExpData>(DOCUMENT),
];
const DOCUMENT: &str = "FRED enumval-1.2";

/// `<enumval:create>`: the validation of a new number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub ExVal);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        ExVal::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<enumval:renew>`: the validation of a number that is renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub ExVal);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        ExVal::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<enumval:update>`: a new validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `chg`
    pub chg: ExVal,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { chg: from.one("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("chg", &self.chg);
    }
}

/// `<enumval:infData>`: the validation of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub ExVal);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        ExVal::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// A validation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExVal {
    /// `valExDate`: until when it holds.
    pub val_ex_date: Option<NaiveDate>,
    /// `publish`: whether the number is shown in directories; not, when left out.
    pub publish: Option<bool>,
}

impl Decode for ExVal {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { val_ex_date: from.opt("valExDate")?, publish: from.opt("publish")? })
    }
}

impl Encode for ExVal {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("valExDate", &self.val_ex_date);
        to.put_opt("publish", &self.publish);
    }
}

/// `<enumval:impendingValExpData>`: a poll message, that a validation ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpendingValExpData(pub ValExp);

impl Named for ImpendingValExpData {
    const NS: Namespace = NS;
    const NAME: &'static str = "impendingValExpData";
}

impl Decode for ImpendingValExpData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        ValExp::decode(from).map(Self)
    }
}

impl Encode for ImpendingValExpData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<enumval:valExpData>`: a poll message, that a validation has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValExpData(pub ValExp);

impl Named for ValExpData {
    const NS: Namespace = NS;
    const NAME: &'static str = "valExpData";
}

impl Decode for ValExpData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        ValExp::decode(from).map(Self)
    }
}

impl Encode for ValExpData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// A number and the end of its validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValExp {
    /// `name`
    pub name: String,
    /// `valExDate`
    pub val_ex_date: NaiveDate,
}

impl Decode for ValExp {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, val_ex_date: from.one("valExDate")? })
    }
}

impl Encode for ValExp {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("valExDate", &self.val_ex_date);
    }
}
