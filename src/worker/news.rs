//! Tells the news that are due, in one gateway at a time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Gateway;
use crate::worker::leased::{self, Role};

/// Tells until it is stopped.
pub async fn run(gateway: Gateway, stop: CancellationToken) {
    let role = Role { kind: "news", subject: "all", ttl: leased::TTL };
    leased::run(&gateway, role, &stop, async |_| {
        loop {
            match gateway.tell_news().await {
                Ok(0) => tokio::time::sleep(PAUSE).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "news are not told");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    })
    .await;
}

/// How long news may wait.
const PAUSE: Duration = Duration::from_secs(5);
