//! Trade, by which a domain goes to another holder, and recovery, by which it leaves a registrar who does not
//! answer.

use chrono::{DateTime, Utc};

use super::Contact;
use crate::domain::ForeignAuthInfo;
use crate::error::DecodeError;
use crate::types::TransferStatus;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<frnic:trdData>` and `<frnic:recData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeData {
    /// `domain`
    pub domain: TradeStatus,
}

impl Decode for TradeData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain: from.one("domain")? })
    }
}

impl Encode for TradeData {
    fn encode(&self, to: &mut Writer) {
        to.put("domain", &self.domain);
    }
}

/// `<frnic:domain>`: how a trade or recovery stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeStatus {
    /// `name`
    pub name: String,
    /// `trStatus`
    pub tr_status: TransferStatus,
    /// `reID`: the registrar who asked.
    pub re_id: Option<String>,
    /// `reDate`
    pub re_date: Option<DateTime<Utc>>,
    /// `reHldID`: the holder to be.
    pub re_hld_id: Option<String>,
    /// `rhDate`: when that holder agreed, or until when.
    pub rh_date: Option<DateTime<Utc>>,
    /// `acID`: the registrar who has it.
    pub ac_id: Option<String>,
    /// `acHldID`: the holder who has it.
    pub ac_hld_id: Option<String>,
    /// `ahDate`: when that holder agreed, or until when.
    pub ah_date: Option<DateTime<Utc>>,
}

impl Decode for TradeStatus {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            tr_status: from.one("trStatus")?,
            re_id: from.opt("reID")?,
            re_date: from.opt("reDate")?,
            re_hld_id: from.opt("reHldID")?,
            rh_date: from.opt("rhDate")?,
            ac_id: from.opt("acID")?,
            ac_hld_id: from.opt("acHldID")?,
            ah_date: from.opt("ahDate")?,
        })
    }
}

impl Encode for TradeStatus {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("trStatus", &self.tr_status);
        to.put_opt("reID", &self.re_id);
        to.put_opt("reDate", &self.re_date);
        to.put_opt("reHldID", &self.re_hld_id);
        to.put_opt("rhDate", &self.rh_date);
        to.put_opt("acID", &self.ac_id);
        to.put_opt("acHldID", &self.ac_hld_id);
        to.put_opt("ahDate", &self.ah_date);
    }
}

/// `<frnic:command>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// What is to be done.
    pub what: What,
    /// `clTRID`
    pub cl_trid: Option<String>,
}

impl Decode for Body {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { what: What::decode(from)?, cl_trid: from.opt("clTRID")? })
    }
}

impl Encode for Body {
    fn encode(&self, to: &mut Writer) {
        self.what.encode(to);
        to.put_opt("clTRID", &self.cl_trid);
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `trade`: a domain goes to another holder.
    Trade(Trade),
    /// `recover`: a domain goes to another registrar without the consent of the old one.
    Recover(Recover),
}

impl Decode for What {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(trade) = from.opt("trade")? {
            return Ok(Self::Trade(trade));
        }
        from.one("recover").map(Self::Recover)
    }
}

impl Encode for What {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Trade(trade) => to.put("trade", trade),
            Self::Recover(recover) => to.put("recover", recover),
        }
    }
}

/// `<frnic:trade>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// `op`
    pub op: TradeOp,
    /// `domain`
    pub domain: TradeDomain,
}

impl Decode for Trade {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { op: from.need_word("op")?, domain: from.one("domain")? })
    }
}

impl Encode for Trade {
    fn encode(&self, to: &mut Writer) {
        to.attr("op", self.op.as_str());
        to.put("domain", &self.domain);
    }
}

wire_enum! {
    /// What is done with a trade.
    TradeOp {
        Cancel = "cancel",
        Query = "query",
        Request = "request",
    }
}

/// `<frnic:domain>` of a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeDomain {
    /// `name`
    pub name: String,
    /// `registrant`: the holder to be, when a trade is asked for.
    pub registrant: Option<String>,
    /// `authInfo`
    pub auth_info: Option<ForeignAuthInfo>,
}

impl Decode for TradeDomain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            registrant: from.opt("registrant")?,
            auth_info: from.opt("authInfo")?,
        })
    }
}

impl Encode for TradeDomain {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("registrant", &self.registrant);
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<frnic:recover>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recover {
    /// `op`: `request`.
    pub op: TradeOp,
    /// `domain`
    pub domain: RecoverDomain,
}

impl Decode for Recover {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { op: from.need_word("op")?, domain: from.one("domain")? })
    }
}

impl Encode for Recover {
    fn encode(&self, to: &mut Writer) {
        to.attr("op", self.op.as_str());
        to.put("domain", &self.domain);
    }
}

/// `<frnic:domain>` of a recovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoverDomain {
    /// `keepDS`: whether the DS records stay.
    pub keep_ds: Option<bool>,
    /// `name`
    pub name: String,
    /// `authInfo`
    pub auth_info: ForeignAuthInfo,
    /// `registrant`
    pub registrant: String,
    /// `contact`: one `admin` and one to three `tech`.
    pub contacts: Vec<Contact>,
}

impl Decode for RecoverDomain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            keep_ds: from.bool_attr("keepDS")?,
            name: from.one("name")?,
            auth_info: from.one("authInfo")?,
            registrant: from.one("registrant")?,
            contacts: from.all("contact")?,
        })
    }
}

impl Encode for RecoverDomain {
    fn encode(&self, to: &mut Writer) {
        if let Some(keep_ds) = self.keep_ds {
            to.attr_bool("keepDS", keep_ds);
        }
        to.put("name", &self.name);
        to.put("authInfo", &self.auth_info);
        to.put("registrant", &self.registrant);
        to.put_all("contact", &self.contacts);
    }
}
