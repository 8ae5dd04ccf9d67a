//! Does what time has to do, in one gateway at a time.

use std::time::Duration;

use eppgate_model::Lease;
use tokio_util::sync::CancellationToken;

use crate::service::Gateway;
use crate::worker::leased::{self, Role};

/// Attends to what is due until it is stopped.
pub async fn run(gateway: Gateway, stop: CancellationToken) {
    let role = Role { kind: "upkeep", subject: "all", ttl: leased::TTL };
    leased::run(&gateway, role, &stop, async |lease| {
        tokio::join!(attend(&gateway, &lease), look_around(&gateway, &lease));
    })
    .await;
}

async fn attend(gateway: &Gateway, lease: &Lease) {
    loop {
        let pause = match gateway.attend_domains(lease).await {
            // There may be more.
            Ok(found) if found > 0 => BREATH,
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "what is due is not found");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn look_around(gateway: &Gateway, lease: &Lease) {
    loop {
        tokio::time::sleep(ROUND).await;
        if let Err(error) = gateway.sample_domains(lease).await {
            tracing::warn!(%error, "no domains are compared with their registries");
        }
        if let Err(error) = gateway.attend_hosts(lease).await {
            tracing::warn!(%error, "hosts that wait are not found");
        }
    }
}

/// Time is patient.
const PAUSE: Duration = Duration::from_secs(5);

/// Between two batches.
const BREATH: Duration = Duration::from_millis(50);

/// So seldom that comparing is next to nothing beside what callers want.
const ROUND: Duration = Duration::from_secs(60);
