//! Loops that call the gateway by themselves, one file a loop. Each runs until its token is cancelled.

pub mod housekeeping;
pub mod leased;
pub mod news;
pub mod poll;
pub mod presence;
pub mod settle;
pub mod transfers;
pub mod upkeep;
