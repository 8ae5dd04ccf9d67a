//! Extensions, one file a specification. None of them is known outside its file: commands take and replies give any.

pub mod fee;
pub mod launch;
pub mod mark;
pub mod rgp;
pub mod secdns;
pub mod secdns10;
pub mod signed_mark;
