//! Why a command has no answer, and what may have happened at the registry all the same.
//!
//! The two questions are apart: [`ErrorKind`] says what to tell the caller, [`Fate`] whether the command may be tried
//! again. Only [`Fate::NotSent`] is free of risk; [`Fate::Unknown`] has to be settled by a query first.

use std::time::Duration;

use eppgate_epp::frame::FrameError;
use eppgate_epp::{DecodeError, ResultCode};

/// A command that has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What may have happened at the registry.
    pub fate: Fate,
}

/// What may have happened at the registry to a command that failed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: the registry did not execute it.
    NotSent,
    /// The registry refused it with this code and ended the session.
    Refused(ResultCode),
    /// Anything: at least its first byte may have been written, and no reply came.
    Unknown,
}

/// The cases of [`Error`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ErrorKind {
    /// Too many commands wait for this registry.
    #[error("the registry's queue is full")]
    QueueFull,
    /// The registry's limit of commands would not let this one go before the caller's deadline.
    #[error("the registry's command rate is used up")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// The caller's deadline passed before a session took the command.
    #[error("no session was free before the deadline")]
    DeadlineInQueue,
    /// The caller's deadline passed, and there was no session at all.
    #[error("there is no session with the registry")]
    NoSession,
    /// The registry is in trouble, so that commands are not even tried.
    #[error("commands are held back: {cause}")]
    BreakerOpen {
        /// When to try again.
        retry_after: Duration,
        /// The last hard failure, in words that name no host and no secret.
        cause: String,
    },
    /// The registry is being worked on.
    #[error("the registry is under maintenance")]
    Maintenance {
        /// When it should be over.
        retry_after: Duration,
    },
    /// The gateway is going down or its connection to this registry is being replaced.
    #[error("no new commands are taken")]
    Draining,
    /// The connection ended before the reply.
    #[error("the connection ended before the reply")]
    ConnectionLost,
    /// The reply did not come in time.
    #[error("the reply did not come in time")]
    Timeout,
    /// The reply on the wire belongs to another command, so no reply of that session can be trusted.
    #[error("the registry mixed up its replies")]
    Desync,
    /// The reply is no EPP.
    #[error("the reply cannot be read: {0}")]
    Garbled(DecodeError),
    /// What came is not even a frame.
    #[error("the reply cannot be read: {0}")]
    Framing(FrameError),
    /// The registry ended the session in place of doing the command.
    #[error("the registry ended the session with {0}")]
    SessionEnded(ResultCode),
    /// What was to be checked is not a name in A-labels.
    #[error("this is not a name that can be checked")]
    BadName,
    /// The registry had forgotten the login and did not do the command.
    #[error("the registry had logged the session out")]
    NotLoggedIn,
}

impl ErrorKind {
    pub(crate) fn not_sent(self) -> Error {
        self.with(Fate::NotSent)
    }

    pub(crate) fn with(self, fate: Fate) -> Error {
        Error { kind: self, fate }
    }
}

impl Error {
    /// When the caller may try again, where that can be said.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.kind {
            ErrorKind::BreakerOpen { retry_after, .. }
            | ErrorKind::RateLimited { retry_after }
            | ErrorKind::Maintenance { retry_after } => Some(*retry_after),
            ErrorKind::QueueFull | ErrorKind::Draining | ErrorKind::NoSession => Some(SOON),
            ErrorKind::SessionEnded(_) | ErrorKind::NotLoggedIn => Some(SOON),
            _ => None,
        }
    }

    /// Whether time ran out, in the queue or at the registry (504 rather than 502 or 503).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, ErrorKind::Timeout | ErrorKind::DeadlineInQueue)
    }

    /// Whether the command was not even tried, since the registry or the gateway cannot take it now (503).
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::QueueFull
                | ErrorKind::RateLimited { .. }
                | ErrorKind::Maintenance { .. }
                | ErrorKind::BreakerOpen { .. }
                | ErrorKind::Draining
                | ErrorKind::NoSession
                | ErrorKind::NotLoggedIn
        )
    }

    /// Whether the registry may have executed the command.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.fate == Fate::Unknown
    }
}

/// Why a registry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A profile that does not parse; the text holds the path of the key.
    #[error("profile: {path}: {reason}")]
    Profile {
        /// The key, as `sessions.limit`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// A value that is out of its range.
    #[error("profile: {0}")]
    Range(&'static str),
    /// The address is not `host:port`.
    #[error("the address of a registry is host:port")]
    Address,
    /// No bundle of certificates to check the registry's against.
    #[error("a registry needs a bundle of CA certificates")]
    NoRoots,
    /// A PEM text that does not hold what it should.
    #[error("{what} cannot be read")]
    Pem {
        /// Which text.
        what: &'static str,
        /// Why.
        source: rustls_pki_types::pem::Error,
    },
    /// The name in the registry's certificate is no host name.
    #[error("the TLS server name is not a host name")]
    ServerName,
    /// Key, chain and roots do not make a TLS configuration; most often the key is not the certificate's.
    #[error("TLS identity")]
    Tls(#[from] rustls::Error),
    /// A reload is for the same account: another one has sessions, limits and commands of its own.
    #[error("name and client id of a registry account cannot be changed")]
    OtherAccount,
    /// User name or password holds a character that XML cannot carry.
    #[error("the credentials hold a character that XML cannot carry")]
    Credentials,
}

/// A load that does not last is usually over by then.
const SOON: Duration = Duration::from_secs(1);
