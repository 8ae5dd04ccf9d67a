//! Callers: each wants one thing after the other, and sometimes goes away before it has it.

use std::sync::Arc;
use std::time::Duration;

use eppgate_registry::Class;
use tokio::time::{Instant, sleep, sleep_until};

use crate::dice::Dice;
use crate::place::{Manner, Place};
use crate::terms::seconds;
use crate::wish::Wish;

/// What a caller is like.
#[derive(Debug)]
pub(crate) struct Caller {
    tenant: u128,
    /// Between two of its wishes.
    thinks: Duration,
    /// How many of a hundred wishes it gives up.
    leaves: usize,
    dice: Dice,
}

impl Caller {
    pub(crate) fn throw(dice: &Dice) -> Self {
        Self {
            tenant: dice.below(3) as u128,
            thinks: dice.pick([Duration::from_millis(50), seconds(1), seconds(5), seconds(20)]),
            leaves: dice.pick([0, 10, 40]),
            dice: dice.fork(),
        }
    }

    /// Wants things until a time.
    pub(crate) async fn live(self, place: Arc<Place>, until: Instant) {
        let mut wishes = 0;
        while Instant::now() < until && wishes < WISHES {
            let wish = Wish::throw(&self.dice);
            let manner = self.manner();
            place.ask(wish, manner).await;
            wishes += 1;
            sleep(self.dice.around(self.thinks)).await;
        }
        sleep_until(until).await;
    }

    fn manner(&self) -> Manner {
        let patience = match self.dice.below(20) {
            0 => Duration::ZERO,
            1..5 => self.dice.between(Duration::ZERO, seconds(2)),
            _ => self.dice.between(seconds(1), seconds(30)),
        };
        let leaves = self.dice.percent(self.leaves);
        Manner {
            tenant: self.tenant,
            class: self.dice.pick(Class::ALL),
            patience,
            leaves_after: leaves.then(|| self.dice.around(seconds(1))),
        }
    }
}

/// Enough, so that an eager one does not make a run long.
const WISHES: usize = 40;
