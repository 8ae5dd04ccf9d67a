//! The extensions of the registry of .no (Norid), one file a namespace.

pub mod contact;
pub mod domain;
pub mod epp;
pub mod host;
pub mod result;
