//! A client: asks for something with a key of its own, and asks again with the same key until there is an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::Dice;
use super::process::Door;
use crate::support::Answer;

pub(super) struct Client {
    number: u64,
    dice: Dice,
    door: Door,
    /// What it has, and what it was told of it.
    domains: Vec<Told>,
    asked: u64,
}

/// What a client was told about a name: that is what must be so.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) name: String,
    pub(super) renewals: usize,
    pub(super) updates: usize,
    pub(super) nameservers: Vec<String>,
    pub(super) deleted: bool,
}

impl Client {
    pub(super) fn new(number: u64, dice: Dice, door: Door) -> Self {
        Self { number, dice, door, domains: Vec::new(), asked: 0 }
    }

    /// Works until it is enough, ends what it has begun, and says what it was told.
    pub(super) async fn work_until(mut self, enough: Arc<AtomicBool>) -> Vec<Told> {
        while !enough.load(Ordering::Relaxed) {
            let mine: Vec<usize> =
                (0..self.domains.len()).filter(|&nth| !self.domains[nth].deleted).collect();
            let what = self.dice.below(10);
            if mine.is_empty() || what < 4 {
                self.register().await;
                continue;
            }
            let nth = mine[usize::try_from(self.dice.below(mine.len() as u64)).unwrap()];
            match what {
                4..7 => self.renew(nth).await,
                7..9 => self.change_nameservers(nth).await,
                _ => self.delete(nth).await,
            }
        }
        self.domains
    }

    async fn register(&mut self) {
        let name = format!("c{}-{}.test", self.number, self.asked);
        let body = json!({ "name": name, "years": 1, "payment_assured": true });
        let answer = self.insist("POST", "domains", Some(body)).await;
        assert_eq!((answer.status, &answer.body["data"]["name"]), (201, &json!(name)), "{name}: {answer:?}");
        self.domains.push(Told { name, ..Told::default() });
    }

    async fn renew(&mut self, nth: usize) {
        // The registry takes nothing beyond ten years.
        if self.domains[nth].renewals == 8 {
            return;
        }
        let path = format!("domains/{}/renew", self.domains[nth].name);
        let answer = self.insist("POST", &path, Some(json!({ "years": 1 }))).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        self.domains[nth].renewals += 1;
    }

    async fn change_nameservers(&mut self, nth: usize) {
        let nameservers: Vec<String> =
            (0..2).map(|host| format!("ns{host}.c{}.example", self.asked)).collect();
        let path = format!("domains/{}/update_nameservers", self.domains[nth].name);
        let answer = self.insist("POST", &path, Some(json!({ "nameservers": nameservers }))).await;
        assert_eq!(
            (answer.status, &answer.body["data"]["nameservers"]),
            (200, &json!(nameservers)),
            "{path}: {answer:?}"
        );
        self.domains[nth].updates += 1;
        self.domains[nth].nameservers = nameservers;
    }

    async fn delete(&mut self, nth: usize) {
        let path = format!("domains/{}", self.domains[nth].name);
        let answer = self.insist("DELETE", &path, None).await;
        assert_eq!(answer.status, 204, "{path}: {answer:?}");
        self.domains[nth].deleted = true;
    }

    /// Asks until the answer is one that a client may rely on.
    async fn insist(&mut self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = format!("crash-{}-{}", self.number, self.asked);
        self.asked += 1;
        for _ in 0..TRIES {
            match self.door.call(method, path, Some(&key), body.as_ref()).await {
                Ok(answer) if answer.status < 500 && !is_in_progress(&answer) => return answer,
                _ => tokio::time::sleep(Duration::from_millis(50 + self.dice.below(200))).await,
            }
        }
        panic!("{method} {path} with {key} gets no answer");
    }
}

/// Whether somebody, most likely our own first try, is still at it.
fn is_in_progress(answer: &Answer) -> bool {
    answer.status == 409
}

const TRIES: u32 = 2_000;
