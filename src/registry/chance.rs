//! Chance, so that what began together does not go on together; from a seed where a run has to be had again.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A row of random numbers. Clones draw from the same one.
#[derive(Debug, Clone)]
pub struct Chance(Arc<AtomicU64>);

impl Chance {
    /// The row that begins with a seed: the same one each time.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    /// A row that nobody knows. The seed of std's hash maps is random enough for that.
    #[must_use]
    pub fn unknown() -> Self {
        Self::seeded(RandomState::new().hash_one(0))
    }

    /// Any number.
    #[must_use]
    pub fn number(&self) -> u64 {
        // SplitMix64: each step of the counter is mixed well enough for jitter.
        let step = self.0.fetch_add(GOLDEN, Ordering::Relaxed).wrapping_add(GOLDEN);
        let mixed = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A length of time between the two.
    #[must_use]
    pub fn between(&self, least: Duration, most: Duration) -> Duration {
        let part = f64::from(u32::try_from(self.number() >> 32).expect("32 bits are left"));
        least + most.saturating_sub(least).mul_f64(part / f64::from(u32::MAX))
    }
}

/// 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_row_and_another_seed_another() {
        let row = |seed| {
            let chance = Chance::seeded(seed);
            [(); 4].map(|()| chance.number())
        };
        assert_eq!(row(1), row(1));
        assert_ne!(row(1), row(2));
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(2));
        let chance = Chance::unknown();
        assert!((0..100).all(|_| (least..=most).contains(&chance.between(least, most))));
    }
}
