//! How many commands an account may send: a bucket for each, filled again by the second.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::character::{Excess, Rate};

/// The rule, and what each account has left.
#[derive(Debug)]
pub(crate) struct Rates {
    rule: Option<Rate>,
    buckets: BTreeMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// In commands.
    left: f64,
    at: Instant,
}

impl Rates {
    pub(crate) fn new(rule: Option<Rate>) -> Self {
        Self { rule, buckets: BTreeMap::new() }
    }

    pub(crate) fn rule(&self) -> Option<Rate> {
        self.rule
    }

    /// Puts another rule in force. All buckets are full then.
    pub(crate) fn set(&mut self, rule: Option<Rate>) {
        *self = Self::new(rule);
    }

    /// Counts a command; says what happens to it if it is one too many.
    pub(crate) fn count(&mut self, account: &str, now: Instant) -> Option<Excess> {
        let rule = self.rule?;
        let most = f64::from(rule.per_second);
        let bucket = match self.buckets.get_mut(account) {
            Some(bucket) => bucket,
            None => self.buckets.entry(account.to_owned()).or_insert(Bucket { left: most, at: now }),
        };
        let refill = now.duration_since(bucket.at).as_secs_f64() * most;
        bucket.left = (bucket.left + refill).min(most);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Some(rule.excess);
        }
        bucket.left -= 1.0;
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_account_has_so_many_a_second_and_no_more() {
        let excess = Excess::Refused(2400);
        let mut rates = Rates::new(Some(Rate { per_second: 10, excess }));
        let mut allowed = |account: &str, of: usize| {
            (0..of).filter(|_| rates.count(account, Instant::now()).is_none()).count()
        };
        assert_eq!(allowed("a", 15), 10);
        assert_eq!(allowed("b", 15), 10);
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(allowed("a", 15), 5);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(allowed("a", 15), 10);
    }
}
