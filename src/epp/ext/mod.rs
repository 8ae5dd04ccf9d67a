//! Extensions, one file a specification. None of them is known outside its file: commands take and replies give any.

pub mod bundle;
pub mod changepoll;
pub mod e164;
pub mod enumval;
pub mod fee;
pub mod idn;
pub mod maintenance;
pub mod orgext;
pub mod rgp;
pub mod secdns;
pub mod verificationcode;
