//! Taking back a command that was done (draft-brown-epp-reverse, `reverse-0.1`).

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::Text;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:reverse-0.1", prefix: "reverse" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::protocol::<Reverse>(DOCUMENT), Message::data::<RevData>(DOCUMENT)];
const DOCUMENT: &str = "draft-brown-epp-reverse";

/// `<reverse:reverse>`: takes a command back. It stands in the place of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reverse {
    /// `reason`: why.
    pub reason: Option<Text>,
    /// `trID`: the command that is taken back.
    pub tr_id: UndoneTrId,
    /// `clTRID`: this command's own id.
    pub cl_trid: Option<String>,
}

impl Named for Reverse {
    const NS: Namespace = NS;
    const NAME: &'static str = "reverse";
}

impl Decode for Reverse {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { reason: from.opt("reason")?, tr_id: from.one("trID")?, cl_trid: from.opt("clTRID")? })
    }
}

impl Encode for Reverse {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("reason", &self.reason);
        to.put("trID", &self.tr_id);
        to.put_opt("clTRID", &self.cl_trid);
    }
}

impl ProtocolCommand for Reverse {
    fn cl_trid(&self) -> Option<&str> {
        self.cl_trid.as_deref()
    }
}

/// The ids of a command that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoneTrId {
    /// `clTRID`
    pub cl_trid: Option<String>,
    /// `svTRID`
    pub sv_trid: String,
}

impl Decode for UndoneTrId {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cl_trid: from.opt("clTRID")?, sv_trid: from.one("svTRID")? })
    }
}

impl Encode for UndoneTrId {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("clTRID", &self.cl_trid);
        to.put("svTRID", &self.sv_trid);
    }
}

/// `<reverse:revData>`: a poll message, what became of a reversal that was pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevData {
    /// `reTRID`: the command that was to be taken back.
    pub re_tr_id: ReTrId,
    /// `reDate`: when it was decided.
    pub re_date: DateTime<Utc>,
}

impl Named for RevData {
    const NS: Namespace = NS;
    const NAME: &'static str = "revData";
}

impl Decode for RevData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { re_tr_id: from.one("reTRID")?, re_date: from.one("reDate")? })
    }
}

impl Encode for RevData {
    fn encode(&self, to: &mut Writer) {
        to.put("reTRID", &self.re_tr_id);
        to.put("reDate", &self.re_date);
    }
}

/// `<reverse:reTRID>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReTrId {
    /// `reResult`: whether it was taken back.
    pub re_result: bool,
    /// `clTRID`
    pub cl_trid: Option<String>,
    /// `svTRID`
    pub sv_trid: String,
}

impl Decode for ReTrId {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            re_result: from
                .bool_attr("reResult")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("reResult")))?,
            cl_trid: from.opt("clTRID")?,
            sv_trid: from.one("svTRID")?,
        })
    }
}

impl Encode for ReTrId {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("reResult", self.re_result);
        to.put_opt("clTRID", &self.cl_trid);
        to.put("svTRID", &self.sv_trid);
    }
}
