//! Groups of DNSSEC keys as objects (`keygroup-1.1`): domains name a group and follow its changes.

use super::group::{self, Kind};
use crate::catalogue::Message;
use crate::ext::secdns::KeyData;
use crate::xml::Namespace;

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/keygroup-1.1", prefix: "keygroup" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &group::messages::<Keys>("EURid keygroup-1.1");

/// Groups of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys;

impl Kind for Keys {
    const NS: Namespace = NS;
    const MEMBER: &'static str = "keyData";
    type Member = KeyData;
}
