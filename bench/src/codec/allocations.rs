//! Counts how often memory is asked for.
//!
//! A run has one thread, and counts in the whole program. Tests run beside other tests, so there only what the thread
//! itself asks for is counted; that would cost a run more.

use anyhow::{Context, Result};

/// How often `work` asks for memory, or for more of it. The fewest of some tries: the first may fill a cache.
pub(super) fn allocations<T>(mut work: impl FnMut() -> Result<T>) -> Result<usize> {
    let mut fewest = None;
    for _ in 0..TRIES {
        let (made, count) = counted(&mut work);
        made?;
        fewest = Some(fewest.map_or(count, |fewest: usize| fewest.min(count)));
    }
    fewest.context("nothing was tried")
}

const TRIES: usize = 50;

#[cfg(not(test))]
fn counted<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = crate::heap::allocations();
    let made = work();
    (made, crate::heap::allocations() - before)
}

#[cfg(test)]
fn counted<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let mut made = None;
    let info = allocation_counter::measure(|| made = Some(work()));
    (made.expect("work was done"), usize::try_from(info.count_total).expect("a count fits"))
}
