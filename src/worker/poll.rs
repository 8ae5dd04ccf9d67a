//! Reads the message queues: each account's in one gateway at a time, one message after the other while there are any.

use std::collections::HashMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::service::{Gateway, Polled, Queue};
use crate::worker::leased::{self, Role};

/// Reads until it is stopped, from whatever accounts there are. An empty queue is left alone for a `pause`.
pub async fn run(gateway: Gateway, pause: Duration, stop: CancellationToken) {
    let (readers, mut running) = (TaskTracker::new(), HashMap::<Queue, CancellationToken>::new());
    while !stop.is_cancelled() {
        let queues = gateway.queues();
        running.retain(|queue, reader| {
            let stays = queues.contains(queue);
            if !stays {
                reader.cancel();
            }
            stays
        });
        for queue in queues {
            running.entry(queue).or_insert_with_key(|queue| {
                let reader = stop.child_token();
                readers.spawn(read(gateway.clone(), queue.clone(), pause, reader.clone()));
                reader
            });
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    readers.close();
    readers.wait().await;
}

async fn read(gateway: Gateway, queue: Queue, pause: Duration, stop: CancellationToken) {
    let subject = format!("{}/{}", queue.registry, queue.account);
    let role = Role { kind: "poll", subject: &subject, ttl: leased::TTL };
    leased::run(&gateway, role, &stop, async |_| {
        // Whoever has just started has other things to do first.
        let mut wait = pause;
        loop {
            tokio::time::sleep(wait).await;
            wait = match gateway.poll(&queue).await {
                Ok(Polled::Message) => PACE,
                Ok(Polled::Empty) => pause,
                Ok(Polled::NoQueue) => pause.max(NO_QUEUE),
                Err(error) => {
                    tracing::info!(%error, subject, "a message queue cannot be read now");
                    pause
                }
            };
            if let Err(error) = gateway.act_on_messages().await {
                tracing::warn!(%error, subject, "messages are not acted on");
            }
        }
    })
    .await;
}

/// Between one message and the next: others want to use the account as well.
const PACE: Duration = Duration::from_millis(100);
/// A registry without queues seldom gets any.
const NO_QUEUE: Duration = Duration::from_secs(6 * 3600);
/// How long an account that a reload brings may wait for its reader.
const LOOK_EVERY: Duration = Duration::from_secs(5);
