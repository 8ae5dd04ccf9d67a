//! Where a profile's values come from: the comment that stands behind each.
//!
//! A value that a public document gives names that document; one that does not says `unverified`, and may say who found
//! it out.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

/// The comments of a profile by the path of their value: `sessions.limit`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes(BTreeMap<String, String>);

impl Notes {
    /// Reads the comments. What cannot be read as TOML has none.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut notes = Self::default();
        if let Ok(table) = DeTable::parse(text) {
            notes.read(text, "", table.get_ref());
        }
        notes
    }

    /// The values that the profile gives, each with its comment; an empty one when there is none.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, note)| (path.as_str(), note.as_str()))
    }

    /// What stands behind a value, or the first of a table; none when the profile leaves it at its default.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        let is_it = |known: &str| {
            known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.iter().find(|(known, _)| is_it(known)).map(|(_, note)| note)
    }

    fn read(&mut self, text: &str, above: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = match above {
                "" => key.get_ref().to_string(),
                above => format!("{above}.{}", key.get_ref()),
            };
            match value.get_ref() {
                DeValue::Table(inner) => self.read(text, &path, inner),
                _ => _ = self.0.insert(path, comment_after(&text[value.span().end..]).to_owned()),
            }
        }
    }
}

/// The comment in the rest of a line.
fn comment_after(rest: &str) -> &str {
    let line = rest.lines().next().unwrap_or_default();
    line.split_once('#').map_or("", |(_, comment)| comment.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_belongs_to_the_value_before_it() {
        let text = r##"
            # Of the file.
            name = "x#y" # a
            list = [
                "b", # of a member
            ] # c
            [sessions]
            limit = 4    # d
            # Of the next.
            spares = 1
            rate = { burst = 2, per_second = 3.0 } # e
        "##;
        let notes = Notes::of(text);
        let told: Vec<_> = notes.iter().collect();
        assert_eq!(
            told,
            [
                ("list", "c"),
                ("name", "a"),
                ("sessions.limit", "d"),
                ("sessions.rate.burst", "e"),
                ("sessions.rate.per_second", "e"),
                ("sessions.spares", ""),
            ]
        );
        assert_eq!(notes.get("sessions.limit"), Some("d"));
        assert_eq!(notes.get("sessions.rate"), Some("e"));
        assert_eq!((notes.get("sessions.max_age"), notes.get("sess")), (None, None));
    }
}
