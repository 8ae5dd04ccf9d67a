//! News go out by mail: to whom they are for, once, and whatever happens on the way.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use eppgate_model::Clock;
use serde_json::{Value, json};

use crate::pair::{Demo, Pair};
use crate::support::HOUR;

impl Pair {
    fn mail_dir(&self) -> PathBuf {
        self.dir.path().join("mail")
    }

    /// Takes the letters out of their folder, as a mail system does, in the order of their events.
    fn letters(&self) -> Vec<String> {
        let files = fs::read_dir(self.mail_dir()).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<_> =
            files.filter(|file| file.extension().is_some_and(|ext| ext == "eml")).collect();
        files.sort();
        let take = |file: &PathBuf| {
            let letter = fs::read_to_string(file).unwrap();
            let id = file.file_stem().unwrap().to_str().unwrap();
            assert!(letter.starts_with(&format!("Message-ID: <{id}@mail.test>\r\n")), "{letter}");
            fs::remove_file(file).unwrap();
            letter
        };
        files.iter().map(take).collect()
    }

    /// Tells until there is nothing left to be told now.
    async fn tell(&self) {
        while self.app.gateway().tell_news().await.unwrap() > 0 {}
    }

    /// Does what is due, until a domain's history tells so often of something.
    async fn until_told(&mut self, name: &str, kind: &str, count: usize) {
        let ttl = HOUR * 24 * 1000;
        let lease = self.app.gateway().acquire_lease("test", "news", ttl).await.unwrap().unwrap();
        for _ in 0..200 {
            while self.app.gateway().attend_domains(&lease).await.unwrap() > 0 {}
            if self.history(Demo, name).await.iter().filter(|told| *told == kind).count() == count {
                return self.app.gateway().release_lease(&lease).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.later(chrono::Duration::minutes(2)).await;
        }
        panic!("{name}: {kind} is not told {count} times");
    }

    /// The letters that have gone out, once there are so many; the gateway's own worker may be at it as well.
    async fn sent(&mut self, count: usize) -> Vec<String> {
        let mut letters = Vec::new();
        for _ in 0..200 {
            self.tell().await;
            letters.extend(self.letters());
            if letters.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.later(chrono::Duration::minutes(2)).await;
        }
        assert_eq!(letters.len(), count, "{letters:#?}");
        letters
    }
}

/// A gateway with a clock of its own, where `told.test` belongs to Jane, and `quiet.test` to nobody that is known. Both end
/// after a year.
async fn with_names() -> Pair {
    let clock = Clock::manual(Utc::now().trunc_subsecs(0));
    let pair = Pair::start_at("generic", "generic", ["test", "example"], clock).await;
    let jane = json!({
        "handle": "jane", "name": "Jane Doe", "email": "jane@example.test", "phone": "+46812345678",
        "street": ["Storgatan 1"], "city": "Umea", "postal_code": "903 26", "country": "SE",
    });
    pair.done(Demo, "POST", "contacts", jane).await;
    for (name, registrant) in [("told.test", json!("jane")), ("quiet.test", Value::Null)] {
        let create = json!({ "name": name, "payment_assured": true, "registrant_handle": registrant });
        pair.done(Demo, "POST", "domains", create).await;
        let path = format!("domains/{name}/auto_renewal");
        pair.done(Demo, "PUT", &path, json!({ "mode": "AUTOEXPIRE" })).await;
    }
    pair
}

fn head(letter: &str) -> &str {
    letter.split_once("\r\n\r\n").unwrap().0
}

fn header<'a>(letter: &'a str, name: &str) -> &'a str {
    let lines = head(letter).split("\r\n");
    let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let value = values.next().unwrap();
    assert_eq!(values.next(), None, "{letter}");
    value
}

#[tokio::test]
async fn each_reminder_reaches_the_registrant_once_and_nobody_else() {
    let mut pair = with_names().await;
    let settings = json!({ "renewal_from_email": "renewals@shop.test", "name": "Shop 24" });
    pair.done(Demo, "PATCH", "", settings).await;
    let expires = pair.done(Demo, "GET", "domains/told.test", Value::Null).await["expires_at"].clone();
    let day = &expires.as_str().unwrap()[..10];

    pair.days_later(336).await;
    for name in ["told.test", "quiet.test"] {
        pair.until_told(name, "expiry_reminder", 1).await;
    }
    let [letter] = pair.sent(1).await.try_into().unwrap();
    assert_eq!(header(&letter, "To"), "<jane@example.test>");
    assert_eq!(header(&letter, "From"), "Shop 24 <renewals@shop.test>");
    assert_eq!(header(&letter, "Subject"), format!("told.test: the registration ends on {day}"));
    assert!(letter.contains("Shop 24."), "{letter}");

    // Neither another look nor another gateway tells it again.
    pair.tell().await;
    let mut pair = pair.restarted().await;
    pair.tell().await;
    pair.days_later(1).await;
    pair.tell().await;
    assert_eq!(pair.letters(), [""; 0]);

    // A name with which somebody wants to write to others. Nobody has chosen whom it comes from.
    let evil = "Shop\r\nBcc: eve@evil.test\r\n\r\nBuy this";
    pair.done(Demo, "PATCH", "", json!({ "renewal_from_email": "", "name": evil })).await;
    pair.days_later(22).await;
    pair.until_told("told.test", "expiry_reminder", 2).await;
    let [letter] = pair.sent(1).await.try_into().unwrap();
    assert!(header(&letter, "From").ends_with(" <gateway@mail.test>"), "{letter}");
    assert!(header(&letter, "Subject").ends_with(day), "{letter}");
    assert!(!head(&letter).contains("Bcc") && !letter.contains("\nBcc"), "{letter}");

    pair.days_later(8).await;
    pair.until_told("told.test", "expired", 1).await;
    pair.until_told("told.test", "expiry_reminder", 3).await;
    let letters = pair.sent(2).await;
    for (letter, end) in letters.iter().zip(["has ended", "is not renewed yet"]) {
        assert_eq!(header(letter, "To"), "<jane@example.test>");
        assert!(header(letter, "Subject").ends_with(end), "{letter}");
    }
    pair.stop().await;
}

#[tokio::test]
async fn what_cannot_be_written_is_written_later() {
    let mut pair = with_names().await;
    let (dir, away) = (pair.mail_dir(), pair.dir.path().join("away"));
    fs::rename(&dir, &away).unwrap();
    pair.days_later(336).await;
    pair.until_told("told.test", "expiry_reminder", 1).await;
    // It is tried again and again, and what others have to tell is not held up.
    for _ in 0..4 {
        pair.tell().await;
        pair.later(chrono::Duration::minutes(10)).await;
    }
    assert_eq!(fs::read_dir(&away).unwrap().count(), 0);
    fs::rename(&away, &dir).unwrap();
    let [letter] = pair.sent(1).await.try_into().unwrap();
    assert_eq!(header(&letter, "To"), "<jane@example.test>");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "no draft is left");
    pair.stop().await;
}

#[tokio::test]
async fn little_money_is_told_once_to_whom_the_tenant_has_chosen() {
    let clock = Clock::manual(Utc::now().trunc_subsecs(0));
    let mut pair = Pair::start_at("dotcom", "verisign", ["com", "net"], clock).await;
    let com = pair.done(Demo, "GET", "tld_associations/com", Value::Null).await;
    let path = format!("tld_associations/{}/notifications", com["id"].as_str().unwrap());
    let chosen = json!({ "low_balance_notification_email": "money@demo.test" });
    pair.done(Demo, "PATCH", &path, chosen).await;
    for (balance, subject) in [("90.00", "Little money is left"), ("20.00", "Urgent: the money")] {
        let left = json!({ "account": "registrar-a", "balance": balance, "threshold": "100.00" });
        // The registry says so twice.
        for _ in 0..2 {
            pair.control("POST", "/balance", Some(left.clone())).await;
            pair.poll().await;
        }
        let [letter] = pair.sent(1).await.try_into().unwrap();
        assert_eq!(header(&letter, "To"), "<money@demo.test>");
        assert_eq!(header(&letter, "From"), "<gateway@mail.test>");
        assert!(header(&letter, "Subject").starts_with(subject), "{letter}");
        assert!(letter.contains(&format!("Left:              {balance}\r\n")), "{letter}");
    }
    pair.tell().await;
    assert_eq!(pair.letters(), [""; 0]);
    pair.stop().await;
}
