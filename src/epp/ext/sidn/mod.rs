//! The extensions of SIDN (.nl), one file a namespace.

pub mod ext;
pub mod scheduled_delete;
