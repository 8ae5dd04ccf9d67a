//! Extensions, one file a specification. None of them is known outside its file: commands take and replies give any.

pub mod addlemail;
pub mod allocationtoken;
pub mod bundle;
pub mod changepoll;
pub mod e164;
pub mod e164val;
pub mod enumval;
pub mod fee;
pub mod idn;
pub mod iis;
pub mod keyrelay;
pub mod launch;
pub mod loginsec;
pub mod maintenance;
pub mod mark;
pub mod org;
pub mod orgext;
pub mod rgp;
pub mod secdns;
pub mod secdns10;
pub mod signed_mark;
pub mod ttl;
pub mod unhandled;
pub mod verificationcode;
