//! Changes that someone else made (RFC 8590, `changePoll-1.0`): a poll message holds the object as it was or is now, and
//! this extension says who changed it, when and why.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Text;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:changePoll-1.0", prefix: "changePoll" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_reply::<ChangeData>(DOCUMENT)];
const DOCUMENT: &str = "RFC 8590";

/// `<changePoll:changeData>`: what was done with the object of the poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeData {
    /// `state`: whether the object is told as it was before or as it is `after`, which is meant when left out.
    pub state: Option<State>,
    /// `operation`
    pub operation: Operation,
    /// `date`: when.
    pub date: DateTime<Utc>,
    /// `svTRID`: the registry's transaction.
    pub sv_tr_id: String,
    /// `who`: who did it, in words.
    pub who: String,
    /// `caseId`: the dispute it belongs to.
    pub case_id: Option<CaseId>,
    /// `reason`
    pub reason: Option<Text>,
}

impl Named for ChangeData {
    const NS: Namespace = NS;
    const NAME: &'static str = "changeData";
}

impl Decode for ChangeData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            state: from.word("state"),
            operation: from.one("operation")?,
            date: from.one("date")?,
            sv_tr_id: from.one("svTRID")?,
            who: from.one("who")?,
            case_id: from.opt("caseId")?,
            reason: from.opt("reason")?,
        })
    }
}

impl Encode for ChangeData {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("state", &self.state);
        to.put("operation", &self.operation);
        to.put("date", &self.date);
        to.put("svTRID", &self.sv_tr_id);
        to.put("who", &self.who);
        to.put_opt("caseId", &self.case_id);
        to.put_opt("reason", &self.reason);
    }
}

wire_enum! {
    /// Which state of the object is told.
    State {
        After = "after",
        Before = "before",
    }
}

/// `<changePoll:operation>`: what was done, and in which way when the registry tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `op`: the registry's own word for it.
    pub op: Option<String>,
    /// Of the known kinds.
    pub operation: OperationName,
}

impl Decode for Operation {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { op: from.word("op"), operation: OperationName::decode(from)? })
    }
}

impl Encode for Operation {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("op", &self.op);
        self.operation.encode(to);
    }
}

wire_enum! {
    /// A change.
    OperationName {
        AutoDelete = "autoDelete",
        AutoPurge = "autoPurge",
        AutoRenew = "autoRenew",
        Create = "create",
        Custom = "custom",
        Delete = "delete",
        Renew = "renew",
        Restore = "restore",
        Transfer = "transfer",
        Update = "update",
    }
}

/// `<changePoll:caseId>`: the case of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseId {
    /// `type`
    pub case_type: CaseType,
    /// `name`: whose case, when `type` is `custom`.
    pub name: Option<String>,
    /// Its number.
    pub id: String,
}

impl Decode for CaseId {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { case_type: from.need_word("type")?, name: from.word("name"), id: from.text().to_owned() })
    }
}

impl Encode for CaseId {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.case_type.as_str());
        to.attr_opt("name", &self.name);
        to.text(&self.id);
    }
}

wire_enum! {
    /// The kind of a dispute.
    CaseType {
        Custom = "custom",
        Udrp = "udrp",
        Urs = "urs",
    }
}
