//! Chance, so that what began together does not go on together. The seed of std's hash maps is random enough for that.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A length of time between the two.
pub(crate) fn between(least: Duration, most: Duration) -> Duration {
    let part = f64::from(u32::try_from(random() >> 32).expect("32 bits are left")) / f64::from(u32::MAX);
    least + most.saturating_sub(least).mul_f64(part)
}

/// Any number.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(0)
}
