//! The pool of sessions: bb8 holds their handles, keeps the spares warm and never has more than the registry allows.
//!
//! Lanes lease sessions for long, commands never wait in here. So bb8's own ideas of order, cancellation and time do not
//! touch a command; pace and retries of logins are the [`Opener`]'s, ages are the session's own.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bb8::{ManageConnection, PooledConnection, QueueStrategy};

use crate::connect::{Opener, Stopped};
use crate::session::Handle;
use crate::transport::Connect;

pub(crate) type Pool<C> = bb8::Pool<Manager<C>>;
/// The pool of the moment: another number of spares makes another pool.
pub(crate) type Pools<C> = Arc<ArcSwap<Pool<C>>>;
pub(crate) type Lease<C> = PooledConnection<'static, Manager<C>>;

/// Opens and judges sessions for bb8.
pub(crate) struct Manager<C>(pub(crate) Arc<Opener<C>>);

impl<C: Connect> ManageConnection for Manager<C> {
    type Connection = Handle;
    type Error = Stopped;

    async fn connect(&self) -> Result<Handle, Stopped> {
        self.0.open().await
    }

    async fn is_valid(&self, session: &mut Handle) -> Result<(), Stopped> {
        session.is_ready().then_some(()).ok_or(Stopped)
    }

    fn has_broken(&self, session: &mut Handle) -> bool {
        !session.is_ready()
    }
}

/// A pool that opens its first sessions in the background.
pub(crate) fn build<C: Connect>(opener: Arc<Opener<C>>, spares: u32) -> Pool<C> {
    bb8::Pool::builder()
        // The slots are the limit, and that may change.
        .max_size(u32::MAX)
        .min_idle(spares)
        // A session knows its own age.
        .max_lifetime(None)
        // So the reaper, whose clock cannot be paused, has nothing to do: a session in the pool is one that is logged in,
        // since an attempt lasts until then, and taking and giving back are what restores the spares.
        .idle_timeout(None)
        .connection_timeout(PATIENCE)
        .test_on_check_out(true)
        // An attempt ends with a session, or when everything ends.
        .retry_connection(false)
        .queue_strategy(QueueStrategy::Fifo)
        .build_unchecked(Manager(opener))
}

/// Throws out the idle sessions that have ended: bb8 looks at a session only when it is asked for one.
pub(crate) async fn sweep<C: Connect>(pool: &Pool<C>) {
    let mut leases = Vec::new();
    for _ in 0..pool.state().idle_connections {
        tokio::select! {
            biased;
            lease = pool.get_owned() => leases.extend(lease.ok()),
            () = std::future::ready(()) => break,
        }
    }
}

/// How long a lane waits before it asks again.
const PATIENCE: Duration = Duration::from_secs(60);
