//! Points that a registrar gets for too many failed commands (`registrarHitPoints-1.0`): an object of its own, which is
//! only read.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/registrarHitPoints-1.0", prefix: "registrarHitPoints" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<Info>(DOCUMENT), Message::data::<InfData>(DOCUMENT)];
const DOCUMENT: &str = "EURid registrarHitPoints-1.0";

/// `<registrarHitPoints:info>`: asks for the points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Info;

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl ObjectCommand for Info {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for Info {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Info {
    fn encode(&self, _: &mut Writer) {}
}

/// `<registrarHitPoints:infData>`: the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `nbrHitPoints`
    pub nbr_hit_points: i32,
    /// `maxNbrHitPoints`: with how many the registrar is blocked.
    pub max_nbr_hit_points: i32,
    /// `blockedUntil`
    pub blocked_until: Option<DateTime<Utc>>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            nbr_hit_points: from.one("nbrHitPoints")?,
            max_nbr_hit_points: from.one("maxNbrHitPoints")?,
            blocked_until: from.opt("blockedUntil")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("nbrHitPoints", &self.nbr_hit_points);
        to.put("maxNbrHitPoints", &self.max_nbr_hit_points);
        to.put_opt("blockedUntil", &self.blocked_until);
    }
}
