//! The extensions of Norid (.no), one file a namespace.

pub mod contact;
pub mod domain;
pub mod epp;
pub mod host;
pub mod result;
