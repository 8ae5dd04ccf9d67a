//! The bench's allocator: the system's, with counters on it.
//!
//! The atomic counters cost some nanoseconds an allocation, which every side pays, and which the times include. They count
//! what was asked for; what the allocator makes of it shows in the resident memory.

use stats_alloc::INSTRUMENTED_SYSTEM;

#[cfg(not(test))]
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

/// How often memory was asked for so far, or more of it.
#[cfg(not(test))]
pub(crate) fn allocations() -> usize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.allocations + stats.reallocations
}

/// Bytes that were asked for and are not given back.
pub(crate) fn in_use() -> u64 {
    let stats = INSTRUMENTED_SYSTEM.stats();
    (stats.bytes_allocated - stats.bytes_deallocated) as u64
}
