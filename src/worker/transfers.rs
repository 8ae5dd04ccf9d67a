//! Follows transfers that are due for a look, and acts on messages that could not be acted on at once, in one gateway at a
//! time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Gateway;
use crate::worker::leased::{self, Role};

/// Follows until it is stopped.
pub async fn run(gateway: Gateway, stop: CancellationToken) {
    let role = Role { kind: "transfers", subject: "all", ttl: leased::TTL };
    leased::run(&gateway, role, &stop, async |_| {
        loop {
            for found in [gateway.follow_transfers().await, gateway.act_on_messages().await] {
                if let Err(error) = found {
                    tracing::warn!(%error, "transfers are not followed");
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    })
    .await;
}

/// How long what is due may wait.
const PAUSE: Duration = Duration::from_secs(1);
