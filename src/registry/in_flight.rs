//! What a session knows of each command in flight, and of its own end.

use eppgate_epp::CommandFrame;
use tokio::time::Instant;

use crate::error::ErrorKind;
use crate::job::Job;

/// Something whose reply is awaited.
pub(crate) struct InFlight {
    pub(crate) what: What,
    /// Its place in the stream.
    pub(crate) start: u64,
    pub(crate) epoch: u64,
    pub(crate) sent_at: Instant,
    pub(crate) overdue_at: Instant,
}

pub(crate) enum What {
    Job(Job),
    /// A command that was given up; its reply is still taken off the wire.
    Late(String),
    Hello,
    /// A look at the message queue as a keepalive.
    Poll(String),
}

impl What {
    pub(crate) fn is_keepalive(&self) -> bool {
        matches!(self, Self::Hello | Self::Poll(_))
    }
}

/// Why a session ends: a word in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CloseReason {
    Lifetime,
    Commands,
    Idle,
    ServerClose,
    LoggedOut,
    Error,
    Desync,
    Drain,
    Maintenance,
    Reload,
    Operator,
}

impl CloseReason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Lifetime => "lifetime",
            Self::Commands => "commands",
            Self::Idle => "idle",
            Self::ServerClose => "server_close",
            Self::LoggedOut => "logged_out",
            Self::Error => "error",
            Self::Desync => "desync",
            Self::Drain => "drain",
            Self::Maintenance => "maintenance",
            Self::Reload => "reload",
            Self::Operator => "operator",
        }
    }
}

/// The end of a session.
pub(crate) struct End {
    pub(crate) reason: CloseReason,
    /// What commands in flight are told.
    pub(crate) told: ErrorKind,
}

impl End {
    pub(crate) fn new(reason: CloseReason, told: ErrorKind) -> Self {
        Self { reason, told }
    }

    pub(crate) fn lost(reason: CloseReason) -> Self {
        Self::new(reason, ErrorKind::ConnectionLost)
    }

    /// Whether a command that changes nothing may be asked again elsewhere: not when the registry lies.
    pub(crate) fn allows_retry(&self) -> bool {
        matches!(self.told, ErrorKind::ConnectionLost)
    }
}

impl InFlight {
    pub(crate) fn frame(&self) -> Option<&CommandFrame> {
        match &self.what {
            What::Job(job) => Some(&job.frame),
            What::Late(_) | What::Hello | What::Poll(_) => None,
        }
    }

    pub(crate) fn cl_trid(&self) -> Option<&str> {
        match &self.what {
            What::Job(job) => Some(&job.frame.cl_trid),
            What::Late(cl_trid) | What::Poll(cl_trid) => Some(cl_trid),
            What::Hello => None,
        }
    }
}

impl CloseReason {
    /// Whether somebody here wanted it, so that it says nothing of the registry.
    pub(crate) fn is_wanted(self) -> bool {
        matches!(self, Self::Drain | Self::Operator)
    }

    /// Whether the server still listens, so that a logout makes sense.
    pub(crate) fn is_ours(self) -> bool {
        !matches!(self, Self::ServerClose | Self::LoggedOut | Self::Desync)
    }
}
