//! Leases: the right to be the only one to do something, for a while.

use chrono::{DateTime, Utc};

use crate::id::InstanceId;

/// A running gateway. There is nothing to know of it but its identifier.
pub struct Instance;

/// The right of one gateway to be the only one to do something, until it ends or is given back.
///
/// A holder that was held up may believe in a lease that has gone to another: so what must not be done by a former
/// holder is written together with a look at the fence, which is higher for each holder than for all before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub subject: String,
    pub holder: InstanceId,
    pub fence: i64,
    pub until: DateTime<Utc>,
}
