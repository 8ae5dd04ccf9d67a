//! Settles operations whose outcome is unknown and whose callers are gone.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Gateway;

/// Looks into what is due, again and again. A look that fails is put off by the journal itself.
pub async fn run(gateway: Gateway, stop: CancellationToken) {
    loop {
        match gateway.settle_due().await {
            // There may be more.
            Ok(found) if found > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the journal cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// How long an operation may be due before somebody looks.
const PAUSE: Duration = Duration::from_millis(500);
