//! When a registry is being worked on: nothing is sent, every session logs out, and it is no trouble to be told of.

use tokio::time::Instant;

/// A time in which a registry is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maintenance {
    /// When it begins; at once, if that is over.
    pub from: Instant,
    /// When it ends.
    pub until: Instant,
    /// What becomes of commands in the meantime.
    pub meanwhile: Meanwhile,
}

/// What becomes of commands during a maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meanwhile {
    /// They are refused, with the end as the time to come back.
    #[default]
    Reject,
    /// Those that can wait until the end do so; the others are refused.
    Hold,
}
