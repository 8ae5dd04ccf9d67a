//! What a caller hands in and gets back.

use std::time::Duration;

use eppgate_epp::{CommandFrame, Response};
use tokio::time::Instant;

/// A command to run at the registry.
#[derive(Debug)]
pub struct Request {
    /// The command, ready for the wire. Its clTRID is the caller's to choose, and unique.
    pub command: CommandFrame,
    /// How urgent it is.
    pub class: Class,
    /// Whose it is: waiting commands are shared out fairly between tenants.
    pub tenant: u128,
    /// When the caller stops waiting.
    pub deadline: Instant,
}

/// How urgent a command is. More urgent ones leave the queue first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Somebody waits for it.
    Interactive,
    /// A worker's.
    Background,
    /// One of very many.
    Bulk,
}

impl Class {
    /// Most urgent first.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Background, Self::Bulk];

    /// The word in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Background => "background",
            Self::Bulk => "bulk",
        }
    }
}

/// The registry's reply, whatever its code: what a 2xxx means is the caller's business.
#[derive(Debug)]
pub struct Answer {
    /// The reply.
    pub response: Response<'static>,
    /// From the request to the write.
    pub queued: Duration,
    /// From the write to the reply.
    pub took: Duration,
}
