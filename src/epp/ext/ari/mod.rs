//! The extensions of ARI (AusRegistry, now a part of GoDaddy Registry) and of .au, one file a namespace.

pub mod application;
pub mod audomain;
pub mod auext;
pub mod block;
pub mod ex_avail;
pub mod idn;
pub mod kv;
pub mod tmch;
pub mod variant;
