//! What a seed decides.

use std::time::Duration;

use eppgate_registry::Chance;

/// A row of throws: the same for the same seed.
#[derive(Debug)]
pub(crate) struct Dice(Chance);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Chance::seeded(seed))
    }

    /// Another row, which what is thrown here does not touch.
    pub(crate) fn fork(&self) -> Self {
        Self::new(self.0.number())
    }

    /// A row for a registry's own chances.
    pub(crate) fn chance(&self) -> Chance {
        Chance::seeded(self.0.number())
    }

    /// From nought to one less.
    pub(crate) fn below(&self, count: usize) -> usize {
        let count = u64::try_from(count).expect("a usize has 64 bits at most");
        usize::try_from(self.0.number() % count).expect("less than a usize is one")
    }

    pub(crate) fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<T: Copy, const N: usize>(&self, from: [T; N]) -> T {
        from[self.below(N)]
    }

    /// Whole milliseconds between the two.
    pub(crate) fn between(&self, least: Duration, most: Duration) -> Duration {
        let millis = self.0.between(least, most).as_millis();
        Duration::from_millis(u64::try_from(millis).expect("no wait is that long"))
    }

    /// Mostly short, sometimes long: around this.
    pub(crate) fn around(&self, usual: Duration) -> Duration {
        let short = self.between(Duration::ZERO, usual);
        if self.percent(20) { short * 4 } else { short }
    }
}
