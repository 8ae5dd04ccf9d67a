//! The end of a numbered list: old items fall off at the front, numbers never change.

use std::collections::VecDeque;

/// Numbered from 1; holds the newest.
#[derive(Debug)]
pub(crate) struct Tail<T> {
    kept: VecDeque<T>,
    last: u64,
    capacity: usize,
}

impl<T> Tail<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { kept: VecDeque::new(), last: 0, capacity }
    }

    /// The number of the newest item; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    pub(crate) fn push(&mut self, item: T) {
        if self.kept.len() == self.capacity {
            self.kept.pop_front();
        }
        self.kept.push_back(item);
        self.last += 1;
    }

    /// The items behind number `seq`, as far as they are kept.
    pub(crate) fn after(&self, seq: u64) -> impl Iterator<Item = &T> {
        let wanted = self.last.saturating_sub(seq);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        self.kept.iter().skip(self.kept.len().saturating_sub(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_old_items_fall_off() {
        let mut tail = Tail::new(3);
        for item in 1..=5 {
            tail.push(item);
        }
        let after = |seq| tail.after(seq).copied().collect::<Vec<_>>();
        assert_eq!(tail.last(), 5);
        assert_eq!(after(0), [3, 4, 5]);
        assert_eq!(after(4), [5]);
        assert!(after(5).is_empty() && after(99).is_empty());
    }
}
