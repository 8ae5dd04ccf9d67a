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
    doors: [Door; 2],
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
    /// It went to the other tenant.
    pub(super) moved: bool,
}

impl Told {
    /// Which of the tenants has it.
    pub(super) fn owner(&self) -> usize {
        usize::from(self.moved)
    }
}

impl Client {
    pub(super) fn new(number: u64, dice: Dice, doors: [Door; 2]) -> Self {
        Self { number, dice, doors, domains: Vec::new(), asked: 0 }
    }

    /// Works until it is enough, ends what it has begun, and says what it was told.
    pub(super) async fn work_until(mut self, enough: Arc<AtomicBool>) -> Vec<Told> {
        while !enough.load(Ordering::Relaxed) {
            let mine: Vec<usize> =
                (0..self.domains.len()).filter(|&nth| !self.domains[nth].deleted).collect();
            let what = self.dice.below(12);
            if mine.is_empty() || what < 4 {
                self.register().await;
                continue;
            }
            let nth = mine[usize::try_from(self.dice.below(mine.len() as u64)).unwrap()];
            match what {
                4..7 => self.renew(nth).await,
                7..9 => self.change_nameservers(nth).await,
                9..11 => self.move_away(nth).await,
                _ => self.delete(nth).await,
            }
        }
        self.domains
    }

    async fn register(&mut self) {
        let name = format!("c{}-{}.test", self.number, self.asked);
        let body = json!({ "name": name, "years": 1, "payment_assured": true });
        let answer = self.insist(0, "POST", "domains", Some(body)).await;
        assert_eq!((answer.status, &answer.body["data"]["name"]), (201, &json!(name)), "{name}: {answer:?}");
        self.domains.push(Told { name, ..Told::default() });
    }

    async fn renew(&mut self, nth: usize) {
        // The registry takes nothing beyond ten years, and a transfer adds one.
        if self.domains[nth].renewals == 7 {
            return;
        }
        let path = format!("domains/{}/renew", self.domains[nth].name);
        let owner = self.domains[nth].owner();
        let answer = self.insist(owner, "POST", &path, Some(json!({ "years": 1 }))).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        self.domains[nth].renewals += 1;
    }

    async fn change_nameservers(&mut self, nth: usize) {
        let nameservers: Vec<String> =
            (0..2).map(|host| format!("ns{host}.c{}.example", self.asked)).collect();
        let path = format!("domains/{}/update_nameservers", self.domains[nth].name);
        let owner = self.domains[nth].owner();
        let answer = self.insist(owner, "POST", &path, Some(json!({ "nameservers": nameservers }))).await;
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
        let owner = self.domains[nth].owner();
        let answer = self.insist(owner, "DELETE", &path, None).await;
        assert_eq!(answer.status, 204, "{path}: {answer:?}");
        self.domains[nth].deleted = true;
    }

    /// The other tenant asks for the domain, and the first one lets it go, as both do by themselves.
    async fn move_away(&mut self, nth: usize) {
        if self.domains[nth].moved {
            return;
        }
        let name = self.domains[nth].name.clone();
        let path = format!("domains/{name}/auth_code/rotate");
        let rotated = self.insist(0, "POST", &path, None).await;
        assert_eq!(rotated.status, 200, "{path}: {rotated:?}");
        let path = format!("domains/{name}/transfer_in");
        let ask = json!({ "auth_code": rotated.body["data"]["auth_code"] });
        let asked = self.insist(1, "POST", &path, Some(ask)).await;
        assert_eq!(asked.status, 202, "{path}: {asked:?}");
        for _ in 0..TRIES {
            if self.has_settled_in(&name).await {
                self.domains[nth].moved = true;
                // The code before, and another with the lock after.
                self.domains[nth].updates += 2;
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("{name} does not arrive");
    }

    async fn has_settled_in(&self, name: &str) -> bool {
        let events = self.doors[1].call("GET", &format!("domains/{name}/events"), None, None).await;
        let Ok(Answer { status: 200, body, .. }) = events else { return false };
        let mut events = body["data"].as_array().unwrap().iter();
        events.any(|event| event["event_type"] == "transfer_in_secured")
    }

    /// Asks until the answer is one that a client may rely on.
    async fn insist(&mut self, who: usize, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = format!("crash-{}-{}", self.number, self.asked);
        self.asked += 1;
        for _ in 0..TRIES {
            match self.doors[who].call(method, path, Some(&key), body.as_ref()).await {
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
