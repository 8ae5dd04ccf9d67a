//! Agreed and charged fees on the wire, and what a [`Dialect`] says: the values that `with` of a command or reply takes.

use super::dialect::{BalanceIn, FeeAttributes, PeriodIn, Shape};
use super::{Agreed, Charged, Check, ChkData, Credit, Dialect, Fee, InfData, Info, put_flag};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Namespace, Tagged, Writer};
use rust_decimal::Decimal;

/// A message of the model in one dialect.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    dialect: Dialect,
    name: &'static str,
    what: What<'a>,
}

#[derive(Debug, Clone, Copy)]
enum What<'a> {
    Check(&'a Check, &'a [String]),
    ChkData(&'a ChkData),
    Info(&'a Info),
    InfData(&'a InfData),
    Agreed(&'a Agreed),
    Charged(&'a Charged),
}

impl Tagged for Said<'_> {
    fn tag(&self) -> (Namespace, &'static str) {
        (self.dialect.ns(), self.name)
    }
}

impl Encode for Said<'_> {
    fn encode(&self, to: &mut Writer) {
        let shape = self.dialect.shape();
        match self.what {
            What::Check(check, names) => check.encode_in(shape, names, to),
            What::ChkData(told) => told.encode_in(shape, to),
            What::Info(info) => info.encode_in(shape, to),
            What::InfData(told) => told.encode_in(shape, to),
            What::Agreed(agreed) => agreed.encode_in(shape, to),
            What::Charged(charged) => charged.encode_in(shape, self.name, to),
        }
    }
}

/// What can be said.
impl Dialect {
    /// `<fee:check>` beside a check of these names. Up to 0.11 it carries one command: see [`Check::split`].
    #[must_use]
    pub fn check<'a>(self, check: &'a Check, names: &'a [String]) -> Said<'a> {
        self.say("check", What::Check(check, names))
    }

    /// `<fee:chkData>`
    #[must_use]
    pub fn chk_data(self, told: &ChkData) -> Said<'_> {
        self.say("chkData", What::ChkData(told))
    }

    /// `<fee:info>`, which is there up to 0.7.
    #[must_use]
    pub fn info(self, info: &Info) -> Said<'_> {
        self.say("info", What::Info(info))
    }

    /// `<fee:infData>`, which is there up to 0.7.
    #[must_use]
    pub fn inf_data(self, told: &InfData) -> Said<'_> {
        self.say("infData", What::InfData(told))
    }

    /// `<fee:create>`
    #[must_use]
    pub fn create(self, agreed: &Agreed) -> Said<'_> {
        self.say("create", What::Agreed(agreed))
    }

    /// `<fee:creData>`
    #[must_use]
    pub fn cre_data(self, charged: &Charged) -> Said<'_> {
        self.say("creData", What::Charged(charged))
    }

    /// `<fee:renew>`
    #[must_use]
    pub fn renew(self, agreed: &Agreed) -> Said<'_> {
        self.say("renew", What::Agreed(agreed))
    }

    /// `<fee:renData>`
    #[must_use]
    pub fn ren_data(self, charged: &Charged) -> Said<'_> {
        self.say("renData", What::Charged(charged))
    }

    /// `<fee:transfer>`
    #[must_use]
    pub fn transfer(self, agreed: &Agreed) -> Said<'_> {
        self.say("transfer", What::Agreed(agreed))
    }

    /// `<fee:trnData>`
    #[must_use]
    pub fn trn_data(self, charged: &Charged) -> Said<'_> {
        self.say("trnData", What::Charged(charged))
    }

    /// `<fee:update>`
    #[must_use]
    pub fn update(self, agreed: &Agreed) -> Said<'_> {
        self.say("update", What::Agreed(agreed))
    }

    /// `<fee:updData>`
    #[must_use]
    pub fn upd_data(self, charged: &Charged) -> Said<'_> {
        self.say("updData", What::Charged(charged))
    }

    /// `<fee:delData>`
    #[must_use]
    pub fn del_data(self, charged: &Charged) -> Said<'_> {
        self.say("delData", What::Charged(charged))
    }

    fn say<'a>(self, name: &'static str, what: What<'a>) -> Said<'a> {
        Said { dialect: self, name, what }
    }
}

/// For the catalogue: any element of the extension.
pub(super) fn round_trip(from: Element<'_>, to: &mut Writer) -> Result<(), DecodeError> {
    let unknown = || from.error(DecodeErrorKind::Expected("an element of the fee extension"));
    let dialect = Dialect::of(from.ns()).ok_or_else(unknown)?;
    match from.name() {
        "check" => to.named(&dialect.check(&Check::decode(from)?, &[])),
        "chkData" => to.named(&dialect.chk_data(&ChkData::decode(from)?)),
        "info" => to.named(&dialect.info(&Info::decode(from)?)),
        "infData" => to.named(&dialect.inf_data(&InfData::decode(from)?)),
        "create" => to.named(&dialect.create(&Agreed::decode(from)?)),
        "creData" => to.named(&dialect.cre_data(&Charged::decode(from)?)),
        "renew" => to.named(&dialect.renew(&Agreed::decode(from)?)),
        "renData" => to.named(&dialect.ren_data(&Charged::decode(from)?)),
        "transfer" => to.named(&dialect.transfer(&Agreed::decode(from)?)),
        "trnData" => to.named(&dialect.trn_data(&Charged::decode(from)?)),
        "update" => to.named(&dialect.update(&Agreed::decode(from)?)),
        "updData" => to.named(&dialect.upd_data(&Charged::decode(from)?)),
        "delData" => to.named(&dialect.del_data(&Charged::decode(from)?)),
        _ => return Err(unknown()),
    }
    Ok(())
}

impl Decode for Agreed {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { currency: from.opt("currency")?, fees: from.all("fee")?, credits: from.all("credit")? })
    }
}

impl Agreed {
    pub(super) fn encode_in(&self, shape: &Shape, to: &mut Writer) {
        to.put_opt("currency", &self.currency);
        self.fees.iter().for_each(|fee| fee.put_in(shape, to));
        if shape.credits {
            self.credits.iter().for_each(|credit| credit.put_in(shape, to));
        }
    }
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

impl Charged {
    pub(super) fn encode_in(&self, shape: &Shape, element: &str, to: &mut Writer) {
        let (transfer, deletion) = (element == "trnData", element == "delData");
        to.put_opt("currency", &self.currency);
        if shape.period == PeriodIn::All || (shape.period == PeriodIn::Transfer && transfer) {
            to.put_opt("period", &self.period);
        }
        if shape.del_fees || !deletion {
            self.fees.iter().for_each(|fee| fee.put_in(shape, to));
        }
        if shape.credits || deletion {
            self.credits.iter().for_each(|credit| credit.put_in(shape, to));
        }
        if shape.balance == BalanceIn::All || (shape.balance == BalanceIn::AllButTransfer && !transfer) {
            to.put_opt("balance", &self.balance);
            to.put_opt("creditLimit", &self.credit_limit);
        }
    }
}

impl Decode for Fee {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            amount: Decimal::decode(from)?,
            description: from.word("description"),
            lang: from.word("lang"),
            refundable: from.bool_attr("refundable")?,
            grace_period: from.word("grace-period"),
            applied: from.word("applied"),
        })
    }
}

impl Fee {
    pub(super) fn put_in(&self, shape: &Shape, to: &mut Writer) {
        to.element("fee", |to| {
            if shape.fee >= FeeAttributes::Description {
                to.attr_opt("description", &self.description);
                put_flag(to, "refundable", self.refundable);
                to.attr_opt("grace-period", &self.grace_period);
            }
            if shape.fee >= FeeAttributes::Applied {
                to.attr_opt("applied", &self.applied);
            }
            if shape.fee >= FeeAttributes::Lang {
                to.attr_opt("lang", &self.lang);
            }
            self.amount.encode(to);
        });
    }
}

impl Decode for Credit {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            amount: Decimal::decode(from)?,
            description: from.word("description"),
            lang: from.word("lang"),
        })
    }
}

impl Credit {
    pub(super) fn put_in(&self, shape: &Shape, to: &mut Writer) {
        to.element("credit", |to| {
            if shape.fee >= FeeAttributes::Description {
                to.attr_opt("description", &self.description);
            }
            if shape.fee >= FeeAttributes::Lang {
                to.attr_opt("lang", &self.lang);
            }
            self.amount.encode(to);
        });
    }
}
