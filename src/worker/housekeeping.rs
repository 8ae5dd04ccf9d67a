//! Clears away rows that have had their time, in one gateway at a time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Gateway;
use crate::worker::leased::{self, Role};

/// Clears away now and then until it is stopped.
pub async fn run(gateway: Gateway, stop: CancellationToken) {
    let role = Role { kind: "housekeeping", subject: "all", ttl: leased::TTL };
    leased::run(&gateway, role, &stop, async |_| {
        loop {
            if let Err(error) = gateway.clear_away().await {
                tracing::warn!(%error, "old rows are not cleared away");
            }
            tokio::time::sleep(PAUSE).await;
        }
    })
    .await;
}

/// What has had its time does no harm for a while.
const PAUSE: Duration = Duration::from_secs(600);
