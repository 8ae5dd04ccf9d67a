//! Grace periods and restore (RFC 3915, `rgp-1.0`): what replies tell of them.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::StatusValue;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:rgp-1.0", prefix: "rgp" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::extends_reply::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "RFC 3915";

wire_enum! {
    /// A grace period a domain is in (RFC 3915, 3.1).
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

/// `<rgp:infData>`: the grace periods of a domain, in a reply to info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `rgpStatus`, at least one.
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
