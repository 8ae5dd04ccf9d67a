//! A registry without sockets: whoever holds it brings the connections, and does by calls what the control API does over
//! HTTP. Its time is tokio's, so that a paused clock drives it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use eppgate_epp::types::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::character::Rate;
use crate::connection;
use crate::faults::FaultError;
use crate::record::{Change, Kept, LogEntry};
use crate::registry::Registry;
use crate::{Config, Error};

/// A registry without sockets. Clones share it.
#[derive(Clone)]
pub struct InProcess(Arc<Registry>);

/// Why a fault is not taken.
#[derive(Debug, thiserror::Error)]
pub enum FaultRefused {
    /// It is not written as `POST /faults` takes it.
    #[error("this is no fault")]
    Json(#[from] serde_json::Error),
    /// It cannot be meant.
    #[error(transparent)]
    Meaning(#[from] FaultError),
}

impl InProcess {
    /// Reads the state back.
    ///
    /// # Errors
    /// [`Error`]
    pub fn open(config: &Config) -> Result<Self, Error> {
        Registry::open(config).map(|registry| Self(Arc::new(registry)))
    }

    /// Serves one client, until either side ends it or it is cut.
    pub async fn serve<S: AsyncRead + AsyncWrite>(&self, stream: S, cut: &CancellationToken) {
        connection::serve(stream, Arc::clone(&self.0), cut).await;
    }

    /// Whether a fault refuses the connection that is being made.
    #[must_use]
    pub fn refuses_connection(&self) -> bool {
        self.0.faults().strike_connect()
    }

    /// Puts a fault in force, written as for `POST /faults`.
    ///
    /// # Errors
    /// [`FaultRefused`]
    pub fn add_fault(&self, json: &str) -> Result<(), FaultRefused> {
        let spec = serde_json::from_str(json)?;
        self.0.faults().add(spec)?;
        self.0.tell_idle_sessions();
        Ok(())
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.0.faults().clear();
    }

    /// Adds this to each reply.
    pub fn set_latency(&self, latency: Duration) {
        self.0.set_latency(latency);
    }

    /// Puts another rule on how many commands an account may send.
    pub fn set_rate(&self, rate: Option<Rate>) {
        self.0.set_rate(rate);
    }

    /// Allows an account so many sessions from now on. Those that are open stay.
    pub fn set_max_sessions(&self, most: usize) {
        self.0.profile.max_sessions.store(most, Ordering::Relaxed);
    }

    /// Gives an account another password, as the registry's staff would.
    ///
    /// # Errors
    /// That of the journal.
    pub fn set_password(&self, account: &str, password: &str) -> std::io::Result<()> {
        let password = Kept(Secret::new(password));
        self.0.change(Change::Password { account: account.to_owned(), password })
    }

    /// The commands behind a number.
    #[must_use]
    pub fn log_after(&self, seq: u64) -> Vec<LogEntry> {
        self.0.look(|state| state.log.after(seq).cloned().collect())
    }

    /// How many sessions of an account are open.
    #[must_use]
    pub fn open_sessions(&self, account: &str) -> usize {
        self.0.look(|state| state.account(account).map_or(0, |account| account.open))
    }
}
