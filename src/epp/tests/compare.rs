//! Whether two documents say the same: same elements, attributes and text, whatever their prefixes and white space.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::xml::{Document, Element, timestamp};

/// The first difference between two messages, if there is one.
pub(super) fn difference(ours: &str, theirs: &str) -> Option<String> {
    let (ours, theirs) = (Document::parse(ours).unwrap(), Document::parse(theirs).unwrap());
    differ(ours.root(), theirs.root(), "")
}

fn differ(ours: Element<'_>, theirs: Element<'_>, path: &str) -> Option<String> {
    if (ours.ns(), ours.name()) != (theirs.ns(), theirs.name()) {
        return Some(format!("{path}: {ours:?}, not {theirs:?}"));
    }
    let path = format!("{path}/{}", ours.name());
    let (own, others) = (attributes(ours), attributes(theirs));
    for name in own.keys().chain(others.keys()) {
        let (a, b) = (own.get(name), others.get(name));
        let same = match (a, b) {
            (Some(a), Some(b)) => same_value(a, b),
            (Some(one), None) | (None, Some(one)) => DEFAULTS.contains(&(name.1, one.as_str())),
            (None, None) => true,
        };
        if !same {
            return Some(format!("{path}: {}={a:?}, not {b:?}", name.1));
        }
    }
    if !same_value(&ours.whole_text().replace(is_space, " "), &theirs.whole_text().replace(is_space, " ")) {
        return Some(format!("{path}: {:?}, not {:?}", ours.whole_text(), theirs.whole_text()));
    }
    let (mut own, mut others) = (ours.children(), theirs.children());
    loop {
        match (own.next(), others.next()) {
            (Some(a), Some(b)) => {
                if let Some(difference) = differ(a, b, &path) {
                    return Some(difference);
                }
            }
            (None, None) => return None,
            (a, b) => return Some(format!("{path}: {a:?}, not {b:?}")),
        }
    }
}

/// All attributes but hints where a schema might be found.
fn attributes<'d>(of: Element<'d>) -> BTreeMap<(&'d str, &'d str), String> {
    let hint = "http://www.w3.org/2001/XMLSchema-instance";
    of.attrs()
        .filter(|attr| attr.ns != hint)
        .map(|attr| ((attr.ns, attr.name), attr.value.to_owned()))
        .collect()
}

/// Equal but for white space, or two ways to write one time, amount or truth.
fn same_value(a: &str, b: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (a, b) = (words(a), words(b));
    let amount = |text: &str| text.parse::<Decimal>().ok().filter(|_| text.contains(['.', '+']));
    let truth = |text: &str| crate::xml::parse_bool(text);
    a == b
        || timestamp(&a).is_some_and(|time| timestamp(&b) == Some(time))
        || truth(&a).is_some_and(|value| truth(&b) == Some(value))
        || amount(&a).or_else(|| amount(&b)).is_some()
            && a.parse::<Decimal>().ok() == b.parse::<Decimal>().ok()
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Attributes that mean the same when they are left out.
const DEFAULTS: [(&str, &str); 10] = [
    ("ip", "v4"),
    ("lang", "en"),
    ("hosts", "all"),
    ("avail", "1"),
    ("avail", "true"),
    ("standard", "0"),
    ("type", "claims"),
    ("includeMark", "false"),
    ("encoding", "base64"),
    ("urgent", "false"),
];

#[test]
fn only_what_does_not_matter_is_overlooked() {
    let base = r#"<a xmlns="u"><b lang="en">1.50</b> <c d="1">x  y</c></a>"#;
    for same in [
        r#"<p:a xmlns:p="u"><p:b>1.5</p:b><p:c d="true"> x y</p:c></p:a>"#,
        r#"<a xmlns="u" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="u u.xsd"><b>+1.50</b><c d="1">x y</c></a>"#,
    ] {
        assert_eq!(difference(base, same), None, "{same}");
    }
    for other in [
        r#"<a xmlns="v"><b>1.50</b><c d="1">x y</c></a>"#,
        r#"<a xmlns="u"><b>1.51</b><c d="1">x y</c></a>"#,
        r#"<a xmlns="u"><b lang="fr">1.50</b><c d="1">x y</c></a>"#,
        r#"<a xmlns="u"><b>1.50</b><c>x y</c></a>"#,
        r#"<a xmlns="u"><b>1.50</b><c d="1">xy</c></a>"#,
        r#"<a xmlns="u"><c d="1">x y</c><b>1.50</b></a>"#,
        r#"<a xmlns="u"><b>1.50</b><c d="1">x y</c><c/></a>"#,
        r#"<a xmlns="u"><b>1.50</b></a>"#,
    ] {
        assert!(difference(base, other).is_some(), "{other}");
        assert!(difference(other, base).is_some(), "{other}");
    }
}
