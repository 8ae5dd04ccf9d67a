//! Loops that call the gateway by themselves, one file a loop. Each runs until its token is cancelled.

pub mod settle;
