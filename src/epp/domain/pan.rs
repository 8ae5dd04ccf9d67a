//! `<domain:panData>` (RFC 5731, 3.3): the end of an action that was pending, told by a poll message.

use chrono::{DateTime, Utc};

use super::NS;
use crate::error::DecodeError;
use crate::response::TrId;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// `<domain:panData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanData {
    /// `name`
    pub name: String,
    /// `paResult`: whether the action was done.
    pub done: bool,
    /// `paTRID`: the transaction that asked for it.
    pub pa_tr_id: TrId,
    /// `paDate`
    pub pa_date: DateTime<Utc>,
}

impl Named for PanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "panData";
}

impl Decode for PanData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let name = from.find("name").ok_or_else(|| from.error(crate::DecodeErrorKind::Missing("name")))?;
        let ids = from.find("paTRID").ok_or_else(|| from.error(crate::DecodeErrorKind::Missing("paTRID")))?;
        Ok(Self {
            name: name.text().to_owned(),
            done: parse_bool(name.need_attr("paResult")?.trim()).ok_or_else(|| name.invalid("boolean"))?,
            pa_tr_id: TrId::decode_within(ids),
            pa_date: from.one("paDate")?,
        })
    }
}

impl Encode for PanData {
    fn encode(&self, to: &mut Writer) {
        to.element("name", |to| {
            to.attr("paResult", if self.done { "1" } else { "0" });
            to.text(&self.name);
        });
        to.element("paTRID", |to| self.pa_tr_id.encode_within(to));
        to.put("paDate", &self.pa_date);
    }
}
