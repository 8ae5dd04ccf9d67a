//! Keeps this gateway's presence known to others on the database, and takes over what those that are gone have left.

use std::time::Duration;

use eppgate_model::Lease;
use tokio_util::sync::CancellationToken;

use crate::service::Gateway;

/// Attends until it is stopped.
pub async fn run(gateway: Gateway, presence: Lease, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(error) = gateway.attend(&presence).await {
            tracing::error!(%error, subject = presence.subject, "the presence of this gateway is not kept up");
        }
    }
}

/// A third of the shortest time that a silent gateway counts as alive.
const PAUSE: Duration = Duration::from_secs(3);
