//! A new configuration, asked for by an operator or a signal. Whoever runs the gateway knows where it is read, and does it.

use std::sync::Arc;

use eppgate_registry::Registry;
use tokio::sync::{mpsc, oneshot};

use super::{Operator, Registries};
use crate::service::{Error, Gateway};

/// What a reload has done; accounts are told as `registry/account`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reloaded {
    pub added: Vec<String>,
    /// Their sessions finish what they have begun, and log out.
    pub removed: Vec<String>,
    /// Their sessions are replaced one by one, unless only what is known of them has changed.
    pub changed: Vec<String>,
    pub unchanged: Vec<String>,
    /// What has changed as well, but only counts after a restart.
    pub needs_restart: Vec<&'static str>,
}

/// A configuration that was not taken over, and all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Vec<String>);

/// Somebody waits for a reload.
pub type ReloadRequest = oneshot::Sender<Result<Reloaded, Refused>>;

/// Those who wait, in their order.
pub type ReloadRequests = mpsc::Receiver<ReloadRequest>;

impl Gateway {
    /// Has the configuration read anew and taken over. What has not changed is not touched.
    ///
    /// # Errors
    /// [`Error::ConfigurationRefused`]: everything is as it was then.
    pub async fn reload(&self, who: &Operator) -> Result<Reloaded, Error> {
        let result = self.request_reload().await;
        match &result {
            Ok(done) => {
                let Reloaded { added, removed, changed, needs_restart, .. } = done;
                tracing::info!(
                    operator = who.name,
                    action = "reload",
                    ?added,
                    ?removed,
                    ?changed,
                    ?needs_restart,
                    "an operator's word: done"
                );
            }
            Err(error) => {
                tracing::warn!(operator = who.name, action = "reload", %error, "an operator's word: refused");
            }
        }
        result
    }

    /// Takes over the requests of all who want a reload. There is one who does it.
    pub fn reload_requests(&self) -> ReloadRequests {
        let (sender, receiver) = mpsc::channel(WAITING);
        // A second one would never be asked.
        let _ = self.0.reloads.set(sender);
        receiver
    }

    /// The registry accounts of the moment.
    #[must_use]
    pub fn registries(&self) -> Arc<Registries> {
        self.0.registries.load_full()
    }

    /// Runs commands with these from now on. Those that are `retired` finish what they have begun, and log out.
    pub fn set_registries(&self, registries: Registries, retired: Vec<Registry>) {
        self.0.registries.store(registries.into());
        for registry in retired {
            let patience = self.0.settings.deadline;
            self.0.tasks.spawn(async move { registry.drain(patience).await });
        }
    }

    async fn request_reload(&self) -> Result<Reloaded, Error> {
        let gone = || Error::internal("nobody reloads the configuration");
        let (request, answer) = oneshot::channel();
        let reloads = self.0.reloads.get().ok_or_else(gone)?;
        reloads.send(request).await.map_err(|_| gone())?;
        let Refused(problems) = match answer.await.map_err(|_| gone())? {
            Ok(reloaded) => return Ok(reloaded),
            Err(refused) => refused,
        };
        Err(Error::ConfigurationRefused(problems))
    }
}

/// More than there are operators.
const WAITING: usize = 8;
