//! Extensions, one file a specification. None of them is known outside its file: commands take and replies give any.

pub mod fee;
pub mod rgp;
pub mod secdns;
