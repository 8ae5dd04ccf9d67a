//! A letter as mail (RFC 5322): pure, and for one event always the same, so that one sent twice can be recognised.
//!
//! Names come from tenants and registries. Into a letter's head get only addresses that have been checked, and text that
//! has become one line of ASCII.

use chrono::{DateTime, Utc};
use data_encoding::{BASE64, BASE64_MIME};
use eppgate_model::EventId;
use eppgate_model::contact::Email;
use eppgate_model::outbox::OutboxEntry;

use super::post::Post;
use super::table::{Line, fill};

/// What is told to somebody.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) id: EventId,
    at: DateTime<Utc>,
    /// The host that the letter's identity is of.
    host: String,
    from: Email,
    /// Empty when there is none.
    from_name: String,
    to: Email,
    subject: String,
    text: String,
}

impl Letter {
    /// Tells of an event in the words of its line, with values filled in.
    pub(super) fn new(
        post: &Post,
        line: &Line,
        entry: &OutboxEntry,
        to: Email,
        values: &[(&str, &str)],
    ) -> Self {
        let values: Vec<_> = values.iter().map(|(key, value)| (*key, one_line(value))).collect();
        let from = post.from().clone();
        let (_, host) = from.as_str().rsplit_once('@').unwrap_or_default();
        Self {
            id: entry.id,
            at: entry.inserted_at,
            host: host.to_owned(),
            from_name: String::new(),
            to,
            subject: fill(line.subject, &values),
            text: fill(line.text, &values),
            from,
        }
    }

    /// The same from somebody else.
    pub(super) fn sent_by(self, from: Email, name: &str) -> Self {
        Self { from, from_name: name.to_owned(), ..self }
    }

    /// The whole of it, as mail systems take it.
    pub(super) fn eml(&self) -> String {
        let Self { id, at, host, from, from_name, to, subject, text } = self;
        let text = text.replace('\n', "\r\n");
        let (encoding, text) =
            if text.is_ascii() { ("7bit", text) } else { ("base64", BASE64_MIME.encode(text.as_bytes())) };
        let name = phrase(from_name);
        let subject = unstructured(subject);
        let (at, from, to) = (at.to_rfc2822(), from.as_str(), to.as_str());
        format!(
            "Message-ID: <{id}@{host}>\r\n\
             Date: {at}\r\n\
             From: {name}<{from}>\r\n\
             To: <{to}>\r\n\
             Subject: {subject}\r\n\
             Auto-Submitted: auto-generated\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\
             \r\n\
             {text}"
        )
    }
}

/// A text in one line of bounded length.
fn one_line(text: &str) -> String {
    let signs = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    signs.take(LONGEST).collect::<String>().trim().to_owned()
}

/// A name before an address, with a space behind it.
fn phrase(name: &str) -> String {
    let name = one_line(name);
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    match (name.is_empty(), is_plain) {
        (true, _) => String::new(),
        (_, true) => format!("{name} "),
        (_, false) => format!("{} ", encoded(&name)),
    }
}

fn unstructured(text: &str) -> String {
    let text = one_line(text);
    let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && !text.contains("=?");
    if is_plain { text } else { encoded(&text) }
}

/// Any text as encoded words (RFC 2047), each short enough and of whole characters.
fn encoded(text: &str) -> String {
    let mut words = vec![String::new()];
    for sign in text.chars() {
        if words.last().is_none_or(|word| word.len() + sign.len_utf8() > LONGEST_WORD) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(sign);
        }
    }
    let words = words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes())));
    words.collect::<Vec<_>>().join("\r\n ")
}

/// The longest domain name with some words around it; far below the 998 bytes that a line may have.
const LONGEST: usize = 320;

/// In bytes, so that an encoded word has at most 75 characters.
const LONGEST_WORD: usize = 45;

#[cfg(test)]
mod tests {
    use super::super::super::effect::tests::at;
    use super::*;

    fn letter(from_name: &str, subject: &str, text: &str) -> Letter {
        Letter {
            id: EventId::new(),
            at: at("2026-12-02T00:00:00Z"),
            host: "gateway.test".to_owned(),
            from: "renewals@shop.test".parse().unwrap(),
            from_name: from_name.to_owned(),
            to: "jane@example.test".parse().unwrap(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_letter_is_the_same_each_time_and_as_mail_is() {
        let letter = letter("Shop 24", "a.test: it ends", "Hello,\n\nit ends.\n");
        let id = letter.id;
        let expected = format!(
            "Message-ID: <{id}@gateway.test>\r\nDate: Wed, 2 Dec 2026 00:00:00 +0000\r\n\
             From: Shop 24 <renewals@shop.test>\r\nTo: <jane@example.test>\r\nSubject: a.test: it ends\r\n\
             Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\r\nHello,\r\n\r\nit ends.\r\n"
        );
        assert_eq!(letter.eml(), expected);
        assert_eq!(letter.clone().eml(), expected);
    }

    #[test]
    fn no_text_gets_into_the_head_but_as_one_value() {
        let names = |eml: &str| {
            let (head, _) = eml.split_once("\r\n\r\n").unwrap();
            let lines = head.split("\r\n").filter(|line| !line.starts_with(' '));
            lines.map(|line| line.split_once(": ").unwrap().0.to_owned()).collect::<Vec<_>>()
        };
        let usual = names(&letter("Shop", "It ends", "Hello").eml());
        assert_eq!(usual.len(), 9);
        let long = "Ö\u{2028}\r\nBcc: eve@evil.test ".repeat(100);
        for text in [
            "Shop\r\nBcc: eve@evil.test",
            "Shop\nBcc: eve@evil.test\n\nBuy this",
            "Shop\rBcc: eve@evil.test",
            "Eve <eve@evil.test>,",
            "\"Eve\" <eve@evil.test>, \"",
            "=?utf-8?B?RXZl?=",
            "Bücher & Söhne",
            "\u{85}\0\u{7f}",
            &long,
        ] {
            let eml = letter(text, text, text).eml();
            assert_eq!(names(&eml), usual, "{eml}");
            let (head, _) = eml.split_once("\r\n\r\n").unwrap();
            assert!(head.bytes().all(|byte| matches!(byte, b'\r' | b'\n' | b' '..=b'~')), "{head}");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{head}");
            assert!(head.split("\r\n").all(|line| line.len() < 998), "{head}");
            let from = head.split_once("From: ").unwrap().1.split_once("\r\nTo: ").unwrap().0;
            assert_eq!(from.matches('@').count(), 1, "{from}");
            assert!(from.ends_with("<renewals@shop.test>"), "{from}");
        }
    }

    #[test]
    fn other_letters_than_ascii_arrive_as_they_were() {
        let subject = "Bücher für Åsa, 鈴木 und viele andere, die es hier gibt und die man lesen soll";
        let eml = letter("", subject, "Grüße\n").eml();
        assert!(eml.contains("From: <renewals@shop.test>\r\n"), "{eml}");
        let folded = eml.split_once("Subject: ").unwrap().1.split_once("\r\nAuto").unwrap().0;
        let words = folded.split("\r\n ").map(|word| {
            assert!(word.len() <= 75, "{word}");
            let inner = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
            String::from_utf8(BASE64.decode(inner.as_bytes()).unwrap()).unwrap()
        });
        assert_eq!(words.collect::<String>(), subject);
        let text = eml.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(BASE64_MIME.decode(text.as_bytes()).unwrap(), "Grüße\r\n".as_bytes());
    }
}
