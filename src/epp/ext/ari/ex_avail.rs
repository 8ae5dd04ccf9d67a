//! More than yes or no about a domain that is checked (`exAvail-1.0`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Text;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};
use chrono::{DateTime, Utc};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:exAvail-1.0", prefix: "exAvail" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Check>(DOCUMENT), Message::extends_reply::<ChkData>(DOCUMENT)];
const DOCUMENT: &str = "ARI exAvail-1.0";

/// `<exAvail:check>`: asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check;

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Decode for Check {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Check {
    fn encode(&self, _: &mut Writer) {}
}

/// `<exAvail:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cds: from.all("cd")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<exAvail:cd>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: String,
    /// `state`
    pub state: State,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, state: from.one("state")? })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("state", &self.state);
    }
}

/// `<exAvail:state>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// `s`
    pub state: StateValue,
    /// What there is to say of it.
    pub detail: Detail,
}

impl Decode for State {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { state: from.need_word("s")?, detail: Detail::decode(from)? })
    }
}

impl Encode for State {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", self.state.as_str());
        self.detail.encode(to);
    }
}

/// What there is to say of a [`State`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    None,
    /// `reason`: why the domain is not available.
    Reason(Text),
    /// `phase` and `date`: in which phase of a launch, and until when.
    Phase {
        /// `phase`
        phase: Option<String>,
        /// `date`
        date: Option<DateTime<Utc>>,
    },
    /// `primaryDomainName`: the domain that this is a variant of.
    VariantOf(String),
}

impl Decode for Detail {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(reason) = from.opt("reason")? {
            return Ok(Self::Reason(reason));
        }
        if let Some(name) = from.opt("primaryDomainName")? {
            return Ok(Self::VariantOf(name));
        }
        let (phase, date) = (from.opt("phase")?, from.opt("date")?);
        Ok(if phase.is_none() && date.is_none() { Self::None } else { Self::Phase { phase, date } })
    }
}

impl Encode for Detail {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::None => {}
            Self::Reason(reason) => to.put("reason", reason),
            Self::Phase { phase, date } => {
                to.put_opt("phase", phase);
                to.put_opt("date", date);
            }
            Self::VariantOf(name) => to.put("primaryDomainName", name),
        }
    }
}

wire_enum! {
    /// How a domain stands.
    StateValue {
        Available = "available",
        Application = "application",
        Unavailable = "unavailable",
        Reserved = "reserved",
        Invalid = "invalid",
        ActivatedVariant = "activatedVariant",
        WithheldVariant = "withheldVariant",
        BlockedVariant = "blockedVariant",
        PendingCreate = "pendingCreate",
    }
}
