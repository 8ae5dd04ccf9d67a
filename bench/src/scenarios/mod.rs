//! The scenarios: each starts what it measures, drives its sides in turns and returns a report.

pub(crate) mod coalesce;
pub(crate) mod failover;
pub(crate) mod idle;
pub(crate) mod isolation;
pub(crate) mod list;
pub(crate) mod overload;
pub(crate) mod roundtrip;
pub(crate) mod rtt;
pub(crate) mod throughput;

/// The names of sides in figures.
pub(crate) mod side {
    /// instant-epp on a session per caller.
    pub(crate) const LOCK_STEP: &str = "lock-step";
    /// instant-epp with a session per command.
    pub(crate) const FRESH: &str = "connect per command";
}
