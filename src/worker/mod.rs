//! Loops that call the gateway by themselves, one file a loop. Each runs until its token is cancelled.

pub mod housekeeping;
pub mod leased;
pub mod presence;
pub mod settle;
pub mod upkeep;
