//! Groups of name servers as objects (`nsgroup-1.1`): domains name a group and follow its changes.

use super::group::{self, Kind};
use crate::catalogue::Message;
use crate::xml::Namespace;

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/nsgroup-1.1", prefix: "nsgroup" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &group::messages::<NameServers>("EURid nsgroup-1.1");

/// Groups of name servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameServers;

impl Kind for NameServers {
    const NS: Namespace = NS;
    const MEMBER: &'static str = "ns";
    type Member = String;
}
