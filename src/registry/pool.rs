//! The pool of sessions: bb8 holds their handles and asks for another one whenever one is missing. How many there may be is
//! the `slots`' matter, and whether another one is wanted, the `demand`'s.
//!
//! Lanes lease sessions for long, commands never wait in here. So bb8's own ideas of order, cancellation and time do not
//! touch a command; pace and retries of logins are the [`Opener`]'s, ages are the session's own.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bb8::{AddError, ManageConnection, PooledConnection, QueueStrategy};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::connect::{Opener, Stopped};
use crate::handle::Handle;
use crate::transport::Connect;

/// Sessions that are ready.
pub(crate) struct Pool<C: Connect> {
    sessions: bb8::Pool<Manager<C>>,
    /// When there is another pool, nothing more is opened for this one.
    _called_off: DropGuard,
}

/// The pool of the moment: another number of spares makes another pool.
pub(crate) type Pools<C> = Arc<ArcSwap<Pool<C>>>;
pub(crate) type Lease<C> = PooledConnection<'static, Manager<C>>;

/// Opens and judges sessions for bb8.
pub(crate) struct Manager<C> {
    opener: Arc<Opener<C>>,
    called_off: CancellationToken,
}

impl<C: Connect> ManageConnection for Manager<C> {
    type Connection = Handle;
    type Error = Stopped;

    async fn connect(&self) -> Result<Handle, Stopped> {
        self.opener.open(&self.called_off).await
    }

    async fn is_valid(&self, session: &mut Handle) -> Result<(), Stopped> {
        session.is_ready().then_some(()).ok_or(Stopped)
    }

    fn has_broken(&self, session: &mut Handle) -> bool {
        !session.is_ready()
    }
}

impl<C: Connect> Pool<C> {
    /// A pool that opens its first sessions in the background.
    pub(crate) fn new(opener: Arc<Opener<C>>, spares: u32) -> Self {
        let called_off = CancellationToken::new();
        let manager = Manager { opener, called_off: called_off.clone() };
        Self { sessions: sessions(manager, spares), _called_off: called_off.drop_guard() }
    }

    /// A session, if there is one before the lane should ask again.
    pub(crate) async fn lease(&self) -> Option<Lease<C>> {
        self.sessions.get_owned().await.ok()
    }

    /// Takes a session in; gives it back when it cannot.
    pub(crate) fn add(&self, session: Handle) -> Result<(), Handle> {
        self.sessions.add(session).map_err(|refused| match refused {
            AddError::NoCapacity(session) | AddError::Broken(session) => session,
        })
    }

    /// Whether a session is ready.
    pub(crate) fn has_idle(&self) -> bool {
        self.sessions.state().idle_connections > 0
    }

    /// Throws out the idle sessions that have ended: bb8 looks at a session only when it is asked for one.
    pub(crate) async fn sweep(&self) {
        let mut leases = Vec::new();
        for _ in 0..self.sessions.state().idle_connections {
            tokio::select! {
                biased;
                lease = self.sessions.get_owned() => leases.extend(lease.ok()),
                () = std::future::ready(()) => break,
            }
        }
    }
}

fn sessions<C: Connect>(manager: Manager<C>, spares: u32) -> bb8::Pool<Manager<C>> {
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
        .build_unchecked(manager)
}

/// How long a lane waits before it asks again.
const PATIENCE: Duration = Duration::from_secs(60);
