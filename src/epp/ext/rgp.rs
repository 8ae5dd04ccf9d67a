//! Grace periods and restore (RFC 3915, `rgp-1.0`).

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::{MixedText, StatusValue};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:rgp-1.0", prefix: "rgp" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<UpData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 3915";

wire_enum! {
    /// A grace period a domain is in (3.1).
    RgpStatus {
        AddPeriod = "addPeriod",
        AutoRenewPeriod = "autoRenewPeriod",
        PendingDelete = "pendingDelete",
        PendingRestore = "pendingRestore",
        RedemptionPeriod = "redemptionPeriod",
        RenewPeriod = "renewPeriod",
        TransferPeriod = "transferPeriod",
    }
}

/// `<rgp:update>`: restores a domain that was deleted, beside a domain update that changes nothing (4.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `restore`
    pub restore: Restore,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { restore: from.one("restore")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("restore", &self.restore);
    }
}

/// `<rgp:restore>`: the two steps of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restore {
    /// `op="request"`
    Request,
    /// `op="report"`: why it was right to ask, due within days of the request. Few registries want none.
    Report(Option<Box<Report>>),
}

impl Decode for Restore {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        match from.need_attr("op")?.trim() {
            "request" => Ok(Self::Request),
            "report" => Ok(Self::Report(from.opt("report")?.map(Box::new))),
            _ => Err(from.invalid("restore op")),
        }
    }
}

impl Encode for Restore {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Request => to.attr("op", "request"),
            Self::Report(report) => {
                to.attr("op", "report");
                to.put_opt("report", &report.as_deref());
            }
        }
    }
}

/// `<rgp:report>`: the restore report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `preData`: registration data before the deletion.
    pub pre_data: MixedText,
    /// `postData`: registration data at the restore.
    pub post_data: MixedText,
    /// `delTime`: when the domain was deleted.
    pub del_time: DateTime<Utc>,
    /// `resTime`: when the restore was asked for.
    pub res_time: DateTime<Utc>,
    /// `resReason`
    pub res_reason: MixedText,
    /// `statement`: the two that the registry's policy asks for.
    pub statements: Vec<MixedText>,
    /// `other`
    pub other: Option<MixedText>,
}

impl Decode for Report {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            pre_data: from.one("preData")?,
            post_data: from.one("postData")?,
            del_time: from.one("delTime")?,
            res_time: from.one("resTime")?,
            res_reason: from.one("resReason")?,
            statements: from.all("statement")?,
            other: from.opt("other")?,
        })
    }
}

impl Encode for Report {
    fn encode(&self, to: &mut Writer) {
        self.pre_data.encode_as("preData", to);
        self.post_data.encode_as("postData", to);
        to.put("delTime", &self.del_time);
        to.put("resTime", &self.res_time);
        self.res_reason.encode_as("resReason", to);
        self.statements.iter().for_each(|statement| statement.encode_as("statement", to));
        if let Some(other) = &self.other {
            other.encode_as("other", to);
        }
    }
}

/// `<rgp:upData>`: the grace periods of a domain, in the reply to a restore (4.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpData {
    /// `rgpStatus`: at least one.
    pub statuses: Vec<StatusValue<RgpStatus>>,
}

impl Named for UpData {
    const NS: Namespace = NS;
    const NAME: &'static str = "upData";
}

impl Decode for UpData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { statuses: from.all("rgpStatus")? })
    }
}

impl Encode for UpData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("rgpStatus", &self.statuses);
    }
}

/// `<rgp:infData>`: the grace periods of a domain, in a reply to info (4.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `rgpStatus`: at least one.
    pub statuses: Vec<StatusValue<RgpStatus>>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { statuses: from.all("rgpStatus")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("rgpStatus", &self.statuses);
    }
}
