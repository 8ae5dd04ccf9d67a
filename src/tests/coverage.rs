//! `docs/api-coverage.md` tells nothing false: what it names is there, and what is there it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of one of its tables.
struct Row {
    number: String,
    /// `GET T/domains` and the like.
    routes: Vec<String>,
    /// None when it is open.
    file: Option<String>,
    tests: Vec<String>,
}

#[test]
fn every_number_has_a_row_and_only_one() {
    let rows = rows();
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    let mut twice = numbers.clone();
    twice.sort_unstable();
    assert!(twice.windows(2).all(|pair| pair[0] != pair[1]), "a number has two rows: {twice:?}");
    let ranges = [("C", 10, 16), ("E", 1, 2), ("E", 48, 78), ("E", 86, 92), ("E", 105, 115), ("W", 1, 8)];
    let ranges = ranges.into_iter().flat_map(|(letter, from, to)| (from..=to).map(move |n| (letter, n)));
    let single =
        [("C", 3), ("W", 10), ("W", 22), ("W", 23), ("W", 24), ("W", 25), ("W", 28), ("O", 14), ("O", 15)];
    for (letter, number) in ranges.chain((12..=16).map(|n| ("W", n))).chain(single) {
        let width = if letter == "E" { 3 } else { 2 };
        let number = format!("{letter}{number:0width$}");
        assert!(numbers.contains(&number.as_str()), "{number} has no row");
    }
}

#[test]
fn every_test_and_every_file_that_is_named_is_there() {
    for Row { number, file, tests, .. } in rows() {
        match file {
            Some(file) => assert!(src().join(&file).is_file(), "{number}: there is no {file}"),
            None => assert!(tests.is_empty(), "{number} is open, and yet a test holds it"),
        }
        for test in tests {
            assert!(is_test(&test), "{number}: there is no test {test}");
        }
    }
}

#[test]
fn what_is_built_is_held_by_a_test() {
    let text = fs::read_to_string(document()).unwrap();
    for Row { number, file, tests, .. } in rows() {
        let is_told =
            text.lines().any(|line| line.starts_with(&format!("| {number} |")) && line.ends_with("| open |"));
        assert!(file.is_none() || !tests.is_empty() || is_told, "{number} is served and nothing holds it");
    }
}

#[test]
fn every_route_has_a_row_and_what_is_open_has_no_route() {
    let served = served();
    assert!(served.len() > 40, "{served:?}");
    let (mut told, mut open) = (BTreeSet::new(), BTreeSet::new());
    for row in rows() {
        if row.file.is_some() { told.extend(row.routes) } else { open.extend(row.routes) }
    }
    let missing: Vec<_> = served.difference(&told).collect();
    assert!(missing.is_empty(), "routes without a row: {missing:#?}");
    let gone: Vec<_> = told.difference(&served).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:#?}");
    let built: Vec<_> = open.intersection(&served).collect();
    assert!(built.is_empty(), "open, and yet served: {built:#?}");
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(document()).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| number |")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, what, served_by, held_by] = cells[..] else { panic!("not a row of four cells: {line}") };
        let routes =
            quoted(what).into_iter().filter(|text| METHODS.iter().any(|method| text.starts_with(method)));
        let file = (served_by != "open").then(|| quoted(served_by).concat());
        rows.push(Row {
            number: number.to_owned(),
            routes: routes.map(str::to_owned).collect(),
            file,
            tests: quoted(held_by).into_iter().map(str::to_owned).collect(),
        });
    }
    rows
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The routes of the routers, as the document writes them.
fn served() -> BTreeSet<String> {
    let code = fs::read_to_string(src().join("http/mod.rs")).unwrap();
    let mut served = BTreeSet::new();
    // A path is a text that begins with a slash; up to the next one stand the methods that it takes.
    for part in code.split("\"/").skip(1) {
        let Some((path, methods)) = part.split_once('"') else { continue };
        // The parts of a registry's or an account's path.
        let path = match part_of_target(path) {
            true => format!("R/{path}"),
            false => format!("/{path}"),
        };
        let path = path.replace("/api/v1/tenants/{tenant_id}", "T");
        let path = path.replace("/operator/v1/registries/{registry}", "R");
        for (word, verbs) in TAKEN {
            let is_taken = methods.match_indices(word).any(|(at, _)| {
                !methods[..at]
                    .ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
            });
            if is_taken {
                served.extend(verbs.iter().map(|verb| format!("{verb} {path}")));
            }
        }
    }
    served
}

fn part_of_target(path: &str) -> bool {
    ["pause", "resume", "drain", "reconnect", "breaker/", "maintenance", "poll"]
        .iter()
        .any(|part| path.starts_with(part))
}

/// Whether a test of this path is in the tree.
fn is_test(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let module = module.replace("::", "/");
    let files = [format!("{module}.rs"), format!("{module}/mod.rs"), format!("{module}/lib.rs")];
    let texts = files.iter().filter_map(|file| fs::read_to_string(src().join(file)).ok());
    texts.into_iter().any(|text| {
        let found = text.split_once(&format!("fn {name}("));
        found.is_some_and(|(before, _)| {
            let attributes = before.rsplit("\n\n").next().unwrap_or(before);
            attributes.contains("#[test]") || attributes.contains("#[tokio::test")
        })
    })
}

fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api-coverage.md")
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

const METHODS: [&str; 5] = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE "];

/// How the page of all routes says that a path takes a method.
const TAKEN: [(&str, &[&str]); 6] = [
    ("get(", &["GET"]),
    ("post(", &["POST"]),
    ("put(", &["PUT"]),
    ("patch(", &["PATCH"]),
    ("delete(", &["DELETE"]),
    ("locks::of(", &["POST", "DELETE"]),
];
