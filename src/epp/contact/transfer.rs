//! `<contact:transfer>` (RFC 5733, 3.1.3 and 3.2.4).

use chrono::{DateTime, Utc};

use super::NS;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::types::{AuthInfo, TransferOp, TransferStatus};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<transfer op="..."><contact:transfer>`: moves a contact between registrars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// `op`, which stands at the command's element and not at the object's.
    pub op: TransferOp,
    /// `id`
    pub id: String,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
}

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl ObjectCommand for Transfer {
    fn verb(&self) -> Verb {
        if self.op == TransferOp::Query { Verb::TransferQuery } else { Verb::Transfer }
    }

    fn op(&self) -> Option<TransferOp> {
        Some(self.op)
    }
}

impl Transfer {
    /// Reads `<contact:transfer>` of a command whose `op` is known.
    ///
    /// # Errors
    /// [`DecodeError`] when a part is missing or wrong.
    pub fn decode_op(op: TransferOp, mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { op, id: from.one("id")?, auth_info: from.opt("authInfo")? })
    }
}

/// For the catalogue. `op` stands outside the element, so any will do.
pub(super) fn round_trip(from: Element<'_>, to: &mut Writer) -> Result<(), DecodeError> {
    to.named(&Transfer::decode_op(TransferOp::Query, from)?);
    Ok(())
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put_opt("authInfo", &self.auth_info);
    }
}

/// `<contact:trnData>`: how a transfer stands. Also the content of poll messages about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData {
    /// `id`
    pub id: String,
    /// `trStatus`
    pub tr_status: TransferStatus,
    /// `reID`: who asked for it.
    pub re_id: String,
    /// `reDate`
    pub re_date: DateTime<Utc>,
    /// `acID`: who has to answer.
    pub ac_id: String,
    /// `acDate`: until when, or when it was.
    pub ac_date: DateTime<Utc>,
}

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            tr_status: from.one("trStatus")?,
            re_id: from.one("reID")?,
            re_date: from.one("reDate")?,
            ac_id: from.one("acID")?,
            ac_date: from.one("acDate")?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("trStatus", &self.tr_status);
        to.put("reID", &self.re_id);
        to.put("reDate", &self.re_date);
        to.put("acID", &self.ac_id);
        to.put("acDate", &self.ac_date);
    }
}
