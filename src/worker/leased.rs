//! Work that one gateway at a time does, however many share the database.

use std::time::Duration;

use eppgate_model::Lease;
use tokio_util::sync::CancellationToken;

use crate::service::Gateway;

/// What there is to be done by one alone.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a> {
    pub kind: &'a str,
    pub subject: &'a str,
    /// How long another waits when the holder is gone.
    pub ttl: Duration,
}

/// Waits for the role's lease, does the work while it is held, and gives it back; again and again until it is stopped.
///
/// When the lease is lost or the end is asked for, `work` is dropped where it waits: what must not be cut short, it
/// hands to the gateway, whose changes run to their end. It must not count on being alone without naming its lease's
/// fence, since a process that was held up learns of its loss late.
pub async fn run<W>(gateway: &Gateway, role: Role<'_>, stop: &CancellationToken, work: impl Fn(Lease) -> W)
where
    W: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        match gateway.acquire_lease(role.kind, role.subject, role.ttl).await {
            Ok(Some(lease)) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = lost(gateway, role, &lease) => {}
                    () = work(lease.clone()) => {}
                }
                if let Err(error) = gateway.release_lease(&lease).await {
                    tracing::debug!(%error, kind = role.kind, "a lease is not given back");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, kind = role.kind, "a lease cannot be asked for"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(role.ttl / 3) => {}
        }
    }
}

/// Holds on to the lease until it is lost: taken by another, or not renewed for its whole length.
async fn lost(gateway: &Gateway, role: Role<'_>, lease: &Lease) {
    let mut failures = 0;
    while failures < 2 {
        tokio::time::sleep(role.ttl / 3).await;
        match gateway.renew_lease(lease, role.ttl).await {
            Ok(()) => failures = 0,
            Err(error) => {
                failures += 1;
                tracing::warn!(%error, kind = role.kind, subject = role.subject, "a lease is not renewed");
            }
        }
    }
}

/// For work that may wait a little when its holder is gone.
pub const TTL: Duration = Duration::from_secs(10);
