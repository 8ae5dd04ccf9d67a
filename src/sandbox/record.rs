//! What happened: the one form in which changes are decided, written to the journal and applied.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use eppgate_epp::ext::{lowbalancepoll, rgppoll};
use eppgate_epp::types::Secret;
use eppgate_epp::{contact, domain};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::Domain;
use crate::kept;
use crate::objects::{Contact, Host};
use crate::phase::Phase;

/// One line of the journal: a command with all it changed, or a change from outside the protocol.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    /// The command, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<Change>,
}

/// One thing that is different afterwards.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// The domain is like this now.
    Domain(Box<Domain>),
    /// The name is free again.
    Gone { name: String },
    /// The contact is like this now.
    Contact(Box<Contact>),
    /// There is no contact of this id any more.
    ContactGone { id: String },
    /// The host is like this now.
    Host(Box<Host>),
    /// There is no host of this name any more.
    HostGone { name: String },
    /// Money was taken, or given back when it is negative.
    Charge(Charge),
    /// An account has another password.
    Password { account: String, password: Kept },
    /// An account has this much, and is warned below that much.
    Balance { account: String, balance: Decimal, threshold: Decimal },
    /// A message waits for an account.
    Message { account: String, message: Message },
    /// The first message of an account was acknowledged.
    Acknowledged { account: String },
    /// A zone is in another phase of its launch.
    Phase { zone: String, phase: Phase },
    /// The registry's clock is this far ahead of the machine's.
    Clock { ahead_ms: i64 },
}

/// A command in the authoritative log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it came.
    pub time: DateTime<Utc>,
    /// On which connection.
    pub session: u64,
    /// Whose session it was, or was to become.
    pub account: Option<String>,
    /// `create`
    pub verb: Cow<'static, str>,
    /// `domain`
    pub object: Cow<'static, str>,
    /// The name it was about; all of them, with spaces between, when it was about many.
    pub name: String,
    /// What it carried beside the command, by namespace and element, such as `rgp-1.0:update`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
    /// The client's transaction id.
    #[serde(rename = "clTRID")]
    pub cl_trid: Option<String>,
    /// The registry's own.
    #[serde(rename = "svTRID")]
    pub sv_trid: String,
    /// The result, also when a fault kept it from the client; 0 when the command was dropped before it was run.
    pub code: u16,
    /// What it did.
    pub effect: Effect,
    /// What it cost, when it cost something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// What went wrong on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Cow<'static, str>>,
}

/// What a command did to the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    None,
    /// There is an object more.
    Created,
    /// A domain lasts longer.
    Renewed,
    /// An object is another.
    Updated,
    /// An object is gone, or going.
    Deleted,
    /// A deletion is to be taken back.
    RestoreRequested,
    /// A deletion was taken back.
    Restored,
    /// A transfer has begun.
    TransferRequested,
    /// The one who began it has ended it.
    TransferCancelled,
    /// The other has ended it.
    TransferRejected,
    /// An object has another registrar.
    Transferred,
    /// A message is gone.
    Acknowledged,
    /// The account has another password.
    PasswordChanged,
}

/// An entry of the ledger. Its number is its place there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) time: DateTime<Utc>,
    pub(crate) account: String,
    /// The command's transaction id; none when time did it.
    #[serde(rename = "clTRID")]
    pub(crate) cl_trid: Option<String>,
    pub(crate) command: Cow<'static, str>,
    pub(crate) name: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: Cow<'static, str>,
}

/// A message in an account's queue. Its number is its place there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) time: DateTime<Utc>,
    pub(crate) text: String,
    /// What it tells to a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Notice>,
}

impl Message {
    /// A message for people only.
    pub(crate) fn plain(time: DateTime<Utc>, text: String) -> Self {
        Self { time, text, data: None }
    }
}

/// What a message holds beside its text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notice {
    DomainTransfer(#[serde(with = "kept::xml")] domain::TrnData),
    ContactTransfer(#[serde(with = "kept::xml")] contact::TrnData),
    Restore(#[serde(with = "kept::xml")] rgppoll::PollData),
    LowBalance(#[serde(with = "kept::xml")] lowbalancepoll::PollData),
    Ended(#[serde(with = "kept::xml")] domain::PanData),
    /// Anything, as whoever queued it wrote it.
    Raw(RawNotice),
}

/// XML that is told as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RawNotice {
    pub(crate) data: Option<String>,
    pub(crate) extension: Option<String>,
}

/// A secret as the journal keeps it: in the clear, since a registry has to compare it, in a file for its owner only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept(pub(crate) Secret);

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Secret::new(text)))
    }
}
