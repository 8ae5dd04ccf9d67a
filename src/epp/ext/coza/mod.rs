//! The extensions of the registry of .za (ZACR), one file a namespace.

pub mod contact;
pub mod domain;
