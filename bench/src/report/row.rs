//! A line of a report.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Named values in the order they are shown.
#[derive(Clone, Default)]
pub(crate) struct Row {
    cells: Vec<Cell>,
}

#[derive(Clone)]
struct Cell {
    /// Its name in JSON.
    key: &'static str,
    /// Its column in tables; empty for what is kept in JSON only.
    title: &'static str,
    value: Value,
    shown: String,
}

impl Row {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn text(self, key: &'static str, title: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        self.cell(key, title, json!(text), text)
    }

    pub(crate) fn count(self, key: &'static str, title: &'static str, count: impl Into<u64>) -> Self {
        let count = count.into();
        self.cell(key, title, json!(count), grouped(&count.to_string()))
    }

    pub(crate) fn number(self, key: &'static str, title: &'static str, number: f64, digits: usize) -> Self {
        self.cell(key, title, json!(number), grouped(&format!("{number:.digits$}")))
    }

    pub(crate) fn times(self, key: &'static str, title: &'static str, ratio: f64) -> Self {
        self.cell(key, title, json!(ratio), format!("{}x", grouped(&format!("{ratio:.2}"))))
    }

    /// Kept in JSON, and not shown.
    pub(crate) fn kept(self, key: &'static str, value: Value) -> Self {
        self.cell(key, "", value, String::new())
    }

    fn cell(mut self, key: &'static str, title: &'static str, value: Value, shown: String) -> Self {
        self.cells.push(Cell { key, title, value, shown });
        self
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.cells.len()))?;
        for cell in &self.cells {
            map.serialize_entry(cell.key, &cell.value)?;
        }
        map.end()
    }
}

/// Commas between thousands.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let digits = whole.trim_start_matches('-').len();
    let mut grouped = String::with_capacity(number.len() + digits / 3);
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if left < digits && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// Rows under their titles.
pub(crate) mod table {
    use super::{Cell, Row};

    /// For a terminal.
    pub(crate) fn aligned(rows: &[Row]) -> String {
        let lines = lines(rows);
        let columns = lines.first().map_or(0, Vec::len);
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let aligned = lines.iter().map(|line| {
            let cells = line.iter().zip(&widths).enumerate();
            let padded = cells.map(|(at, (text, width))| match at {
                0 => format!("{text:<width$}"),
                _ => format!("{text:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        });
        aligned.collect::<Vec<_>>().join("\n")
    }

    /// For Markdown.
    pub(crate) fn markdown(rows: &[Row]) -> String {
        let mut lines = lines(rows).into_iter().map(|line| format!("| {} |\n", line.join(" | ")));
        let Some(head) = lines.next() else { return String::new() };
        let columns = head.matches('|').count() - 1;
        let rule = format!("|---|{}\n", "---:|".repeat(columns - 1));
        [head, rule].into_iter().chain(lines).collect()
    }

    /// The titles of all rows, then the rows under them.
    fn lines(rows: &[Row]) -> Vec<Vec<String>> {
        let mut titles: Vec<&str> = Vec::new();
        for cell in rows.iter().flat_map(|row| &row.cells) {
            if !cell.title.is_empty() && !titles.contains(&cell.title) {
                titles.push(cell.title);
            }
        }
        let shown = |row: &Row, title: &str| {
            let cell: Option<&Cell> = row.cells.iter().find(|cell| cell.title == title);
            cell.map(|cell| cell.shown.clone()).unwrap_or_default()
        };
        let head = titles.iter().map(|&title| title.to_owned()).collect();
        let body = rows.iter().map(|row| titles.iter().map(|title| shown(row, title)).collect());
        std::iter::once(head).chain(body).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (plain, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1234567.89", "1,234,567.89"),
            ("-1234", "-1,234"),
            ("-123", "-123"),
        ] {
            assert_eq!(grouped(plain), shown);
        }
    }

    #[test]
    fn rows_stand_under_their_titles_whatever_they_have() {
        let rows = [
            Row::new().text("side", "side", "a").count("n", "n", 1_000u64).kept("hidden", json!(1)),
            Row::new().text("side", "side", "long").times("r", "ratio", 1.5),
        ];
        assert_eq!(table::aligned(&rows), "side      n  ratio\na     1,000\nlong         1.50x");
        assert_eq!(
            table::markdown(&rows),
            "| side | n | ratio |\n|---|---:|---:|\n| a | 1,000 |  |\n| long |  | 1.50x |\n"
        );
    }
}
