//! `<domain:renew>` (RFC 5731, 3.2.3).

use chrono::{DateTime, NaiveDate, Utc};

use super::NS;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::Period;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain:renew>`: extends a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew {
    /// `name`
    pub name: String,
    /// `curExpDate`: when it ends now, so that a renewal cannot happen twice.
    pub cur_exp_date: NaiveDate,
    /// `period`; the registry's default when left out.
    pub period: Option<Period>,
}

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl ObjectCommand for Renew {
    fn verb(&self) -> Verb {
        Verb::Renew
    }
}

impl Decode for Renew {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            cur_exp_date: from.one("curExpDate")?,
            period: from.opt("period")?,
        })
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("curExpDate", &self.cur_exp_date);
        to.put_opt("period", &self.period);
    }
}

/// `<domain:renData>`: the registration is extended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData {
    /// `name`
    pub name: String,
    /// `exDate`: when it ends now.
    pub ex_date: Option<DateTime<Utc>>,
}

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, ex_date: from.opt("exDate")? })
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("exDate", &self.ex_date);
    }
}
