//! Counts how often memory is asked for, in the whole program: the counter sits on the system's allocator.
//!
//! Its atomic counters cost some nanoseconds an allocation, which every side pays, and which the times include.

use std::alloc::System;

use anyhow::{Context, Result};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often `work` asks for memory, or for more of it. The fewest of some tries, since other threads may ask too.
pub(super) fn allocations<T>(mut work: impl FnMut() -> Result<T>) -> Result<usize> {
    let mut fewest = None;
    for _ in 0..TRIES {
        let region = Region::new(ALLOCATOR);
        let made = work()?;
        let change = region.change();
        drop(made);
        let count = change.allocations + change.reallocations;
        fewest = Some(fewest.map_or(count, |fewest: usize| fewest.min(count)));
    }
    fewest.context("nothing was tried")
}

const TRIES: usize = 50;
